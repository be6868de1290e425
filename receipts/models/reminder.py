"""Gentle reminders: one letter some days after the visit, none to whoever does not want any. Silence costs nothing."""

import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Enterprise, add_working_days
from audit.models import Audited, AuditedQuerySet, WrongMoment, signed
from inspection.models import FilingNotice, Visit

from .code import ReceiptCode
from .window import Window


class ReminderStop(Audited):
    """An enterprise that wants no reminders, or wants them again."""

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, related_name="reminder_stop")
    stopped = models.BooleanField(default=True)

    LEAF_DAILY = True
    objects = AuditedQuerySet.as_manager()
    VERBS = {"stop": _("不再提醒"), "resume": _("恢复提醒")}

    class Meta:
        verbose_name = _("不再提醒")

    def __str__(self) -> str:
        return str(self.enterprise)

    @classmethod
    def stop(cls, enterprise: Enterprise, *, by: Any, stopped: bool = True) -> None:
        """Stop or resume: by whoever bears one of the enterprise's secrets."""
        with transaction.atomic(), signed(by=by, verb="stop" if stopped else "resume"):
            row = cls.objects.filter(enterprise=enterprise).first() or cls(enterprise=enterprise)
            row.stopped = stopped
            row.save()


class Reminded(Audited):
    """A notice for which a reminder was sent: there is one, never a second."""

    notice = models.OneToOneField(FilingNotice, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    LEAF_DAILY = True
    objects = AuditedQuerySet.as_manager()
    VERBS = {"remind": _("提醒填写回执")}

    class Meta:
        verbose_name = _("回执提醒")

    def __str__(self) -> str:
        return str(self.notice)


_REMINDER = _(
    "%(office)s：贵单位最近接受了%(agency)s的检查（备案通知书 %(number)s），还没有收到回执。愿意的话，请凭新的回执码 %(code)s 填写，"
    "以前的回执码不再有效。不填没有任何影响，不会再提醒第二次；以后都不想收到提醒的，打开链接后点“不再提醒”。"
    "不点链接也可以：打开 %(page)s 填文号和回执码。监督电话 %(phone)s。"
)


def remind_due(*, by: Any) -> int:
    """Derived from state: remind once of each receipt that is still wanted, some working days after the visit. Returns how many."""
    sent = 0
    since = timezone.now() - datetime.timedelta(days=60)
    closed = Visit.objects.filter(status=Visit.Status.CLOSED, notice__isnull=False, left_at__gte=since)
    reminded = Reminded.objects.values("notice")
    stopped = ReminderStop.objects.filter(stopped=True).values("enterprise")
    wanted = (
        FilingNotice.objects.answerable()
        .filter(pk__in=closed.values("notice"), receipts__isnull=True)
        .exclude(pk__in=reminded)
        .exclude(enterprise__in=stopped)
        .exclude(enterprise__contact__isnull=True)
        .exclude(enterprise__contact__phone="")
        .select_related("county", "enterprise__contact")
    )
    for notice in wanted.order_by("pk")[:500]:
        county, window = notice.county, Window.of(notice)
        if window.last_day is None or window.is_after(county.today()):
            continue
        left = max(county.day_of(v.left_at) for v in notice.visits.all())
        post = by.holding(Duty.SYSTEM, county=county)
        if not post or county.today() < add_working_days(county, left, county.rule("receipt.remind_after")):
            continue
        try:
            with transaction.atomic(), signed(by=by, verb="remind", post=post):
                Reminded.objects.create(notice=notice, at=timezone.now())
                ReceiptCode.write_letter(notice, by=by, post=post, body=str(_REMINDER))
        except WrongMoment:
            continue  # no code may be handed out any more
        sent += 1
    return sent
