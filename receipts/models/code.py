"""The receipt code: a link and twelve digits for one notice, which reach the enterprise without the officers."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressKey, Capability, Contact, Duty, Secret, digits_in, spaced
from audit.models import Gone, NotYours, Refused, TooMany, WrongMoment, signed
from delivery.models import Letter, owns
from inspection.models import FilingNotice

from .opened import Assurance, Opened


class ReceiptCode(Capability):
    """A code for one notice, good for giving and replacing its receipt until the window closes."""

    class Way(models.TextChoices):
        LETTER = "LETTER", _("发送至企业确认的联系方式")
        COUNTER = "COUNTER", _("备案机关核对身份后发放")
        CALLBACK = "CALLBACK", _("备案机关打电话回访时告知")

    notice = models.ForeignKey(FilingNotice, models.PROTECT, related_name="receipt_codes", verbose_name=_("通知书"))
    way = models.CharField(_("发放方式"), max_length=8, choices=Way.choices)
    assurance = models.CharField(_("可信程度"), max_length=10, choices=Assurance.choices, default=Assurance.REGISTER)
    fresh_contact = models.BooleanField(_("联系方式刚变更过"), default=False)

    VERBS = {"hand_out": _("发放回执码"), "replace": _("停用旧回执码")}

    class Meta:
        verbose_name = _("回执码")
        constraints = [models.UniqueConstraint(fields=["notice"], condition=Q(replaced_at__isnull=True), name="one_good_code_a_notice")]

    def __str__(self) -> str:
        return f"{self.notice} {self.get_way_display()}"

    @property
    def scope(self) -> str:
        return str(self.notice.uid)

    def opened(self) -> Opened:
        """Return what the code opens. Raises Gone when a newer one has replaced it."""
        if self.replaced_at:
            raise Gone(_now("这个回执码已经被新的回执码替换，请使用最近收到的那一个。"), field="code")
        return Opened(self.notice, self.assurance, code=self)

    # --- handing out -------------------------------------------------------------------------------
    @classmethod
    def hand_out(cls, notice: FilingNotice, *, by: Any, note: str = "", way: str = Way.COUNTER) -> Secret:
        """Hand out a new code at the counter, or on the telephone when calling back; older ones die. Returns the digits.

        The note says how the person was checked. The secret exists only in the answer: nobody can read it again.
        """
        post = cls._post_of_intake(notice, by)
        if way not in (cls.Way.COUNTER, cls.Way.CALLBACK):
            raise Refused(_now("请选择发放方式。"), field="way")
        if not note.strip():
            raise Refused(_now("请写明如何核实了来人身份（如：持营业执照原件）。"), field="note")
        assurance = Assurance.COUNTER if way == cls.Way.COUNTER else Assurance.CALLBACK
        with transaction.atomic():
            return cls._make(notice, by=by, post=post, way=way, assurance=assurance, note=note)

    @classmethod
    def send_anew(cls, notice: FilingNotice, *, by: Any, note: str) -> None:
        """Send a new code to the contact, after checking who asks; the one before dies."""
        post = cls._post_of_intake(notice, by)
        if not note.strip():
            raise Refused(_now("请写明为什么重新发送。"), field="note")
        if not Contact.of(notice.enterprise).phone:
            raise Refused(_now("企业没有留联系方式，请在窗口发放，或者先登记联系方式。"))
        with transaction.atomic(), signed(by=by, verb="hand_out", note=note, post=post):
            cls.write_letter(notice, by=by, post=post)

    @classmethod
    def _post_of_intake(cls, notice: FilingNotice, by: Any) -> Any:
        post = by.holding(Duty.CODE_HAND_OUT, county=notice.county)
        if not post:
            raise NotYours(_now("只有备案机关的受理岗位可以发放回执码。"))
        if why := cls.why_none(notice):
            raise WrongMoment(why)
        return post

    @staticmethod
    def why_none(notice: FilingNotice) -> str:
        """Return why no code can be handed out for a notice now, or "". Void since its first day, it has one like any other."""
        if notice.status == FilingNotice.Status.NUMBERED or notice.never_began:
            return _now("通知书不在有效状态，不能发放回执码。")
        secret = notice.unannounced and notice.status == FilingNotice.Status.ISSUED and notice.county.today() <= notice.ends_on
        return _now("这是不事先告知的检查，入企登记以后才能发放回执码。") if secret and not notice.visits.exists() else ""

    @classmethod
    def _make(
        cls, notice: FilingNotice, *, by: Any, post: Any, way: str, assurance: str, note: str = "", fresh_contact: bool = False
    ) -> Secret:
        notice.refresh_from_db(from_queryset=FilingNotice._base_manager.select_for_update(of=("self",)))
        if notice.status == FilingNotice.Status.NUMBERED or notice.never_began:
            raise WrongMoment(_now("通知书不在有效状态，不能发放回执码。"))
        made, now = Secret.fresh(), timezone.now()
        with signed(by=by, verb="hand_out", note=note, post=post):
            for old in cls.objects.standing().filter(notice=notice):
                with signed(by=by, verb="replace", post=post):
                    old.replaced_at = now
                    old.save()
            code = cls(notice=notice, way=way, assurance=assurance, fresh_contact=fresh_contact, made_at=now)
            code.lock_with(made)
            code.save()
        return made

    @classmethod
    def hand_out_due(cls, *, by: Any) -> int:
        """Derived from state: write the letter with the code for each notice whose time has come. Returns how many.

        An announced notice: at once. An unannounced one: when the visit is opened or, if none is, when its days
        have ended, void or not. Where the enterprise has no contact, the letter waits to be printed.
        """
        sent = 0
        for notice in cls.notices_due():
            post = by.holding(Duty.SYSTEM, county=notice.county)
            with transaction.atomic():
                # Two sweeps may have found the same notice, and it may have been voided since: look again under the lock.
                notice.refresh_from_db(from_queryset=FilingNotice._base_manager.select_for_update(of=("self",)))
                if not post or notice.never_began or cls.objects.filter(notice=notice).exists():
                    continue
                with signed(by=by, verb="hand_out", post=post):
                    cls.write_letter(notice, by=by, post=post)
            sent += 1
        return sent

    @classmethod
    def write_letter(cls, notice: FilingNotice, *, by: Any, post: Any, body: str = "", channel: str = "", note: str = "") -> Letter:
        """Make a new code and write the letter that carries it, inside the running act. ``body`` has gaps as below."""
        contact, county = Contact.of(notice.enterprise), notice.county
        confirmed = contact.origin in (Contact.Origin.ENTERPRISE, Contact.Origin.OFFICE)
        made = cls._make(
            notice,
            by=by,
            post=post,
            way=cls.Way.LETTER,
            note=note,
            assurance=Assurance.CONFIRMED if confirmed else Assurance.REGISTER,
            fresh_contact=contact.is_fresh,
        )
        # Both secrets go where the letter has its code: they stand nowhere else.
        secret = _now("%(code)s（或打开 %(link)s ）") % {"code": spaced(made), "link": link_of(made)}
        return Letter.write(
            county=county.code,
            about=notice.label,
            channel=channel,
            address=contact.phone,
            secret=secret,
            enterprise=notice.enterprise.uid,
            subject=_now("%(office)s：检查回执码") % {"office": county.office_name},
            body=(body or str(_FIRST_LETTER if notice.status == FilingNotice.Status.ISSUED else _LETTER_OF_A_VOID))
            % {
                "office": county.office_name,
                "agency": notice.snapshot["agency"],
                "number": notice.label,
                "code": "{code}",
                "url": notice.scan_url,
                "page": settings.BASE_URL + reverse("receipts:by-number"),
                "phone": county.supervision_phone,
            },
            kind="receipt-code",
            facts={"office": county.office_name, "number": notice.label, "phone": county.supervision_phone},
        )

    @staticmethod
    @owns("receipt-code")
    def send_again(letter: Letter, *, by: Any, post: Any, note: str, channel: str = "") -> Letter:
        """Make a new code and write it to the contact of today, or to be printed; the code in ``letter`` dies. Returns the new letter.

        Raises WrongMoment when the notice is no longer good.
        """
        notices = FilingNotice.objects.select_related("county", "enterprise__contact")
        notice = notices.get(county__code=letter.county, label=letter.about)
        return ReceiptCode.write_letter(notice, by=by, post=post, channel=channel, note=note)

    @staticmethod
    def notices_due() -> models.QuerySet:
        """Return the notices whose enterprise should have its code by now and has none.

        One that is void since its days is among them for two weeks after, unless another has come in its place: that one brings a
        code of its own, and an unannounced visit that was put off must not be given away.
        """
        today = timezone.localdate()
        void_for_good = Q(status=FilingNotice.Status.VOID) & (
            Q(replaced_by__isnull=False) | Q(ends_on__lt=today - datetime.timedelta(days=14))
        )
        return (
            FilingNotice.objects.answerable()
            .exclude(void_for_good)
            .filter(receipt_codes__isnull=True)
            .filter(Q(unannounced=False) | Q(visits__isnull=False) | Q(ends_on__lt=today))
            .select_related("county", "enterprise__contact")
            .order_by("pk")
            .distinct()[:200]
        )

    # --- opening -----------------------------------------------------------------------------------
    @classmethod
    def match(cls, notice: FilingNotice, typed: str, address: str = "") -> "ReceiptCode":
        """Return the code that ``typed`` is. Raises Refused (wrong), Gone (replaced by a newer one), TooMany.

        Wrong tries are counted by the network ``address`` they come from: right digits from where nobody has guessed are
        always known, so that nobody, the bearer of the notice least of all, can use up the tries of the enterprise.
        """
        digits = digits_in(typed)
        CodeTry.refuse_too_many(notice, address)
        if len(digits) != 12:
            raise Refused(_now("回执码是 12 位数字，您填了 %(n)d 位，请核对。") % {"n": len(digits)}, field="code")
        for code in cls.objects.filter(notice=notice).select_related("notice").order_by("-made_at"):
            if code.is_opened_by(digits):
                code.opened()
                return code
        CodeTry.objects.create(notice=notice, address=CodeTry.digest_of(address))
        raise Refused(
            _now("回执码不对，请与收到的短信或回执单核对；没有回执码的，请拨打监督电话 %(phone)s。")
            % {"phone": notice.county.supervision_phone},
            field="code",
        )


_FIRST_LETTER = _(
    "%(office)s通知：%(agency)s将对你单位开展检查，备案通知书 %(number)s。"
    "检查后可凭回执码 %(code)s 填写回执，只报送本办公室，检查单位看不到。"
    "请勿告诉检查人员。不点链接也可以：扫通知书二维码 %(url)s ，或打开 %(page)s 填文号和回执码。监督电话 %(phone)s。"
)


_LETTER_OF_A_VOID = _(
    "%(office)s通知：%(agency)s的备案通知书 %(number)s 已经作废，不能再凭它检查。作废以前有人来检查过的，可凭回执码 %(code)s 填写回执，"
    "只报送本办公室，检查单位看不到；没有人来过的，不用填写。请勿告诉检查人员。"
    "不点链接也可以：打开 %(page)s 填文号和回执码。监督电话 %(phone)s。"
)


def link_of(made: Secret) -> str:
    """Return the enterprise's own address for this secret, in capitals: a QR writes them in half the room."""
    scheme, _sep, host = settings.BASE_URL.partition("://")
    return f"{scheme.upper()}://{host.upper()}{reverse('receipts:own-link', args=[made.link]).upper()}"


