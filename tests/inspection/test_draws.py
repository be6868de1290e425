"""Random draws: anyone can repeat them, nobody can steer them, and every freeze stays visible."""

import datetime
import json

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Leaf, NotYours, Refused, WrongMoment
from inspection.drawing import digest_of_secret, first_difference, lottery_digits, size_of
from inspection.models import Draw, DrawnLine, InspectionPlan
from tests import make
from tests.inspection.test_at_once import in_threads
from tests.make_draw import SECRETS, draw_facts, drawn, finish, frozen, lottery, pool_of, prepared, sealed, visit_line


def later(**time):
    return time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(**time), tick=True)


# --- the pool -----------------------------------------------------------------------------------------
def test_the_pool_holds_the_open_enterprises_of_the_filter_once_each_and_no_other_county_s(desk, elsewhere):
    places = pool_of(desk, 12)
    pool_of(elsewhere, 5)
    out, closed = places[0].enterprise, places[1].enterprise
    with make.signed(by=make.system(), verb="found"):
        closed.closed_on = desk.county.today()
        closed.save()
        second = type(places[2])(enterprise=places[2].enterprise, address="分店")
        second.save()
    draw = frozen(desk, trade="糕点", exclusions=[{"enterprise": str(out.uid), "name": out.name, "reason": "本年已检查"}])
    text = json.loads(draw.pool.text)
    assert {row["enterprise"] for row in text["enterprises"]} == {str(p.enterprise.uid) for p in places[2:]}
    assert (draw.pool_size, draw.draw_size) == (10, 1)
    assert text["exclusions"][0]["reason"] == "本年已检查"
    assert out.identifier not in draw.pool.text, "numbers are kept as digests"


def test_only_officers_certified_for_the_whole_window_are_in_the_pool(desk):
    pool_of(desk, 3)
    early = make.an_officer(desk.agency, valid_to=desk.county.today() + datetime.timedelta(days=5))
    other = make.an_officer(make.an_agency(desk.county))
    people = {row["officer"] for row in json.loads(frozen(desk).pool.text)["officers"]}
    assert str(desk.officer_row.uid) in people
    assert not {str(early.uid), str(other.uid)} & people


