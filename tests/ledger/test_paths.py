"""Every path by which an audited row is written: each is walked, and leaves history that one leaf covers, with the right signer.

Four lists, each complete or the build fails: the places in the code that sign, the addresses of pages and API that
take more than a look, the commands, and the tasks of the clock.
"""

import ast
import contextlib
import datetime
import json
import sys
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.management import get_commands
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from accounts.founding import found_county
from accounts.importing import import_list
from accounts.models import CalendarDay, Duty, Effect, Enterprise, IdentifierKind, ListImport, Post, Role, RuleValue
from audit.ledger.sealer import seal_due
from audit.ledger.verify import verify
from audit.ledger.verify.source import bound_tables
from audit.models import Attempt, Audited, Leaf, Reading, Refused
from audit.signing import Act
from config.tasks import TASKS, named
from delivery.models import Letter
from fees.adapters import mock
from fees.models import (
    CashTaken,
    Charge,
    Dispute,
    MonthReturn,
    PayerOf,
    PaymentLine,
    Refund,
    Stay,
    TreasuryReceipt,
    impose,
)
from inspection import documents
from inspection.models import Draw, InspectionProgramme, PlatformProfile, Referral, Visit
from inspection.platform import take_tasks
from oversight.models import ReportedDemand
from receipts.models import Complaint, Receipt, ReceiptCode
from tests import make, make_draw, make_fees
from tests.inspection import paths as reviewed
from tests.receipts import paths as said
from tests.turns import by_turns, on_sqlite

HOUSE = Path(__file__).resolve().parents[2]
#: places that sign and are walked elsewhere
ELSEWHERE = {
    "config.demo.": "tests/demo, which founds the demo county",
    "accounts.importing.kinds.Signer.save_new": "always inside import_list, whose leaf binds its rows",
    "inspection.models.notice.FilingNotice.replace": "always inside amend or postpone, whose leaf binds its rows",
    "inspection.models.notice.FilingNotice.withdraw": "always inside the withdrawal of its plan",
    "receipts.models.card.ReceiptCard._replace": "always inside the making of the next card",
    "fees.models.charge.Charge.keep": "tests/fees: a void that is not agreed to",
    "fees.models.charge.Charge.fall": "below: always inside what the feed takes in, or what moved the fine, whose leaf binds its rows",
    "fees.models.treasury.Refund.give_back": "tests/fees: inside what the feed takes in",
    "oversight.models.demand.ReportedDemand.handle": "tests/oversight/test_demands.py",
}
OURS = ["accounts", "audit", "config", "delivery", "desk", "disclosure", "fees", "inspection", "oversight", "paper", "receipts"]
SIGNING = {"signed", "signed_bulk", "keep"}
DOORS = {"step", "write_leaf"}


DAY = datetime.timedelta(days=1)


class Undo(Exception):
    """Takes an act back."""


# --- the acts, one for each way of signing -----------------------------------------------------------


def charge(desk, **facts):
    item = make.a_fee_item(desk.county)
    common = {"by": desk.registrar, "agency": desk.agency, "establishment": desk.establishment, "charged_on": desk.county.today()}
    common["collector"] = desk.officer_row
    return Charge.register(**common, kind="FEE", item=item.code, amount=12345, **facts)


def voided(desk):
    row = charge(desk)
    row.ask_void(by=desk.registrar, note="重复")
    row.void(by=desk.head)


def deferred(desk):
    fine = make_fees.a_fine(desk)
    fine.defer(by=desk.head, parts=[(desk.county.today() + 30 * DAY, fine.open)], decision="延1号", note="经济困难")


def long_due(desk):
    day = desk.county.today() - 40 * DAY
    return make_fees.a_fine(desk, charged_on=day, decision_date=day, served_on=day)


def imposed(desk):
    today = desk.county.today()
    impose(long_due(desk), by=desk.registrar, until=today, decision_number="加1号", decision_date=today, article="行政处罚法第72条")


def told_late(desk, days_ago):
    """Money that lay at the bank while 加处罚款 was imposed."""
    fine, today = long_due(desk), desk.county.today()
    line = make_fees.issued(desk).lines.last()
    impose(fine, by=desk.registrar, until=today, decision_number="加2号", decision_date=today, article="行政处罚法第72条")
    make_fees.paid(line, on=today - days_ago * DAY)


def fine_fell(desk):
    """A fine that is corrected after 加处罚款 was imposed on it."""
    imposed(desk)
    Charge.objects.get(kind="FINE").correct(by=desk.registrar, amount=100000, note="更正")


