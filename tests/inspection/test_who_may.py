"""The whole law of the desk: every verb, in every state, for every post, here, next door and in the next county.

LAW is written down here a second time, by hand: it is compared with the code, not taken from it.
"""

import datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import Effect, RuleValue
from audit.models import Leaf, NotYours, Refused, WrongMoment
from fees.models import Charge
from inspection.drawing import digest_of_secret
from inspection.models import Draw, DrawnLine, FilingNotice, InspectionPlan, Visit
from paper.models import StoredFile
from tests import make, make_draw
from tests.turns import PROVE, by_turns

EDITABLE = {"DRAFT", "SENT_BACK", "RETURNED"}
OFFICE = {"REVIEWER", "ISSUER"}
UNDECIDED = {"ENDORSED", "RECEIVED", "REVIEWED", "ESCALATED"}
FILED = {"ACCEPTED", "NOTIFIED"}
#: what has been reviewed, or has run over its time, is for 签发 alone
SIGNING = {"REVIEWED": {"ISSUER"}, "ESCALATED": {"ISSUER"}}
#: 复核 is another's than who reviewed or decided: here the reviewer, and of the revoked one the issuer
NOT_ONES_OWN = {s: {"ISSUER"} for s in ("RETURNED", "ACCEPTED", "DECLINED", "RECHECKING", "REVIEWED")} | {"REVOKED": {"REVIEWER"}}
#: verb -> (from which states, to which state, who of the county's own people, who else in which state)
PLAN_LAW = {
    "revise": (EDITABLE | {"PROVISIONAL"}, None, {"CLERK"}),
    "submit": (EDITABLE, "SUBMITTED", {"CLERK"}),
    "complete": ({"PROVISIONAL"}, "SUBMITTED", {"CLERK"}),
    "refile": ({"LAPSED"}, "SUBMITTED", {"CLERK"}),
    "confirm": ({"SUBMITTED"}, None, {"PARTNER"}),
    "refuse_joining": ({"SUBMITTED"}, "SENT_BACK", {"PARTNER"}),
    "endorse": ({"SUBMITTED"}, "ENDORSED", {"HEAD"}),
    "notify": ({"SUBMITTED"}, "NOTIFIED", {"HEAD"}),
    "send_back": ({"SUBMITTED"}, "SENT_BACK", {"HEAD"}),
    "receive": ({"ENDORSED"}, "RECEIVED", {"INTAKE", "REVIEWER"}),
    "review": ({"ENDORSED", "RECEIVED"}, "REVIEWED", OFFICE),
    "set_aside": (UNDECIDED - {"ESCALATED"}, None, OFFICE, SIGNING),
    "accept": (UNDECIDED, "ACCEPTED", OFFICE, SIGNING),
    "return_": (UNDECIDED, "RETURNED", OFFICE, SIGNING),
    "decline": (UNDECIDED, "DECLINED", OFFICE, SIGNING),
    "withdraw": (EDITABLE | UNDECIDED | FILED | {"SUBMITTED", "LAPSED", "PROVISIONAL"}, "WITHDRAWN", {"CLERK", "HEAD"}),
    "revoke": ({"ACCEPTED"}, "REVOKED", OFFICE),
    "remark": ({"NOTIFIED"}, None, OFFICE),
    "report": ({"NOTIFIED"}, None, OFFICE),
    "ask_recheck": ({"DECLINED"}, "RECHECKING", {"CLERK", "HEAD"}),
    "uphold": ({"RECHECKING"}, "DECLINED", OFFICE, NOT_ONES_OWN),
    "recheck": ({"RECHECKING"}, "ACCEPTED", OFFICE, NOT_ONES_OWN),
    "pass_up": (UNDECIDED - {"ESCALATED"}, "ESCALATED", {"SYSTEM"}),
    "lapse": (UNDECIDED, "LAPSED", {"SYSTEM"}),
    "count_as_notice": (UNDECIDED - {"ESCALATED"}, "NOTIFIED", {"SYSTEM"}),
    "name": (FILED, None, {"OFFICER"}),
    "ask_change": (FILED, None, {"CLERK"}),
    "amend": (FILED, None, {"HEAD"}),
    "postpone": (FILED, None, {"HEAD"}),
    "refuse_change": (FILED, None, {"HEAD"}),
}
PLAN_STATES = {
    "DRAFT", "SUBMITTED", "SENT_BACK", "ENDORSED", "RECEIVED", "REVIEWED", "ESCALATED", "RETURNED", "ACCEPTED", "NOTIFIED", "DECLINED",
    "RECHECKING", "LAPSED", "PROVISIONAL", "WITHDRAWN", "REVOKED",
}  # fmt: skip
NOTICE_LAW = {
    "issue": ({"NUMBERED"}, "ISSUED", {"SYSTEM"}),
    "hold_up": ({"NUMBERED"}, None, {"SYSTEM"}),
    "void": ({"NUMBERED", "ISSUED"}, "VOID", OFFICE),
    "replace": ({"NUMBERED", "ISSUED"}, "VOID", {"HEAD"}),
    "withdraw": ({"NUMBERED", "ISSUED"}, "VOID", {"CLERK", "HEAD"}),
}
VISIT_LAW = {"leave": ({"OPEN"}, "CLOSED", {"OFFICER"})}
#: the half of the seed of a draw belongs to the agency that draws, or to the unit named beside it: here the Office
HALVES = {"CLERK", "HEAD"} | OFFICE
DRAW_LAW = {
    "revise": ({"PREPARED"}, None, {"CLERK"}),
    "freeze": ({"PREPARED"}, "FROZEN", {"HEAD"}),
    "seal": ({"FROZEN"}, None, HALVES),
    "reveal": ({"FROZEN"}, None, HALVES),
    "tell": ({"FROZEN"}, None, HALVES),
    "drop": ({"PREPARED", "FROZEN"}, "DISCARDED", {"CLERK", "HEAD"}),
}
#: steps without a door of their own: the lot falls with the second half, the clock does the others
DRAW_BY_ITSELF = {"draw", "lapse", "open"}
LINE_LAW = {"drop": ({"STANDING"}, "DROPPED", {"HEAD"}), "excuse": ({"STANDING"}, None, {"HEAD"})}
CHARGE_LAW = {
    "ask_void": ({"REGISTERED"}, "VOIDING", {"REGISTRAR"}),
    "void": ({"VOIDING"}, "VOID", {"HEAD"}),  # who asked is the registrar: voids need two people
    "keep": ({"VOIDING"}, "REGISTERED", {"HEAD"}),
    "correct": ({"REGISTERED"}, None, {"REGISTRAR"}),
    "reduce": ({"REGISTERED"}, None, {"HEAD"}),
    "defer": ({"REGISTERED"}, None, {"HEAD"}),
}


