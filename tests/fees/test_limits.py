"""Every statutory number as a table of edges: just below, at, just above."""

import datetime

import pytest
import time_machine
from django.template.loader import render_to_string

from accounts.models import EnterpriseKind, add_working_days
from audit.models import NotYours, Refused, WrongMoment
from desk.fee_card import card_of
from fees import acts, documents
from fees.models import CashTaken, Charge, FineCeiling, impose, late_cash, reckon
from tests import make, make_fees

DAY = datetime.timedelta(days=1)
COMPANY, HOUSEHOLD = EnterpriseKind.COMPANY, EnterpriseKind.HOUSEHOLD

#: (what, fen) -> allowed
ON_THE_SPOT = [
    (COMPANY, 2_999_99, True), (COMPANY, 3_000_00, True), (COMPANY, 3_000_01, False),
    (HOUSEHOLD, 199_99, True), (HOUSEHOLD, 200_00, True), (HOUSEHOLD, 200_01, False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fen", "allowed"), ON_THE_SPOT)
def test_fines_on_the_spot(desk, kind, fen, allowed):
    desk.establishment = make.an_enterprise(desk.county, kind=kind)
    if allowed:
        assert make_fees.a_fine(desk, amount=fen, on_the_spot=True).amount == fen
    else:
        with pytest.raises(Refused, match="第51条"):
            make_fees.a_fine(desk, amount=fen, on_the_spot=True)


@pytest.mark.parametrize(("fen", "allowed"), [(4_999_999, True), (5_000_000, True), (5_000_001, False)])
def test_the_ceiling_of_an_article(desk, fen, allowed):
    make_fees.a_ceiling(desk.county)
    if allowed:
        fine = make_fees.a_fine(desk, amount=fen)
        with pytest.raises(Refused, match="最高"):
            fine.correct(by=desk.registrar, amount=5_000_001, note="再加")
    else:
        with pytest.raises(Refused) as refusal:
            make_fees.a_fine(desk, amount=fen, article="《中华人民共和国某法》第126条")
        assert refusal.value.field == "amount"


#: how a decision cites -> the articles of which the county knows the ceiling
CITED = {
    "食品安全法第126条": {"食品安全法126"},
    "《食品安全法》第126条": {"食品安全法126"},
    "《中华人民共和国食品安全法》第一百二十四条": {"食品安全法124"},
    "《食品安全法》第126条、第124条": {"食品安全法126", "食品安全法124"},
    "《食品安全法》第一百二十六条和第一百二十四条第一款第（二）项": {"食品安全法126", "食品安全法124"},
    "《食品安全法》第126、124条": {"食品安全法126", "食品安全法124"},
    "《食品安全法》第一百二十三条至第一百二十五条": {"食品安全法124"},
    "《食品安全法》（2021年修正）第 １２６ 条第一款": {"食品安全法126"},
    "食品安全法(2021年修正)第一二六条": {"食品安全法126"},
    "违反食品安全法第33条规定，依据第一百二十六条": {"食品安全法126"},
    "违反《食品安全法》第33条的规定，依据同法第126条": {"食品安全法126"},
    "当事人违反《食品安全法》第33条，情节严重的，按照本法第126条": {"食品安全法126"},
    "《行政处罚法》第32条第一项、《食品安全法》第126条": {"食品安全法126"},
    "《食品安全法》第33条、《消防法》第六十条第1款": {"消防法60-1"},
    "《食品安全法》第33条、《消防法》第六十条": {"消防法60-1", "消防法60-2"},
    "《消防法》第60条第一款、第二款": {"消防法60-1", "消防法60-2"},
    "食品安全法第33条、价格法第126条": set(),
    "《食品安全法》第126条之一": set(),
    "《食品安全法》第12条、第1260条": set(),
    "《食品安全法实施条例》第126条": set(),
    "《价格法》第126条": set(),
    "《食品安全法》": set(),
    "": set(),
}


@pytest.mark.parametrize("cited", CITED)
def test_the_ceiling_is_found_however_the_article_is_written(desk, cited):
    known = {
        "食品安全法126": ("食品安全法", "第126条"), "食品安全法124": ("食品安全法", "第一百二十四条"),
        "消防法60-1": ("中华人民共和国消防法", "第60条第1款"), "消防法60-2": ("消防法", "第六十条第二款"),
    }  # fmt: skip
    for name, (law, article) in known.items():
        line = make_fees.a_ceiling(desk.county, code=name, law=law, article=article)
        found = FineCeiling.highest_of(desk.county, cited, desk.county.today())
        assert (found == line) == (name in CITED[cited]), name
        line.ends = line.starts + DAY  # in force no longer
        make_fees.put_in(line)


@pytest.mark.parametrize(
    ("safety", "yuan", "allowed"),
    [("否", "99,999.99", True), ("否", "100000", True), ("否", "100000.01", False),
     ("是", "199999.99", True), ("是", "200000", True), ("是", "200000.01", False)],
)  # fmt: skip
def test_what_a_local_rule_may_set(desk, safety, yuan, allowed):
    from accounts.importing import Faults, import_list

    head = "编码,法律法规,条款,依据种类,最高（元）,涉及公共安全、生态、人身财产安全"
    content = f'{head}\nGZ-1,某办法,第9条,地方政府规章,"{yuan}",{safety}\n'.encode()
    if allowed:
        assert import_list(desk.county, "fine-ceilings", content, name="a.csv", by=desk.issuer).new == 1
    else:
        with pytest.raises(Faults, match="山东省地方政府规章设定罚款限额规定第3条"):
            import_list(desk.county, "fine-ceilings", content, name="a.csv", by=desk.issuer)


# --- cash ----------------------------------------------------------------------------------------------
def taken(desk, fine=None, **facts):
    fine = fine or make_fees.a_fine(desk, amount=100_00, on_the_spot=True)
    said = {"article": "68-1", "reason": "小额罚款，当场收缴", "ticket": "票0001", "taken_on": desk.county.today(), **facts}
    return CashTaken.take(fine, by=said.pop("by", desk.registrar), **said)


@pytest.mark.parametrize(("fen", "allowed"), [(99_99, True), (100_00, True), (100_01, False)])
def test_small_fines_in_cash(desk, fen, allowed):
    fine = make_fees.a_fine(desk, amount=fen, on_the_spot=True)
    if allowed:
        assert taken(desk, fine).amount == fen
    else:
        with pytest.raises(Refused, match="第68条第一项只限 100 元以下"):
            taken(desk, fine)
        assert taken(desk, fine, article="68-2", reason="流动摊点，事后难以执行").amount == fen


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"article": "70"}, "article"), ({"reason": " "}, "reason"), ({"ticket": ""}, "ticket"), ({"taken_on": DAY}, "taken_on")],
)
def test_no_cash_without_article_reason_and_ticket(desk, facts, field):
    facts = {key: desk.county.today() + value if value == DAY else value for key, value in facts.items()}
    with pytest.raises(Refused) as refusal:
        taken(desk, **facts)
    assert refusal.value.field == field


