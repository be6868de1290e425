"""The paths by which receipts, complaints and what belongs to them are written: walked by tests/ledger/test_paths.py."""

import datetime
import io
import json
import re
from pathlib import Path

import time_machine
from django.conf import settings
from PIL import Image

from accounts.models import DoorKey, EnterpriseItself, Plate
from delivery.models import Letter
from receipts.models import (
    Claim,
    Complaint,
    Follower,
    QuestionSet,
    Receipt,
    ReceiptCard,
    ReceiptCode,
    ReminderStop,
    keep_picture,
    release_due,
    remind_due,
)
from tests import make

NOW = datetime.datetime.now(datetime.UTC)


def a_picture():
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(out, "PNG")
    return out.getvalue()


def complained(desk, **facts):
    facts = {"category": "MONEY", "words": "举报", "agency": desk.agency, "enterprise": desk.establishment.enterprise, **facts}
    return Complaint.complain(desk.county, facts=facts, way=Complaint.Way.PLATE, photos=[io.BytesIO(a_picture())])[0]


def complaint_upto(*verbs):
    def act(desk):
        complaint = complained(desk)
        for verb in verbs:
            if verb == "refer":
                complaint.refer(by=desk.auditor, agency=make.an_agency(desk.county), matter="核查疏散通道")
            elif verb == "identify":
                complaint.identify(by=desk.auditor, agency=desk.agency, note="照片里的工作证")
            elif verb == "reopen":
                complaint.reopen(by=Follower(complaint), note="没有看材料")
            elif verb == "write":
                complaint.write("请补充", by=desk.auditor)
            else:
                getattr(complaint, verb)(by=desk.auditor, note="说明")
            complaint.refresh_from_db()

    return act


def plate_ended(desk):
    Plate.make(desk.establishment, by=desk.intake).end(by=desk.intake, note="破损")


def plate_replaced(desk):
    Plate.make(desk.establishment, by=desk.intake).replace(by=desk.intake, note="丢失")


def handed_over(desk, times=1):
    for _n in range(times):
        card, _made = ReceiptCard.make(desk.establishment, by=desk.intake)
        card.hand_over(by=desk.intake, note="交给经营者")


def asked_for_a_key(desk):
    DoorKey.ask(desk.establishment.enterprise.identifier, address="192.0.2.1")


def came_in(desk):
    asked_for_a_key(desk)
    asked_for_a_key(desk)
    link = re.search(r"/mine/in/([A-Z2-7]{26})", Letter.objects.latest("pk").unsealed())[1]
    DoorKey.enter(link=link, address="192.0.2.1")


def confirmed(desk):
    enterprise = desk.establishment.enterprise
    enterprise.contact.confirm(by=EnterpriseItself(enterprise))


def claimed(desk):
    Claim.claim(desk.establishment.enterprise, demand="PRESS", asked_on=desk.county.today(), words="订报")


def published(desk):
    lines = json.loads((Path(settings.BASE_DIR) / "receipts/data/questions-2.json").read_text(encoding="utf-8"))
    QuestionSet.publish(by=make.system(), starts=desk.county.today(), source="县办法", lines=lines)


def stopped(desk):
    ReminderStop.stop(desk.establishment.enterprise, by=EnterpriseItself(desk.establishment.enterprise))


def visited(desk, overall=None):
    visit = desk.visited(targets=[make.an_enterprise(desk.county)])
    visit.leave(by=desk.officer, result="NONE")
    if overall:
        code = ReceiptCode.hand_out(visit.notice, by=desk.intake, note="持执照")
        Receipt.give(visit.notice, code=code, answers={"notice_shown": "YES", "overall": overall})


def reminded(desk):
    with time_machine.travel(NOW - datetime.timedelta(days=15)):
        visited(desk)
    assert remind_due(by=make.system()) == 1


def released(desk):
    with time_machine.travel(NOW - datetime.timedelta(days=120)):
        for n in range(10):
            visited(desk, 5 if n < 5 else None)
    with time_machine.travel((NOW - datetime.timedelta(days=32)).replace(day=10)):
        assert release_due(by=make.system()) == 1


def sent_anew(desk):
    ReceiptCode.send_anew(desk.issued(), by=desk.intake, note="企业来电称没有收到")


def taken_in(desk):
    Receipt.take_in(desk.issued(), by=desk.intake, answers={"notice_shown": "YES", "overall": 3}, scan=keep_picture(a_picture()))


