"""The receipt code: twelve digits for one notice, which reach the enterprise without the officers."""

import datetime
import hashlib
import hmac
import secrets
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Duty
from audit.keys import secret
from audit.models import Audited, AuditedQuerySet, Gone, NotYours, Refused, TooMany, WrongMoment, signed
from delivery.models import Letter, owns
from inspection.models import FilingNotice

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class ReceiptCode(Audited):
    """A code for one notice. Only its hash is kept (Argon2id over an HMAC whose key is outside the database)."""

    class Way(models.TextChoices):
        LETTER = "LETTER", _("发送至企业确认的联系方式")
        COUNTER = "COUNTER", _("备案机关核对身份后发放")

    notice = models.ForeignKey(FilingNotice, models.PROTECT, related_name="receipt_codes", verbose_name=_("通知书"))
    way = models.CharField(_("发放方式"), max_length=8, choices=Way.choices)
    hash = models.CharField(max_length=200, editable=False)
    made_at = models.DateTimeField(_("发放时间"))
    replaced_at = models.DateTimeField(_("被替换时间"), null=True)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"hand_out": _("发放回执码"), "replace": _("停用旧回执码")}

    class Meta:
        verbose_name = _("回执码")
        constraints = [models.UniqueConstraint(fields=["notice"], condition=Q(replaced_at__isnull=True), name="one_good_code_a_notice")]

    def __str__(self) -> str:
        return f"{self.notice} {self.get_way_display()}"

    @classmethod
    def hand_out(cls, notice: FilingNotice, *, by: Any, note: str = "") -> str:
        """Hand out a new code at the counter (the note says how the person was checked); older ones die. Returns the digits.

        The digits exist only in the answer: nobody can read them again.
        """
        post = by.holding(Duty.CODE_HAND_OUT, county=notice.county)
        if not post:
            raise NotYours(_now("只有备案机关的受理岗位可以发放回执码。"))
        if not note.strip():
            raise Refused(_now("请写明如何核实了来人身份（如：持营业执照原件）。"), field="note")
        if notice.unannounced and not notice.visits.exists() and notice.county.today() <= notice.ends_on:
            raise WrongMoment(_now("这是不事先告知的检查，入企登记以后才能发放回执码。"))
        with transaction.atomic():
            return cls._make(notice, by=by, post=post, way=cls.Way.COUNTER, note=note)

    @classmethod
    def _make(cls, notice: FilingNotice, *, by: Any, post: Any, way: str, note: str = "") -> str:
        notice.refresh_from_db(from_queryset=FilingNotice._base_manager.select_for_update(of=("self",)))
        if notice.status != FilingNotice.Status.ISSUED:
            raise WrongMoment(_now("通知书不在有效状态，不能发放回执码。"))
        digits = "".join(secrets.choice("0123456789") for _place in range(12))
        now = timezone.now()
        with signed(by=by, verb="hand_out", note=note, post=post):
            for old in cls.objects.filter(notice=notice, replaced_at__isnull=True):
                with signed(by=by, verb="replace", post=post):
                    old.replaced_at = now
                    old.save()
            cls.objects.create(notice=notice, way=way, hash=_hasher.hash(_peppered(notice, digits)), made_at=now)
        return digits

    @classmethod
    def hand_out_due(cls, *, by: Any) -> int:
        """Derived from state: write the letter with the code for each issued notice whose time has come. Returns how many.

        An announced notice: at once. An unannounced one: when the visit is opened or, if none is, when the
        window has ended. An enterprise without a confirmed contact gets its code at the counter.
        """
        sent = 0
        for notice in cls.notices_due():
            post = by.holding(Duty.SYSTEM, county=notice.county)
            with transaction.atomic():
                # Two sweeps may have found the same notice, and it may have been voided since: look again under the lock.
                notice.refresh_from_db(from_queryset=FilingNotice._base_manager.select_for_update(of=("self",)))
                if not post or notice.status != notice.Status.ISSUED or cls.objects.filter(notice=notice).exists():
                    continue
                contact: Contact = notice.enterprise.contact
                with signed(by=by, verb="hand_out", post=post):
                    cls._by_letter(notice, by=by, post=post, address=contact.phone)
            sent += 1
        return sent

    @classmethod
    def _by_letter(cls, notice: FilingNotice, *, by: Any, post: Any, address: str, channel: str = "", note: str = "") -> Letter:
        """Make a code and write the letter that brings it, inside the running act."""
        digits = cls._make(notice, by=by, post=post, way=cls.Way.LETTER, note=note)
        return Letter.write(
            county=notice.county.code,
            about=notice.label,
            channel=channel,
            address=address,
            secret=spaced(digits),
            enterprise=notice.enterprise.uid,
            subject=_now("%(office)s：检查回执码") % {"office": notice.county.office_name},
            body=_now(
                "%(office)s通知：%(agency)s将对你单位开展检查，备案通知书 %(number)s。"
                "检查后可凭回执码 %(code)s 填写回执，只报送本办公室，检查单位看不到。"
                "请勿告诉检查人员。扫通知书二维码或打开 %(url)s 。监督电话 %(phone)s。"
            )
            % {
                "office": notice.county.office_name,
                "agency": notice.snapshot["agency"],
                "number": notice.label,
                "code": "{code}",
                "url": notice.scan_url,
                "phone": notice.county.supervision_phone,
            },
            kind="receipt-code",
            facts={
                "office": notice.county.office_name,
                "number": notice.label,
                "phone": notice.county.supervision_phone,
            },
        )

    @staticmethod
    @owns("receipt-code")
    def send_again(letter: Letter, *, by: Any, post: Any, note: str, channel: str = "") -> Letter:
        """Make a new code and write it to the contact of today, or to be printed; the code in ``letter`` dies. Returns the new letter.

        Raises WrongMoment when the notice is no longer good.
        """
        notices = FilingNotice.objects.select_related("county", "enterprise__contact")
        notice = notices.get(county__code=letter.county, label=letter.about)
        return ReceiptCode._by_letter(notice, by=by, post=post, address=Contact.of(notice.enterprise).phone, channel=channel, note=note)

    @staticmethod
    def notices_due() -> models.QuerySet:
        """Return the issued notices whose enterprise should have its code by now and has none."""
        today = timezone.localdate()
        return (
            FilingNotice.objects.issued()
            .filter(receipt_codes__isnull=True, enterprise__contact__phone__gt="")
            .filter(Q(unannounced=False) | Q(visits__isnull=False) | Q(ends_on__lt=today))
            .filter(ends_on__gte=today - datetime.timedelta(days=60))
            .select_related("county", "enterprise__contact")
            .distinct()[:200]
        )

    @classmethod
    def match(cls, notice: FilingNotice, typed: str, address: str = "") -> "ReceiptCode":
        """Return the code that ``typed`` is. Raises Refused (wrong), Gone (replaced by a newer one), TooMany.

        Wrong tries are counted by the network ``address`` they come from, so that nobody at another phone can use
        them up and so stop the enterprise.
        """
        digits = "".join(c for c in typed.translate(_WIDE) if c.isdecimal())
        CodeTry.refuse_too_many(notice, address)
        if len(digits) != 12:
            raise Refused(_now("回执码是 12 位数字，您填了 %(n)d 位，请核对。") % {"n": len(digits)}, field="code")
        peppered = _peppered(notice, digits)
        for code in cls.objects.filter(notice=notice).order_by("-made_at"):
            try:
                _hasher.verify(code.hash, peppered)
            except VerifyMismatchError:
                continue
            if code.replaced_at:
                raise Gone(_now("这个回执码已经被新的回执码替换，请使用最近收到的那一个。"), field="code")
            return code
        CodeTry.objects.create(notice=notice, address=CodeTry.digest_of(address))
        raise Refused(
            _now("回执码不对，请与收到的短信或回执单核对；没有回执码的，请拨打监督电话 %(phone)s。")
            % {"phone": notice.county.supervision_phone},
            field="code",
        )


