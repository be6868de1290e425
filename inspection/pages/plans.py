"""The pages of filings: the list, the way to a new one, and the acts. What one looks like stands in desk."""

import uuid
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty, Effect
from accounts.paging import page_of
from audit.models import NotYours

from .. import clocks
from ..forms.after import ChangeForm, UrgentForm
from ..forms.office import StepForm
from ..models import (
    DeclineGround,
    EnterpriseAct,
    InspectionPlan,
    OutOfScopeMatter,
    PlanPaper,
)
from .filing import filing_agency


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """The filings this person may see, newest first; by state, words, own."""
    plans = InspectionPlan.objects.visible_to(request.user).select_related("agency", "county", "drafted_by")
    status, words = request.GET.get("status", ""), request.GET.get("words", "").strip()
    if status in InspectionPlan.Status.values:
        plans = plans.filter(status=status)
    if words:
        plans = plans.filter(targets__dropped=False, targets__name__icontains=words).distinct()
    if waiting := request.GET.get("waiting", ""):
        plans = plans.filter(status__in=InspectionPlan.WITH_OFFICE) if waiting == "office" else plans
    page = page_of(plans.prefetch_related("targets"), request)
    clocks.attach(page.rows)
    return render(
        request,
        "inspection/plan_list.html",
        {
            "page": page,
            "statuses": InspectionPlan.Status.choices,
            "status": status,
            "words": words,
            "may_file": request.user.holding(Duty.PLAN_FILE),
            "may_begin_urgent": request.user.holding(Duty.VISIT_LOG) or request.user.holding(Duty.PLAN_FILE),
        },
    )


def plan_begin(request: HttpRequest) -> HttpResponse:
    """The way to a new filing: what lies outside the rule, then the act. Nothing is stored here, of no case.

    A forbidden act is refused with its article, and the attempt is kept for the Office.
    """
    agency = filing_agency(request)
    county, today = agency.county, agency.county.today()
    context: dict[str, object] = {"agency": agency}
    if agency.effect == Effect.EXEMPT:
        return render(request, "inspection/plan_exempt.html", context)
    matters = OutOfScopeMatter.objects.filter(county=county).in_force(today)
    if request.method == "POST":
        if code := request.POST.get("matter"):
            return render(request, "inspection/plan_outside.html", {"matter": get_object_or_404(matters, code=code[:40])})
        act = EnterpriseAct.filable(county, request.POST.get("act", "")[:40])
        return redirect(reverse("inspection:plan-new") + (f"?act={quote(act.code)}" if act else ""))
    last = InspectionPlan.objects.filter(agency=agency, drafted_by=request.user).exclude(act_code="").order_by("-pk").first()
    acts = EnterpriseAct.objects.filter(county=county).in_force(today)
    usual = (last and acts.filter(code=last.act_code).exclude(filing=EnterpriseAct.Filing.FORBIDDEN).first()) or EnterpriseAct.filable(
        county
    )
    return render(request, "inspection/plan_begin.html", {**context, "matters": matters, "acts": acts, "usual": usual})


@require_POST
def plan_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """One step of the table: ``/plans/<uid>/<verb>/``. Verbs with a door of their own, the clock's or unknown are not found."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user), uid=uid)
    if verb not in InspectionPlan.STEPS or verb in InspectionPlan.BY_THEMSELVES:
        raise Http404
    form = StepForm(request.POST, user=request.user)
    if form.carry_out(request, lambda said: getattr(plan, verb)(by=request.user, **form.facts_for(verb))):
        return redirect(plan if InspectionPlan.objects.visible_to(request.user).filter(pk=plan.pk).exists() else "desk:home")
    return render(
        request,
        "inspection/act.html",
        {
            "row": plan,
            "form": form,
            "step": InspectionPlan.STEPS[verb],
            "back": plan.get_absolute_url(),
            "grounds": DeclineGround.objects.filter(county=plan.county).in_force(plan.county.today()) if verb == "decline" else [],
        },
        status=form.http_status,
    )


def plan_change(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """申请变更、延期 of a filing that stands: its clerk's; the head decides on the page of the filing."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user).select_related("agency__county", "county"), uid=uid)
    form = ChangeForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.carry_out(request, lambda said: plan.ask_change(by=request.user, **form.facts())):
        return redirect(plan)
    return render(request, "inspection/plan_change.html", {"form": form, "plan": plan}, status=form.http_status)


def plan_urgent(request: HttpRequest) -> HttpResponse:
    """先行实施、手工备案: two lines and a tap, on the phone before the gate."""
    post = request.user.holding(Duty.VISIT_LOG) or request.user.holding(Duty.PLAN_FILE)
    if not post:
        raise NotYours(_("只有检查单位的执法人员或者经办人可以登记先行实施的检查。"))
    form = UrgentForm(request.POST or None, agency=post.agency, initial=UrgentForm.first(request.user, post.agency))
    if request.method == "POST" and form.carry_out(
        request, lambda said: InspectionPlan.begin_urgent(by=request.user, agency=post.agency, **form.facts())
    ):
        return redirect(form.result)
    return render(request, "inspection/plan_urgent.html", {"form": form, "agency": post.agency}, status=form.http_status)


@require_safe
def plan_paper(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A paper attached to a plan the person may see."""
    paper = get_object_or_404(
        PlanPaper.objects.standing().filter(plan__in=InspectionPlan.objects.visible_to(request.user)).select_related("file"), uid=uid
    )
    paper.file.read()
    return FileResponse(open(paper.file.path, "rb"), content_type=paper.file.content_type, filename=paper.title, as_attachment=True)