def test_no_cash_for_what_was_decided_at_the_desk_except_far_away(desk):
    fine = make_fees.a_fine(desk, amount=100_00)
    for article in ("68-1", "68-2"):
        with pytest.raises(Refused, match="只适用于当场作出的处罚决定"):
            taken(desk, fine, article=article)
    assert taken(desk, fine, article="69", reason="水库渔船，当事人提出当场缴纳", on_water=True).article == "69"


def test_no_cash_for_fees_and_none_by_others(desk):
    with pytest.raises(Refused, match="只有罚款可以依法当场收缴"):
        taken(desk, make_fees.a_fee(desk))
    for user in (desk.officer, desk.finance, desk.clerk):
        with pytest.raises(NotYours):
            taken(desk, by=user)


def test_cash_goes_on_within_two_working_days_and_two_more(desk):
    today = desk.county.today()
    day = today - 20 * DAY
    fine = make_fees.a_fine(desk, amount=100_00, on_the_spot=True, charged_on=day, decision_date=day, served_on=day)
    cash = taken(desk, fine, taken_on=day)
    hand_in = add_working_days(desk.county, day, 2)
    assert cash.hand_in_by == hand_in
    assert late_cash(desk.county, hand_in) == []
    (late,) = late_cash(desk.county, hand_in + DAY)
    assert (late.cash, late.days) == (cash, 1)
    cash.hand_in(by=desk.registrar, on=hand_in)
    bank = add_working_days(desk.county, hand_in, 2)
    assert (cash.bank_by, late_cash(desk.county, bank)) == (bank, [])
    assert late_cash(desk.county, bank + 3 * DAY)[0].days == 3
    with pytest.raises(Refused) as refusal:
        cash.bank(by=desk.registrar, on=bank, slip=" ")
    assert refusal.value.field == "slip"
    cash.bank(by=desk.registrar, on=bank, slip="回单1")
    assert late_cash(desk.county, bank) == []
    assert "未到账" in str(late_cash(desk.county, today + 9 * DAY)[0].stage), "said to be banked, but the feed does not know"
    make_fees.paid(make_fees.issued(desk).lines.get())
    assert late_cash(desk.county, today + 9 * DAY) == []


