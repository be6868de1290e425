"""The filing desk: the form that remembers, tells what is wrong while it is filled in, and keeps the draft by itself."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency, Duty, Effect, Enterprise, add_working_days
from audit.models import NotYours, Refusal

from .. import checks
from ..forms.fields import reasons_in
from ..forms.gate import NameAtDoorForm
from ..forms.plan import PlanForm
from ..models import EnterpriseAct, InspectionPlan, ProgrammeLine

#: what the clerk's last filing teaches the next
REMEMBERED = ("type", "task_source", "items", "officers", "purpose", "requirements", "why_on_site", "minutes_on_site", "telling")
#: how many findings that do not block are shown before the rest is folded
SHOWN = 3


def filing_agency(request: HttpRequest) -> Agency:
    """Return the agency for which this person files; NotYours for who files for none."""
    post = request.user.holding(Duty.PLAN_FILE)
    if not post:
        raise NotYours(_("只有检查单位的经办人可以起草备案。"))
    return post.agency


def plan_new(request: HttpRequest) -> HttpResponse:
    """Begin a filing of the act ``?act=CODE`` (left out: the ordinary inspection). Kept as a draft, or submitted at once."""
    agency = filing_agency(request)
    if agency.effect == Effect.EXEMPT:
        return redirect("inspection:plan-begin")
    act = EnterpriseAct.filable(agency.county, (request.POST.get("act") or request.GET.get("act", ""))[:40])
    line = _line_asked(request, agency)
    form = PlanForm(
        request.POST or None,
        request.FILES or None,
        agency=agency,
        initial={"uid": uuid.uuid4(), **_last_time(request, agency), **_of_line(line), "act": act.code if act else ""},
    )
    if request.method == "POST" and form.carry_out(
        request, lambda said: _keep(request, agency, form.facts(_begun(request, said["uid"])), said["uid"])
    ):
        return _kept(request, form.result)
    context = {"form": form, "agency": agency, "act": act, "check": reverse("inspection:plan-check")}
    return _page(request, {**context, "line": line, "offered": line.enterprises_meant() if line else []})


def plan_edit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change a draft."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user).select_related("agency__county"), uid=uid)
    joined = tuple(row.agency_id for row in plan.agencies.partners())
    form = PlanForm(request.POST or None, request.FILES or None, agency=plan.agency, joined=joined, initial=PlanForm.initial_of(plan))
    if request.method == "POST" and form.carry_out(request, lambda said: plan.revise(by=request.user, facts=form.facts(plan))):
        return _kept(request, plan)
    shown = plan.findings() if "revise" in plan.steps_open_to(request.user) else []
    address = reverse("inspection:plan-check-draft", args=[plan.uid])
    return _page(
        request, {"form": form, "agency": plan.agency, "plan": plan, "check": address, "marked": marked_in(form, plan), **laid_out(shown)}
    )


def marked_in(form: PlanForm, plan: InspectionPlan) -> list[str]:
    """Return the labels of the fields that the Office asks to mend, and mark each on the form."""
    for name in plan.marked:
        if name in form.fields:
            form.fields[name].help_text = format_html("<strong>{}</strong> {}", _("备案机关请您补正这一栏。"), form.fields[name].help_text)
    return [str(form.fields[name].label) for name in plan.marked if name in form.fields]


@require_POST
def plan_check(request: HttpRequest, uid: uuid.UUID | None = None) -> HttpResponse:
    """While the form is filled in: keep what can be kept, say what is wrong. A fragment for the form."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user), uid=uid) if uid else None
    agency = plan.agency if plan else filing_agency(request)
    form = PlanForm(request.POST, agency=agency)
    facts = form.facts_so_far()
    sent = form.cleaned_data.get("uid")
    plan = plan or _begun(request, sent)
    kept_at = None
    # A line that is not understood yet stays in the browser: it is not dropped from the draft.
    if not form.errors and (plan is None or plan.status in InspectionPlan.REVISABLE):
        plan = _keep(request, agency, facts, sent) if uid is None else _revised(request, plan, facts)
        kept_at = timezone.now()
    try:
        found = checks.findings(InspectionPlan.typed(agency=agency, facts=facts, plan=plan))
    except Refusal as refusal:  # an act that may not be filed
        found = [checks.Finding("act.listed", checks.Level.BLOCKS, "act", refusal.message)]
    return render(request, "inspection/_findings.html", {**laid_out(found), "kept_at": kept_at, "unclear": form.errors})


