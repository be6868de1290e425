"""One paper asks for the money of all departments; each line with its own code; paid is what the feed says."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string

from audit.models import NotYours, Refused, Series, WrongMoment
from config.tasks import TASKS
from desk.fee_card import card_of
from fees import documents
from fees.adapters import FeedLine, mock
from fees.models import Charge, ChargeSum, Entry, PaymentLine, PaymentNotice, Refund, Stay, TreasuryReceipt, impose, treasury
from fees.models.sums import ALL, book
from fees.pages import bearer
from tests import make, make_fees


def second_agency(desk):
    """Another department of the county that charges the same enterprise."""

    class Other:
        county, establishment, finance = desk.county, desk.establishment, desk.finance
        agency = make.an_agency(desk.county)

    Other.registrar = make.a_user("REGISTRAR", agency=Other.agency)
    Other.head = make.a_user("HEAD", agency=Other.agency)
    Other.officer_row = make.an_officer(Other.agency)
    return Other


def sums_of(charge):
    found = ChargeSum.objects.get(charge=charge)
    return found.due, found.reduced, found.received, found.returned, found.open


def nothing_differs():
    """Every kept sum is what the entries say, to the fen."""
    return {sums.__name__: list(sums.differences()) for sums in ALL} == {sums.__name__: [] for sums in ALL}


def test_charges_of_all_departments_come_on_one_notice_each_line_with_its_own_code(desk):
    other = second_agency(desk)
    fine, fee = make_fees.a_fine(desk), make_fees.a_fee(other)
    notice = make_fees.issued(desk)
    lines = list(notice.standing_lines)
    assert [(line.charge, line.agency, line.amount) for line in lines] == [(fine, desk.agency, 500000), (fee, other.agency, 12000)]
    assert len({line.code for line in lines}) == 2
    assert all(line.code.startswith("演") for line in lines)
    assert (notice.label, notice.number) == (f"沂水县合缴〔{notice.year}〕1号", 1)
    facts = notice.snapshot["lines"][0]
    assert (facts["agency"], facts["amount"], facts["code"]) == (desk.agency.name, 500000, lines[0].code)
    assert notice.snapshot["total"] == 512000


def test_nothing_is_gathered_twice_and_nothing_left_is_said(desk):
    make_fees.a_fine(desk)
    make_fees.gathered(desk)
    with pytest.raises(Refused, match="没有待归集的款项"):
        make_fees.gathered(desk)
    make_fees.a_fee(desk)
    assert [line.amount for line in make_fees.gathered(desk).standing_lines] == [12000], "only what is new"


def test_only_the_window_gathers_and_only_its_own_county(desk, elsewhere):
    make_fees.a_fine(desk)
    for user in (desk.registrar, desk.head, desk.reviewer, desk.auditor, desk.issuer, elsewhere.finance):
        with pytest.raises(NotYours):
            PaymentNotice.gather(by=user, enterprise=desk.establishment.enterprise)
    assert PaymentNotice.gather(by=make.system(), enterprise=desk.establishment.enterprise).number == 1


def test_the_body_that_decides_is_not_the_one_that_collects(desk):
    make_fees.a_rule(desk.county, "collection.institution", desk.agency.name)
    make_fees.a_fine(desk)
    with pytest.raises(Refused, match="不得自行收缴（行政处罚法第67条）"):
        make_fees.gathered(desk)


def test_what_this_window_may_not_collect_is_listed_with_whom_to_pay(desk):
    item = make.a_fee_item(desk.county, goes_to="税务征收", voucher="税收票证", where_to_pay="税务机关")
    make_fees.a_fee(desk, item)
    notice = make_fees.issued(desk)
    (line,) = notice.standing_lines
    assert (line.code, line.elsewhere) == ("", "税务机关")
    assert [row["elsewhere"] for row in notice.snapshot["elsewhere"]] == ["税务机关"]
    assert (notice.snapshot["lines"], notice.snapshot["total"]) == ([], 0)


def test_nobody_says_here_that_what_is_paid_elsewhere_is_unpaid(desk, client):
    item = make.a_fee_item(desk.county, goes_to="税务征收", voucher="税收票证")
    tax, fine = make_fees.a_fee(desk, item), make_fees.a_fine(desk)
    notice = make_fees.issued(desk)
    page = client.get(f"/pay/{notice.token}/").content.decode()
    assert "由税务机关征收，本窗口不知是否已缴" in page
    assert ("还应缴 5,000.00 元" in page, "未缴 120.00 元" in page, "未缴 5,000.00 元" in page) == (True, False, True)
    assert "由税务机关征收，本窗口不知是否已缴" in documents.notice_html(notice.snapshot)
    card = card_of(desk.establishment.enterprise)
    assert (card.sums.open, card.to_pay) == (512000, 500000)
    for template in ("fees/_own_card.html", "fees/_card.html", "desk/paper/record.html"):
        words = render_to_string(template, {"card": card, "county": desk.county})
        assert "由税务机关征收，本窗口不知是否已缴" in words, template
    assert (Charge.objects.get(pk=tax.pk).to_pay, Charge.objects.get(pk=fine.pk).to_pay) == (0, 500000)
    make_fees.paid(notice.standing_lines.get(charge=fine))
    page = client.get(f"/pay/{notice.token}/").content.decode()
    assert "由本窗口收缴的款项已经缴清" in page


def how(notice):
    """The computation of each line as the paper prints it, beside what the line asks for; and that the page says the same."""
    page = render_to_string("fees/pay.html", {"lines": bearer.lines_of(notice), "notice": notice, "county": notice.county})
    for line in notice.snapshot["lines"]:
        assert "<br>".join(line["explained"]) in page
        assert "；".join(line["explained"]) in documents.notice_html(notice.snapshot)
    return [(line["explained"], line["amount"]) for line in notice.snapshot["lines"]]


def test_the_computation_on_the_paper_ends_in_the_sum_that_it_asks_for(desk):
    fine = make_fees.a_fine(desk, reduction=1_000_00, reduction_basis="文件")
    assert how(make_fees.issued(desk)) == [(["决定书载明 5,000.00 元", "减免 1,000.00 元", "本次应缴 4,000.00 元"], 4_000_00)]
    make_fees.paid(fine.lines.get(), 1_500_00)
    fine.correct(by=desk.registrar, amount=6_000_00, note="决定书载明六千元")
    fine.reduce(by=desk.head, amount=500_00, note="文件")
    whole = ["决定书载明 5,000.00 元", "更正 +1,000.00 元，为 6,000.00 元", "减免 1,500.00 元", "已到账 1,500.00 元"]
    first = make_fees.issued(desk)
    assert how(first) == [([*whole, "本次应缴 3,000.00 元"], 3_000_00)]
    fine = Charge.objects.get(pk=fine.pk)
    assert fine.worked_out == whole
    card = card_of(fine.enterprise)
    for template, between in (("fees/_own_card.html", "；"), ("fees/_card.html", "<br>"), ("desk/paper/record.html", "；")):
        assert between.join(whole) in render_to_string(template, {"card": card, "county": desk.county}), template
    make_fees.paid(first.standing_lines.get(), 1_00)
    assert how(first) == [([*whole, "本次应缴 3,000.00 元"], 3_000_00)], "what came since is said beside, not in what the paper asked for"
    parts = [(desk.county.today() + n * make_fees.DAY, fen) for n, fen in ((20, 1_000_00), (40, 1_999_00))]
    fine.defer(by=desk.head, parts=parts, decision="延1号", note="经济困难")
    whole[-1] = "已到账 1,501.00 元"
    said = [[*whole, f"分 2 期，第 {n} 期", f"本次应缴 {sum_} 元"] for n, sum_ in ((1, "1,000.00"), (2, "1,999.00"))]
    assert [line for line, _fen in how(make_fees.issued(desk))] == said
    page = render_to_string("fees/pay.html", {"lines": bearer.lines_of(first), "notice": first, "county": first.county})
    assert "本次应缴 3,000.00 元" in page, "of a line that was taken off the page says what its paper said"


def test_the_computation_of_what_was_added_is_the_one_that_was_counted_anew(desk):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 3, tzinfo=datetime.UTC), tick=False):
        fine = make_fees.a_fine(desk, amount=1_000_000)
    day = datetime.date(2026, 3, 27)
    with time_machine.travel(datetime.datetime(2026, 3, 27, 3, tzinfo=datetime.UTC), tick=False):
        said = {"decision_number": "加1号", "decision_date": day, "article": "行政处罚法第72条", "until": day}
        added = impose(fine, by=desk.registrar, **said)
        Stay.begin(fine, by=desk.head, kind="REVIEW", case_number="复1号", first=datetime.date(2026, 3, 20))
        lines = [
            "2026-03-18 至 2026-03-19，2 日：10,000.00 元 × 3% × 2 日 = 600.00 元",
            "2026-03-20 至 2026-03-27，8 日：行政复议期间不计（复1号） = 0.00 元",
            "合计 600.00 元",
        ]
        assert how(make_fees.issued(desk))[1] == ([*lines, "本次应缴 600.00 元"], 600_00)
        added = Charge.objects.get(pk=added.pk)
        added.correct(by=desk.registrar, amount=500_00, note="决定书载明五百元")
        last = ["合计 3,000.00 元", "更正 -2,500.00 元，为 500.00 元", "本次应缴 500.00 元"]
        assert how(make_fees.issued(desk))[0][0][-3:] == last


def test_what_the_feed_says_is_paid_and_nothing_else(desk):
    fine = make_fees.a_fine(desk)
    (line,) = make_fees.issued(desk).standing_lines
    assert sums_of(fine) == (500000, 0, 0, 0, 500000)
    assert make_fees.paid(line) == 1
    assert TreasuryReceipt.take_in_due(by=make.system()) == 0, "the same line of the feed again"
    assert sums_of(fine) == (500000, 0, 500000, 0, 0)
    receipt = TreasuryReceipt.objects.get()
    assert (receipt.line, receipt.amount, receipt.county) == (line, 500000, desk.county)
    assert nothing_differs()


def test_nobody_marks_anything_as_paid(desk):
    make_fees.a_fine(desk)
    (line,) = make_fees.issued(desk).standing_lines
    said = FeedLine("1", line.code, 500000, desk.county.today(), "银行")
    people = (desk.registrar, desk.head, desk.clerk, desk.officer, desk.finance, desk.auditor, desk.issuer, desk.reviewer, desk.intake)
    for user in people:
        with pytest.raises(NotYours, match="任何单位都不能自行登记为已缴"):
            TreasuryReceipt.receive(desk.county, said, by=user)
    assert not Entry.objects.filter(kind="RECEIVED").exists()
    for model in (Charge, PaymentLine, PaymentNotice):
        assert not [verb for verb in getattr(model, "STEPS", {}) if "paid" in verb or "pay" in verb]
        assert not [f.name for f in model._meta.get_fields() if "paid" in f.name]


def test_money_under_an_unknown_code_is_kept_and_seen(desk):
    mock.pay("演0000", 100, desk.county.today())
    assert TreasuryReceipt.take_in_due(by=make.system()) == 1
    assert TreasuryReceipt.objects.unmatched().get().amount == 100
    assert not Entry.objects.exists()


def test_a_reduction_takes_the_line_off_and_the_rest_is_asked_for_anew(desk):
    fine = make_fees.a_fine(desk)
    notice = make_fees.issued(desk)
    with pytest.raises(NotYours):
        fine.reduce(by=desk.registrar, amount=100, note="减免决定")
    fine.reduce(by=desk.head, amount=200000, note="沂市监减〔2026〕1号")
    assert sums_of(fine) == (500000, 200000, 0, 0, 300000)
    old = notice.lines.get()
    assert (old.dropped, old.dropped_why) == (True, "减免")
    (line,) = make_fees.issued(desk).standing_lines
    assert (line.amount, line.code != old.code) == (300000, True)
    assert PaymentLine.withdraw_due(by=make.system()) == 1
    assert PaymentLine.withdraw_due(by=make.system()) == 0
    make_fees.paid(old, 500000)  # the old paper was taken to the bank all the same
    assert sums_of(fine) == (500000, 200000, 500000, 0, -200000)
    assert nothing_differs()


@pytest.mark.parametrize("amount", [0, -1, 500001])
def test_no_more_is_reduced_than_is_open(desk, amount):
    fine = make_fees.a_fine(desk)
    with pytest.raises(Refused) as refusal:
        fine.reduce(by=desk.head, amount=amount, note="文件")
    assert refusal.value.field == "amount"


def test_a_correction_is_one_more_entry_and_obeys_the_law(desk):
    fine = make_fees.a_fine(desk, amount=290000, on_the_spot=True)
    fine.correct(by=desk.registrar, amount=300000, note="决定书载明三千元")
    assert [(e.kind, e.amount) for e in fine.entries.order_by("pk")] == [("DUE", 290000), ("CORRECTED", 10000)]
    for amount, why in ((300001, "不得超过"), (300000, "一样"), (0, "大于零")):
        with pytest.raises(Refused, match=why):
            fine.correct(by=desk.registrar, amount=amount, note="再改")
    assert sums_of(fine)[0] == 300000
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE fees_entry SET amount = 0")


def test_a_void_writes_against_what_was_written_and_what_was_paid_is_given_back(desk):
    fine = make_fees.a_fine(desk, reduction=100, reduction_basis="文件")
    (line,) = make_fees.issued(desk).standing_lines
    make_fees.paid(line)
    fine.ask_void(by=desk.registrar, note="决定被撤销")
    second = make.a_user("REGISTRAR", agency=desk.agency)
    fine.void(by=second)
    assert sums_of(fine) == (0, 0, 499900, 0, -499900)
    refund = Refund.ask(fine, by=desk.registrar, amount=499900, reason="撤销决定，退还已缴罚款")
    with pytest.raises(WrongMoment):
        Refund.ask(fine, by=desk.registrar, amount=1, reason="再退")
    with pytest.raises(NotYours):
        refund.agree(by=desk.registrar)
    refund.agree(by=desk.finance)
    assert Refund.send_due(by=make.system()) == 1
    assert TreasuryReceipt.take_in_due(by=make.system()) == 1
    assert Refund.send_due(by=make.system()) == 0
    refund.refresh_from_db()
    assert (refund.status, refund.receipt.amount, sums_of(fine)) == ("RETURNED", -499900, (0, 0, 499900, 499900, 0))
    assert nothing_differs()


@pytest.mark.parametrize("amount", [0, 1, -5])
def test_no_more_is_given_back_than_came_in_too_much(desk, amount):
    fine = make_fees.a_fine(desk)
    with pytest.raises(Refused, match=r"可以退付的是多缴的 0\.00 元"):
        Refund.ask(fine, by=desk.registrar, amount=amount, reason="退")


@pytest.mark.parametrize(("made", "status"), [(make_fees.issued, "ISSUED"), (make_fees.gathered, "NUMBERED")])
def test_a_notice_that_is_not_to_be_voided_goes_on_as_it_was(desk, signed_in, made, status):
    make_fees.a_fine(desk)
    notice = made(desk)
    notice.ask_void(by=desk.finance, note="企业名称有误")
    assert not PaymentNotice.objects.awaiting_document().exists()
    for user in (desk.finance, desk.registrar, desk.head):
        with pytest.raises(NotYours):
            notice.keep(by=user, note="没有误")
    with pytest.raises(Refused) as refusal:
        notice.keep(by=desk.auditor, note=" ")
    assert refusal.value.field == "note"
    other = signed_in(make.a_user("FINANCE", county=desk.county))
    address = f"/payment-notices/{notice.uid}/"
    assert f"{address}keep/" in other.get(address).content.decode()
    assert other.post(f"{address}keep/", {"note": "核对无误"}).status_code == 302
    notice = PaymentNotice.objects.get(pk=notice.pk)
    assert (notice.status, notice.void_asked_by, notice.void_reason) == (status, None, "")
    assert not notice.lines.get().dropped
    with pytest.raises(WrongMoment):
        notice.keep(by=desk.auditor, note="没有误")
    if status == "NUMBERED":
        make_fees.with_codes(notice)
    notice.ask_void(by=desk.finance, note="还是有误")
    answer = signed_in(desk.auditor).post(f"/api/v1/payment-notices/{notice.uid}/keep/", {"note": "无误"}, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "ISSUED")


def test_a_void_notice_keeps_its_number_and_needs_two_people(desk):
    make_fees.a_fine(desk)
    notice = make_fees.issued(desk)
    for user in (desk.registrar, desk.head, desk.auditor):
        with pytest.raises(NotYours):
            notice.ask_void(by=user, note="写错")
    notice.ask_void(by=desk.finance, note="企业名称有误")
    with pytest.raises(NotYours):
        notice.void(by=desk.finance)
    notice.void(by=desk.auditor)
    assert (notice.status, notice.number) == ("VOID", 1)
    assert make_fees.gathered(desk).number == 2
    assert Series.objects.get(kind="payment-notice", owner=desk.county.code).last == 2


def test_instalments_each_have_a_line_a_day_and_a_code(desk):
    fine = make_fees.a_fine(desk)
    make_fees.issued(desk)
    today = desk.county.today()
    parts = [(today + 30 * make_fees.DAY, 200000), (today + 60 * make_fees.DAY, 300000)]
    fine.defer(by=desk.head, parts=parts, decision="沂市监延〔2026〕1号", note="经济困难，当事人申请分期")
    notice = make_fees.issued(desk)
    assert [(line.part, line.due_on, line.amount) for line in notice.standing_lines] == [(1, *parts[0]), (2, *parts[1])]
    first, second = notice.standing_lines
    make_fees.paid(first)
    assert sums_of(fine) == (500000, 0, 200000, 0, 300000)
    make_fees.paid(second)
    assert sums_of(fine)[-1] == 0
    fine.refresh_from_db()
    assert fine.due_on == parts[1][0]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([], "每期的日期"),
        ([(0, 500000)], "每期的日期"),
        ([(9, 300000), (9, 200000)], "每期的日期"),
        ([(9, 499999)], "各期之和应当等于未缴的"),
    ],
)
def test_instalments_that_do_not_add_up_are_refused(desk, parts, why):
    fine, today = make_fees.a_fine(desk), desk.county.today()
    with pytest.raises(Refused, match=why):
        fine.defer(by=desk.head, parts=[(today + n * make_fees.DAY, fen) for n, fen in parts], decision="1号", note="困难")


def test_the_clock_gathers_what_has_waited_a_working_day(desk, elsewhere, monkeypatch):
    make_fees.a_fine(desk)
    make_fees.a_fine(elsewhere)
    assert PaymentNotice.gather_due(by=make.system()) == 0
    make_fees.a_rule(desk.county, "collection.wait", "0")
    assert PaymentNotice.gather_due(by=make.system()) == 1
    assert PaymentNotice.objects.get().county == desk.county
    assert PaymentNotice.gather_due in TASKS


def test_without_a_non_tax_system_notices_wait(desk, settings):
    make_fees.a_fine(desk)
    notice = make_fees.gathered(desk)
    settings.NONTAX_ADAPTER = ""
    assert documents.issue_due(by=make.system()) == 0
    assert TreasuryReceipt.take_in_due(by=make.system()) == 0
    notice.refresh_from_db()
    assert notice.status == "NUMBERED"


def test_charges_from_before_there_were_entries_get_their_first(desk):
    fine = make_fees.a_fine_from_before(desk)
    assert Charge.objects.get(pk=fine.pk).open == 500000
    assert Charge.open_accounts_due(by=make.system()) == 1
    assert Charge.open_accounts_due(by=make.system()) == 0
    assert (sums_of(fine), nothing_differs()) == ((500000, 0, 0, 0, 500000), True)


def test_the_command_says_where_a_sum_differs_and_makes_it_anew(desk):
    from django.core.management import CommandError, call_command

    fine = make_fees.a_fine(desk)
    call_command("rebuild_sums", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fees_monthsum SET due = due + 1, open = open + 1")
    with pytest.raises(CommandError, match="1 sums differ"):
        call_command("rebuild_sums", verbosity=0)
    call_command("rebuild_sums", "--rebuild", verbosity=0)
    assert (sums_of(fine), nothing_differs()) == ((500000, 0, 0, 0, 500000), True)


def test_a_charge_voided_while_the_paper_is_made_is_not_asked_for(desk, monkeypatch):
    fine, fee = make_fees.a_fine(desk), make_fees.a_fee(desk)
    notice, draw = make_fees.gathered(desk), documents.notice_pdf

    def void_meanwhile(snapshot):
        if len(snapshot["lines"]) == 2:
            fine.ask_void(by=desk.registrar, note="写错")
            fine.void(by=desk.head)
        return draw(snapshot)

    monkeypatch.setattr(documents, "notice_pdf", void_meanwhile)
    assert documents.issue_due(by=make.system()) == 0, "no paper leaves that asks for what is void"
    code = notice.lines.get(charge=fine).code
    assert code
    assert documents.issue_due(by=make.system()) == 1, "made anew at the next sweep"
    notice.refresh_from_db()
    assert [(line["amount"], line["code"]) for line in notice.snapshot["lines"]] == [(12000, notice.lines.get(charge=fee).code)]
    assert PaymentLine.withdraw_due(by=make.system()) == 1
    mock.pay(code, 500000, desk.county.today())
    TreasuryReceipt.take_in_due(by=make.system())
    assert not TreasuryReceipt.objects.unmatched().exists(), "what is paid under a withdrawn code all the same is known"


def test_a_notice_all_of_whose_lines_were_taken_off_gets_no_paper(desk):
    fine = make_fees.a_fine(desk)
    notice = make_fees.gathered(desk)
    fine.reduce(by=desk.head, amount=1, note="文件")
    assert documents.issue_due(by=make.system()) == 0
    with pytest.raises(WrongMoment, match="款项有变动"):
        make_fees.with_codes(notice)


def test_only_the_non_tax_system_gives_codes(desk):
    make_fees.a_fine(desk)
    line = make_fees.gathered(desk).lines.get()
    for user in (desk.finance, desk.registrar, desk.auditor):
        with pytest.raises(NotYours):
            line.bear("演1", by=user)


def a_feed(monkeypatch, *lines):
    """Let the non-tax system tell exactly these lines."""
    monkeypatch.setattr(mock, "arrived", lambda: list(lines))


BAD = {
    "nothing": ({"amount": 0}, "金额不合格式：0"),
    "no sum at all": ({"amount": "一百"}, "金额不合格式：一百"),
    "no day": ({"paid_on": None}, "缴款日期不合格式：None"),
    "a sum beyond all money": ({"amount": 10**30}, "金额不合格式"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_line_that_cannot_be_booked_is_kept_with_its_fault_and_stops_no_other(desk, monkeypatch, what):
    fine = make_fees.a_fine(desk)
    (line,) = make_fees.issued(desk).standing_lines
    today = desk.county.today()
    bad, fault = BAD[what]
    told = {"number": "1", "code": line.code, "amount": 100, "paid_on": today, "institution": "银行", **bad}
    a_feed(monkeypatch, FeedLine(**told), FeedLine("2", line.code, 500000, today, "银行"))
    assert TreasuryReceipt.take_in_due(by=make.system()) == 2
    assert TreasuryReceipt.take_in_due(by=make.system()) == 0, "neither is taken in twice"
    assert sums_of(fine) == (500000, 0, 500000, 0, 0)
    (kept,) = TreasuryReceipt.objects.visible_to(desk.finance).unmatched()
    assert (kept.number, kept.line, fault in kept.fault) == ("1", None, True)
    assert nothing_differs()


@pytest.mark.parametrize("name", ["number", "institution", "ticket"])
@pytest.mark.parametrize("text", ["长" * 200, "坏\0字"])
def test_a_text_that_does_not_fit_keeps_no_money_from_its_charge(desk, monkeypatch, name, text):
    fine = make_fees.a_fine(desk)
    (line,) = make_fees.issued(desk).standing_lines
    told = {"number": "1", "code": line.code, "amount": 100, "paid_on": desk.county.today(), "institution": "银行", name: text}
    a_feed(monkeypatch, FeedLine(**told), FeedLine(**{**told, name: text + "二", "number": told["number"] + "2"}))
    assert TreasuryReceipt.take_in_due(by=make.system()) == 2, "two lines stay two"
    assert TreasuryReceipt.take_in_due(by=make.system()) == 0
    assert sums_of(fine)[2] == 200
    assert all("不合格式" in kept.fault for kept in TreasuryReceipt.objects.unmatched())
    assert TreasuryReceipt.objects.unmatched().count() == 2


def test_under_a_code_that_no_column_holds_money_is_unmatched(desk, monkeypatch):
    a_feed(monkeypatch, FeedLine("", "码" * 99, 100, desk.county.today(), "银行"))
    assert [TreasuryReceipt.take_in_due(by=make.system()) for _twice in range(2)] == [1, 0]
    assert TreasuryReceipt.objects.unmatched().get().amount == 100


def test_after_a_fault_of_ours_the_others_go_on_and_the_line_is_tried_again(desk, monkeypatch):
    fine = make_fees.a_fine(desk)
    (line,) = make_fees.issued(desk).standing_lines
    today = desk.county.today()
    a_feed(monkeypatch, FeedLine("1", line.code, 100, today, "银行"), FeedLine("2", line.code, 200, today, "银行"))

    tried = []

    def once(entry):
        tried.append(entry)
        if len(tried) == 1:
            raise RuntimeError("ours")
        return book(entry)

    monkeypatch.setattr(treasury, "book", once)
    with pytest.raises(RuntimeError, match="ours"):
        TreasuryReceipt.take_in_due(by=make.system())
    assert sums_of(fine)[2] == 200
    assert TreasuryReceipt.take_in_due(by=make.system()) == 1
    assert (sums_of(fine)[2], TreasuryReceipt.objects.unmatched().count()) == (300, 0)
    assert nothing_differs()


def test_finance_sees_the_fault(desk, signed_in, monkeypatch):
    make_fees.a_fine(desk)
    (line,) = make_fees.issued(desk).standing_lines
    a_feed(monkeypatch, FeedLine("流水1", line.code, 0, desk.county.today(), "银行"))
    TreasuryReceipt.take_in_due(by=make.system())
    page = signed_in(desk.finance).get("/treasury/?unmatched").content.decode()
    assert "不能核销" in page
    assert "金额不合格式：0" in page