def stayed(desk):
    day = desk.county.today()
    Stay.begin(make_fees.a_fine(desk), by=desk.registrar, kind="REVIEW", case_number="复1号", first=day).end(by=desk.registrar, last=day)


def cash(desk):
    fine, day = make_fees.a_fine(desk, amount=10000, on_the_spot=True), desk.county.today()
    taken = CashTaken.take(fine, by=desk.registrar, article="68-1", reason="小额", ticket="票1", taken_on=day)
    taken.hand_in(by=desk.registrar, on=day)
    taken.bank(by=desk.registrar, on=day, slip="单1")


def disputed(desk):
    fine = make_fees.a_fine(desk)
    Dispute.make(fine, by=PayerOf(desk.establishment.enterprise), words="多收了").reply(by=desk.registrar, note="按决定书")
    Dispute.make(fine, by=desk.intake, words="还是多").uphold(by=desk.head, note="成立")


def refunded(desk):
    fine = make_fees.a_fine(desk)
    make_fees.paid(make_fees.issued(desk).lines.get(charge=fine))
    fine.correct(by=desk.registrar, amount=300000, note="更正")
    Refund.ask(fine, by=desk.registrar, amount=200000, reason="多缴").agree(by=desk.finance)
    Refund.send_due(by=make.system())
    TreasuryReceipt.take_in_due(by=make.system())


def not_refunded(desk):
    fine = make_fees.a_fine(desk)
    make_fees.paid(make_fees.issued(desk).lines.get(charge=fine))
    fine.correct(by=desk.registrar, amount=300000, note="更正")
    Refund.ask(fine, by=desk.registrar, amount=200000, reason="多缴").refuse(by=desk.finance, note="应当抵缴")


def kept_notice(desk):
    make_fees.a_fine(desk)
    notice = make_fees.gathered(desk)
    notice.ask_void(by=desk.finance, note="写错")
    notice.keep(by=desk.auditor, note="没有写错")


def voided_notice(desk):
    make_fees.a_fine(desk)
    notice = make_fees.gathered(desk)
    notice.ask_void(by=desk.finance, note="写错")
    notice.void(by=desk.auditor)


def withdrawn(desk):
    fine = make_fees.a_fine(desk)
    make_fees.issued(desk)
    fine.reduce(by=desk.head, amount=1, note="文件")
    PaymentLine.withdraw_due(by=make.system())


def opened_account(desk):
    make_fees.a_fine_from_before(desk)
    Charge.open_accounts_due(by=make.system())


def demanded(desk):
    said = {"agency": desk.agency, "source": "ENTERPRISE", "demanded_on": desk.county.today(), "words": "要赞助"}
    return ReportedDemand.report(by=desk.auditor, county=desk.county, demand=make_fees.a_demand(desk.county), **said)


def month_confirmed(desk):
    MonthReturn.confirm(by=desk.head, agency=desk.agency, month=(desk.county.today().replace(day=1) - DAY).replace(day=1))


def given(desk, times=1):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")
    for overall in range(1, times + 1):
        Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": overall, "people": 4, "words": "话"})


def make_letter_due(desk):
    desk.issued()
    ReceiptCode.hand_out_due(by=make.system())


def sent(desk):
    make_letter_due(desk)
    Letter.send_due(by=make.system())


def sent_letter(desk):
    sent(desk)
    return Letter.objects.get(kind="receipt-code")


def given_up(desk):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="没有号码", note="核对执照")
    sent(desk)


def printed(desk):
    letter = sent_letter(desk).again(by=desk.intake, note="改用纸质", channel="paper")
    Letter.print_out([letter], by=desk.intake, render=lambda letters: b"")


def accepted_and_issued(desk):
    desk.numbered()
    documents.issue_due(by=make.system())


def erased(desk):
    desk.establishment.enterprise.contact.erase(by=desk.intake, note="第47条")


def registered(desk):
    return Enterprise.register(
        by=desk.officer, county=desk.county, kind="COMPANY", name="新企业", identifier_kind=IdentifierKind.USCC,
        identifier=make.credit_code(777), address="某路1号",
    )  # fmt: skip


def unfiled(desk):
    Visit.record_unfiled(
        by=desk.officer, agency=desk.agency, establishment=desk.establishment, officers=[desk.officer_row],
        arrived_at=timezone.now() - datetime.timedelta(minutes=1), ground="群众举报现场有险情",
    )  # fmt: skip


def ended(desk):
    Post.objects.filter(user=desk.clerk).get().end(by=keeper_of(desk), on=desk.county.today(), note="调离")


def keeper_of(desk):
    code = next(role.code for role in Role.objects.all() if Duty.LIST_KEEP in role.duties and role.code != "SYSTEM")
    return make.a_user(code, county=desk.county)


