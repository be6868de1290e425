"""The register of unlawful demands and the differences about money: pages of 稽核 alone. Opening one leaves a reading."""

import datetime
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import County, Duty
from accounts.paging import page_of
from audit.models import NotYours, Reading

from .discrepancies.charges import differences
from .forms import DemandForm, HandleForm
from .models import ReportedDemand

#: differences are looked for so many days back
LOOK_BACK = 90


def county_overseen(user: Any) -> County:
    """Return the county in which ``user`` carries 稽核, or refuse."""
    post = user.holding(Duty.OVERSEE)
    if not post:
        raise NotYours(_("这里只有备案机关的稽核岗位可以查阅。"))
    return post.county


@require_safe
def demand_list(request: HttpRequest) -> HttpResponse:
    """What was reported, newest first."""
    county_overseen(request.user)
    rows = ReportedDemand.objects.visible_to(request.user).select_related("demand", "agency", "enterprise")
    status = request.GET.get("status", "")
    if status in ReportedDemand.Status.values:
        rows = rows.filter(status=status)
    context = {"page": page_of(rows, request), "statuses": ReportedDemand.Status.choices, "status": status}
    return render(request, "oversight/demands.html", context)


def demand_new(request: HttpRequest) -> HttpResponse:
    """登记 one that was reported."""
    county = county_overseen(request.user)
    form = DemandForm(request.POST or None, request.FILES or None, county=county, initial={"demanded_on": county.today()})
    if request.method == "POST" and form.carry_out(request, lambda said: _report(request, county, said)):
        return redirect(form.result)
    return render(request, "oversight/demand_form.html", {"form": form}, status=form.http_status)


def _report(request: HttpRequest, county: County, said: dict[str, Any]) -> ReportedDemand:
    file = said.pop("evidence")
    evidence = {"evidence": file.read(), "evidence_type": file.kind} if file else {}
    return ReportedDemand.report(by=request.user, county=county, **evidence, **said)


def _demand(request: HttpRequest, uid: uuid.UUID) -> ReportedDemand:
    rows = ReportedDemand.objects.visible_to(request.user).select_related(
        "demand", "agency", "enterprise", "county", "evidence", "reported_by"
    )
    return get_object_or_404(rows, uid=uid)


@require_safe
def demand(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One reported demand with its history; that it was opened is kept."""
    found = _demand(request, uid)
    Reading.record(by=request.user, what="demand", rows=[found])
    history = [(row, ReportedDemand.verb_labels().get(row.verb, row.verb)) for row in found.history.order_by("history_id")]
    steps = found.steps_open_to(request.user)
    return render(request, "oversight/demand.html", {"row": found, "steps": steps, "history": history})


def demand_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """核实属实, 核实不属实, 处理完毕."""
    found = _demand(request, uid)
    if verb not in ReportedDemand.STEPS:
        raise Http404
    form = HandleForm(request.POST or None, initial={"returned_on": found.county.today()})
    if request.method == "POST":
        form = HandleForm(request.POST)
        if form.carry_out(request, lambda said: _handle(found, verb, request.user, said)):
            return redirect(found)
    context = {"row": found, "form": form, "step": ReportedDemand.STEPS[verb], "verb": verb}
    return render(request, "oversight/demand_act.html", context, status=form.http_status)


def _handle(found: ReportedDemand, verb: str, by: Any, said: dict[str, Any]) -> None:
    facts = said if verb == "handle" else {"note": said["note"]}
    getattr(found, verb)(by=by, **facts)


@require_safe
def demand_evidence(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The evidence as kept."""
    found = _demand(request, uid)
    if found.evidence is None:
        raise Http404
    Reading.record(by=request.user, what="demand", rows=[found])
    response = HttpResponse(found.evidence.read(), content_type=found.evidence.content_type)
    response["Content-Disposition"] = "attachment"
    return response


@require_safe
def money_differences(request: HttpRequest) -> HttpResponse:
    """Charges without a filed visit, money under unknown codes: the last three months."""
    county = county_overseen(request.user)
    since = county.today() - datetime.timedelta(days=LOOK_BACK)
    return render(request, "oversight/money_differences.html", {"rows": differences(county, since), "since": since})