#: what was added falls inside the act that moves its fine, to what its days come to
CHARGE_BY_ITSELF = {"recount", "annul"}


class Undone(Exception):
    """Rolls back an act that succeeded, so that the next person finds the same state."""


#: verbs that take more than a note, each with facts that are in order
FACTS = {
    ("InspectionPlan", "revise"): lambda row, user: {"facts": {"purpose": "改过的目的"}},
    ("InspectionPlan", "submit"): lambda row, user: {},
    ("InspectionPlan", "complete"): lambda row, user: {},
    ("InspectionPlan", "decline"): lambda row, user: {"ground": "BY-1", "note": "写明理由"},
    ("InspectionPlan", "ask_change"): lambda row, user: {
        "note": "车间停产检修",
        "kind": "POSTPONE",
        "starts_on": row.starts_on,
        "ends_on": row.ends_on + datetime.timedelta(days=3),
    },
    ("FilingNotice", "issue"): lambda row, user: {"document": StoredFile.keep(b"%PDF", "application/pdf")},
    ("Draw", "revise"): lambda row, user: {"facts": {"purpose": "改过的目的"}},
    ("Draw", "freeze"): lambda row, user: {},
    ("Draw", "seal"): lambda row, user: {"digest": "ab" * 32},
    ("Draw", "reveal"): lambda row, user: {"secret": make_draw.SECRETS["A" if user.agencies() else "B"]},
    ("Draw", "tell"): lambda row, user: {"number": "03 08 17 21 28 33 07"},
    ("DrawnLine", "excuse"): lambda row, user: {"officer": row.officers.first().officer, "note": "病假"},
    ("Visit", "leave"): lambda row, user: {"result": "NONE"},
    ("Charge", "correct"): lambda row, user: {"amount": 50, "note": "写明理由"},
    ("Charge", "reduce"): lambda row, user: {"amount": 50, "note": "写明理由"},
    ("Charge", "defer"): lambda row, user: {
        "parts": [(row.county.today() + datetime.timedelta(days=30), row.open)],
        "decision": "延〔2026〕1号",
        "note": "写明理由",
    },
}