def programme(desk, verb=""):
    """A programme of two lines, one of them with an open point, taken as far as just before ``verb``."""
    content = "检查计划,,,\n序号,抽查事项,检查对象,检查时间\n1,甲,企业,适时\n2,乙,企业,5月".encode()
    made = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=content, name="x.csv")
    first = made.standing_lines.first()
    if verb == "drop":
        made.drop_line(by=desk.clerk, line=first, note="取消")
    elif verb:
        made.complete_line(by=desk.clerk, line=first, answers={"D": "6月"})
    for step, who in (("submit", desk.clerk), ("endorse", desk.head)):
        if verb in ("endorse", "send back", "accept", "return", "withdraw") and (step, verb) != ("endorse", "send back"):
            getattr(made, step)(by=who)
    match verb:
        case "send back":
            made.submit(by=desk.clerk) if made.status == "DRAFT" else None
            made.send_back(by=desk.head, note="再看")
        case "accept" | "return":
            getattr(made, verb.replace("return", "return_"))(by=desk.reviewer, note="说明")
        case "withdraw":
            made.withdraw(by=desk.clerk, note="重做")
    return made


def replaced(desk):
    programme(desk, "accept")
    programme(desk, "accept")


def typed(desk):
    made = InspectionProgramme.draft(by=desk.clerk, agency=desk.agency, year=2026)
    made.revise(by=desk.clerk, facts={"title": "新名称"})
    made.add_line(by=desk.clerk, words={"item": "甲", "object": "企业", "months": "5月"})


def informed(desk):
    other = make.Desk("371321", "沂南县", effect=Effect.NOTIFY)
    plan = other.submitted()
    plan.notify(by=other.head)
    return plan


def remarked(verb):
    def act(desk):
        plan = informed(desk)
        reviewer = make.a_user("REVIEWER", county=plan.county)
        getattr(plan, verb)(by=reviewer, note="请避开农忙")

    return act


def sheet_of(text):
    return "\n".join(text).encode()


def imported(code, *lines):
    def act(desk):
        ListImport.carry_out_at_once(by=desk.issuer, county=desk.county, code=code, content=sheet_of(lines), name=f"{code}.csv")

    return act


def swept(desk):
    lines = ["日期,是否工作日,名称,依据", "2031-05-01,否,劳动节,演示"]
    ListImport.send(by=desk.issuer, county=desk.county, code="calendar", content=sheet_of(lines), name="c.csv")
    ListImport.carry_out_due(by=make.system())


def swept_in_vain(desk):
    ListImport.send(by=desk.issuer, county=desk.county, code="calendar", content=b"x,y\n1,2\n", name="c.csv")
    ListImport.carry_out_due(by=make.system())


def drawn_line(desk):
    make_draw.pool_of(desk, 5)
    return make_draw.drawn(desk).lines.first()


def told(desk):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)):
        draw = make_draw.frozen(desk, **make_draw.lottery(desk))
    draw.tell(by=desk.clerk, number="03 08 17")
    draw.tell(by=desk.reviewer, number="03 08 17")


def lapsed(desk):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=30)):
        make_draw.sealed(desk, ends_on=datetime.date(2099, 1, 1))
    assert Draw.lapse_due(by=make.system()) == 1


def opened(desk):
    drawn_line(desk).drop(by=desk.head, note="停业")
    assert Draw.open_due(by=make.system()) == 1


def excused(desk):
    line = drawn_line(desk)
    line.excuse(by=desk.head, officer=line.officers.first().officer, note="病假")


def named_at_door(desk):
    plan = desk.endorsed(targets=[], area="沂城街道", area_trade="小餐饮", area_ceiling=2)
    plan.accept(by=desk.reviewer)
    place = desk.establishment
    plan.name_at_door(by=desk.officer, establishment=place, reasons=make.reasons_for([place]))


def platform(desk):
    columns = {"task": "任务编号", "enterprise": "企业"}
    results = [["任务编号", "task"]]
    return PlatformProfile.set_up(by=desk.issuer, county=desk.county, name="省平台", task_columns=columns, result_columns=results)


def tasks_taken(desk):
    content = f"任务编号,企业\nRW-1,{desk.establishment.enterprise.identifier}\n".encode()
    take_tasks(platform(desk), content, name="x.csv", by=desk.clerk, agency=desk.agency)


