"""What moves the last day to pay: 暂缓、分期缴纳 (行政处罚法 Art. 66), and what stops the counting: 复议、诉讼 (Art. 73)."""

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User, yuan
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed

from .. import rules
from ..late import Stop
from .charge import Charge, official
from .surcharge import counting_anew


class Deferral(Audited):
    """The agency's decision that a sum may be paid later, or in parts. The last one counts."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="deferrals", verbose_name=_("登记"))
    decision = models.CharField(_("决定文号"), max_length=80)
    parts = models.JSONField(_("分期"))
    note = models.CharField(_("理由"), max_length=300)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"defer": _("暂缓、分期缴纳")}

    class Meta:
        verbose_name = _("暂缓、分期缴纳")

    def __str__(self) -> str:
        return self.decision

    @property
    def dated_parts(self) -> list[tuple[datetime.date, int]]:
        """Return (last day, fen) of each part."""
        return [(datetime.date.fromisoformat(day), fen) for day, fen in self.parts]

    @property
    def last_day(self) -> datetime.date:
        """Return the last day of the last part."""
        return self.dated_parts[-1][0]

    @classmethod
    def of(cls, charge: Charge, parts: list[tuple[datetime.date, int]], decision: str, note: str, *, open_: int) -> "Deferral":
        """Return an unsaved deferral: days to come, in order, together exactly what is open."""
        if not decision.strip():
            raise Refused(_now("请填写准予暂缓、分期的决定文号。"), field="decision")
        if not note.strip():
            raise Refused(_now("请写明当事人的申请和经济困难的理由（行政处罚法第66条）。"), field="note")
        days = [day for day, _fen in parts]
        if not parts or days != sorted(set(days)) or days[0] <= charge.county.today():
            raise Refused(_now("每期的日期应当在今天之后，按先后填写，不重复。"), field="parts")
        if any(fen <= 0 for _day, fen in parts) or sum(fen for _day, fen in parts) != open_:
            raise Refused(_now("各期之和应当等于未缴的 %(open)s 元。") % {"open": yuan(max(open_, 0))}, field="parts")
        said = [[day.isoformat(), fen] for day, fen in parts]
        return cls(charge=charge, decision=decision.strip()[:80], parts=said, note=note.strip()[:300])


class Stay(Audited):
    """A review or a lawsuit about the decision: its days are not counted for 加处罚款."""

    class Kind(models.TextChoices):
        REVIEW = "REVIEW", _("行政复议")
        LAWSUIT = "LAWSUIT", _("行政诉讼")

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="stays", verbose_name=_("登记"))
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    case_number = models.CharField(_("案号"), max_length=80)
    first = models.DateField(_("起"))
    last = models.DateField(_("止"), null=True, blank=True)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"begin": _("停止计算加处罚款"), "end": _("恢复计算加处罚款")}

    class Meta:
        verbose_name = _("复议、诉讼期间")
        constraints = [
            models.CheckConstraint(condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="a_stay_ends_after_it_begins"),
            models.UniqueConstraint(fields=["charge"], condition=Q(last__isnull=True), name="one_running_stay_a_charge"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_number}"

    @property
    def as_stop(self) -> Stop:
        """Return it as the reckoning takes it."""
        return Stop(self.first, self.last, f"{official(self.Kind(self.kind).label)}期间不计（{self.case_number}）")

    @classmethod
    def begin(cls, charge: Charge, *, by: User, kind: str, case_number: str, first: datetime.date) -> "Stay":
        """Record that a review or lawsuit began: by the agency's registrar or head. Refused for a day to come or a second one."""
        post = _may(by, charge)
        if kind not in cls.Kind.values or not case_number.strip():
            raise Refused(_now("请选择复议或者诉讼，并填写案号。"), field="case_number")
        if first > charge.county.today():
            raise Refused(_now("起始日期还没有到，请核对。"), field="first")
        with transaction.atomic():
            locked = Charge.locked(charge.pk)
            if locked.stays.filter(last=None).exists():
                raise Refused(_now("已有正在进行的复议或者诉讼，请先登记其终止。"), field="kind")
            stay = cls(charge=locked, kind=kind, case_number=case_number.strip()[:80], first=first)
            with signed(by=by, verb="begin", post=post), counting_anew(locked, stay.as_stop.why, by=by):
                stay.save()
        return stay

    def end(self, *, by: User, last: datetime.date) -> None:
        """Record its last day; from the next one on days are counted again, by a new decision alone."""
        post = _may(by, self.charge)
        if last < self.first or last > self.charge.county.today():
            raise Refused(_now("终止日期应当不早于起始日期，不晚于今天。"), field="last")
        with transaction.atomic():
            locked = Charge.locked(self.charge_id)
            with signed(by=by, verb="end", post=post), counting_anew(locked, self.as_stop.why, by=by):
                self.last = last
                self.save()


def _may(by: User, charge: Charge) -> Any:
    post = rules.registrar_of_its_agency(by, charge) or rules.head_of_its_agency(by, charge)
    if not post:
        raise NotYours(_now("只有作出决定的单位可以登记复议、诉讼期间。"))
    return post
