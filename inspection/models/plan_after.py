"""What happens to a filing after it was filed: changed or postponed with its head's approval, withdrawn, filed again."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now

from accounts.models import User, add_working_days
from audit.models import Refused, WrongMoment
from audit.steps import Stepped

from .. import clocks, letters
from .plan_change import PlanChange
from .plan_rows import PlanOfficer, said


class Afterwards(Stepped):
    """The part of a plan that changes what stands."""

    class Meta:
        abstract = True

    def ask_change(
        self, *, by: User, note: str, kind: str, starts_on: datetime.date, ends_on: datetime.date, officers: list[Any] | None = None
    ) -> PlanChange:
        """申请变更 (new dates or other people) or 延期 (later dates, the same people). Nothing changes until the head approves."""
        if kind not in PlanChange.Kind.values:
            raise Refused(_now("请选择变更或者延期。"), field="kind")
        with self.step("ask_change", by=by, note=said(note)):
            team = [row.officer for row in self.officers.standing().select_related("officer")]
            wanted = team if officers is None else officers
            if starts_on > ends_on:
                raise Refused(_now("结束日期早于开始日期，请改正。"), field="ends_on")
            if starts_on < self.county.today() and starts_on != self.starts_on:
                raise Refused(_now("开始日期已经过去，请改为今天或者以后。"), field="starts_on")
            same = {officer.pk for officer in wanted} == {officer.pk for officer in team}
            if kind == PlanChange.Kind.POSTPONE and not (same and starts_on >= self.starts_on and ends_on > self.ends_on):
                raise Refused(_now("延期只推迟日期、不换人；提前或者换人的，请申请变更。"), field="ends_on")
            if same and (starts_on, ends_on) == (self.starts_on, self.ends_on):
                raise Refused(_now("没有变更：日期和人员都与原来一样。"), field="starts_on")
            return PlanChange.objects.create(
                plan=self, kind=kind, starts_on=starts_on, ends_on=ends_on, officers=[str(officer.uid) for officer in wanted],
                reason=note.strip()[:300], asked_by=by, asked_at=timezone.now(),
            )  # fmt: skip

    def amend(self, *, by: User, note: str = "") -> list[Any]:
        """批准变更: the head answers for the new dates and people; findings run again, notices are replaced. Returns the new ones."""
        with self.step("amend", by=by, note=note):
            return self._make_change(by, note, "amend")

    def postpone(self, *, by: User, note: str = "") -> list[Any]:
        """批准延期: later, with the same people. Otherwise as ``amend``."""
        with self.step("postpone", by=by, note=note):
            return self._make_change(by, note, "postpone")

    def refuse_change(self, *, by: User, note: str) -> None:
        """不同意变更: the filing stays as it is."""
        with self.step("refuse_change", by=by, note=said(note)):
            self._close_change(by, note, made=False)

    def _make_change(self, by: User, note: str, step: str) -> list[Any]:
        change = self._close_change(by, note, made=True)
        old = list(self.notices.exclude(status="VOID").filter(visits__isnull=True).order_by("pk"))
        if not old and not self.area:
            raise WrongMoment(_now("已经有人入企登记，没有还未检查的企业，不能再变更。"))
        self.starts_on, self.ends_on = change.starts_on, change.ends_on
        if self.tell_on and self.tell_on > self.starts_on:
            self.tell_on = self.starts_on
        before = set(letters.officers_of(self))
        PlanOfficer.set_for(self, [PlanOfficer.facts_of(officer, self.starts_on, self.ends_on) for officer in change.people])
        letters.tell_left_out(self, before, by=by)
        self._check(step, deciding=True)
        return [notice.replace(by=by, note=change.reason, plan=self) for notice in old]

    def _close_change(self, by: User, note: str, *, made: bool) -> PlanChange:
        change = self.changes.open().get()
        change.decided_by, change.decided_at, change.made, change.opinion = by, timezone.now(), made, note.strip()
        change.save()
        return change

    def withdraw(self, *, by: User, note: str) -> None:
        """撤回 by the unit: before a decision, or after it as long as nobody has come. Its notices become void at once."""
        with self.step("withdraw", by=by, note=said(note)):
            self.opinion = note
            for notice in self.notices.exclude(status="VOID").order_by("pk"):
                notice.withdraw(by=by, note=note)

    def refile(self, *, by: User, note: str = "") -> None:
        """重新报送 what the Office let lapse, in one tap: the same filing, moved to the first days that leave the Office its term."""
        with self.step("refile", by=by, note=note):
            today, length = self.county.today(), self.ends_on - self.starts_on
            term = self.county.rule(clocks.ENDORSE) + self.county.rule(clocks.REVIEW)
            self.starts_on = max(self.starts_on, add_working_days(self.county, today, term + 1))
            self.ends_on = self.starts_on + length
            if self.tell_on:
                self.tell_on = self.starts_on
            people = [row.officer for row in self.officers.standing().select_related("officer")]
            PlanOfficer.set_for(self, [PlanOfficer.facts_of(officer, self.starts_on, self.ends_on) for officer in people])
            self._send(by, "refile")