#: what happens -> (how, who signs the last leaf: the name of a member of the desk, or of somebody else)
ACTS = {
    "found a county": (
        lambda d: found_county(code="371300", name="新县", office_name="o", notice_prefix="新", supervision_phone="1"),
        "系统设立",
    ),
    "open an account": (lambda d: make.a_user("CLERK", agency=d.agency), "系统"),
    "change a password": (lambda d: d.clerk.change_password("battery-staple-9"), "clerk"),
    "end a post": (ended, None),
    "change a contact": (
        lambda d: d.establishment.enterprise.contact.change(by=d.intake, person="甲", phone="13911112222", note="核对"),
        "intake",
    ),
    "register an enterprise": (registered, "officer"),
    "file a plan": (lambda d: d.draft(), "clerk"),
    "revise a plan": (lambda d: d.draft().revise(by=d.clerk, facts={"purpose": "改后"}), "clerk"),
    "submit a plan": (lambda d: d.submitted(), "clerk"),
    "send a plan back": (lambda d: d.submitted().send_back(by=d.head, note="再看"), "head"),
    "endorse a plan": (lambda d: d.endorsed(), "head"),
    "inform the Office": (informed, None),
    "remark on what one was informed of": (remarked("remark"), None),
    "report what one was informed of": (remarked("report"), None),
    "import enterprises": (
        imported(
            "enterprises",
            "名称,类型,证件种类,证件号码,经营者,地址,联系人,手机",
            f"演示面粉有限公司,企业,统一社会信用代码,{make.credit_code(888)},王演示,演示路8号,王演示,12900000008",
        ),
        "issuer",
    ),
    "import a list": (
        imported("check-sheets", "编码,检查表名称,检查对象,检查项目,检查内容,检查标准", "BD-1,食品检查表,食品厂,许可,有无许可证,应当有"),
        "issuer",
    ),
    "import a list at a command": (
        lambda d: import_list(
            d.county, "calendar", sheet_of(["日期,是否工作日,依据", "2031-05-02,否,演示"]), name="c.csv", by=make.system()
        ),
        "系统",
    ),
    "import a list by the sweep": (swept, "issuer"),
    "import by the sweep in vain": (swept_in_vain, "系统"),
    "set a rule": (
        lambda d: RuleValue.set_value(
            by=d.issuer, county=d.county, code="often.day", value="2", starts=d.county.today(), source="沂水县规定第3条"
        ),
        "issuer",
    ),
    "set a day of the calendar": (
        lambda d: CalendarDay.set(
            by=d.issuer, county=d.county, date=datetime.date(2031, 1, 1), working=False, name="元旦", source="国办发明电"
        ),
        "issuer",
    ),
    "name an enterprise at its door": (named_at_door, "officer"),
    "keep a draft while it is typed": (lambda d: d.draft().revise(by=d.clerk, facts={"reasons": {"quiet.day:NJ-1": "急"}}), "clerk"),
    "enter a referral": (
        lambda d: Referral.enter(
            by=d.intake, agency=d.agency, kind="LETTER", number="YS-1", received_on=d.county.today(), source="郯城县局", matter="移送"
        ),
        "intake",
    ),
    "set up a platform": (platform, "issuer"),
    "take a platform's tasks": (tasks_taken, "clerk"),
    "withdraw a plan": (lambda d: d.endorsed().withdraw(by=d.clerk, note="改期"), "clerk"),
    "return a plan": (lambda d: d.endorsed().return_(by=d.reviewer, note="补正"), "reviewer"),
    "decline a plan": (lambda d: d.endorsed().decline(by=d.reviewer, ground=d.ground.code), "reviewer"),
    "accept a plan": (lambda d: d.numbered(), "reviewer"),
    "revoke a plan": (lambda d: d.issued().plan.revoke(by=d.issuer, note="无依据"), "issuer"),
    "issue a paper": (accepted_and_issued, "系统"),
    "hold a paper up": (lambda d: d.numbered().hold_up(by=make.system(), note="没有密钥"), "系统"),
    "void a notice": (lambda d: d.issued().void(by=d.issuer, note="作废"), "issuer"),
    "arrive and leave": (lambda d: d.visited().leave(by=d.officer, result="ORDERED", note="责令补齐"), "officer"),
    "record an unfiled visit": (unfiled, "officer"),
    "hand out a code": (lambda d: ReceiptCode.hand_out(d.issued(), by=d.intake, note="持营业执照"), "intake"),
    "hand out codes that are due": (make_letter_due, "系统"),
    "give a receipt": (given, None),
    "mend a receipt": (lambda d: given(d, 2), None),
    "complain": (lambda d: Complaint.make(d.issued(), category="MONEY", words="举报", phone="13866665555"), None),
    "send a letter": (sent, "系统"),
    "give a letter up": (given_up, "系统"),
    "print a letter": (printed, "intake"),
    "send a letter again": (lambda d: sent_letter(d).again(by=d.intake, note="企业称未收到"), "intake"),
    "register a charge": (charge, "registrar"),
    "void a charge": (voided, "head"),
    "correct a charge": (lambda d: make_fees.a_fine(d).correct(by=d.registrar, amount=400000, note="更正"), "registrar"),
    "reduce a charge": (lambda d: make_fees.a_fine(d).reduce(by=d.head, amount=100, note="文件"), "head"),
    "defer a charge": (deferred, "head"),
    "impose a late fine": (imposed, "registrar"),
    "begin and end a stay": (stayed, "registrar"),
    "take cash": (cash, "registrar"),
    "dispute a charge": (disputed, "head"),
    "ask for a refund": (refunded, "系统"),
    "refuse a refund": (not_refunded, "finance"),
    "gather": (lambda d: (make_fees.a_fine(d), make_fees.gathered(d)), "finance"),
    "void a payment notice": (voided_notice, "auditor"),
    "keep a payment notice": (kept_notice, "auditor"),
    "withdraw a payment code": (withdrawn, "系统"),
    "issue a payment notice": (lambda d: (make_fees.a_fine(d), make_fees.issued(d)), "系统"),
    "set aside a faulty line of the feed": (
        lambda d: (mock.pay("演0000", 0, d.county.today()), TreasuryReceipt.take_in_due(by=make.system())),
        "系统",
    ),
    "count anew what was added": (lambda d: told_late(d, 5), "系统"),
    "annul what was added": (lambda d: told_late(d, 40), "系统"),
    "count anew what was added to a fine that falls": (fine_fell, "registrar"),
    "receive money": (lambda d: (make_fees.a_fine(d), make_fees.paid(make_fees.issued(d).lines.last())), "系统"),
    "open the account of a charge": (opened_account, "系统"),
    "confirm a month": (month_confirmed, "head"),
    "report a demand": (lambda d: demanded(d).find(by=d.auditor, note="属实"), "auditor"),
    "prepare a draw": (make_draw.prepared, "clerk"),
    "revise a draw": (lambda d: make_draw.prepared(d).revise(by=d.clerk, facts={"ratio": 5}), "clerk"),
    "freeze a pool": (make_draw.frozen, "head"),
    "seal a secret": (make_draw.sealed, "reviewer"),
    "reveal a secret": (make_draw.drawn, "reviewer"),
    "tell a lottery number": (told, "reviewer"),
    "discard a pool": (lambda d: make_draw.frozen(d).drop(by=d.clerk, note="名单有误"), "clerk"),
    "let a draw lapse": (lapsed, "系统"),
    "open a draw": (opened, "系统"),
    "file for a drawn line": (lambda d: drawn_line(d).begin_filing(by=d.clerk), "clerk"),
    "let a drawn line go": (lambda d: drawn_line(d).drop(by=d.head, note="停业"), "head"),
    "excuse a drawn officer": (excused, "head"),
    "import a programme": (programme, "clerk"),
    "type a programme": (typed, "clerk"),
    "complete a line": (lambda d: programme(d, "complete"), "clerk"),
    "drop a line": (lambda d: programme(d, "drop"), "clerk"),
    "endorse a programme": (lambda d: programme(d, "endorse"), "head"),
    "send a programme back": (lambda d: programme(d, "send back"), "head"),
    "file a programme": (lambda d: programme(d, "accept"), "reviewer"),
    "replace a programme": (replaced, "reviewer"),
    "return a programme": (lambda d: programme(d, "return"), "reviewer"),
    "withdraw a programme": (lambda d: programme(d, "withdraw"), "clerk"),
    "erase": (erased, "intake"),
    "be refused": (lambda d: Attempt.record(by=d.clerk, act="POST /x", refusal=Refused("不行")), "clerk"),
    "read": (lambda d: Reading.record(by=d.reviewer, what="contact", rows=[d.establishment.enterprise.contact]), "reviewer"),
}

