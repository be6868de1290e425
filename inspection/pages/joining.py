"""可以联合的检查: what could be one visit, and how many visits that saves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Duty
from audit.models import NotYours

from ..joining import matches_in

#: matches on one page: those that save most
MOST = 50


@require_safe
def joinable(request: HttpRequest) -> HttpResponse:
    """The matches, as this person may know them: the Office all, a unit those with filings of its own."""
    office = request.user.holding(Duty.PLAN_REVIEW)
    post = office or request.user.holding(Duty.PLAN_FILE) or request.user.holding(Duty.PLAN_ENDORSE)
    if not post:
        raise NotYours(_("只有经办人、负责人和备案机关可以查看。"))
    found = matches_in(post.county, agency=None if office else post.agency)
    saved = sum(match.saved for match in found)
    return render(request, "inspection/joinable.html", {"matches": found[:MOST], "saved": saved, "office": office})