def act(row, verb, user):
    """Carry out ``verb`` with facts that are in order, whoever does it."""
    if verb == "issue":
        row.sign()
    if verb == "name":
        row.name_at_door(by=user, establishment=row.place_named, reasons=make.reasons_for([row.place_named]))
    elif verb in ("pass_up", "lapse", "count_as_notice"):
        run_out(row, verb, user)
    else:
        facts = FACTS.get((type(row).__name__, verb), lambda row, user: {"note": "写明理由"})
        getattr(row, verb)(by=user, **facts(row, user))


def run_out(plan, verb, user):
    """What the clock does with one filing that ran out of time; its table of steps has no other door."""
    effect = {"pass_up": "HEAD", "lapse": "LAPSED", "count_as_notice": "NOTIFIED"}[verb]
    with plan.step(verb, by=user):
        if effect == "NOTIFIED":
            plan._number_notices()


def everybody(desk, elsewhere):
    """Yield (who, user, whether one of the agency's own or its county's Office). All of the other county try with PROVE=1."""
    roles = ("clerk", "head", "reviewer", "issuer", "officer", "registrar", "intake", "auditor", "finance")
    for where, county_desk, there in (("own", desk, roles), ("other county", elsewhere, roles if PROVE else roles[:4])):
        for role in there:
            yield f"{role} ({where})", role.upper(), getattr(county_desk, role), where == "own"
    neighbour = make.an_agency(desk.county)
    for role in ("CLERK", "HEAD", "OFFICER", "REGISTRAR"):
        yield f"{role} (other agency)", role, make.a_user(role, agency=neighbour), False
    yield "an officer who does not take part", "BYSTANDER", make.a_user("OFFICER", agency=desk.agency), True
    yield "the clock", "SYSTEM", make.system(), True
    nobody = make.a_user("CLERK", agency=desk.agency)
    with make.signed(by=make.system(), verb="end"):
        post = nobody.posts.get()
        post.ends = desk.county.today()
        post.save()
    yield "a clerk until yesterday", "FORMER", nobody, True


def as_it_stands(row):
    """Return the row's values in the database, and how much the ledger holds."""
    return type(row).objects.filter(pk=row.pk).values().get(), Leaf.objects.count()


def outcome(row, verb, user):
    """Return what happens when ``user`` tries ``verb``: the new state, or the name of the refusal. Nothing remains."""
    try:
        with transaction.atomic():
            last = Leaf.objects.aggregate(last=Max("pk"))["last"] or 0
            act(row, verb, user)
            assert Leaf.objects.filter(pk__gt=last).count() == 1, "one act, one leaf"
            status = type(row).objects.values_list("status", flat=True).get(pk=row.pk)
            raise Undone
    except NotYours:  # by far the most: nothing has been touched
        return "NotYours"
    except Undone:
        row.refresh_from_db()
        return status
    except (WrongMoment, Refused) as refusal:
        row.refresh_from_db()
        return type(refusal).__name__


def expected(law, verb, state, role, own):
    """Return what the law says must happen. Who may not act learns nothing of the state."""
    from_, to, who, *in_state = law[verb]
    who = in_state[0].get(state, who) if in_state else who
    if not own or role not in who:
        return "NotYours"
    if state not in from_:
        return "WrongMoment"
    return to or state


def prove(law, verb, rows, desk, elsewhere, people=None):
    """Try ``verb`` on a row in each state, by everybody, and compare with the law. A refusal changes nothing."""
    wrong, tried, people = [], 0, people or list(everybody(desk, elsewhere))
    before = [as_it_stands(row) for row in rows.values()]
    for who, role, user, own in people:
        for state, row in rows.items():
            assert row.status == state
            want = expected(law, verb, state, role, own)
            step = row.STEPS[verb]
            offered = step.is_open_to(row) and bool(step.who(user, row))
            got = outcome(row, verb, user)
            tried += 1
            if got != want:
                wrong.append(f"{who} {verb} {state}: {got} instead of {want}")
            if offered != (want not in ("NotYours", "WrongMoment")):
                wrong.append(f"{who} {verb} {state}: the page {'offers' if offered else 'hides'} it")
    assert wrong == []
    assert [as_it_stands(row) for row in rows.values()] == before
    assert tried == len(rows) * len(people)