#: page or API action that takes more than a look -> what of ACTS it does (nothing: it writes no audited row)
ADDRESSES = {
    "desk:language": [],
    "accounts:sign-in": [],
    "accounts:sign-out": [],
    "accounts:password": ["change a password"],
    "accounts:contact": ["change a contact"],
    "accounts:list-import": ["import a list", "import enterprises", "import a list by the sweep"],
    "accounts:calendar-day": ["set a day of the calendar"],
    "accounts:rule": ["set a rule"],
    "api-rules": ["set a rule"],
    "inspection:plan-begin": [],
    "inspection:plan-check": ["keep a draft while it is typed"],
    "inspection:plan-check-draft": ["keep a draft while it is typed"],
    "inspection:plan-name": ["name an enterprise at its door"],
    "inspection:referrals": ["enter a referral"],
    "inspection:platform": ["take a platform's tasks"],
    "api-referrals-list": ["enter a referral"],
    "api-plans-name-at-door": ["name an enterprise at its door"],
    "inspection:plan-new": ["file a plan"],
    "inspection:plan-edit": ["revise a plan"],
    "inspection:plan-act": [
        "submit a plan", "send a plan back", "endorse a plan", "inform the Office", "withdraw a plan", "return a plan", "decline a plan",
        "accept a plan", "revoke a plan", "remark on what one was informed of", "report what one was informed of",
    ],
    "inspection:programme-import": ["import a programme"],
    "inspection:programme-new": ["type a programme"],
    "inspection:programme-edit": ["type a programme"],
    "inspection:programme-line-new": ["type a programme"],
    "inspection:programme-line": ["complete a line", "drop a line"],
    "inspection:programme-act": [
        "endorse a programme", "send a programme back", "file a programme", "replace a programme", "return a programme",
        "withdraw a programme",
    ],
    "inspection:notice-void": ["void a notice"],
    "inspection:arrive": ["arrive and leave"],
    "inspection:visit-unfiled": ["record an unfiled visit"],
    "inspection:leave": ["arrive and leave"],
    "inspection:suggest": [],
    "inspection:draw-new": ["prepare a draw"],
    "inspection:draw-edit": ["revise a draw"],
    "inspection:draw-act": ["freeze a pool", "seal a secret", "reveal a secret", "tell a lottery number", "discard a pool"],
    "inspection:line-file": ["file for a drawn line"],
    "inspection:line-act": ["let a drawn line go", "excuse a drawn officer"],
    "api-draws-list": ["prepare a draw"],
    "api-draws-detail": ["revise a draw"],
    "api-draws-freeze": ["freeze a pool"],
    "api-draws-seal": ["seal a secret"],
    "api-draws-reveal": ["reveal a secret"],
    "api-draws-tell": ["tell a lottery number"],
    "api-draws-drop": ["discard a pool"],
    "api-drawn-lines-file": ["file for a drawn line"],
    "api-drawn-lines-drop": ["let a drawn line go"],
    "api-drawn-lines-excuse": ["excuse a drawn officer"],
    "inspection:verify": [],
    "receipts:seen": [],
    "receipts:give": ["give a receipt", "mend a receipt"],
    "receipts:complain": ["complain"],
    "receipts:hand-out": ["hand out a code"],
    "desk:letters-print": ["print a letter"],
    "desk:letter-again": ["send a letter again"],
    "api-letters-again": ["send a letter again"],
    "api-letters-print-out": ["print a letter"],
    "fees:charge-new": ["register a charge"],
    "fees:charge-act": [
        "void a charge", "correct a charge", "reduce a charge", "defer a charge", "impose a late fine", "begin and end a stay",
        "take cash", "dispute a charge", "ask for a refund",
    ],
    "fees:gather": ["gather"],
    "fees:notice-act": ["void a payment notice", "keep a payment notice"],
    "fees:refund-act": ["ask for a refund", "refuse a refund"],
    "fees:month-confirm": ["confirm a month"],
    "fees:pay-dispute": ["dispute a charge"],
    "oversight:demand-new": ["report a demand"],
    "oversight:demand-act": ["report a demand"],
    "api-reported-demands-list": ["report a demand"],
    "api-reported-demands-step": ["report a demand"],
    "api-charges-act": ["void a charge"],
    "api-payment-notices-list": ["gather"],
    "api-payment-notices-ask-void": ["void a payment notice"],
    "api-payment-notices-void": ["void a payment notice"],
    "api-payment-notices-keep": ["keep a payment notice"],
    "api-refunds-agree": ["ask for a refund"],
    "api-refunds-refuse": ["refuse a refund"],
    "api-fee-month": ["confirm a month"],
    "api-scan-receipt": ["give a receipt"],
    "api-scan-report": ["complain"],
    "api-enterprises-contact": ["change a contact"],
    "api-plans-list": ["file a plan"],
    "api-plans-detail": ["revise a plan"],
    "api-plans-step": ["submit a plan"],
    "api-programmes-list": ["type a programme"],
    "api-programmes-detail": ["type a programme"],
    "api-programmes-import": ["import a programme"],
    "api-programmes-lines": ["type a programme"],
    "api-programmes-line-complete": ["complete a line"],
    "api-programmes-line-drop": ["drop a line"],
    "api-programmes-step": ["file a programme", "replace a programme"],
    "api-notices-void": ["void a notice"],
    "api-visits-list": ["arrive and leave"],
    "api-visits-unfiled": ["record an unfiled visit"],
    "api-visits-leave": ["arrive and leave"],
    "api-receipt-codes-list": ["hand out a code"],
    "api-charges-list": ["register a charge"],
}  # fmt: skip
#: pages that answer GET only
LOOKS = {
    "desk:letters", "desk:home", "desk:plan", "desk:programme", "inspection:programmes", "inspection:programme-file", "disclosure:home",
    "disclosure:programmes", "disclosure:programme", "desk:notice", "desk:visit", "desk:enterprise", "accounts:enterprises",
    "accounts:agencies",
    "accounts:officers",
    "accounts:rules", "inspection:plans", "inspection:plan-paper", "inspection:notices", "inspection:visits",
    "accounts:lists", "accounts:list", "accounts:list-line", "accounts:list-file", "accounts:list-sent",
    "inspection:platform-results", "inspection:draws", "inspection:draw", "disclosure:draws", "disclosure:draw", "disclosure:draw-record",
    "receipts:scan", "receipts:<str:token>/",
    "inspection:verify-worker", "inspection:verify-app", "inspection:published-keys", "inspection:published-revoked",
    "inspection:published-names", "receipts:paper", "receipts:page-picture",
    "receipts:notice-pdf", "receipts:given", "receipts:list", "receipts:complaints",
    "fees:catalogue", "fees:charges", "fees:charge", "fees:months", "fees:month", "fees:month-file", "fees:notices", "fees:notice",
    "fees:notice-pdf", "fees:treasury", "fees:refunds", "fees:pay", "fees:pay-pdf",
    "oversight:board", "oversight:month", "oversight:attempts", "oversight:demands", "oversight:demand", "oversight:demand-evidence",
    "oversight:money-differences", "desk:fee-card", "desk:lawful",
    "schema", "swagger", "redoc",
    "api-me", "api-scan", "api-trail", "api-board", "api-month",
}  # fmt: skip
COMMANDS = {
    "import_programme": "import a programme",
    "keys": "files only",
    "issuing_keys": "files only",
    "verify_notice": "reads only",
    "seal": "a leaf of the owner's procedure: test_seals",
    "verify_ledger": "reads only",
    "cut_faces": "files only",
    "makemessages": "files only",
    "demo": "tests/demo",
    "redraw": "asks no database",
    "import_list": "import a list at a command",
    "rebuild_sums": "open the account of a charge",
    "live_notice": "tests/setup",
    "mock_gateway": "asks no database",
    "work": "the tasks",
}
CLOCK = {
    "inspection.documents.issue_due": "issue a paper",
    "receipts.models.code.ReceiptCode.hand_out_due": "hand out codes that are due",
    "delivery.models.letter.Letter.send_due": "send a letter",
    "inspection.models.draw.Draw.lapse_due": "let a draw lapse",
    "inspection.models.draw.Draw.open_due": "open a draw",
    "accounts.models.list_import.ListImport.carry_out_due": "import a list by the sweep",
    "fees.models.charge.Charge.open_accounts_due": "open the account of a charge",
    "fees.models.collection.PaymentNotice.gather_due": "gather",
    "fees.documents.issue_due": "issue a payment notice",
    "fees.models.treasury.Refund.send_due": "ask for a refund",
    "fees.models.collection.PaymentLine.withdraw_due": "withdraw a payment code",
    "fees.models.treasury.TreasuryReceipt.take_in_due": "receive money",
    "audit.ledger.sealer.seal_due": None,  # gives places; order is nobody's act
}
for room in (said, reviewed):
    ACTS |= room.ACTS
    ADDRESSES |= room.ADDRESSES
    CLOCK |= room.CLOCK
    LOOKS |= room.LOOKS


