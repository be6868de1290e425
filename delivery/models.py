"""The face of ``delivery``.

Letter    write · send_due
"""

import datetime
import logging
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, Personal, PersonalKey, signed

from .adapters import console

__all__ = ["Letter"]
log = logging.getLogger(__name__)


class LetterQuerySet(AuditedQuerySet):
    """Questions about letters."""

    def due(self, now: datetime.datetime) -> "LetterQuerySet":
        """Return the letters that should have left by ``now``."""
        return self.filter(sent_at__isnull=True, due_at__lte=now).order_by("due_at")


class Letter(Audited):
    """One letter out: written in the acting transaction, sent by the sweep, its body blanked once it has left.

    Address and body are personal: history keeps only their digests.
    """

    county = models.CharField(_("县"), max_length=12)
    about = models.CharField(_("事由"), max_length=100)
    address = models.CharField(_("收信地址"), max_length=200, blank=True)
    subject = models.CharField(_("主题"), max_length=200)
    body = models.TextField(_("正文"), blank=True)
    written_at = models.DateTimeField(_("写成时间"), default=timezone.now)
    due_at = models.DateTimeField(_("应发时间"), default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True)
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    fault = models.CharField(_("最近错误"), max_length=300, blank=True)

    PERSONAL = {
        "address": Personal(_("把信送到收信人"), _("寄出之日"), days=365),
        "body": Personal(_("把信送到收信人"), _("寄出之时即清空")),
    }
    objects = LetterQuerySet.as_manager()
    VERBS = {"write": _("写信"), "send": _("寄出"), "fail": _("寄送失败"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("信件")

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def send_due(cls, *, by: Any) -> int:
        """Send what is due, each in its own transaction; one that fails is tried again later. Returns how many left."""
        sent = 0
        for key in list(cls.objects.due(timezone.now()).values_list("pk", flat=True)[:200]):
            sent += cls._send_one(key, by)
        return sent

    @classmethod
    def _send_one(cls, key: int, by: Any) -> int:
        with transaction.atomic():
            letter = cls.objects.select_for_update().filter(pk=key, sent_at__isnull=True).first()
            if letter is None:
                return 0
            letter.tries += 1
            try:
                console.send(letter)
            except Exception as fault:  # whatever keeps one letter must not keep the others
                log.warning("letter %s did not leave: %s", letter.uid, fault)
                # Wait longer each time, at most a day.
                letter.due_at = timezone.now() + datetime.timedelta(minutes=min(2**letter.tries, 1440))
                letter.fault = str(fault)[:300]
                with signed(by=by, verb="fail"):
                    letter.save()
                return 0
            letter.sent_at, letter.fault, letter.body = timezone.now(), "", ""
            with signed(by=by, verb="send"):
                letter.save()
            # A short code in the words could be guessed from their digest by who holds the key beside it.
            PersonalKey.objects.filter(table=cls._meta.db_table, row=letter.uid, field="body").delete()
            return 1