class CodeTry(models.Model):
    """A wrong code that was typed for a notice. Kept to slow down guessing: 12 digits can't be guessed at this pace.

    ``address`` is a keyed digest that changes each day: it tells one phone from another, not whose it is.
    """

    notice = models.ForeignKey(FilingNotice, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["notice", "address", "at"], name="tries_of_a_notice")]

    def __str__(self) -> str:
        return str(self.at)

    @staticmethod
    def digest_of(address: str) -> str:
        """Return the digest of a network address for today."""
        today = timezone.now().date().isoformat()
        return hmac.new(secret("address-pepper"), f"{today}:{address}".encode(), hashlib.sha256).hexdigest()[:32]

    @classmethod
    def refuse_too_many(cls, notice: FilingNotice, address: str) -> None:
        """Raise TooMany when the tries of the last hour from this address (rule value) are used up."""
        hour = timezone.now() - datetime.timedelta(hours=1)
        tries = cls.objects.filter(notice=notice, address=cls.digest_of(address), at__gte=hour).count()
        if tries >= notice.county.rule("receipt.tries_per_hour"):
            raise TooMany(
                _now("回执码试错次数过多，请一小时后再试，或者拨打监督电话 %(phone)s。") % {"phone": notice.county.supervision_phone},
                field="code",
            )


_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def spaced(digits: str) -> str:
    """Return the digits in three groups, as people read them aloud."""
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


def _peppered(notice: FilingNotice, digits: str) -> str:
    return hmac.new(secret("receipt-code-pepper"), f"{notice.uid}:{digits}".encode(), hashlib.sha256).hexdigest()