def set_effect(agency, effect):
    """Change how the agency's filings work, as a new edition of the list would."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_agency SET effect = %s WHERE id = %s", [effect, agency.pk])
    agency.refresh_from_db()


def as_patrols(plans, place):
    """Make the plans area patrols on which ``place`` may be named."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET area = %s, area_trade = %s, area_ceiling = 20", ["沂城街道", "小餐饮"])
    for plan in plans.values():
        plan.refresh_from_db()
        plan.place_named = place


def plans_in_every_state(desk):
    """One plan in each state, brought there by its own people."""
    plans = {"DRAFT": desk.draft(), "SUBMITTED": desk.submitted(), "ENDORSED": desk.endorsed()}
    plans["SENT_BACK"] = desk.submitted()
    plans["SENT_BACK"].send_back(by=desk.head, note="人员不够")
    plans["RETURNED"] = desk.endorsed()
    plans["RETURNED"].return_(by=desk.reviewer, note="依据不明")
    plans["ACCEPTED"] = desk.endorsed()
    plans["ACCEPTED"].accept(by=desk.reviewer)
    plans["DECLINED"] = desk.endorsed()
    plans["DECLINED"].decline(by=desk.reviewer, ground=desk.ground.code)
    plans["WITHDRAWN"] = desk.endorsed()
    plans["WITHDRAWN"].withdraw(by=desk.clerk, note="改期")
    plans["REVOKED"] = desk.endorsed()
    plans["REVOKED"].accept(by=desk.reviewer)
    plans["REVOKED"].revoke(by=desk.issuer, note="查明依据失效")
    plans["NOTIFIED"] = desk.submitted()
    set_effect(desk.agency, Effect.NOTIFY)
    plans["NOTIFIED"] = InspectionPlan.objects.get(pk=plans["NOTIFIED"].pk)
    plans["NOTIFIED"].notify(by=desk.head)
    set_effect(desk.agency, Effect.REVIEW)
    plans["RECEIVED"] = desk.endorsed()
    plans["RECEIVED"].receive(by=desk.intake)
    set_persons(desk, 2)
    plans["REVIEWED"] = desk.endorsed()
    plans["REVIEWED"].review(by=desk.reviewer, note="材料齐全")
    set_persons(desk, 1)
    plans["RECHECKING"] = desk.endorsed()
    plans["RECHECKING"].decline(by=desk.reviewer, ground=desk.ground.code)
    plans["RECHECKING"].ask_recheck(by=desk.clerk, note="属于例外")
    for state, verb in (("ESCALATED", "pass_up"), ("LAPSED", "lapse")):
        plans[state] = desk.endorsed()
        run_out(plans[state], verb, make.system())
    plans["PROVISIONAL"] = desk.urgent()
    with_a_form(desk, plans["PROVISIONAL"])
    return {state: InspectionPlan.objects.get(pk=plan.pk) for state, plan in plans.items()}