ACTS = {
    "send a code anew": (sent_anew, "intake"),
    "make a plate": (lambda d: Plate.make(d.establishment, by=d.intake), "intake"),
    "end a plate": (plate_ended, "intake"),
    "replace a plate": (plate_replaced, "intake"),
    "make a card": (lambda d: ReceiptCard.make(d.establishment, by=d.intake), "intake"),
    "hand a card over": (lambda d: handed_over(d, 2), "intake"),
    "take a paper receipt in": (taken_in, "intake"),
    "complain without a notice": (complained, None),
    "take a complaint in": (
        lambda d: Complaint.complain(d.county, facts={"category": "MONEY"}, way=Complaint.Way.PHONE, by=d.intake), "intake",
    ),
    "accept a complaint": (complaint_upto("accept"), "auditor"),
    "refuse a complaint": (complaint_upto("refuse"), "auditor"),
    "extend a complaint": (complaint_upto("accept", "extend"), "auditor"),
    "say which agency a complaint is about": (complaint_upto("identify"), "auditor"),
    "refer a complaint": (complaint_upto("accept", "refer"), "auditor"),
    "decide a complaint": (complaint_upto("accept", "decide"), "auditor"),
    "reopen a complaint": (complaint_upto("accept", "decide", "reopen"), "举报人"),
    "write about a complaint": (complaint_upto("write"), "auditor"),
    "ask for a key": (asked_for_a_key, None),
    "come in by a key": (came_in, None),
    "confirm a contact": (confirmed, None),
    "claim": (claimed, None),
    "publish questions": (published, "系统"),
    "stop reminders": (stopped, None),
    "remind": (reminded, "系统"),
    "release": (released, "系统"),
}  # fmt: skip
COMPLAINT_STEPS = [
    "accept a complaint", "refuse a complaint", "extend a complaint", "say which agency a complaint is about", "refer a complaint",
    "decide a complaint",
]  # fmt: skip
ADDRESSES = {
    "receipts:own-link": ["give a receipt"],
    "receipts:own-link-capitals": ["give a receipt"],
    "receipts:stop-reminding": ["stop reminders"],
    "receipts:by-number": ["give a receipt"],
    "receipts:plate-answer": ["give a receipt"],
    "receipts:card-link": ["give a receipt"],
    "receipts:card-link-capitals": ["give a receipt"],
    "receipts:plate-complain": ["complain without a notice"],
    "receipts:complain-publicly": ["complain without a notice"],
    "receipts:follow": ["write about a complaint", "reopen a complaint"],
    "receipts:follow-link": ["write about a complaint", "reopen a complaint"],
    "receipts:complaint-act": [*COMPLAINT_STEPS, "write about a complaint"],
    "receipts:receipt-in": ["take a paper receipt in"],
    "receipts:complaint-in": ["take a complaint in"],
    "receipts:card-handed": ["hand a card over"],
    "receipts:plate-pdf": ["make a plate"],
    "receipts:plate-replaced": ["replace a plate"],
    "receipts:card-pdf": ["make a card"],
    "desk:own-sign-in": ["ask for a key"],
    "desk:own-key": ["come in by a key"],
    "desk:own-enter": ["come in by a key"],
    "desk:own-sign-out": [],
    "desk:own-answer": ["give a receipt"],
    "desk:own-complain": ["complain without a notice"],
    "desk:own-complaint": ["write about a complaint", "reopen a complaint"],
    "desk:own-claim": ["claim"],
    "desk:own-settle": ["confirm a contact", "stop reminders"],
    "api-complaints-step": [*COMPLAINT_STEPS, "write about a complaint"],
    "api-plates-list": ["make a plate"],
    "api-plates-replace": ["replace a plate"],
    "api-receipt-cards-list": ["make a card"],
    "api-receipt-cards-hand-over": ["hand a card over"],
    "api-intake-receipt": ["take a paper receipt in"],
    "api-intake-complaint": ["take a complaint in"],
    "api-link-receipt": ["give a receipt"],
    "api-report": ["complain without a notice"],
    "api-follow": ["write about a complaint", "reopen a complaint"],
}
LOOKS = {
    "receipts:receipt-paper", "receipts:picture", "receipts:kept", "receipts:plate", "receipts:plate-capitals", "receipts:complaint-paper",
    "receipts:elder", "receipts:receipt-scan", "receipts:complaint", "receipts:complaint-picture", "receipts:claims", "receipts:intake",
    "receipts:plates", "desk:own", "desk:own-record", "desk:own-record-paper", "oversight:differences", "oversight:callbacks",
    "oversight:calls-again", "disclosure:satisfaction", "api-questions", "api-promise-key", "api-differences", "api-calls-again",
}  # fmt: skip
CLOCK = {
    "receipts.models.reminder.remind_due": "remind",
    "receipts.models.release.release_due": "release",
    "accounts.models.knock.AddressKey.forget_due": None,  # keys of network addresses are no evidence
}
