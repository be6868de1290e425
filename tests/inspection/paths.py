"""The paths by which the review and what follows it, papers and reminders are written: walked by tests/ledger/test_paths.py."""

import datetime

import time_machine
from django.db import connection

from accounts.models import User
from inspection import documents, printing
from inspection.models import InspectionPlan, Printout
from inspection.reminders import remind_desks_due
from tests import make
from tests.inspection.test_who_may import set_persons

DAY = datetime.timedelta(days=1)


def declined(desk):
    plan = desk.endorsed()
    plan.decline(by=desk.reviewer, ground=desk.ground.code)
    plan.ask_recheck(by=desk.clerk, note="属于例外")
    return plan


def received(desk):
    plan = desk.endorsed()
    plan.receive(by=desk.reviewer)
    return plan


def reviewed(desk):
    set_persons(desk, 2)
    desk.endorsed().review(by=desk.reviewer, note="材料齐全")


def left_undecided(desk):
    """Let the window of a filing come to its end without a decision."""
    plan = desk.endorsed()
    noon = datetime.datetime.combine(plan.ends_on + DAY, datetime.time(4), datetime.UTC)
    with time_machine.travel(noon, tick=False):
        assert InspectionPlan.lapse_due(by=User.objects.system()) == 1
    plan.refresh_from_db()
    return plan


def asked(desk, kind="POSTPONE"):
    plan = desk.numbered().plan
    plan.ask_change(by=desk.clerk, note="原定人员病假", kind=kind, starts_on=plan.starts_on + 3 * DAY, ends_on=plan.ends_on + 3 * DAY)
    return plan


def completed(desk):
    plan = desk.urgent()
    plan.revise(by=desk.clerk, facts=make.plan_facts(desk))
    plan.complete(by=desk.clerk)


def joined(desk, verb):
    partner = make.a_partner(desk)
    plan = desk.submitted(partners=[partner.agency])
    getattr(plan, verb)(by=partner.head, note="本月无人")


def together(desk):
    InspectionPlan.together([desk.endorsed(), desk.endorsed()], "accept", by=desk.reviewer)


def set_aside(desk):
    plan = desk.endorsed()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET fast = %s WHERE id = %s", [True, plan.pk])
    plan.set_aside(by=desk.reviewer)


def withdrawn_after(desk):
    desk.issued().plan.withdraw(by=desk.head, note="改为网上核查")


def deputised(desk):
    held = desk.head.posts.get()
    today = desk.county.today()
    deputy = make.a_user("CLERK", agency=desk.agency)
    role, agency = held.role, desk.agency
    return type(held).give(by=desk.head, user=deputy, role=role, agency=agency, starts=today, ends=today + 9 * DAY, deputises_for=held)


def reminded(desk):
    plan = desk.endorsed()
    day = plan.endorsed_at + 14 * DAY
    while day.weekday() != 2:
        day += DAY
    with time_machine.travel(day, tick=False):
        assert remind_desks_due(by=User.objects.system())


def ordered(desk):
    desk.issued()
    assert documents.issue_orders_due(by=make.system()) == 1


def printed(desk):
    Printout.ask(by=desk.clerk, kind=Printout.Kind.APPROVAL, about=desk.issued().plan)
    assert printing.print_due(by=make.system()) >= 1


def not_printed(desk):
    Printout.ask(by=desk.clerk, kind=Printout.Kind.APPROVAL, about=desk.issued().plan).fail(by=make.system(), said="字体缺失")


#: what happens -> (how, who signs the last leaf)
ACTS = {
    "receive a plan": (received, "reviewer"),
    "review a plan": (reviewed, "reviewer"),
    "ask for a recheck": (declined, "clerk"),
    "uphold": (lambda d: declined(d).uphold(by=d.issuer, note="不属于例外"), "issuer"),
    "recheck": (lambda d: declined(d).recheck(by=d.issuer, note="确属例外"), "issuer"),
    "decide together": (together, "reviewer"),
    "set a filing aside": (set_aside, "reviewer"),
    "let a filing lapse": (left_undecided, "系统"),
    "file again what lapsed": (lambda d: left_undecided(d).refile(by=d.clerk), "clerk"),
    "ask for a change": (asked, "clerk"),
    "amend": (lambda d: asked(d, "AMEND").amend(by=d.head), "head"),
    "postpone": (lambda d: asked(d).postpone(by=d.head), "head"),
    "refuse a change": (lambda d: asked(d).refuse_change(by=d.head, note="按原计划"), "head"),
    "withdraw what was filed": (withdrawn_after, "head"),
    "begin before filing": (lambda d: d.urgent(), "officer"),
    "complete the formality": (completed, "clerk"),
    "confirm a joint inspection": (lambda d: joined(d, "confirm"), None),
    "stay away from a joint inspection": (lambda d: joined(d, "refuse_joining"), None),
    "name a deputy": (deputised, "head"),
    "remind desks": (reminded, "系统"),
    "make an order": (ordered, "系统"),
    "hold a notice up": (lambda d: d.numbered().hold_up(by=make.system(), note="没有签发密钥"), "系统"),
    "print a paper": (printed, "系统"),
    "say that a paper was not made": (not_printed, "系统"),
}
#: what the reviewer's screen and the API of steps may do beside the ordinary decisions
DECISIONS = ["accept a plan", "return a plan", "decline a plan", "receive a plan", "review a plan", "uphold", "recheck"]
#: an address that writes -> the acts behind it
ADDRESSES = {
    "accounts:deputies": ["name a deputy"],
    "accounts:deputy-end": ["name a deputy"],
    "api-deputies": ["name a deputy"],
    "api-deputy-end": ["name a deputy"],
    "api-plans-ask-change": ["ask for a change"],
    "api-plans-together": ["decide together"],
    "api-plans-urgent": ["begin before filing"],
    "api-printouts-list": ["print a paper"],
    "desk:review-decide": DECISIONS,
    "desk:review-sign": ["decide together", "set a filing aside"],
    "desk:review-take": ["receive a plan"],
    "inspection:plan-change": ["ask for a change"],
    "inspection:plan-urgent": ["begin before filing"],
    "inspection:printout-ask": ["print a paper"],
}
#: pages that answer GET only
LOOKS = {
    "api-money-differences", "desk:inbox", "desk:review", "desk:review-batch", "desk:review-one", "disclosure:office",
    "disclosure:office-figures", "inspection:joinable", "inspection:order-file", "inspection:printout", "inspection:printout-file",
    "oversight:overdue",
}  # fmt: skip
CLOCK = {
    "inspection.documents.issue_orders_due": "make an order",
    "inspection.models.plan_office.DecidedByOffice.lapse_due": "let a filing lapse",
    "inspection.printing.print_due": "print a paper",
    "inspection.reminders.remind_desks_due": "remind desks",
}
