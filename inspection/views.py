"""The pages of the agency and its Office: lists, the filing form, and the acts. What a thing looks like stands in desk."""

import uuid
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency, Duty, Effect, Enterprise
from accounts.paging import page_of
from audit.forms import NoteForm
from audit.models import NotYours

from .forms import ArriveForm, LeaveForm, PlanForm, UnfiledVisitForm
from .models import (
    DeclineGround,
    EnterpriseAct,
    FilingNotice,
    InspectionPlan,
    OutOfScopeMatter,
    PlanPaper,
    Visit,
)


# --- plans ----------------------------------------------------------------------------------------
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """The filings this person may see, newest first; by state, words, own."""
    plans = InspectionPlan.objects.visible_to(request.user).select_related("agency", "county", "drafted_by")
    status, words = request.GET.get("status", ""), request.GET.get("words", "").strip()
    if status in InspectionPlan.Status.values:
        plans = plans.filter(status=status)
    if words:
        plans = plans.filter(targets__dropped=False, targets__name__icontains=words).distinct()
    page = page_of(plans.prefetch_related("targets"), request)
    return render(
        request,
        "inspection/plan_list.html",
        {
            "page": page,
            "statuses": InspectionPlan.Status.choices,
            "status": status,
            "words": words,
            "may_file": request.user.holding(Duty.PLAN_FILE),
        },
    )


def plan_begin(request: HttpRequest) -> HttpResponse:
    """The way to a new filing: what lies outside the rule, then the act. Nothing is stored here, of no case.

    A forbidden act is refused with its article, and the attempt is kept for the Office.
    """
    agency = _filing_agency(request)
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


def _filing_agency(request: HttpRequest) -> Agency:
    post = request.user.holding(Duty.PLAN_FILE)
    if not post:
        raise NotYours(_("只有检查单位的经办人可以起草备案。"))
    return post.agency


def plan_new(request: HttpRequest) -> HttpResponse:
    """Begin a filing of the act ``?act=CODE`` (left out: the ordinary inspection). Kept as a draft, or submitted at once."""
    agency = _filing_agency(request)
    if agency.effect == Effect.EXEMPT:
        return redirect("inspection:plan-begin")
    act = EnterpriseAct.filable(agency.county, (request.POST.get("act") or request.GET.get("act", ""))[:40])
    form = PlanForm(
        request.POST or None,
        request.FILES or None,
        agency=agency,
        initial={"uid": uuid.uuid4(), **_last_time(request, agency), "act": act.code if act else ""},
    )
    if request.method == "POST" and form.carry_out(
        request, lambda said: InspectionPlan.draft(by=request.user, agency=agency, facts=form.facts(), uid=said["uid"])
    ):
        return _kept(request, form.result)
    return render(request, "inspection/plan_form.html", {"form": form, "agency": agency, "act": act}, status=form.http_status)


def plan_edit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change a draft."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user).select_related("agency__county"), uid=uid)
    form = PlanForm(request.POST or None, request.FILES or None, agency=plan.agency, initial=PlanForm.initial_of(plan))
    if request.method == "POST" and form.carry_out(request, lambda said: plan.revise(by=request.user, facts=form.facts(plan))):
        return _kept(request, plan)
    return render(request, "inspection/plan_form.html", {"form": form, "agency": plan.agency, "plan": plan}, status=form.http_status)


def _kept(request: HttpRequest, plan: InspectionPlan) -> HttpResponse:
    """After keeping: submit if asked to; what keeps it from going stands on the plan's page, above the draft."""
    if "submit" in request.POST and not plan.faults():
        plan.submit(by=request.user)
    return redirect(plan)


def _last_time(request: HttpRequest, agency: Agency) -> dict[str, object]:
    """Return what this clerk's last filing teaches: the team, the type, the words."""
    last = InspectionPlan.objects.filter(agency=agency, drafted_by=request.user).order_by("-pk").first()
    if last is None:
        return {}
    initial = PlanForm.initial_of(last)
    return {name: initial[name] for name in ("type", "task_source", "items", "officers", "purpose", "requirements", "minutes_on_site")}


@require_POST
def plan_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """One step of the table: ``/plans/<uid>/<verb>/``. Verbs that revise or are unknown are not found."""
    plan = get_object_or_404(InspectionPlan.objects.visible_to(request.user), uid=uid)
    if verb not in InspectionPlan.STEPS or verb == "revise":
        raise Http404
    form = NoteForm(request.POST)
    note = {} if verb == "submit" else {"note": request.POST.get("note", "")[:500]}
    if verb == "decline":
        note["ground"] = request.POST.get("ground", "")[:40]
    if form.carry_out(request, lambda said: getattr(plan, verb)(by=request.user, **note)):
        return redirect(plan)
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


@require_safe
def plan_paper(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A paper attached to a plan the person may see."""
    paper = get_object_or_404(
        PlanPaper.objects.standing().filter(plan__in=InspectionPlan.objects.visible_to(request.user)).select_related("file"), uid=uid
    )
    paper.file.read()
    return FileResponse(open(paper.file.path, "rb"), content_type=paper.file.content_type, filename=paper.title, as_attachment=True)


# --- notices and visits -----------------------------------------------------------------------------
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
    if only_today:
        notices = notices.for_the_day(request.user.today()).issued()
    return render(request, "inspection/notice_list.html", {"page": page_of(notices, request), "words": words, "only_today": only_today})


@require_POST
def notice_void(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """作废 a notice, with its reason."""
    notice = get_object_or_404(FilingNotice.objects.visible_to(request.user), uid=uid)
    form = NoteForm(request.POST)
    if form.carry_out(request, lambda said: notice.void(by=request.user, note=said["note"])):
        return redirect(notice)
    context = {"row": notice, "form": form, "step": FilingNotice.STEPS["void"], "back": notice.get_absolute_url()}
    return render(request, "inspection/act.html", context, status=form.http_status)


def arrive(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """入企登记 by phone."""
    notice = get_object_or_404(FilingNotice.objects.visible_to(request.user).select_related("county", "plan__agency"), uid=uid)
    form = ArriveForm(request.POST or None, notice=notice, initial={"uid": uuid.uuid4()})
    if request.method == "POST" and form.carry_out(
        request,
        lambda said: Visit.arrive(by=request.user, notice=notice, officers=list(said["officers"]), others=said["others"], uid=said["uid"]),
    ):
        return redirect(form.result)
    return render(request, "inspection/arrive.html", {"form": form, "notice": notice}, status=form.http_status)


def leave(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """离企登记 by phone."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("agency", "enterprise"), uid=uid)
    form = LeaveForm(request.POST or None)
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


# --- finding an enterprise ---------------------------------------------------------------------------
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Enterprises by name, pinyin, initials or number as they are typed: a fragment for the forms. ``into``: which field."""
    words = (request.GET.get("words") or request.GET.get("target", "")).strip()[:120]
    standing = Enterprise.objects.visible_to(request.user).filter(closed_on=None).select_related("county")
    found = standing.search(words, counties=request.user.counties(), limit=8)
    into = "id_target" if request.GET.get("into") == "id_target" else "id_targets"
    return render(request, "inspection/_suggestions.html", {"found": found, "words": words, "into": into})
