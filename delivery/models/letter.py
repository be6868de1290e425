"""A letter out: written in the acting transaction, sent by the clock or printed by the Office, kept."""

import datetime
import logging
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, NotYours, Personal, PersonalKey, Refused, WrongMoment, signed
from delivery import adapters, rules, sealing

from .lease import Lease
from .questions import LetterQuerySet

log = logging.getLogger(__name__)

#: where the secret goes in the words of a letter
CODE = "{code}"
#: what stands there when the letter is shown later
MASK = "•••• •••• ••••"
#: the waits double from two minutes to a day; the twelfth failure, after two and a half days, is the last
LAST_TRY = 12

STATES = {
    "WAITING": _("等待发出"),
    "TO_PRINT": _("待打印"),
    "SENT": _("已发出"),
    "FAILED": _("未能发出"),
    "REPLACED": _("已重新发送"),
}
#: kind of a letter -> who makes a new secret and writes the letter that bears it
OWNERS: "dict[str, Callable[..., Letter]]" = {}

#: who knows how an enterprise is reached today: a higher floor, which says so by ``knows_addresses``
ADDRESS_BOOKS: "list[Callable[[uuid.UUID], str]]" = []


def knows_addresses(book: Callable[[uuid.UUID], str]) -> Callable[[uuid.UUID], str]:
    """Mark the function that returns the address of an enterprise today, or ""."""
    ADDRESS_BOOKS.append(book)
    return book