def set_persons(desk, persons):
    """Let one or two persons of the Office decide, from today on."""
    RuleValue.objects.filter(county=desk.county, code="review.persons").exists() or RuleValue.set_value(
        by=desk.issuer, county=desk.county, code="review.persons", value="2", starts=desk.county.today(), source="县规则"
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_rulevalue SET value = %s WHERE code = 'review.persons'", [str(persons)])


def with_a_form(desk, plan):
    """Fill in what a form would have said of an urgent check."""
    facts = {**make.plan_facts(desk), "requirements": "配合现场处置"}
    plan.revise(by=desk.clerk, facts={name: value for name, value in facts.items() if name != "targets"})


def as_fast(plans):
    """Make every filing 快速备案."""
    keys = [plan.pk for plan in plans.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE inspection_inspectionplan SET fast = %s WHERE id IN ({', '.join(['%s'] * len(keys))})", [True, *keys])


def ask_for(desk, plans, kind):
    """Let the clerk ask for a change of every filing that stands."""
    for plan in plans.values():
        if plan.status in FILED:
            plan.ask_change(
                by=desk.clerk, note="车间检修", kind=kind, starts_on=plan.starts_on, ends_on=plan.ends_on + datetime.timedelta(days=3)
            )


#: what is otherwise where the unit files for review, by notice, or not at all
STANDINGS = {
    "REVIEW": {"notify": ({"SUBMITTED"}, "NOTIFIED", set())},
    "NOTIFY": {"endorse": ({"SUBMITTED"}, "ENDORSED", set())},
    "EXEMPT": {
        "notify": ({"SUBMITTED"}, "NOTIFIED", set()),
        "endorse": ({"SUBMITTED"}, "ENDORSED", set()),
        "submit": (EDITABLE, "Refused", {"CLERK"}),
        "complete": ({"PROVISIONAL"}, "Refused", {"CLERK"}),
        "refile": ({"LAPSED"}, "Refused", {"CLERK"}),
        "review": ({"ENDORSED", "RECEIVED"}, "Refused", OFFICE),
        "accept": (UNDECIDED, "Refused", OFFICE, SIGNING),
        "recheck": ({"RECHECKING"}, "Refused", OFFICE, NOT_ONES_OWN),
        "amend": (FILED, "Refused", {"HEAD"}),
        "postpone": (FILED, "Refused", {"HEAD"}),
    },  # what waits or stands when a unit leaves the scheme can only be declined, returned, withdrawn or revoked
}


def test_the_law_names_every_verb_and_every_state():
    assert set(PLAN_LAW) == set(InspectionPlan.STEPS)
    assert set(InspectionPlan.Status.values) == PLAN_STATES
    assert set(NOTICE_LAW) == set(FilingNotice.STEPS)
    assert set(VISIT_LAW) == set(Visit.STEPS)
    assert set(CHARGE_LAW) | CHARGE_BY_ITSELF == set(Charge.STEPS)
    assert not [verb for verb in CHARGE_BY_ITSELF if hasattr(Charge, verb)]
    assert set(DRAW_LAW) | DRAW_BY_ITSELF == set(Draw.STEPS)
    assert not [verb for verb in DRAW_BY_ITSELF if hasattr(Draw, verb)]
    assert set(LINE_LAW) == set(DrawnLine.STEPS)


#: what must be so before a verb is anybody's at all; the others need nothing
PREPARED = {
    "name": lambda desk, plans: as_patrols(plans, make.an_enterprise(desk.county)),
    "review": lambda desk, plans: set_persons(desk, 2),
    "set_aside": lambda desk, plans: as_fast(plans),
    "amend": lambda desk, plans: ask_for(desk, plans, "AMEND"),
    "postpone": lambda desk, plans: ask_for(desk, plans, "POSTPONE"),
    "refuse_change": lambda desk, plans: ask_for(desk, plans, "AMEND"),
    "confirm": lambda desk, plans: ask_to_join(desk, plans),
    "refuse_joining": lambda desk, plans: ask_to_join(desk, plans),
}


def ask_to_join(desk, plans):
    """Let another unit be asked to join every filing."""
    desk.partner = make.a_partner(desk)
    for plan in plans.values():
        make.as_joint(plan, desk.partner)


@pytest.mark.parametrize("standing", ["REVIEW", *by_turns(["NOTIFY", "EXEMPT"])])
def test_a_plan_moves_only_by_the_law(desk, elsewhere, standing):
    """30 verbs × 16 states × 25 people × 3 standings: here, next door, in the next county, gone, and the clock.

    With PROVE=1; else every second of the people on each database, and of the other two standings one on each, tried by those
    who could have a hand in it.
    """
    built = plans_in_every_state(desk)
    assert set(built) == PLAN_STATES
    people = list(everybody(desk, elsewhere))
    assert len(people) == (25 if PROVE else 20)
    if standing != "REVIEW" and not PROVE:
        hands = {"CLERK", "HEAD", "OFFICER", "SYSTEM", *OFFICE}
        people = [(who, role, user, own) for who, role, user, own in people if own and role in hands]
    elif not PROVE:
        people = people[("sqlite", "postgresql").index(connection.vendor) :: 2]
    law = PLAN_LAW | STANDINGS[standing]
    for verb in law:
        with transaction.atomic():
            if verb in PREPARED:
                PREPARED[verb](desk, built)
            set_effect(desk.agency, standing)
            plans = {state: InspectionPlan.objects.get(pk=plan.pk) for state, plan in built.items()}
            for state, plan in plans.items():
                plan.place_named = getattr(built[state], "place_named", None)
            joined = [("head of a unit asked to join", "PARTNER", desk.partner.head, True)] if hasattr(desk, "partner") else []
            prove(law, verb, plans, desk, elsewhere, [*people, *joined])
            vars(desk).pop("partner", None)
            transaction.set_rollback(True)
        desk.agency.refresh_from_db()


def test_in_a_county_of_two_persons_nobody_signs_off_what_was_not_reviewed(desk):
    set_persons(desk, 2)
    plan = desk.endorsed()
    for verb in ("accept", "decline"):
        for user in (desk.reviewer, desk.issuer):
            assert verb not in plan.steps_open_to(user)
            assert outcome(plan, verb, user) == "WrongMoment"
    plan.review(by=desk.issuer, note="材料齐全")
    assert outcome(plan, "accept", desk.issuer) == "NotYours", "who reviewed does not sign off"
    second = make.a_user("ISSUER", county=desk.county)
    assert plan.accept(by=second)[0].number == 1
    assert (plan.reviewed_by, plan.decided_by, plan.review_opinion) == (desk.issuer, second, "材料齐全")
    set_persons(desk, 1)
    with pytest.raises(WrongMoment, match="一人"):
        desk.endorsed().review(by=desk.reviewer, note="材料齐全")


def test_nothing_is_filed_by_the_clock(desk):
    """No 准予备案 without a person: no step of the clock leads there, and no other duty makes one."""
    by_the_clock = {verb for verb, step in InspectionPlan.STEPS.items() if step.who(make.system(), desk.endorsed())}
    assert by_the_clock == {"pass_up", "lapse", "count_as_notice"}
    assert {InspectionPlan.STEPS[verb].to for verb in by_the_clock} == {"ESCALATED", "LAPSED", "NOTIFIED"}


@pytest.mark.parametrize(("effect", "verb"), [(Effect.REVIEW, "notify"), (Effect.NOTIFY, "endorse")])
def test_the_head_cannot_choose_between_review_and_notice(desk, effect, verb):
    plan = desk.submitted()
    set_effect(desk.agency, effect)
    assert outcome(InspectionPlan.objects.get(pk=plan.pk), verb, desk.head) == "NotYours"


@pytest.mark.parametrize("verb", NOTICE_LAW)
def test_a_notice_moves_only_by_the_law(desk, elsewhere, verb):
    void = desk.issued()
    void.void(by=desk.reviewer, note="写错了")
    rows = {"NUMBERED": desk.numbered(), "ISSUED": desk.issued(), "VOID": void}
    assert set(rows) == set(FilingNotice.Status.values)
    prove(NOTICE_LAW, verb, rows, desk, elsewhere)


def draws_in_every_state(desk, verb):
    """One draw in each state; the frozen one as ``verb`` finds it, its halves sealed by others than those who try."""
    rows = {"PREPARED": make_draw.prepared(desk, title="准备"), "DRAWN": make_draw.drawn(desk, title="抽取")}
    rows["DISCARDED"] = make_draw.frozen(desk, title="废弃")
    rows["DISCARDED"].drop(by=desk.head, note="名单有误")
    if verb == "tell":
        with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)):
            rows["FROZEN"] = make_draw.frozen(desk, **make_draw.lottery(desk))
    else:
        rows["FROZEN"] = make_draw.frozen(desk)
    if verb == "reveal":
        sealers = {"A": make.a_user("CLERK", agency=desk.agency), "B": make.a_user("REVIEWER", county=desk.county)}
        for part, by in sealers.items():
            rows["FROZEN"].seal(by=by, digest=digest_of_secret(rows["FROZEN"].commitment, part, make_draw.SECRETS[part]))
    return {state: Draw.objects.get(pk=row.pk) for state, row in rows.items()}


