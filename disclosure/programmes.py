"""年度检查计划, for anyone: filed programmes by year and agency, their published words, planned against done.

A programme that is not filed does not exist here. Of single filings nothing is told: visits are counted once they have
ended, so that no figure betrays one to come.
"""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.paging import page_of
from inspection.models import InspectionProgramme


@login_not_required
@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Filed programmes, by county, year and agency; replaced versions stand among them and say so."""
    found = InspectionProgramme.objects.public().select_related("agency", "county")
    years = list(found.order_by("-year").values_list("year", flat=True).distinct())
    county, year, words = (request.GET.get(name, "").strip()[:40] for name in ("county", "year", "words"))
    if county:
        found = found.filter(county__code=county)
    if year.isdecimal() and len(year) == 4:
        found = found.filter(year=int(year))
    if words:
        found = found.filter(agency__name__contains=words)
    context = {"page": page_of(found, request, size=50), "years": years, "year": year, "words": words, "county_code": county}
    return render(request, "disclosure/programme_list.html", context)


@login_not_required
@require_safe
def programme(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One filed programme: every line in the words in which it was published, and the visits made so far."""
    found = get_object_or_404(InspectionProgramme.objects.public().select_related("agency", "county"), uid=uid)
    lines = list(found.standing_lines)
    for line, done in zip(lines, found.done(lines), strict=True):
        line.visits = done.visits
    return render(request, "disclosure/programme.html", {"programme": found, "lines": lines, "county": found.county})
