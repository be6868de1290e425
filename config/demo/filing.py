"""One filing on its way over the desks. Each method is a stretch of a story: it yields the moment of its next act.

filing = Filing(desk, "糕点", agency="XS-01", day=-20, …)
yield from filing.accepted()
yield from filing.visited(day=-17, time="09:30", minutes=80, result="NONE")
"""

import datetime
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from accounts.models import Agency, Effect, User
from delivery.models import Letter
from inspection.checks import Level
from inspection.documents import issue
from inspection.models import FilingNotice, InspectionPlan, Referral, Visit
from receipts.models import Receipt, ReceiptCode

from .data import uid_of
from .desk import Desk

#: a stretch of a story: yields moments, may return what it made
Stretch = Iterator[datetime.datetime]


def give_reasons(plan: InspectionPlan, *, by: User) -> None:
    """Answer what the checks ask of a draft, as a clerk would."""
    said = {
        "join.near": "检查环节不同，已与对方单位沟通，无法合并",
        "often.called": "前次为其他部门的检查，事项不重复",
        "quiet.day": "原料当日到货，须当日核查",
    }
    asked = [finding for finding in plan.findings() if finding.level == Level.REASON]
    if asked:
        reasons = {finding.key: said.get(finding.code, "已向负责人说明，确有必要") for finding in asked}
        plan.revise(by=by, facts={"reasons": reasons})


def documents_made(desk: Desk, at: datetime.datetime, notices: Sequence[FilingNotice]) -> Stretch:
    """Let the sweep make the papers of these notices at a moment."""
    yield at
    for notice in notices:
        issue(notice, by=desk.system)


