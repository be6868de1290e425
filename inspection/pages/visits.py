"""The pages at the gate: arrival, leaving, and visits without a filing, by phone."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Duty
from accounts.paging import page_of
from audit.models import NotYours

from ..forms.gate import ArriveForm, LeaveForm, UnfiledVisitForm
from ..models import (
    FilingNotice,
    Visit,
)


def arrive(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """入企登记 by phone."""
    notice = get_object_or_404(FilingNotice.objects.visible_to(request.user).select_related("county", "plan__agency"), uid=uid)
    form = ArriveForm(request.POST or None, notice=notice, initial={"uid": uuid.uuid4()})
    if request.method == "POST" and form.carry_out(
        request,
        lambda said: Visit.arrive(by=request.user, notice=notice, **{**said, "officers": list(said["officers"])}),
    ):
        return redirect(form.result)
    return render(request, "inspection/arrive.html", {"form": form, "notice": notice}, status=form.http_status)


def leave(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """离企登记 by phone."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("agency", "enterprise", "notice__plan"), uid=uid)
    form = LeaveForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.carry_out(request, lambda said: visit.leave(by=request.user, **said)):
        return redirect(visit)
    return render(request, "inspection/leave.html", {"form": form, "visit": visit}, status=form.http_status)


def visit_unfiled(request: HttpRequest) -> HttpResponse:
    """补记 a visit that had no filing."""
    post = request.user.holding(Duty.VISIT_LOG)
    if not post:
        raise NotYours(_("只有执法人员可以登记入企。"))
    form = UnfiledVisitForm(request.POST or None, agency=post.agency)
    if request.method == "POST" and form.carry_out(
        request,
        lambda said: Visit.record_unfiled(
            by=request.user,
            agency=post.agency,
            establishment=said["target"][0],
            officers=list(said["officers"]),
            arrived_at=said["arrived_at"],
            ground=said["ground"],
        ),
    ):
        return redirect(form.result)
    return render(request, "inspection/visit_unfiled.html", {"form": form}, status=form.http_status)


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """The visits this person may see."""
    visits = Visit.objects.visible_to(request.user).select_related("agency", "enterprise", "notice")
    if "unfiled" in request.GET:
        visits = visits.unfiled()
    return render(
        request,
        "inspection/visit_list.html",
        {"page": page_of(visits, request), "unfiled": "unfiled" in request.GET, "may_log": request.user.holding(Duty.VISIT_LOG)},
    )