def owns(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark the function that sends letters of this kind again, with a new secret.

    It is called inside the running act as ``again(letter, by=, post=, note=, channel=)`` and returns the new letter.
    """

    def mark(again: Callable[..., Any]) -> Callable[..., Any]:
        OWNERS[kind] = again
        return again

    return mark


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
    failed_at = models.DateTimeField(_("放弃发送时间"), null=True)
    replaced_at = models.DateTimeField(_("重新发送时间"), null=True)
    replaced_by = models.UUIDField(_("重新发送的信件"), null=True)
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    fault = models.CharField(_("最近错误"), max_length=300, blank=True)

    PERSONAL = {
        "address": Personal(_("把信送到收信人"), _("寄出之日"), days=365),
        "body": Personal(_("供收信企业在自己的页面上查阅"), _("寄出之日"), days=1095),
        "sealed": Personal(_("把回执码送到收信人"), _("寄出之时即清空")),
    }
    objects = LetterQuerySet.as_manager()
    VERBS = {
        "write": _("写信"),
        "send": _("寄出"),
        "print_out": _("打印信件"),
        "fail": _("寄送失败"),
        "give_up": _("放弃寄送"),
        "again": _("重新发送"),
        "erase": _("删除个人信息"),
    }

    class Meta:
        verbose_name = _("信件")
        constraints = [
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="a_letter_is_written_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, failed_at__isnull=True, replaced_at__isnull=True) | Q(sealed=""),
                name="a_letter_that_waits_no_more_keeps_no_secret",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True, replaced_by__isnull=True) | Q(replaced_at__isnull=False, replaced_by__isnull=False),
                name="a_replaced_letter_names_its_successor",
            ),
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
        if secret and CODE not in body:
            raise ValueError("a letter with a secret holds {code} in its body")
        if not secret:
            body = body.replace(CODE, "｛code｝")  # words of somebody else that happen to hold the mark
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

    @property
    def state(self) -> str:
        """Return where it stands: WAITING, TO_PRINT, SENT, FAILED or REPLACED."""
        if self.replaced_at:
            return "REPLACED"
        if self.failed_at:
            return "FAILED"
        if self.sent_at:
            return "SENT"
        return "TO_PRINT" if self.way == self.Way.PAPER else "WAITING"

    @property
    def state_words(self) -> Any:
        """Return the state as pages say it."""
        return STATES[self.state]

    @property
    def shown_under(self) -> str:
        """Return under which heading of the Office's list it stands."""
        return {"FAILED": "failed", "TO_PRINT": "print", "WAITING": "waiting"}.get(self.state, "sent")

    @property
    def masked_address(self) -> str:
        """Return enough of the address to tell which it is, and no more."""
        if "@" in self.address:
            return f"{self.address[0]}…{self.address[self.address.index('@') :]}"
        return f"{self.address[:3]}…{self.address[-4:]}" if len(self.address) > 7 else "…" * bool(self.address)

    # --- leaving by itself -------------------------------------------------------------------------
    def secret(self) -> str:
        """Return the secret in clear, or nothing. For adapters at the moment of sending: shown or logged nowhere."""
        return sealing.unseal(self.sealed, to=self.opened_by, letter=self.uid) if self.sealed else ""

    def unsealed(self) -> str:
        """Return the words as they leave, the secret among them. For adapters, as ``secret``."""
        return self.body.replace(CODE, self.secret()) if self.sealed else self.body

    @classmethod
    def send_due(cls, *, by: Any, limit: int = 200) -> int:
        """Send what is due; one that fails is tried again later, then given up. Returns how many left.

        What leaves is recorded afterwards. A worker that dies in between has sent a letter that is sent once more when its
        lease has run out: the same words, the same secret, the same uid. Nothing is lost, and a double says nothing new.
        """
        keys = list(cls.objects.due(timezone.now()).values_list("pk", flat=True)[:limit])
        return sum(cls._send_one(key, by) for key in keys)

    @classmethod
    def _send_one(cls, key: int, by: Any) -> bool:
        with transaction.atomic():
            letter = cls.objects.select_for_update(of=("self",)).due(timezone.now()).filter(pk=key).first()
            if letter is None or not rules.the_clock(by, letter):
                return False
            Lease.take(letter)
        # Outside any transaction: a slow gateway holds up nobody.
        try:
            adapters.send(letter)
        except Exception as fault:  # whatever keeps one letter must not keep the others
            letter._keep_fault(fault, by=by)
            return False
        letter._keep_leaving(by=by)
        return True

    def _keep_leaving(self, *, by: Any) -> None:
        with transaction.atomic():
            letter = self._locked()
            letter.tries += 1
            letter.sent_at, letter.failed_at, letter.fault, letter.sealed = timezone.now(), None, "", ""
            if not letter.way:
                letter.body = ""
            with signed(by=by, verb="send", post=rules.the_clock(by, letter)):
                letter.save()
            if not letter.way:
                # A short code in the words could be guessed from their digest by who holds the key beside it.
                PersonalKey.objects.filter(table=self._meta.db_table, row=letter.uid, field="body").delete()
            Lease.give_back(letter)

    def _keep_fault(self, fault: Exception, *, by: Any) -> None:
        said = self._hide(str(fault) or type(fault).__name__)[:300]
        log.warning("letter %s did not leave: %s", self.uid, said)
        with transaction.atomic():
            letter, now = self._locked(), timezone.now()
            letter.tries, letter.fault = letter.tries + 1, said
            last = letter.tries >= LAST_TRY or isinstance(fault, adapters.Hopeless)
            if last:
                letter.failed_at, letter.sealed = now, ""
            else:
                letter.due_at = now + datetime.timedelta(minutes=min(2**letter.tries, 1440))
            with signed(by=by, verb="give_up" if last else "fail", post=rules.the_clock(by, letter)):
                letter.save()
            Lease.give_back(letter)

    def _hide(self, text: str) -> str:
        """Return ``text`` without secret and address: what went wrong is kept for good."""
        try:
            secret = self.secret()
        except Exception:  # the fault may be that it can't be opened
            secret = ""
        for word in [*re.findall(r"[0-9A-Za-z]{4,}", secret), *filter(None, [self.address])]:
            text = text.replace(word, "…")
        return text

    def _locked(self) -> "Letter":
        return type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)

    # --- by the Office's hand ----------------------------------------------------------------------
    @classmethod
    def print_out(cls, letters: "Sequence[Letter]", *, by: Any, render: "Callable[[list[tuple[Letter, str]]], bytes]") -> bytes:
        """Print letters to be handed out or posted. Returns what ``render`` makes of them and their words.

        A letter with a secret is printed once: the secret is opened for this answer alone. Raises NotYours; WrongMoment when
        one of them waits no more.
        """
        for letter in letters:
            if not rules.who_hands_out_codes(by, letter):
                raise NotYours(_now("信件只能由备案机关的受理岗位打印。"))
        for letter in letters:
            letter.refresh_from_db()
            letter._refuse_unless_to_print()
        printed = render([(letter, letter.unsealed()) for letter in letters])
        with transaction.atomic():
            for letter in sorted(letters, key=lambda letter: letter.pk):
                row = letter._locked()
                row._refuse_unless_to_print()
                row.sent_at, row.sealed = timezone.now(), ""
                with signed(by=by, verb="print_out", post=rules.who_hands_out_codes(by, row)):
                    row.save()
        return printed

    def _refuse_unless_to_print(self) -> None:
        if self.state != "TO_PRINT":
            raise WrongMoment(
                _now("“%(what)s”已经打印或者已被新的信件代替，不能再次打印；确需再发的，请“重新发送”，旧的回执码随即停用。")
                % {"what": self}
            )

    def again(self, *, by: Any, note: str, channel: str = "") -> "Letter":
        """Send the letter again: written anew, with a new secret where it bore one, to the contact of today. Returns the new letter.

        ``channel`` as in ``write``. Raises NotYours, Refused (no reason given; nobody makes new secrets of this kind),
        WrongMoment (sent again before, or being sent just now).
        """
        post = rules.who_hands_out_codes(by, self)
        if not post or self.way == self.Way.INBOX:
            raise NotYours(_now("信件只能由备案机关的受理岗位重新发送。"))
        if not note.strip():
            raise Refused(_now("请写明为什么重新发送（如：企业来电称未收到，已核对身份）。"), field="note")
        with transaction.atomic():
            old = self._locked()
            if old.replaced_at or (hasattr(old, "lease") and old.lease.until > timezone.now()):
                raise WrongMoment(_now("这封信已经重新发送，或者正在发送，请刷新后查看。"))
            with signed(by=by, verb="again", note=note, post=post):
                new = old._written_anew(by=by, post=post, note=note, channel=channel)
                old.replaced_at, old.replaced_by, old.sealed = timezone.now(), new.uid, ""
                old.save()
        self.refresh_from_db()
        return new

    def _written_anew(self, *, by: Any, post: Any, note: str, channel: str) -> "Letter":
        if CODE in self.body:
            if self.kind not in OWNERS:
                raise Refused(_now("这封信里的码不能重新生成，请到备案机关窗口办理。"))
            with translation.override(settings.LANGUAGE_CODE):  # whatever language the sender reads
                return OWNERS[self.kind](self, by=by, post=post, note=note, channel=channel)
        same = {name: getattr(self, name) for name in ("county", "about", "subject", "body", "enterprise", "link", "kind", "facts")}
        if not self.enterprise:
            return type(self).write(**same, address=self.address, channel=channel or self.way)
        address = next(filter(None, (book(self.enterprise) for book in ADDRESS_BOOKS)), "")
        return type(self).write(**same, address=address, channel=channel)