def long_in_hand(desk):
    """Cash that an officer has kept for twenty days."""
    day = desk.county.today() - 20 * DAY
    fine = make_fees.a_fine(desk, amount=100_00, on_the_spot=True, charged_on=day, decision_date=day, served_on=day)
    return taken(desk, fine, taken_on=day)


def test_a_fine_is_not_voided_while_its_cash_has_reached_no_bank(desk):
    cash = long_in_hand(desk)
    fine = cash.charge
    fine.ask_void(by=desk.registrar, note="写错")
    for move in (lambda: None, lambda: cash.hand_in(by=desk.registrar, on=cash.taken_on)):
        move()
        with pytest.raises(WrongMoment, match="还没有缴付银行"):
            fine.void(by=desk.head)
        assert "void" not in fine.steps_open_to(desk.head)
    cash.bank(by=desk.registrar, on=cash.taken_on, slip="回单1")
    fine.void(by=desk.head)
    (late,) = late_cash(desk.county, desk.county.today())
    assert "未到账" in str(late.stage), "said to be banked is not banked: it stays on the list, void or not"


def test_a_fen_paid_under_the_code_takes_no_cash_off_the_list(desk):
    cash = long_in_hand(desk)
    line = make_fees.issued(desk).standing_lines.get()
    make_fees.paid(line, 1)
    assert [late.cash for late in late_cash(desk.county, desk.county.today())] == [cash]
    make_fees.paid(line, 99_99)
    assert [late.cash for late in late_cash(desk.county, desk.county.today())] == [cash], "where the cash itself is has not been said"
    cash.hand_in(by=desk.registrar, on=cash.taken_on)
    cash.bank(by=desk.registrar, on=cash.taken_on, slip="回单1")
    assert late_cash(desk.county, desk.county.today()) == []


def test_nothing_grows_while_the_unit_holds_the_cash(desk):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 3, tzinfo=datetime.UTC), tick=False):
        fine = make_fees.a_fine(desk, amount=1_000_000)
    said = {"decision_date": datetime.date(2026, 3, 27), "article": "行政处罚法第72条", "until": datetime.date(2026, 3, 27)}
    with time_machine.travel(datetime.datetime(2026, 3, 27, 3, tzinfo=datetime.UTC), tick=False):
        added = impose(fine, by=desk.registrar, decision_number="加1号", **{**said, "until": datetime.date(2026, 3, 22)})
        assert added.sums.due == 5 * 30_000
        cash = taken(desk, fine, article="69", reason="水库渔船，当事人提出", taken_on=datetime.date(2026, 3, 19))
        added = Charge.objects.get(pk=added.pk)
        assert added.sums.due == 2 * 30_000, "after the day on which it was taken nothing is late"
        assert "2026-03-19 当场收缴" in added.entries.latest("pk").basis
        with pytest.raises(Refused, match="没有可以加处的数额"):
            impose(fine, by=desk.registrar, decision_number="加2号", **said)
        fine = Charge.objects.get(pk=fine.pk)
        fine.correct(by=desk.registrar, amount=1_500_000, note="决定书载明一万五千元")
        assert impose(fine, by=desk.registrar, decision_number="加3号", **said).amount == 5 * 15_000, "on what was not taken"
        cash.hand_in(by=desk.registrar, on=datetime.date(2026, 3, 27))
        cash.bank(by=desk.registrar, on=datetime.date(2026, 3, 27), slip="回单1")
        make_fees.paid(make_fees.issued(desk).standing_lines.get(charge=fine), 1_000_000, datetime.date(2026, 3, 27))
        fine = Charge.objects.get(pk=fine.pk)
        assert (fine.open, fine.in_hand, fine.to_pay) == (500_000, 0, 500_000), "the money that came is the cash"
    with time_machine.travel(datetime.datetime(2026, 3, 29, 3, tzinfo=datetime.UTC), tick=False):
        assert reckon(fine, datetime.date(2026, 3, 29)).fen == 2 * 15_000, "and does not count twice"