@pytest.mark.parametrize("verb", DRAW_LAW)
def test_a_draw_moves_only_by_the_law(desk, elsewhere, verb):
    rows = draws_in_every_state(desk, verb)
    assert set(rows) == set(Draw.Status.values)
    prove(DRAW_LAW, verb, rows, desk, elsewhere)


@pytest.mark.parametrize("verb", LINE_LAW)
def test_a_drawn_line_moves_only_by_the_law(desk, elsewhere, verb):
    make_draw.pool_of(desk, 20)
    standing, dropped = make_draw.drawn(desk).lines.all()[:2]
    dropped.drop(by=desk.head, note="停业")
    prove(LINE_LAW, verb, {"STANDING": standing, "DROPPED": dropped}, desk, elsewhere)


def test_a_visit_is_closed_only_by_an_officer_who_took_part(desk, elsewhere):
    closed = desk.visited()
    closed.leave(by=desk.officer, result="NONE")
    prove(VISIT_LAW, "leave", {"OPEN": desk.visited(), "CLOSED": closed}, desk, elsewhere)


@pytest.mark.parametrize("verb", CHARGE_LAW)
def test_a_charge_moves_only_by_the_law(desk, elsewhere, verb):
    def charge():
        return Charge.register(
            by=desk.registrar,
            agency=desk.agency,
            establishment=desk.establishment,
            kind="FEE",
            item=item.code,
            amount=100,
            charged_on=desk.county.today(),
            collector=desk.officer_row,
        )

    item = make.a_fee_item(desk.county)
    void, asked, standing = charge(), charge(), charge()
    for row in (void, asked):
        row.ask_void(by=desk.registrar, note="重复登记")
    void.void(by=desk.head)
    rows = {"REGISTERED": standing, "VOIDING": asked, "VOID": void}
    assert set(rows) == set(Charge.Status.values)
    prove(CHARGE_LAW, verb, {state: Charge.objects.get(pk=row.pk) for state, row in rows.items()}, desk, elsewhere)


