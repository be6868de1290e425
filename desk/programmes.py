"""The page of one programme: its lines, what is open to this person, planned against done, and its trail."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Duty
from inspection.models import InspectionProgramme, ProgrammeLine
from oversight.trail import trail_of_programme


@require_safe
def programme(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A programme. Filings are counted for its agency and the Office only: to others they would betray a visit to come."""
    found = get_object_or_404(
        InspectionProgramme.objects.visible_to(request.user).select_related("agency", "county", "drafted_by", "file"), uid=uid
    )
    steps = found.steps_open_to(request.user)
    inside = found.agency_id in request.user.agencies() or found.county_id in request.user.office_counties()
    lines = list(found.standing_lines)
    for line, done in zip(lines, found.done(lines), strict=True):
        line.done = done
    return render(
        request,
        "desk/programme.html",
        {
            "programme": found,
            "lines": lines,
            "open": sum(len(line.open) for line in lines),
            "steps": {verb: step for verb, step in steps.items() if verb not in found.BY_THEMSELVES},
            "may_revise": "revise" in steps,
            "may_file": request.user.holding(Duty.PLAN_FILE, agency=found.agency)
            and ProgrammeLine.objects.offered_to(found.agency).filter(programme=found).exists(),
            "faults": found.faults() if "submit" in steps else [],
            "inside": inside,
            "trail": trail_of_programme(found) if inside else [],
        },
    )