def test_a_ratio_is_rounded_up_and_draws_at_least_one():
    assert [size_of(n, ratio=5, number=None) for n in (1, 20, 21, 40, 100)] == [1, 1, 2, 2, 5]
    assert size_of(40, ratio=100, number=None) == 40
    assert size_of(40, ratio=None, number=7) == 7


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ratio": None}, "ratio"),
        ({"number": 3}, "ratio"),
        ({"ratio": 0}, "ratio"),
        ({"ratio": 101}, "ratio"),
        ({"ratio": None, "number": 0}, "number"),
        ({"officers_each": 1}, "officers_each"),
        ({"title": "  "}, "title"),
        ({"way": "LOTTERY"}, "lottery_name"),
        ({"witness": "AGENCY"}, "witness_agency"),
        ({"ends_on": datetime.date(2020, 1, 1)}, "ends_on"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_prepared(desk, facts, field):
    with pytest.raises(Refused) as refusal:
        prepared(desk, **facts)
    assert refusal.value.field == field
    assert not Draw.objects.exists()


def test_a_pool_that_is_empty_or_too_small_or_without_officers_is_not_frozen(desk):
    places = pool_of(desk, 3)
    barred = [
        {"enterprise": str(places[0].enterprise.uid), "officer": str(o.uid), "reason": "亲属", "officer_name": o.name, "name": "x"}
        for o in list(desk.agency.officers.all())[1:]
    ]
    for facts in ({"trade": "没有这一行"}, {"ratio": None, "number": 99}, {"officers_each": 9}, {"recusals": barred}):
        draw = prepared(desk, **facts)
        with pytest.raises(Refused):
            draw.freeze(by=desk.head)
        draw.refresh_from_db()
        assert (draw.status, draw.commitment, hasattr(draw, "pool")) == ("PREPARED", "", False)


def test_who_is_recused_never_goes_there(desk):
    places = pool_of(desk, 6)
    officer = desk.officer_row
    pairs = [
        {"enterprise": str(p.enterprise.uid), "officer": str(officer.uid), "reason": "亲属", "officer_name": "x", "name": "x"}
        for p in places[:3]
    ]
    draw = drawn(desk, ratio=100, trade="糕点", recusals=pairs)
    barred = {p.enterprise_id for p in places[:3]}
    gone_to = set(draw.lines.filter(officers__officer=officer).values_list("enterprise_id", flat=True))
    assert not gone_to & barred
    assert all(line.officers.count() == 2 for line in draw.lines.all())


# --- nobody can steer ----------------------------------------------------------------------------------
def test_the_lot_falls_with_the_second_reveal_and_the_record_repeats(desk):
    pool_of(desk, 40)
    draw = drawn(desk)
    draw.refresh_from_db()
    assert (draw.status, draw.lines.count(), draw.draw_size) == ("DRAWN", 5, 5)
    assert first_difference(draw.record.text.encode()) is None
    record = json.loads(draw.record.text)
    assert record["digest"] == draw.record_digest
    assert record["commitment"] == draw.commitment
    assert [str(line.enterprise.uid) for line in draw.lines.all()] == [row["enterprise"] for row in record["drawn"]]


def test_no_secret_is_revealed_before_both_are_sealed(desk):
    draw = frozen(desk)
    draw.seal(by=desk.clerk, digest=digest_of_secret(draw.commitment, "A", SECRETS["A"]))
    for by in (desk.clerk, desk.reviewer):
        with pytest.raises(WrongMoment, match="双方都封存"):
            draw.reveal(by=by, secret=SECRETS["A"])
    assert draw.asks(desk.clerk) is None
    assert draw.asks(desk.reviewer) == "seal"


def test_a_reveal_that_does_not_match_its_digest_is_refused_and_the_other_can_try_nothing_else(desk):
    draw = sealed(desk)
    draw.reveal(by=desk.clerk, secret=SECRETS["A"])
    for words in ("something-else-entirely", SECRETS["A"], SECRETS["B"].upper(), "", SECRETS["B"] + "暗"):
        with pytest.raises(Refused):
            draw.reveal(by=desk.reviewer, secret=words)
    with pytest.raises(WrongMoment, match="不能更换"):
        draw.seal(by=desk.reviewer, digest="ab" * 32)
    with pytest.raises(WrongMoment, match="本方已经给出"):
        draw.reveal(by=desk.head, secret=SECRETS["A"])
    assert not draw.lines.exists()
    assert draw.reveal(by=desk.reviewer, secret=SECRETS["B"]) is True


def test_no_side_can_hand_in_the_other_s_digest(desk):
    draw = frozen(desk)
    digest = digest_of_secret(draw.commitment, "A", SECRETS["A"])
    draw.seal(by=desk.clerk, digest=digest)
    with pytest.raises(Refused, match="与另一方的相同"):
        draw.seal(by=desk.reviewer, digest=digest.upper())
    with pytest.raises(Refused, match="64 位"):
        draw.seal(by=desk.reviewer, digest="not a digest")


def test_one_person_never_gives_both_halves(desk):
    both = make.a_user("CLERK", agency=desk.agency)
    make.Post.give(by=make.system(), user=both, role=make.Role.objects.get(code="REVIEWER"), county=desk.county, starts=make.LONG_AGO)
    both = User.objects.get(pk=both.pk)
    draw = frozen(desk)
    draw.seal(by=both, digest=digest_of_secret(draw.commitment, "A", SECRETS["A"]))
    with pytest.raises(WrongMoment):  # it is their own half again, never the other
        draw.seal(by=both, digest="cd" * 32)
    draw.seal(by=desk.reviewer, digest=digest_of_secret(draw.commitment, "B", SECRETS["B"]))
    draw.reveal(by=desk.clerk, secret=SECRETS["A"])
    with pytest.raises(WrongMoment):
        draw.reveal(by=both, secret=SECRETS["B"])
    assert draw.parts.filter(part="B", said="").exists()


def test_a_secret_not_revealed_in_time_makes_the_draw_void_and_says_who_owed_it(desk):
    draw = sealed(desk)
    draw.reveal(by=desk.clerk, secret=SECRETS["A"])
    assert Draw.lapse_due(by=make.system()) == 0
    with later(days=30):
        with pytest.raises(WrongMoment, match="已过"):
            Draw.objects.get(pk=draw.pk).reveal(by=User.objects.get(pk=desk.reviewer.pk), secret=SECRETS["B"])
        assert Draw.lapse_due(by=make.system()) == 1
        assert Draw.lapse_due(by=make.system()) == 0
    draw.refresh_from_db()
    assert (draw.status, draw.lines.exists()) == ("DISCARDED", False)
    assert desk.county.office_name in draw.discard_reason
    assert desk.agency.name not in draw.discard_reason
    assert Draw.objects.public().filter(pk=draw.pk).exists()


def test_every_freeze_is_counted_and_the_next_pool_names_the_earlier_ones(desk):
    first = frozen(desk)
    with pytest.raises(WrongMoment, match="尚未抽取"):
        frozen(desk, title=" 食品生产双随机抽查  ")
    first.drop(by=desk.head, note="名单有误")
    second = Draw.objects.filter(status="PREPARED").get()
    second.freeze(by=desk.head)
    assert (second.freeze_number, list(second.earlier)) == (2, [first])
    assert json.loads(second.pool.text)["earlier"] == [first.commitment]
    assert Draw.objects.public().count() == 2
    second.freeze_number = 1
    with pytest.raises(IntegrityError), transaction.atomic(), make.signed(by=make.system(), verb="prepare"):
        second.save()


def test_a_draw_is_not_thrown_away_after_the_lot_has_fallen(desk):
    draw = drawn(desk)
    for by in (desk.clerk, desk.head):
        with pytest.raises(WrongMoment):
            draw.drop(by=by, note="结果不理想")
    with pytest.raises(Refused):
        frozen(desk, title="另一次").drop(by=desk.head, note=" ")


def test_two_commitments_of_the_same_pool_differ_so_that_nobody_can_guess_it(desk):
    one, two = frozen(desk, title="甲"), frozen(desk, title="乙")
    assert one.commitment != two.commitment
    assert one.pool.nonce != two.pool.nonce
    assert len(one.pool.nonce) == 64


# --- lottery numbers ------------------------------------------------------------------------------------
@pytest.mark.parametrize("days", [0, -1])
def test_a_pool_is_not_frozen_on_or_after_the_day_of_its_lottery(desk, days):
    draw = prepared(desk, **lottery(desk, days))
    with pytest.raises(Refused, match="晚于冻结之日") as refusal:
        draw.freeze(by=desk.head)
    assert refusal.value.field == "lottery_on"


def test_a_lottery_number_counts_when_two_units_typed_the_same(desk):
    pool_of(desk, 20)
    draw = frozen(desk, **lottery(desk))
    with pytest.raises(WrongMoment, match="还没有到开奖日期"):
        draw.tell(by=desk.clerk, number="03 08 17 21 28 33 07")
    with later(days=1):
        clerk, head, reviewer = (User.objects.get(pk=u.pk) for u in (desk.clerk, desk.head, desk.reviewer))
        assert draw.tell(by=clerk, number="03 08 17 21 28 33 07") is False
        with pytest.raises(WrongMoment):  # the same unit does not type twice
            draw.tell(by=head, number="03 08 17 21 28 33 07")
        assert draw.tell(by=reviewer, number="03，08，17，21，28，33+08") is False
        draw.refresh_from_db()
        assert "03 08 17 21 28 33 07" in draw.mismatch
        assert "03 08 17 21 28 33 08" in draw.mismatch
        assert (draw.status, draw.parts.exclude(said="").exists()) == ("FROZEN", False)
        assert draw.tell(by=reviewer, number="03 08 17 21 28 33 07") is False
        assert draw.tell(by=head, number="03 08 17 21 28 33 07") is True
    draw.refresh_from_db()
    assert (draw.status, draw.mismatch) == ("DRAWN", "")
    assert first_difference(draw.record.text.encode()) is None


def test_secrets_and_numbers_are_not_mixed(desk):
    with pytest.raises(WrongMoment):
        frozen(desk).tell(by=desk.clerk, number="1 2 3")
    draw = frozen(desk, title="彩票", **lottery(desk))
    with pytest.raises(WrongMoment):
        draw.seal(by=desk.clerk, digest="ab" * 32)
    assert lottery_digits("０１") == "", "full-width digits are asked for again"


# --- who may ----------------------------------------------------------------------------------------------
def test_only_a_clerk_of_the_agency_prepares_and_another_head_freezes(desk, elsewhere):
    neighbour = make.an_agency(desk.county)
    for by in (desk.head, desk.reviewer, desk.officer, elsewhere.clerk, make.a_user("CLERK", agency=neighbour)):
        with pytest.raises(NotYours):
            Draw.prepare(by=by, agency=desk.agency, facts=draw_facts(desk))
    draw = prepared(desk)
    for by in (desk.clerk, desk.reviewer, elsewhere.head, make.a_user("HEAD", agency=neighbour)):
        with pytest.raises(NotYours):
            draw.freeze(by=by)
    both = make.a_user("CLERK", agency=desk.agency)
    make.Post.give(by=make.system(), user=both, role=make.Role.objects.get(code="HEAD"), agency=desk.agency, starts=make.LONG_AGO)
    both = User.objects.get(pk=both.pk)
    own = Draw.prepare(by=both, agency=desk.agency, facts=draw_facts(desk, title="自己的"))
    with pytest.raises(NotYours):
        own.freeze(by=both)
    own.freeze(by=desk.head)


def test_the_halves_belong_to_the_two_units_named(desk, elsewhere):
    neighbour = make.an_agency(desk.county)
    their_clerk = make.a_user("CLERK", agency=neighbour)
    for witness, whose in (("OFFICE", desk.reviewer), ("FINANCE", desk.finance), ("AGENCY", their_clerk)):
        other = neighbour if witness == "AGENCY" else None
        draw = frozen(desk, title=witness, witness=witness, witness_agency=other)
        strangers = {desk.officer, desk.registrar, desk.auditor, elsewhere.clerk, elsewhere.reviewer, elsewhere.finance}
        for by in strangers | {desk.reviewer, desk.finance, their_clerk} - {whose}:
            with pytest.raises(NotYours):
                draw.seal(by=by, digest="ab" * 32)
            assert draw.asks(by) is None
        assert {u for u in (desk.clerk, desk.head, whose) if draw.asks(u) == "seal"} == {desk.clerk, desk.head, whose}


def test_the_other_unit_is_no_delegate_of_the_one_that_draws(desk, elsewhere):
    delegate = make.an_agency(desk.county, legal_status="ENTRUSTED", delegator=desk.agency)
    for other in (delegate, desk.agency, elsewhere.agency):
        with pytest.raises(Refused, match="没有委托关系"):
            prepared(desk, witness="AGENCY", witness_agency=other)


def test_who_was_drawn_is_known_to_the_agency_and_the_office_alone(desk, elsewhere):
    pool_of(desk, 10)
    draw = drawn(desk)
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    for user in (desk.clerk, desk.head, desk.reviewer, desk.auditor):
        assert DrawnLine.objects.visible_to(user).count() == draw.draw_size
        assert draw.shows_lines_to(user)
    for user in (desk.finance, neighbour, elsewhere.clerk, elsewhere.reviewer):
        assert not DrawnLine.objects.visible_to(user).exists()
        assert not draw.shows_lines_to(user)
        assert draw not in Draw.objects.visible_to(user)
    watched = frozen(desk, title="财政见证", witness="FINANCE")
    assert list(Draw.objects.visible_to(desk.finance)) == [watched]
    assert prepared(desk, title="还没冻结", witness="FINANCE") not in Draw.objects.visible_to(desk.finance)


# --- from the line to the filing ----------------------------------------------------------------------------
def test_a_filing_begun_from_a_line_names_its_enterprise_and_officers(desk):
    pool_of(desk, 10)
    line = drawn(desk).lines.first()
    plan = line.begin_filing(by=desk.clerk)
    assert (plan.task_source, plan.drawn_line, plan.purpose) == ("RANDOM", line, line.draw.purpose)
    assert [row.enterprise_id for row in plan.targets.standing()] == [line.enterprise_id]
    assert {row.officer_id for row in plan.officers.standing()} == {row.officer_id for row in line.officers.all()}
    with pytest.raises(NotYours):
        line.begin_filing(by=desk.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        line.begin_filing(by=desk.clerk)


def test_a_filing_from_a_line_can_not_go_elsewhere_or_with_others(desk):
    places = pool_of(desk, 10)
    line = drawn(desk, trade="糕点").lines.first()
    plan = line.begin_filing(by=desk.clerk)
    before = {str(fault) for fault in plan.faults()}
    other = next(p for p in places if p.enterprise_id != line.enterprise_id)
    unwanted = [o for o in desk.agency.officers.all() if o.pk not in {r.officer_id for r in line.officers.all()}][:2]
    plan.revise(by=desk.clerk, facts={"targets": [other], "officers": unwanted, "task_source": "PROGRAMME"})
    said = "\n".join({str(fault) for fault in plan.faults()} - before)
    assert "被检查企业只能是这一家" in said
    assert said.count("不在名单上") == 2
    assert "任务来源应为" in said


def test_an_officer_who_can_not_come_is_followed_by_the_next_in_the_order_of_the_draw(desk):
    pool_of(desk, 10)
    draw = drawn(desk)
    line = draw.lines.first()
    gone = line.officers.first().officer
    for by in (desk.clerk, desk.reviewer):
        with pytest.raises(NotYours):
            line.excuse(by=by, officer=gone, note="病假")
    with pytest.raises(Refused):
        line.excuse(by=desk.head, officer=gone, note="")
    record = json.loads(draw.record.text)
    from inspection.drawing import officers_in_order

    order = officers_in_order(record["frozen"], record["seed"], str(line.enterprise.uid))
    stand_in = line.excuse(by=desk.head, officer=gone, note="病假")
    assert str(stand_in.uid) == order[2]
    assert {row.officer_id for row in DrawnLine.objects.get(pk=line.pk).standing_officers} == {
        line.officers.get(officer__uid=order[1]).officer_id,
        stand_in.pk,
    }
    assert line.officers.get(officer=gone).excuse_reason == "病假"


def test_a_line_is_let_go_by_the_head_with_a_reason_and_not_while_its_filing_runs(desk):
    pool_of(desk, 20)
    draw = drawn(desk)
    line, second = draw.lines.all()[:2]
    with pytest.raises(NotYours):
        line.drop(by=desk.clerk, note="停业")
    with pytest.raises(Refused):
        line.drop(by=desk.head, note="")
    line.drop(by=desk.head, note="停业")
    with pytest.raises(WrongMoment):
        line.begin_filing(by=desk.clerk)
    plan = second.begin_filing(by=desk.clerk)
    facts = make.plan_facts(desk)
    plan.revise(by=desk.clerk, facts={n: v for n, v in facts.items() if n not in ("targets", "officers", "task_source")})
    plan.submit(by=desk.clerk)
    with pytest.raises(WrongMoment, match="先撤回"):
        second.drop(by=desk.head, note="停业")
    plan.withdraw(by=desk.clerk, note="停业")
    second.drop(by=desk.head, note="停业")


# --- opening ---------------------------------------------------------------------------------------------------
def test_a_draw_is_opened_after_its_last_line_has_been_visited_or_let_go(desk):
    pool_of(desk, 20)
    draw = drawn(desk)
    assert draw.lines.count() == 3
    assert Draw.open_due(by=make.system()) == 0
    first, second, third = draw.lines.all()
    visit_line(desk, first)
    second.drop(by=desk.head, note="停业")
    third.begin_filing(by=desk.clerk).withdraw(by=desk.clerk, note="改期")
    assert Draw.open_due(by=make.system()) == 0
    third.drop(by=desk.head, note="注销")
    assert Draw.open_due(by=make.system()) == 1
    assert Draw.open_due(by=make.system()) == 0
    draw.refresh_from_db()
    assert draw.opened_at


def test_a_pool_thrown_away_is_opened_only_when_its_successor_is_done(desk):
    pool_of(desk, 10)
    thrown = frozen(desk)
    thrown.drop(by=desk.clerk, note="名单有误")
    draw = drawn(desk)
    assert Draw.open_due(by=make.system()) == 0
    finish(desk, draw)
    Draw.open_due(by=make.system())
    thrown.refresh_from_db()
    draw.refresh_from_db()
    assert thrown.opened_at
    assert draw.opened_at


def test_each_act_of_a_draw_leaves_one_leaf_and_its_history(desk):
    before = Leaf.objects.count()
    draw = drawn(desk)
    verbs = list(draw.history.order_by("history_id").values_list("verb", flat=True))
    assert list(dict.fromkeys(verbs)) == ["prepare", "freeze", "seal", "reveal", "draw"]
    assert Leaf.objects.count() == before + 7  # prepare, freeze, two seals, two reveals, the lot
    leaves = set(draw.history.values_list("leaf", flat=True))
    assert set(draw.lines.first().history.values_list("leaf", flat=True)) <= leaves


# --- at the same moment ---------------------------------------------------------------------------------------------
@pytest.fixture
def busy_desk(transactional_db):
    return make.Desk()


def as_request(draw, user, verb, **facts):
    return lambda: getattr(Draw.objects.get(pk=draw.pk), verb)(by=User.objects.get(pk=user.pk), **facts)


def test_two_heads_who_freeze_at_once_make_one_commitment(busy_desk):
    other = make.a_user("HEAD", agency=busy_desk.agency)
    draw = prepared(busy_desk)
    results = in_threads(as_request(draw, busy_desk.head, "freeze"), as_request(draw, other, "freeze"))
    assert sorted(type(r).__name__ for r in results) == ["NoneType", "WrongMoment"]
    draw.refresh_from_db()
    assert (draw.freeze_number, draw.history.filter(verb="freeze").count()) == (1, 1)


def test_two_pools_of_one_title_frozen_at_once_leave_one(busy_desk):
    pools = [prepared(busy_desk), prepared(busy_desk)]
    results = in_threads(*(as_request(pool, busy_desk.head, "freeze") for pool in pools))
    assert sorted(type(r).__name__ for r in results)[0] in ("IntegrityError", "NoneType")
    assert [r for r in results if r is not None and not isinstance(r, IntegrityError | WrongMoment)] == []
    assert Draw.objects.filter(status="FROZEN").count() == 1
    assert sum(hasattr(pool, "pool") for pool in Draw.objects.all()) == 1


def test_two_reveals_at_once_make_one_lot(busy_desk):
    pool_of(busy_desk, 10)
    for n in range(4):
        draw = sealed(busy_desk, title=f"第{n}次")
        results = in_threads(
            as_request(draw, busy_desk.clerk, "reveal", secret=SECRETS["A"]),
            as_request(draw, busy_desk.reviewer, "reveal", secret=SECRETS["B"]),
        )
        assert sorted(map(str, results)) == ["False", "True"]
        draw.refresh_from_db()
        assert (draw.status, draw.lines.count()) == ("DRAWN", draw.draw_size)
        assert first_difference(draw.record.text.encode()) is None


def test_two_clerks_begin_one_filing_of_a_line(busy_desk):
    pool_of(busy_desk, 5)
    line = drawn(busy_desk).lines.first()
    other = make.a_user("CLERK", agency=busy_desk.agency)
    results = in_threads(
        *(
            lambda user=user: DrawnLine.objects.get(pk=line.pk).begin_filing(by=User.objects.get(pk=user.pk))
            for user in (busy_desk.clerk, other)
        )
    )
    assert sorted(type(r).__name__ for r in results) == ["InspectionPlan", "IntegrityError"]
    assert InspectionPlan.objects.filter(drawn_line=line).count() == 1