# --- the lists are complete ---------------------------------------------------------------------------


def functions_that_sign():
    """Return module and name of every function of the product that opens a signature."""
    found = set()
    for app in OURS:
        for path in (HOUSE / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            module = ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")
            found |= {f"{module}.{name}" for name in signing_in(ast.parse(path.read_text()))}
    return found


def signing_in(tree, prefix=""):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield from signing_in(node, f"{prefix}{node.name}.")
            continue
        for call in [n for n in ast.walk(node) if isinstance(n, ast.Call)]:
            by_name = isinstance(call.func, ast.Name) and call.func.id in SIGNING
            if prefix and (by_name or (isinstance(call.func, ast.Attribute) and call.func.attr in DOORS)):
                yield prefix.rstrip(".")


def methods_of(pattern):
    return set(getattr(pattern.callback, "actions", {})) - {"head"}  # DRF adds head at the first call


def addresses(resolver, space=()):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, (*space, pattern.namespace) if pattern.namespace else space)
        else:
            yield ":".join((*space, pattern.name or str(pattern.pattern))), methods_of(pattern)


def test_every_address_is_on_a_list():
    found = list(addresses(get_resolver()))
    known_looks = LOOKS | {name for name, methods in found if methods == {"get"}}
    assert {name for name, _ in found} - known_looks == set(ADDRESSES)
    assert not {name for name, methods in found if methods - {"get"}} - set(ADDRESSES)
    assert {act for acts in ADDRESSES.values() for act in acts} <= set(ACTS)