class Filing:
    """A filing with its notices, visits and receipts.

    ``day`` counts working days from today, ``window`` from ``day``; ``number`` may name {year} and {day}.
    """

    def __init__(
        self,
        desk: Desk,
        key: str,
        *,
        agency: str,
        day: int,
        places: Sequence[str],
        items: Sequence[str],
        purpose: str,
        requirements: str,
        why: str,
        window: tuple[int, int] = (3, 5),
        kind: str = InspectionPlan.Type.DAILY,
        source: str = InspectionPlan.TaskSource.PROGRAMME,
        number: str = "",
        minutes: int = 90,
        people: int = 2,
        unannounced: str = "",
        helpers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.desk, self.key, self.agency, self.began = desk, key, agency, day
        starts, ends = desk.day(day + window[0]), desk.day(day + window[1])
        self.facts = {
            "type": kind,
            "task_source": source,
            "task_number": number.format(year=starts.year, day=desk.day(day).strftime("%Y%m%d")),
            "purpose": purpose,
            "requirements": requirements,
            "why_on_site": why,
            "starts_on": starts,
            "ends_on": ends,
            "minutes_on_site": minutes,
            "telling": InspectionPlan.Telling.UNANNOUNCED if unannounced else InspectionPlan.Telling.ADVANCE,
            "tell_on": None if unannounced else desk.day(day + window[0] - 1),
            "no_telling_ground": unannounced,
            "targets": [desk.place(place) for place in places],
            "items": desk.items(*items),
            "officers": desk.officers(agency, starts, ends, many=people, story=key),
            "assistants": [{"name": name, "body": body} for name, body in helpers],
        }
        self.plan: InspectionPlan
        self.notices: list[FilingNotice] = []
        self.visits: dict[int, Visit] = {}
        self.digits: dict[int, str] = {}

    def who(self, role: str) -> User:
        """Return who holds ``role`` in the agency that files."""
        return self.desk.person(role, self.agency)

    def after(self, days: int, time: str) -> datetime.datetime:
        """Return a moment ``days`` working days after the filing began; each filing keeps its own minutes."""
        return self.desk.moment(self.began + days, time, later=zlib.crc32(self.key.encode()) % 40)

    # --- over the desks ------------------------------------------------------------------------
    def drafted(self) -> Stretch:
        """起草."""
        yield self.after(0, "08:50")
        agency = self.desk.agency(self.agency)
        if self.facts["type"] == InspectionPlan.Type.CASE:
            self.facts["referral"] = self._referred(agency)
        if self.facts["type"] == InspectionPlan.Type.SPECIAL and self.facts["task_source"] != InspectionPlan.TaskSource.SUPERIOR:
            year = self.facts["starts_on"].year
            self.facts |= {"approval_document": f"沂政办字〔{year}〕12号", "approved_by": "沂水县人民政府"}
        self.plan = InspectionPlan.draft(by=self.who("clerk"), agency=agency, facts=self.facts, uid=uid_of("plan", self.key))
        give_reasons(self.plan, by=self.who("clerk"))

    def _referred(self, agency: Agency) -> Referral:
        """Let the Office enter the referral on which an individual-case check rests."""
        kinds = {InspectionPlan.TaskSource.COMPLAINT: Referral.Kind.HOTLINE, InspectionPlan.TaskSource.TRANSFER: Referral.Kind.LETTER}
        kind = kinds.get(self.facts["task_source"], Referral.Kind.MONITORING)
        sources = {Referral.Kind.HOTLINE: "县12345政务服务热线", Referral.Kind.LETTER: "相邻县区同级部门"}
        return Referral.enter(
            by=self.desk.person("intake"),
            agency=agency,
            kind=kind,
            number=self.facts["task_number"] or f"XS-{zlib.crc32(self.key.encode()) % 10_000:04d}",
            received_on=agency.county.today(),
            source=sources.get(kind, "县监测预警平台"),
            matter=self.facts["purpose"],
            uid=uid_of("referral", self.key),
        )

    def submitted(self) -> Stretch:
        """起草、提交."""
        yield from self.drafted()
        yield self.after(0, "10:00")
        self.plan.submit(by=self.who("clerk"))

    def endorsed(self, *, by: User | None = None) -> Stretch:
        """Up to the head's approval; of an agency that only informs, this makes the notices."""
        yield from self.submitted()
        yield self.after(0, "14:40")
        head = by or self.who("head")
        if self.plan.effect == Effect.REVIEW:
            self.plan.endorse(by=head)
        else:
            self.notices = self.plan.notify(by=head)
            yield from self._issued(self.after(0, "14:45"))

    def accepted(self, *, by: User | None = None, note: str = "") -> Stretch:
        """Up to 准予备案 on the next working day, with the notices issued and the codes sent to announced enterprises."""
        yield from self.endorsed(by=by)
        yield from self.decided_anew(1, note=note)

    def decided_anew(self, days: int, *, note: str = "") -> Stretch:
        """准予备案 of what stands before the Office."""
        yield self.after(days, "10:10")
        self.notices = self.plan.accept(by=self.desk.person("reviewer"), note=note)
        yield from self._issued(self.after(days, "10:14"))

    def _issued(self, at: datetime.datetime) -> Stretch:
        yield from documents_made(self.desk, at, self.notices)
        self._send_codes()

    def _send_codes(self) -> None:
        """Let the sweep run, and remember each code as the enterprise reads it."""
        ReceiptCode.hand_out_due(by=self.desk.system)
        for notice in self.notices:
            letter = Letter.objects.waiting().filter(about=notice.label).first()
            if letter:
                self.digits[notice.pk] = re.search(r"\d{4} \d{4} \d{4}", letter.unsealed())[0]
        Letter.send_due(by=self.desk.system)

    # --- at the enterprise ---------------------------------------------------------------------
    def visited(self, *, day: int, time: str, minutes: int, result: str, note: str = "", nth: int = 0, others: str = "") -> Stretch:
        """入企登记 and 离企登记 under the ``nth`` notice."""
        yield self.desk.moment(day, time)
        officer = self.who("officer")
        named = [row.officer for row in self.plan.officers.standing()]
        visit = Visit.arrive(by=officer, notice=self.notices[nth], officers=named, others=others)
        self._send_codes()
        yield self.desk.moment(day, time, later=minutes)
        visit.leave(by=self.who("officer"), result=result, note=note)
        self.visits[nth] = visit

    def code_at_the_counter(self, *, day: int, time: str, note: str, nth: int = 0) -> Stretch:
        """The Office hands out a code; one sent before dies."""
        yield self.desk.moment(day, time)
        self.digits[self.notices[nth].pk] = ReceiptCode.hand_out(self.notices[nth], by=self.desk.person("intake"), note=note)

    def code_on_paper(self, *, day: int, time: str, note: str, nth: int = 0) -> Stretch:
        """The Office sends the letter again, to be printed: it waits for the printer, with a new code."""
        yield self.desk.moment(day, time)
        letter = Letter.objects.filter(about=self.notices[nth].label, replaced_at=None).latest("pk")
        letter.again(by=self.desk.person("intake"), note=note, channel="paper")

    def answered(self, *, day: int, time: str, overall: int, nth: int = 0, **answers: Any) -> Stretch:
        """The enterprise returns its receipt. Left out: everything was shown, nothing was asked for."""
        yield self.desk.moment(day, time)
        said = {
            "certificates": Receipt.Shown.ALL,
            "notice_shown": Receipt.NoticeShown.YES,
            "people": len(self.facts["officers"]),
            "money": Receipt.YesNo.NO,
            "goods": Receipt.YesNo.NO,
            "disturbed": Receipt.YesNo.NO,
            "overall": overall,
            **answers,
        }
        notice = self.notices[nth]
        Receipt.give(notice, code=self.digits[notice.pk], answers=said)
