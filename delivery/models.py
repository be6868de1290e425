"""The face of ``delivery``.

Letter    write · send_due · text · unsealed
"""

import datetime
import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, Personal, PersonalKey, Refused, signed

from . import sealing
from .adapters import console

__all__ = ["Letter"]
log = logging.getLogger(__name__)

#: where the secret goes in the words of a letter
CODE = "{code}"
#: what stands there when the letter is shown later
MASK = "•••• •••• ••••"


class LetterQuerySet(AuditedQuerySet):
    """Questions about letters."""

    def due(self, now: datetime.datetime) -> "LetterQuerySet":
        """Return the letters that should have left by ``now``: what is printed leaves by hand."""
        return self.filter(sent_at__isnull=True, due_at__lte=now).exclude(way=Letter.Way.PAPER).order_by("due_at")

    def to_enterprise(self, uid: uuid.UUID) -> "LetterQuerySet":
        """Return the letters addressed to an enterprise whose time has come, newest first."""
        return self.filter(enterprise=uid, due_at__lte=timezone.now()).order_by("-due_at", "-pk")

    def in_inbox_of(self, reader: int) -> "LetterQuerySet":
        """Return the letters on the desk of one user whose time has come, newest first."""
        return self.filter(way=Letter.Way.INBOX, reader=reader, due_at__lte=timezone.now()).order_by("-due_at", "-pk")


class Letter(Audited):
    """One letter out: written in the acting transaction, sent by the sweep, kept so that it can be shown later.

    ``body`` holds ``{code}`` where the secret goes. The secret itself is sealed to whoever delivers the letter and
    blanked once it has left. Address, body and sealed secret are personal: history keeps only their digests.
    """

    class Way(models.TextChoices):
        SMS = "sms", _("短信")
        EMAIL = "email", _("电子邮件")
        PAPER = "paper", _("纸质信件")
        INBOX = "inbox", _("站内消息")

    county = models.CharField(_("县"), max_length=12)
    about = models.CharField(_("事由"), max_length=100)
    kind = models.CharField(_("种类"), max_length=40, blank=True)
    #: empty: written before secrets were sealed, its words are blanked once sent
    way = models.CharField(_("方式"), max_length=8, choices=Way.choices, blank=True)
    address = models.CharField(_("收信地址"), max_length=200, blank=True)
    subject = models.CharField(_("主题"), max_length=200)
    body = models.TextField(_("正文"), blank=True)
    sealed = models.TextField(_("密封的回执码"), blank=True, editable=False)
    facts = models.JSONField(_("短信模板参数"), default=dict)
    enterprise = models.UUIDField(_("收信企业"), null=True, db_index=True)
    reader = models.BigIntegerField(_("收信人员"), null=True, db_index=True)
    link = models.CharField(_("链接"), max_length=300, blank=True)
    once = models.CharField(_("只写一次"), max_length=150, blank=True)
    written_at = models.DateTimeField(_("写成时间"), default=timezone.now)
    due_at = models.DateTimeField(_("应发时间"), default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True)
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    fault = models.CharField(_("最近错误"), max_length=300, blank=True)

    PERSONAL = {
        "address": Personal(_("把信送到收信人"), _("寄出之日"), days=365),
        "body": Personal(_("供收信企业在自己的页面上查阅"), _("寄出之日"), days=1095),
        "sealed": Personal(_("把回执码送到收信人"), _("寄出之时即清空")),
    }
    objects = LetterQuerySet.as_manager()
    VERBS = {"write": _("写信"), "send": _("寄出"), "fail": _("寄送失败"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("信件")
        constraints = [
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="a_letter_is_written_once"),
            models.CheckConstraint(condition=Q(sent_at__isnull=True) | Q(sealed=""), name="a_letter_that_has_left_keeps_no_secret"),
            models.CheckConstraint(condition=~Q(way="inbox") | Q(reader__isnull=False), name="an_inbox_letter_has_its_reader"),
        ]

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def write(
        cls,
        *,
        county: str,
        about: str,
        subject: str,
        body: str,
        channel: str = "",
        address: str = "",
        secret: str = "",
        enterprise: uuid.UUID | None = None,
        reader: int | None = None,
        link: str = "",
        once: str = "",
        due_at: datetime.datetime | None = None,
        kind: str = "",
        facts: dict[str, str] | None = None,
    ) -> "Letter":
        """Write a letter inside the running ``signed()``. Returns it; under a known ``once`` the first one, unchanged.

        ``secret`` takes the place of ``{code}`` in ``body`` when the letter leaves, and stands nowhere before.
        ``channel`` empty: by address, as the settings allow. ``kind`` names the template of a short message, ``facts``
        its parameters, nothing personal among them. Raises Refused when there is no address for the channel.
        """
        if bool(secret) != (CODE in body):
            raise ValueError("a letter with a secret holds {code} in its body, one without does not")
        before = cls.objects.filter(once=once).first() if once else None
        if before:
            return before
        way = channel or cls._way_for(address)
        if way in (cls.Way.SMS, cls.Way.EMAIL) and not address.strip():
            raise Refused(_now("没有收信地址，请登记手机号码或电子邮箱，或者改用纸质信件。"), field="address")
        letter = cls(
            **{"county": county, "about": about, "subject": subject, "body": body, "way": way, "address": address.strip()},
            **{"enterprise": enterprise, "reader": reader, "link": link, "once": once, "kind": kind, "facts": facts or {}},
            due_at=due_at or timezone.now(),
        )
        if secret:
            letter.sealed = sealing.seal(secret, to=letter.opened_by, letter=letter.uid)
        if way == cls.Way.INBOX:
            letter.sent_at = letter.due_at
        try:
            with transaction.atomic():
                letter.save()
        except IntegrityError:
            # Somebody else has written it at the same moment.
            first = cls.objects.filter(once=once).first() if once else None
            if first is None:
                raise
            return first
        return letter

    @classmethod
    def _way_for(cls, address: str) -> str:
        """Return the way for an address: what this installation can't send, and what has no address, is printed."""
        by_form = cls.Way.EMAIL if "@" in address else cls.Way.SMS
        return by_form if address.strip() and settings.DELIVERY[by_form] else cls.Way.PAPER

    @property
    def opened_by(self) -> str:
        """Return the name of the pair to which the secret is sealed."""
        return "letters-printed" if self.way == self.Way.PAPER else "letters-out"

    @property
    def text(self) -> str:
        """Return the words as they may be shown later: the secret masked."""
        return self.body.replace(CODE, MASK)

    def unsealed(self) -> str:
        """Return the words as they leave, the secret among them. For adapters: shown or logged nowhere."""
        if not self.sealed:
            return self.body
        return self.body.replace(CODE, sealing.unseal(self.sealed, to=self.opened_by, letter=self.uid))

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
            letter.sent_at, letter.fault, letter.sealed = timezone.now(), "", ""
            if not letter.way:
                letter.body = ""
            with signed(by=by, verb="send"):
                letter.save()
            if not letter.way:
                # A short code in the words could be guessed from their digest by who holds the key beside it.
                PersonalKey.objects.filter(table=cls._meta.db_table, row=letter.uid, field="body").delete()
            return 1