def test_every_command_and_every_task_is_on_a_list():
    assert {name for name, app in get_commands().items() if app in OURS} == set(COMMANDS)
    assert {named(task) for task in TASKS} <= set(CLOCK)
    assert {act for act in CLOCK.values() if act} <= set(ACTS)


# --- and each is walked ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def walked():
    """The functions that were on the way to a leaf, over all tests of this module."""
    return set()


@pytest.fixture
def watched(monkeypatch, walked):
    """Note, whenever a leaf is written, who called for it."""
    write = Act.write_leaf

    def watch(act, *args, **kwargs):
        frame = sys._getframe(1)
        while frame:
            walked.add(f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}")
            frame = frame.f_back
        write(act, *args, **kwargs)

    monkeypatch.setattr(Act, "write_leaf", watch)


@pytest.mark.parametrize("what", by_turns(ACTS))
def test_the_act_leaves_history_that_one_leaf_covers_with_the_right_signer(desk, watched, walked, what):
    act, signer = ACTS[what]
    walked.add(what)
    seal_due()
    last = Leaf.objects.latest("id").pk
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in bound_models()}
    act(desk)
    leaves = {leaf.uid: json.loads(bytes(leaf.body)) for leaf in Leaf.objects.filter(pk__gt=last)}
    rows = [row for model, known in before.items() for row in model._base_manager.exclude(pk__in=known)]
    assert rows, "nothing was written"
    assert {row.leaf for row in rows} == set(leaves), "each leaf has its rows, each row its leaf"
    for row in rows:
        who = leaves[row.leaf]["actor"]
        assert (row.actor_name, row.actor_agency) == (who["name"], who["agency"])
        assert row.request_id == leaves[row.leaf]["request"]
    if signer:
        newest = json.loads(bytes(Leaf.objects.latest("id").body))
        assert newest["actor"]["name"] == getattr(getattr(desk, signer, None), "name", signer)
    assert verify().faults == []
    seal_due()
    assert verify().faults == []


