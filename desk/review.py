"""The reviewer's desk: one filing on one screen, decided by keyboard, then the next; and the batch of ordinary ones."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import County, Duty
from audit.models import NotYours, Reading, Refusal
from inspection import clocks, letters
from inspection.forms.office import StepForm
from inspection.models import DeclineGround, InspectionPlan
from inspection.year import years_of
from oversight.retaliation import Sign, signs

from .views import last_return, markable, review_of

#: rows of the queue on one page, filings of one batch, enterprises whose year is shown; counts beyond are said as "more"
ROWS, BATCH, YEARS, MOST = 25, 50, 3, 100
#: what this desk decides, in the order of its keys
DECISIONS = ("receive", "accept", "review", "return_", "decline", "uphold", "recheck")


def _only_for_the_office(request: HttpRequest) -> None:
    if not (request.user.holding(Duty.PLAN_REVIEW) or request.user.holding(Duty.PLAN_RECEIVE)):
        raise NotYours(_("只有备案机关的受理、审核、签发岗位可以使用审查台。"))


def _waiting(user: Any) -> Any:
    """Return what waits for this person's decision, oldest first."""
    return InspectionPlan.objects.awaiting_decision_of(user).order_by("endorsed_at", "pk")


def _ordinary(user: Any) -> Any:
    """Return what may be decided as a batch: 快速备案 that no lot has drawn for a closer look, and whose reviewer, if any, agrees."""
    status = InspectionPlan.Status
    agreed = Q(status=status.REVIEWED, proposal=InspectionPlan.Proposal.ACCEPT)
    return _waiting(user).filter(agreed | Q(status__in=(status.ENDORSED, status.RECEIVED)), fast=True, closer_look=False)


def _verbs(plans: list[InspectionPlan]) -> dict[int, str]:
    """Return key of filing -> what the batch does: where two persons decide, it is reviewed first, and signed off by the other's batch."""
    counties = {plan.county_id: plan.county for plan in plans}
    two = {key for key, county in counties.items() if county.rule(clocks.PERSONS) == "2"}
    reviewed = InspectionPlan.Status.REVIEWED
    return {plan.pk: "review" if plan.county_id in two and plan.status != reviewed else "accept" for plan in plans}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first, with its clock; how much of it is ordinary. As many questions for ten thousand as for ten."""
    _only_for_the_office(request)
    rows = _waiting(request.user).select_related("agency", "county", "received_by").prefetch_related("targets")
    return render(
        request,
        "desk/review_queue.html",
        {
            "rows": clocks.attach(rows[:ROWS]),
            "waiting": _counted(_waiting(request.user)),
            "ordinary": _counted(_ordinary(request.user)),
            "rechecks": _counted(InspectionPlan.objects.awaiting_recheck_by(request.user)),
        },
    )


def _counted(rows: Any) -> str:
    """Return how many rows, as far as anybody needs to know."""
    found = len(rows.order_by().values_list("pk", flat=True)[: MOST + 1])
    return f"{MOST}+" if found > MOST else str(found)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the next filing onto the desk: what one has begun, what waits for one's signature, then the oldest nobody has (受理).

    Nobody has what was received by a person who can't decide: the receiving post, or a reviewer whose post has ended.
    """
    _only_for_the_office(request)
    return _next(request)


def _next(request: HttpRequest, after: InspectionPlan | None = None) -> HttpResponse:
    user, status = request.user, InspectionPlan.Status
    waiting = _waiting(user).exclude(pk=after.pk if after else None)
    begun = Q(status=status.RECEIVED, received_by=user) | Q(status__in=(status.REVIEWED, status.ESCALATED))
    if found := waiting.filter(begun).first():
        return redirect("desk:review-one", uid=found.uid)
    for plan in waiting.filter(Q(status=status.ENDORSED) | _left_lying(user), fast=False).select_related("county", "agency")[:10]:
        if "receive" not in plan.steps_open_to(user) or not user.holding(Duty.PLAN_REVIEW, county=plan.county):
            return redirect("desk:review-one", uid=plan.uid)
        try:
            plan.receive(by=user)
        except Refusal:
            continue  # a colleague was faster: the next one
        return redirect("desk:review-one", uid=plan.uid)
    return redirect("desk:review")


def _left_lying(user: Any) -> Q:
    """Return what is received, by somebody who can't take it further."""
    left = Q(pk__in=[])
    for county in County.objects.filter(pk__in=user.counties_carrying(Duty.PLAN_REVIEW)):
        deciding = letters.holders(Duty.PLAN_REVIEW, county)
        left |= Q(status=InspectionPlan.Status.RECEIVED, county=county) & ~Q(received_by__in=deciding)
    return left