def laid_out(found: list[checks.Finding]) -> dict[str, Any]:
    """Return findings as the form shows them: what blocks, at most three of the others, the rest folded."""
    blocking = [finding for finding in found if finding.level == checks.Level.BLOCKS]
    others = [finding for finding in found if finding.level != checks.Level.BLOCKS]
    return {"blocking": blocking, "others": others[:SHOWN], "folded": others[SHOWN:], "asked": True}


def _begun(request: HttpRequest, uid: uuid.UUID | None) -> InspectionPlan | None:
    """Return the draft that this clerk has already kept under ``uid``."""
    return InspectionPlan.objects.visible_to(request.user).filter(uid=uid, drafted_by=request.user).first() if uid else None


def _keep(request: HttpRequest, agency: Agency, facts: dict[str, Any], uid: uuid.UUID | None) -> InspectionPlan:
    """Keep what is typed as a draft: a new one, or the one that has already kept itself."""
    plan = _begun(request, uid)
    if plan is None:
        return InspectionPlan.draft(by=request.user, agency=agency, facts=facts, uid=uid)
    return _revised(request, plan, facts) if plan.status in InspectionPlan.REVISABLE else plan  # sent twice


def _revised(request: HttpRequest, plan: InspectionPlan, facts: dict[str, Any]) -> InspectionPlan:
    plan.revise(by=request.user, facts=facts)
    return plan


def _kept(request: HttpRequest, plan: InspectionPlan) -> HttpResponse:
    """After keeping: submit if asked to; what keeps it from going is said on the form, where it can be mended."""
    if "submit" in request.POST and plan.status in InspectionPlan.REVISABLE:
        if plan.faults():
            return redirect(reverse("inspection:plan-edit", args=[plan.uid]) + "#findings")
        (plan.complete if plan.status == plan.Status.PROVISIONAL else plan.submit)(by=request.user)
    return redirect(plan)


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "inspection/plan_form.html", context, status=context["form"].http_status)


def _last_time(request: HttpRequest, agency: Agency) -> dict[str, Any]:
    """Return what this clerk's last filing teaches, on the next working day."""
    day = add_working_days(agency.county, agency.county.today(), 1)
    initial: dict[str, Any] = {"starts_on": day, "ends_on": day}
    last = InspectionPlan.objects.filter(agency=agency, drafted_by=request.user).order_by("-pk").first()
    if last is None:
        return initial
    initial |= {name: value for name, value in PlanForm.initial_of(last).items() if name in REMEMBERED}
    if last.telling == InspectionPlan.Telling.ADVANCE:
        initial["tell_on"] = agency.county.today()
    return initial


def _line_asked(request: HttpRequest, agency: Agency) -> ProgrammeLine | None:
    """Return the line of a filed programme from which this filing comes (``?line=UID``), if it is the agency's to file for."""
    asked = request.GET.get("line", "")
    try:
        uid = uuid.UUID(asked)
    except ValueError:
        return None
    return ProgrammeLine.objects.offered_to(agency).select_related("programme").filter(uid=uid).first()


def _of_line(line: ProgrammeLine | None) -> dict[str, Any]:
    """Return what a line of a programme says of a filing (快速备案)."""
    if line is None:
        return {}
    source = InspectionPlan.TaskSource.PROGRAMME
    return {"programme_line": line.pk, "task_source": source, "type": InspectionPlan.Type.DAILY, "task_number": str(line.programme)[:100]}


def plan_name(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """登门点名: name one enterprise of an area patrol at its door; its notice is made at once."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user).select_related("agency__county", "county"), uid=uid)
    form = NameAtDoorForm(request.POST or None, plan=plan)
    asked: list[checks.Finding] = []
    if request.method == "POST" and form.carry_out(
        request, lambda said: plan.name_at_door(by=request.user, establishment=said["establishment"][0], reasons=reasons_in(request.POST))
    ):
        return redirect(form.result)
    if places := form.is_bound and form.cleaned_data.get("establishment"):
        asked = [finding for finding in plan.findings_at_door(places[0]) if finding.level == checks.Level.REASON]
    return render(request, "inspection/plan_name.html", {"form": form, "plan": plan, "others": asked}, status=form.http_status)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Enterprises by name, pinyin, initials or number as they are typed: a fragment for the forms. ``into``: which field."""
    words = (request.GET.get("words") or request.GET.get("target", "")).strip()[:120]
    standing = Enterprise.objects.visible_to(request.user).filter(closed_on=None).select_related("county")
    found = standing.search(words, counties=request.user.counties(), limit=8)
    into = request.GET.get("into")
    into = into if into in ("id_target", "id_establishment") else "id_targets"
    return render(request, "inspection/_suggestions.html", {"found": found, "words": words, "into": into})