def bound_models():
    return [bound.model for bound in bound_tables()]


@on_sqlite
def test_every_place_that_signs_has_been_walked(desk, watched, walked):
    for what, (act, _) in ACTS.items():
        if what not in walked:  # another process of this run has walked it; walk it here too
            with contextlib.suppress(Undo), transaction.atomic():
                act(desk)
                raise Undo
    missing = {place for place in functions_that_sign() - walked if not place.startswith(tuple(ELSEWHERE))}
    assert missing == set()


@on_sqlite
def test_every_audited_model_is_written_by_some_act(desk):
    never = set()
    for what in ("arrive and leave", "give a receipt", "complain", "register a charge", "send a letter"):
        ACTS[what][0](desk)
    for what in ("hand a card over", "make a plate", "come in by a key", "claim", "write about a complaint", "publish questions"):
        ACTS[what][0](desk)
    for what in ("defer a charge", "begin and end a stay", "take cash", "dispute a charge", "ask for a refund"):
        ACTS[what][0](desk)
    for what in ("stop reminders", "remind", "release", "confirm a month", "report a demand"):
        ACTS[what][0](desk)
    for what in ("ask for a change", "print a paper", "let a drawn line go", "import a programme", "enter a referral", "set up a platform"):
        ACTS[what][0](desk)
    for model in [m for m in apps.get_models() if issubclass(m, Audited)]:
        if not model._base_manager.exists():
            never.add(model.__name__)
    assert never == WRITTEN_BY_LISTS_ONLY


#: lists that no page or API action changes yet: they are founded by the demo
WRITTEN_BY_LISTS_ONLY = {
    "VisitRight", "FineCeiling", "OutOfScopeMatter", "QuietRule", "CheckSheet", "CheckSheetRow",
    "UndisturbedListing", "ListImport", "RuleValue", "PlanAssistant", "PlanPaper",
}  # fmt: skip