@require_safe
def one(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One filing on one screen: what is filed, what the checks find and what changed, the enterprise's year, and the keys."""
    _only_for_the_office(request)
    plan = _found(request, uid)
    return _screen(request, plan, StepForm(user=request.user))


def _found(request: HttpRequest, uid: uuid.UUID) -> InspectionPlan:
    rows = InspectionPlan.objects.visible_to(request.user).filter(county__in=request.user.office_counties())
    return get_object_or_404(
        rows.select_related(
            *("agency", "county", "submitted_by", "endorsed_by", "received_by", "reviewed_by", "decided_by"),
            *("programme_line__programme", "drawn_line", "referral"),
        ),
        uid=uid,
    )


def _screen(request: HttpRequest, plan: InspectionPlan, form: StepForm, verb: str = "") -> HttpResponse:
    open_now = plan.steps_open_to(request.user)
    steps = {name: open_now[name] for name in DECISIONS if name in open_now}
    if len(steps) > 1:  # who decides receives by taking the next one
        steps.pop("receive", None)
    targets = list(plan.targets.standing().select_related("enterprise__county").order_by("pk"))
    return render(
        request,
        "desk/review.html",
        {
            "plan": clocks.attach([plan])[0],
            "steps": steps,
            "review": review_of(plan),
            "returned": last_return(plan),
            "reasons": plan.reasons.standing(),
            "targets": targets,
            "items": plan.items.standing(),
            "officers": plan.officers.standing(),
            "assistants": plan.assistants.standing(),
            "partners": plan.agencies.partners().select_related("agency"),
            "papers": plan.papers.standing(),
            "years": years_of([target.enterprise for target in targets[:YEARS]], agency=None, beside=plan.pk),
            "grounds": DeclineGround.objects.filter(county=plan.county).in_force(plan.county.today()) if "decline" in open_now else [],
            "markable": markable() if "return_" in open_now else [],
            "signs": _signs(request, plan),
            "form": form,
            "tried": verb,
        },
        status=form.http_status,
    )


def _signs(request: HttpRequest, plan: InspectionPlan) -> list[Sign]:
    """Return what only the Office may know beside a filing. Who was shown it is kept; no order of the queue depends on it."""
    if not request.user.holding(Duty.PLAN_REVIEW, county=plan.county):
        return []
    found = signs(plan)
    if found:
        Reading.record(by=request.user, what="retaliation", rows=[plan])
    return found


@require_POST
def decide(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """Decide, and have the next filing on the desk. Refused: the same screen, with what was written and what is wrong."""
    _only_for_the_office(request)
    if verb not in DECISIONS:
        raise Http404
    plan, form = _found(request, uid), StepForm(request.POST, user=request.user)
    if not form.carry_out(request, lambda said: getattr(plan, verb)(by=request.user, **form.facts_for(verb))):
        plan.refresh_from_db()
        return _screen(request, plan, form, verb)
    messages.success(request, _("%(what)s：%(plan)s") % {"what": InspectionPlan.STEPS[verb].label, "plan": plan})
    return _next(request, plan)


@require_safe
def batch(request: HttpRequest) -> HttpResponse:
    """快速备案: ordinary filings, each with its line, to be signed together. What has changed since is not ordinary any more."""
    _only_for_the_office(request)
    rows = _ordinary(request.user).select_related("agency", "county", "programme_line__programme").prefetch_related("targets", "items")
    plans = clocks.attach(rows[:BATCH])
    verbs = _verbs(plans)
    for plan in plans:
        plan.verb = verbs[plan.pk]
        plan.step_label = InspectionPlan.STEPS[plan.verb].label
    return render(request, "desk/review_batch.html", {"rows": plans, "two": any(plan.verb == "review" for plan in plans)})


@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Decide the ticked filings of the batch by one signature for each verb; say of each that could not be why.

    What could not be, and what was shown (``shown``) but not ticked, is ordinary no more: it is brought up by itself.
    """
    _only_for_the_office(request)
    wanted = [key for key in request.POST.getlist("plan") if _is_uid(key)][:BATCH]
    shown = [key for key in request.POST.getlist("shown") if _is_uid(key)][:BATCH]
    plans = list(_ordinary(request.user).filter(uid__in={*wanted, *shown}).select_related("county", "agency"))
    ticked = {uuid.UUID(key) for key in wanted}
    aside = [plan for plan in plans if plan.uid not in ticked]
    verbs = _verbs(plans)
    note, done, refused = request.POST.get("note", "")[:500], 0, []
    for verb, said, opinion in (
        ("review", _("一次签名，审核并提请签发 %(n)d 件。"), note.strip() or _("快速备案：在已备案的检查计划之内，预检没有发现问题。")),
        ("accept", _("一次签名，准予备案 %(n)d 件。"), note),
    ):
        chosen = [plan for plan in plans if plan.uid in ticked and verbs[plan.pk] == verb]
        if not chosen:
            continue
        outcome = InspectionPlan.together(chosen, verb, by=request.user, note=opinion)
        refused += [(plan, why) for plan, why in outcome if why]
        n = sum(not why for _plan, why in outcome)
        done += n
        messages.success(request, said % {"n": n})
    if aside := [*aside, *(plan for plan, _why in refused)]:
        InspectionPlan.together(aside, "set_aside", by=request.user)
    if done < len(wanted):
        messages.warning(request, _("有 %(n)d 件没有办理：已有人办理，或者情况有变，请逐件审查。") % {"n": len(wanted) - done})
    for plan, why in refused:
        messages.warning(request, f"{plan}：{why}")
    return redirect("desk:review-batch")


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