@pytest.mark.parametrize("verb", ["send_back", "withdraw", "return_", "revoke"])
def test_who_sends_back_or_ends_a_plan_says_why(desk, verb):
    plan = desk.submitted() if verb in ("send_back", "withdraw") else desk.endorsed()
    if verb == "revoke":
        plan.accept(by=desk.reviewer)
    user = {"send_back": desk.head, "withdraw": desk.clerk}.get(verb, desk.reviewer)
    before = as_it_stands(plan)
    with pytest.raises(Refused) as refusal:
        getattr(plan, verb)(by=user, note="  ")
    assert refusal.value.field == "note"
    assert as_it_stands(plan) == before


def test_a_filing_is_declined_only_on_a_ground_of_the_countys_own_rule_and_the_reason_says_which(desk, elsewhere):
    plan = desk.endorsed()
    before = as_it_stands(plan)
    theirs = make.a_ground(elsewhere.county, "BY-9")
    ended = make.a_ground(desk.county, "BY-8", ends=desk.county.today())
    for ground in ("", "BY-0", theirs.code, ended.code):
        with pytest.raises(Refused) as refusal:
            plan.decline(by=desk.reviewer, ground=ground, note="我看不行")
        assert refusal.value.field == "ground"
        assert as_it_stands(plan)[0] == before[0]
    plan.decline(by=desk.reviewer, ground=desk.ground.code, note="请改到二十一日以后")
    plan.refresh_from_db()
    assert plan.ground_code == desk.ground.code
    assert desk.ground.rule in plan.opinion
    assert "请改到二十一日以后" in plan.opinion
    assert Charge.objects.count() == 0, "it carries no penalty"


def informed(desk):
    plan = desk.submitted()
    set_effect(desk.agency, Effect.NOTIFY)
    plan = InspectionPlan.objects.get(pk=plan.pk)
    return plan, plan.notify(by=desk.head)[0]


@pytest.mark.parametrize("role", ["reviewer", "issuer", "intake", "auditor"])
def test_the_office_can_neither_revoke_nor_void_what_it_was_only_informed_of(desk, role):
    plan, notice = informed(desk)
    for row, verb in ((plan, "revoke"), (notice, "void"), (plan, "accept"), (plan, "decline"), (plan, "return_")):
        assert outcome(row, verb, getattr(desk, role)) in ("NotYours", "WrongMoment")
        assert verb not in row.steps_open_to(getattr(desk, role))
    assert notice.snapshot["filing"] == "告知备案"


def test_the_office_remarks_and_reports_upward_on_what_it_was_informed_of_and_the_notice_stands(desk):
    plan, notice = informed(desk)
    plan.remark(by=desk.reviewer, note="请避开收割季节")
    plan.report(by=desk.reviewer, note="已报市局")
    plan.refresh_from_db()
    notice.refresh_from_db()
    assert (plan.status, plan.remarks, notice.status) == ("NOTIFIED", "请避开收割季节", "NUMBERED")
    assert plan.reported_at
    assert [h.verb for h in plan.history.order_by("-history_id")[:2]] == ["report", "remark"]
    for verb in ("remark", "report"):
        with pytest.raises(Refused):
            getattr(plan, verb)(by=desk.reviewer, note=" ")


def test_a_unit_that_informed_takes_its_own_notice_back(desk):
    _plan, notice = informed(desk)
    assert outcome(notice, "void", desk.clerk) == "NotYours"
    assert outcome(notice, "void", desk.head) == "VOID"
