"""The whole law of the desk: every verb, in every state, for every post, here, next door and in the next county.

LAW is written down here a second time, by hand: it is compared with the code, not taken from it.
"""

import datetime

import pytest
import time_machine
from django.db import connection, transaction

from accounts.models import Effect
from audit.models import Leaf, NotYours, Refused, WrongMoment
from fees.models import Charge
from inspection.drawing import digest_of_secret
from inspection.models import Draw, DrawnLine, FilingNotice, InspectionPlan, Visit
from paper.models import StoredFile
from tests import make, make_draw

EDITABLE = {"DRAFT", "SENT_BACK", "RETURNED"}
OFFICE = {"REVIEWER", "ISSUER"}
#: verb -> (from which states, to which state, who of the county's own people)
PLAN_LAW = {
    "revise": (EDITABLE, None, {"CLERK"}),
    "submit": (EDITABLE, "SUBMITTED", {"CLERK"}),
    "endorse": ({"SUBMITTED"}, "ENDORSED", {"HEAD"}),
    "notify": ({"SUBMITTED"}, "NOTIFIED", {"HEAD"}),
    "send_back": ({"SUBMITTED"}, "SENT_BACK", {"HEAD"}),
    "accept": ({"ENDORSED"}, "ACCEPTED", OFFICE),
    "return_": ({"ENDORSED"}, "RETURNED", OFFICE),
    "decline": ({"ENDORSED"}, "DECLINED", OFFICE),
    "withdraw": (EDITABLE | {"SUBMITTED", "ENDORSED"}, "WITHDRAWN", {"CLERK", "HEAD"}),
    "revoke": ({"ACCEPTED"}, "REVOKED", OFFICE),
    "remark": ({"NOTIFIED"}, None, OFFICE),
    "name": ({"ACCEPTED", "NOTIFIED"}, None, {"OFFICER"}),
    "report": ({"NOTIFIED"}, None, OFFICE),
}
PLAN_STATES = {
    "DRAFT", "SUBMITTED", "SENT_BACK", "ENDORSED", "RETURNED", "ACCEPTED", "NOTIFIED", "DECLINED", "WITHDRAWN", "REVOKED",
}  # fmt: skip
NOTICE_LAW = {
    "issue": ({"NUMBERED"}, "ISSUED", {"SYSTEM"}),
    "hold_up": ({"NUMBERED"}, None, {"SYSTEM"}),
    "void": ({"NUMBERED", "ISSUED"}, "VOID", OFFICE),
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


class Undone(Exception):
    """Rolls back an act that succeeded, so that the next person finds the same state."""


def act(row, verb, user):
    """Carry out ``verb`` with facts that are in order, whoever does it."""
    match type(row).__name__, verb:
        case "InspectionPlan" | "Draw", "revise":
            row.revise(by=user, facts={"purpose": "改过的目的"})
        case "InspectionPlan", "submit":
            row.submit(by=user)
        case "InspectionPlan", "name":
            row.name_at_door(by=user, establishment=row.place_named, reasons=make.reasons_for([row.place_named]))
        case "FilingNotice", "issue":
            row.sign()
            row.issue(by=user, document=StoredFile.keep(b"%PDF", "application/pdf"))
        case "Draw", "freeze":
            row.freeze(by=user)
        case "Draw", "seal":
            row.seal(by=user, digest="ab" * 32)
        case "Draw", "reveal":
            row.reveal(by=user, secret=make_draw.SECRETS["A" if user.agencies() else "B"])
        case "Draw", "tell":
            row.tell(by=user, number="03 08 17 21 28 33 07")
        case "DrawnLine", "excuse":
            row.excuse(by=user, officer=row.officers.first().officer, note="病假")
        case "Visit", "leave":
            row.leave(by=user, result="NONE")
        case "InspectionPlan", "decline":
            row.decline(by=user, ground="BY-1", note="写明理由")
        case _:
            getattr(row, verb)(by=user, note="写明理由", **facts_for(row, verb))


def facts_for(row, verb):
    """What a verb on a charge asks for beside its reason."""
    if verb in ("correct", "reduce"):
        return {"amount": 50}
    if verb == "defer":
        return {"parts": [(row.county.today() + datetime.timedelta(days=30), row.open)], "decision": "延〔2026〕1号"}
    return {}


def everybody(desk, elsewhere):
    """Yield (who, user, whether one of the agency's own or its county's Office)."""
    for where, county_desk in (("own", desk), ("other county", elsewhere)):
        for role in ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance"):
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
    before = as_it_stands(row)
    try:
        with transaction.atomic():
            act(row, verb, user)
            now, leaves = as_it_stands(row)
            assert leaves == before[1] + 1, "one act, one leaf"
            raise Undone
    except Undone:
        return now["status"]
    except (NotYours, WrongMoment) as refusal:
        assert as_it_stands(row) == before, "a refusal changes nothing"
        return type(refusal).__name__
    finally:
        row.refresh_from_db()


def expected(law, verb, state, role, own):
    """Return what the law says must happen. Who may not act learns nothing of the state."""
    from_, to, who = law[verb]
    if not own or role not in who:
        return "NotYours"
    if state not in from_:
        return "WrongMoment"
    return to or state


def prove(law, verb, rows, desk, elsewhere):
    """Try ``verb`` on a row in each state, by everybody, and compare with the law."""
    wrong, tried = [], 0
    for who, role, user, own in everybody(desk, elsewhere):
        for state, row in rows.items():
            assert row.status == state
            want = expected(law, verb, state, role, own)
            offered = verb in row.steps_open_to(user)
            got = outcome(row, verb, user)
            tried += 1
            if got != want:
                wrong.append(f"{who} {verb} {state}: {got} instead of {want}")
            if offered != (want not in ("NotYours", "WrongMoment")):
                wrong.append(f"{who} {verb} {state}: the page {'offers' if offered else 'hides'} it")
    assert wrong == []
    assert tried == len(rows) * 25


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
    return {state: InspectionPlan.objects.get(pk=plan.pk) for state, plan in plans.items()}


def test_the_law_names_every_verb_and_every_state():
    assert set(PLAN_LAW) == set(InspectionPlan.STEPS)
    assert set(InspectionPlan.Status.values) == PLAN_STATES
    assert set(NOTICE_LAW) == set(FilingNotice.STEPS)
    assert set(VISIT_LAW) == set(Visit.STEPS)
    assert set(CHARGE_LAW) == set(Charge.STEPS)
    assert set(DRAW_LAW) | DRAW_BY_ITSELF == set(Draw.STEPS)
    assert not [verb for verb in DRAW_BY_ITSELF if hasattr(Draw, verb)]
    assert set(LINE_LAW) == set(DrawnLine.STEPS)


@pytest.mark.parametrize("verb", PLAN_LAW)
def test_a_plan_moves_only_by_the_law(desk, elsewhere, verb):
    plans = plans_in_every_state(desk)
    assert set(plans) == PLAN_STATES
    if verb == "notify":
        set_effect(desk.agency, Effect.NOTIFY)
        plans = {state: InspectionPlan.objects.get(pk=plan.pk) for state, plan in plans.items()}
    if verb == "name":
        as_patrols(plans, make.an_enterprise(desk.county))
    prove(PLAN_LAW, verb, plans, desk, elsewhere)


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
