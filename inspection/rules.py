"""Who may: one sentence each, asked by door, button and API alike.

Each returns the post in which the person would act, or None. ``effect_of`` says which of the two ways a filing goes.
"""

from collections.abc import Iterable
from typing import Any

from accounts.models import Duty, Effect, Post


def effect_of(lead: Any, partners: Iterable[Any]) -> str:
    """How a filing works: as its lead's do; but one unit under review puts a joint one under review, or joining would be a way round."""
    if lead.effect == Effect.NOTIFY and any(unit.effect == Effect.REVIEW for unit in partners):
        return Effect.REVIEW
    return lead.effect


def clerk_of_its_agency(user: Any, plan: Any) -> Post | None:
    """经办人 of the agency that files."""
    return user.holding(Duty.PLAN_FILE, agency=plan.agency)


def another_head(user: Any, plan: Any) -> Post | None:
    """负责人 of the agency, or a deputy; never the person who submitted."""
    return (user.pk != plan.submitted_by_id and user.holding(Duty.PLAN_ENDORSE, agency=plan.agency)) or None


def another_head_for_review(user: Any, plan: Any) -> Post | None:
    """The head of an agency whose filings the Office reviews, or with which such an agency joins."""
    return another_head(user, plan) if plan.effect == Effect.REVIEW else None


def another_head_for_notice(user: Any, plan: Any) -> Post | None:
    """The head of an agency that informs the Office (告知备案), as all that join it do: no decision follows."""
    return another_head(user, plan) if plan.effect == Effect.NOTIFY else None


def clerk_or_head(user: Any, plan: Any) -> Post | None:
    """Either side of the desk in the agency that files."""
    return clerk_of_its_agency(user, plan) or user.holding(Duty.PLAN_ENDORSE, agency=plan.agency)


def another_pair_of_eyes(user: Any, plan: Any) -> Post | None:
    """审核 in the Office of the county; never who filed or approved it in another post."""
    if user.pk in (plan.submitted_by_id, plan.endorsed_by_id):
        return None
    return user.holding(Duty.PLAN_REVIEW, county=plan.county)


def intake(user: Any, plan: Any) -> Post | None:
    """受理 in the Office of the county; never who filed or approved it in another post."""
    if user.pk in (plan.submitted_by_id, plan.endorsed_by_id):
        return None
    return user.holding(Duty.PLAN_RECEIVE, county=plan.county)


def who_decides(user: Any, plan: Any) -> Post | None:
    """审核 decides; what has been reviewed is signed off (签发) by another than its reviewer; what has run over its time, by 签发."""
    post = another_pair_of_eyes(user, plan)
    if not post or plan.status not in ("REVIEWED", "ESCALATED"):
        return post
    return (user.pk != plan.reviewed_by_id and user.holding(Duty.PLAN_ISSUE, county=plan.county)) or None


def a_third_pair_of_eyes(user: Any, plan: Any) -> Post | None:
    """审核 in the Office, never who filed, approved, reviewed or declined it: 复核 is another person's."""
    return None if user.pk in (plan.decided_by_id, plan.reviewed_by_id) else another_pair_of_eyes(user, plan)


def clock_of_the_county(user: Any, plan: Any) -> Post | None:
    """The clock of the county: what follows when nobody decided in time."""
    return user.holding(Duty.SYSTEM, county=plan.county)


def head_of_a_partner(user: Any, plan: Any) -> Post | None:
    """负责人 of a unit that is asked to join and has not answered yet."""
    for row in plan.agencies.partners().filter(confirmed_at__isnull=True).select_related("agency"):
        if post := user.holding(Duty.PLAN_ENDORSE, agency=row.agency):
            return post
    return None


def head_of_its_agency(user: Any, notice: Any) -> Post | None:
    """负责人 of the agency in whose filing the notice stands."""
    return user.holding(Duty.PLAN_ENDORSE, agency=notice.plan.agency)


