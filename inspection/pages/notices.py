"""The pages of notices: the list, and 作废."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency, Enterprise
from accounts.paging import page_of
from audit.forms import NoteForm

from ..models import (
    FilingNotice,
    Printout,
)


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices this person may see; for officers first those good today."""
    notices = FilingNotice.objects.visible_to(request.user).select_related("plan__agency", "enterprise", "county")
    words, only_today = request.GET.get("words", "").strip(), "today" in request.GET
    if words:
        notices = (
            notices.filter(enterprise__in=Enterprise.objects.matching(words, request.user.counties()))
            if not words.isdecimal()
            else notices.filter(number=words[:9])
        )
    if "held_up" in request.GET:
        notices = notices.held_up()
    if only_today:
        notices = notices.for_the_day(request.user.today()).issued()
    by_hand = [agency for agency in Agency.objects.filter(pk__in=request.user.agencies()) if Printout.offered(request.user, agency)]
    context = {"page": page_of(notices, request), "words": words, "only_today": only_today, "by_hand": by_hand}
    return render(request, "inspection/notice_list.html", context)


@require_POST
def notice_void(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """作废 a notice, with its reason."""
    notice = get_object_or_404(FilingNotice.objects.visible_to(request.user), uid=uid)
    form = NoteForm(request.POST)
    if form.carry_out(request, lambda said: notice.void(by=request.user, note=said["note"])):
        return redirect(notice)
    context = {"row": notice, "form": form, "step": FilingNotice.STEPS["void"], "back": notice.get_absolute_url()}
    return render(request, "inspection/act.html", context, status=form.http_status)