def test_who_has_paid_in_cash_is_not_asked_again(desk, client):
    fine, other = make_fees.a_fine(desk, amount=100_00, on_the_spot=True), make_fees.a_fine(desk, amount=777_00)
    taken(desk, fine)
    notice = make_fees.issued(desk)
    said = "已当场收缴 100.00 元（票号 票0001），请勿再缴"
    assert notice.standing_lines.get(charge=fine).code, "the unit banks the cash under it"
    assert (said in documents.notice_html(notice.snapshot), notice.snapshot["total"]) == (True, 777_00)
    page = client.get(f"/pay/{notice.token}/").content.decode()
    assert (said in page, "还应缴 777.00 元" in page, "未缴 100.00 元" in page) == (True, True, False)
    card = card_of(fine.enterprise)
    assert (card.sums.open, card.to_pay) == (877_00, 777_00)
    for template in ("fees/_own_card.html", "fees/_card.html", "desk/paper/record.html"):
        assert said in render_to_string(template, {"card": card, "county": desk.county}), template
    make_fees.paid(notice.standing_lines.get(charge=other))
    assert "没有还要在本窗口缴的款项" in client.get(f"/pay/{notice.token}/").content.decode()
    make_fees.paid(notice.standing_lines.get(charge=fine))
    page = client.get(f"/pay/{notice.token}/").content.decode()
    assert ("由本窗口收缴的款项已经缴清" in page, said in page) == (True, False)


def test_of_a_fine_in_parts_the_first_ones_are_paid_by_the_cash(desk, client):
    fine = make_fees.a_fine(desk, amount=100_00, on_the_spot=True)
    taken(desk, fine)
    fine.correct(by=desk.registrar, amount=150_00, note="决定书载明一百五十元")
    days = [desk.county.today() + n * DAY for n in (20, 40, 60)]
    fine.defer(by=desk.head, parts=[(day, 50_00) for day in days], decision="延1号", note="经济困难")
    notice = make_fees.issued(desk)
    assert [line.in_cash for line in notice.standing_lines] == [50_00, 50_00, 0]
    assert notice.snapshot["total"] == 50_00
    assert "还应缴 50.00 元" in client.get(f"/pay/{notice.token}/").content.decode()


def test_what_was_paid_at_the_bank_is_no_cash(desk):
    half, paid, reduced = (make_fees.a_fine(desk, amount=150_00, on_the_spot=True) for _n in range(3))
    notice = make_fees.issued(desk)
    make_fees.paid(notice.lines.get(charge=half), 60_00)
    make_fees.paid(notice.lines.get(charge=paid))
    for fine in (half, paid):
        assert "cash" not in acts.open_to(desk.registrar, Charge.objects.get(pk=fine.pk))
        with pytest.raises(Refused, match="已经有到账"):
            taken(desk, fine, article="68-2", reason="流动摊点，事后难以执行")
    reduced.reduce(by=desk.head, amount=60_00, note="减免决定")
    with pytest.raises(Refused, match="第68条第一项只限 100 元以下"):
        taken(desk, reduced)
    reduced.reduce(by=desk.head, amount=90_00, note="减免决定")
    with pytest.raises(Refused, match="没有未缴的数额"):
        taken(desk, reduced, article="68-2", reason="流动摊点，事后难以执行")
    assert not CashTaken.objects.exists()


@pytest.mark.parametrize(("day", "late"), [(4, False), (5, False), (6, True)])
def test_a_month_is_confirmed_by_the_fifth(desk, day, late):
    import time_machine

    from fees.models import MonthReturn, late_returns

    at = datetime.datetime(2026, 3, 20, 3, tzinfo=datetime.UTC)
    with time_machine.travel(at, tick=False):
        make_fees.a_fine(desk)
        with pytest.raises(Refused, match="还没有结束"):
            MonthReturn.confirm(by=desk.head, agency=desk.agency, month=datetime.date(2026, 3, 1))
    on = datetime.date(2026, 4, day)
    assert [row.agency for row in late_returns(desk.county, on)] == ([desk.agency] if late else [])
    with pytest.raises(NotYours):
        MonthReturn.confirm(by=desk.registrar, agency=desk.agency, month=datetime.date(2026, 3, 1))
    MonthReturn.confirm(by=desk.head, agency=desk.agency, month=datetime.date(2026, 3, 1))
    assert late_returns(desk.county, on) == []