def agency_of_the_notice(user: Any, notice: Any) -> Post | None:
    """Either side of the desk in the agency in whose filing the notice stands."""
    return clerk_or_head(user, notice.plan)


def another_head_than_asked(user: Any, plan: Any) -> Post | None:
    """负责人 of the agency, or a deputy; never the person who asked for the change."""
    asked_by = plan.changes.open().values_list("asked_by", flat=True).first()
    return (user.pk != asked_by and user.holding(Duty.PLAN_ENDORSE, agency=plan.agency)) or None


def who_may_void(user: Any, notice: Any) -> Post | None:
    """The Office that filed it; a notice of 告知备案 only the head of its own agency, since the Office can't refuse it."""
    if notice.plan.status == "NOTIFIED":
        return user.holding(Duty.PLAN_ENDORSE, agency=notice.plan.agency)
    return the_office(user, notice)


def the_office(user: Any, notice: Any) -> Post | None:
    """签发 or 审核 in the Office that issued the notice."""
    return user.holding(Duty.PLAN_ISSUE, county=notice.county) or user.holding(Duty.PLAN_REVIEW, county=notice.county)


def who_may_print(user: Any, ground: Any) -> Post | None:
    """Who works on it: clerk, head and officers of its agency, and of a filing that has left the agency 审核 and 签发 in the Office."""
    for duty in (Duty.PLAN_FILE, Duty.PLAN_ENDORSE, Duty.VISIT_LOG):
        if post := user.holding(duty, agency=ground.agency):
            return post
    left = ground.visit or (ground.plan and ground.plan.endorsed_at)
    return (left and the_office(user, ground)) or None


def the_system(user: Any, row: Any) -> Post | None:
    """The clock: work that is derived from state."""
    return user.holding(Duty.SYSTEM, county=row.county)


def officer_named_on(user: Any, notice: Any) -> Post | None:
    """执法人员 whose name stands on the notice, of the lead or of a partner in a joint inspection."""
    return officer_on_the_plan(user, notice.plan)


def officer_on_the_plan(user: Any, plan: Any) -> Post | None:
    """执法人员 named on the plan."""
    row = plan.officers.filter(dropped=False, officer__user=user).select_related("officer__agency").first()
    return user.holding(Duty.VISIT_LOG, agency=row.officer.agency) if row else None


def officer_of_the_visit(user: Any, visit: Any) -> Post | None:
    """执法人员 who takes part in the visit, of the lead or of a partner."""
    person = visit.people.filter(officer__user=user).select_related("officer__agency").first()
    return user.holding(Duty.VISIT_LOG, agency=person.officer.agency) if person else None


def another_head_who_freezes(user: Any, draw: Any) -> Post | None:
    """负责人 of the agency that draws, or a deputy; never the person who prepared the pool."""
    return (user.pk != draw.prepared_by_id and user.holding(Duty.PLAN_ENDORSE, agency=draw.agency)) or None


def other_unit_of_the_draw(user: Any, draw: Any) -> Post | None:
    """The second unit, named at the freeze: 审核 of the Office, 财政, or another agency's clerk or head."""
    if draw.witness == draw.Witness.OFFICE:
        return user.holding(Duty.PLAN_REVIEW, county=draw.county)
    if draw.witness == draw.Witness.FINANCE:
        return user.holding(Duty.MONEY_READ, county=draw.county)
    agency = draw.witness_agency
    return user.holding(Duty.PLAN_FILE, agency=agency) or user.holding(Duty.PLAN_ENDORSE, agency=agency)


def either_unit_of_the_draw(user: Any, draw: Any) -> Post | None:
    """Somebody who gives one of the two halves of the seed."""
    return clerk_or_head(user, draw) or other_unit_of_the_draw(user, draw)


def head_who_draws(user: Any, line: Any) -> Post | None:
    """负责人 of the agency that drew the line: letting an enterprise go, or an officer, is not the clerk's to decide."""
    return user.holding(Duty.PLAN_ENDORSE, agency=line.draw.agency)