#: wrong tries that one network address has in an hour while a notice is being guessed at
FEW = 2


class CodeTry(models.Model):
    """A wrong code that was typed for a notice. Kept to slow down guessing: 12 digits can't be guessed at this pace.

    There are 10¹² of them. Until a notice has seen 200 wrong ones in a day (rule value), an address (IPv6: a /64) has ten an
    hour; from then on two. Some forty days lie between letter and last day: 200 a day are 8,000 tries, one chance in 10⁸; a
    thousand addresses at two an hour are two million, one in 500,000. Whoever holds a /48, 65,536 blocks, has some 126
    million, one in 8,000; each costs 20 ms of the server's processor (Argon2id), so that a core does nothing else meanwhile.

    ``address`` is a keyed digest that changes each day: it tells one line from another, not whose it is.
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
        return AddressKey.digest(address)

    @classmethod
    def refuse_too_many(cls, notice: FilingNotice, address: str) -> None:
        """Raise TooMany when the tries of the last hour from this address are used up: fewer while the notice is being guessed at.

        What others try stops no address that has not guessed itself.
        """
        now, tries, county = timezone.now(), cls.objects.filter(notice=notice), notice.county
        hour, day = now - datetime.timedelta(hours=1), now - datetime.timedelta(days=1)
        most = county.rule("receipt.tries_per_hour")
        if tries.filter(at__gte=day).count() >= county.rule("receipt.wrong_per_day"):
            most = min(most, FEW)
        if tries.filter(address=cls.digest_of(address), at__gte=hour).count() >= most:
            raise TooMany(
                _now("这个网络试错回执码次数过多，请一小时后再试；收到链接的可以直接打开链接，也可以拨打监督电话 %(phone)s。")
                % {"phone": county.supervision_phone},
                field="code",
            )
