"""备案机关办理情况: the Office's own times and what it let lapse, for anyone to read. Figures only."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import County
from inspection import clocks
from oversight.office_times import OfficeTimes, this_year


def _asked(request: HttpRequest) -> tuple[County, OfficeTimes]:
    """Return the county and the year that were asked for: ``?county=371323&year=2026``, left out: the first, this year."""
    counties = County.objects.order_by("code")
    code, year = request.GET.get("county", ""), request.GET.get("year", "")
    county = counties.filter(code=code[:6]).first() if code else counties.first()
    if county is None:
        raise Http404
    wanted = int(year) if year.isdecimal() and len(year) == 4 and 2000 <= int(year) <= county.today().year else None
    return county, this_year(county, wanted)


@login_not_required
@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """How long the Office takes, how much it returned, declined and let lapse."""
    county, found = _asked(request)
    return render(request, "disclosure/office.html", {"times": found, "county": county, "term": county.rule(clocks.REVIEW)})


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The same figures for machines."""
    county, found = _asked(request)
    return JsonResponse(
        {
            "county": county.code,
            "office": county.office_name,
            "from": found.first.isoformat(),
            "to": found.last.isoformat(),
            "term_working_days": county.rule(clocks.REVIEW),
            "decided": found.decided,
            "accepted": found.counts["accept"],
            "returned": found.counts["return_"],
            "declined": found.counts["decline"],
            "declined_by_ground": [{"ground": words, "n": n} for words, n in found.grounds],
            "rechecks_asked": found.counts["ask_recheck"],
            "rechecks_upheld": found.counts["uphold"],
            "rechecks_accepted": found.counts["recheck"],
            "decided_late": found.late,
            "lapsed": found.lapsed,
            "days_to_decision": [{"working_days": days, "n": n} for days, n in found.spread],
        },
        json_dumps_params={"ensure_ascii": False},
    )
