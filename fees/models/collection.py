"""统一缴款（扎口）: one mouth, one list, one place to pay. The 合并缴款通知单 is the only paper by which money may be asked."""

import base64
import datetime
import secrets
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Contact, County, Duty, Enterprise, FenField, User, add_working_days, yuan
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, Series, WrongMoment, signed
from audit.steps import Step, Stepped, status_field
from delivery.models import Letter
from paper.models import StoredFile

from .. import rules
from ..adapters import NotConnected, nontax
from .charge import Charge
from .computation import computation


class PaymentNoticeQuerySet(AuditedQuerySet):
    """Questions about payment notices."""

    def visible_to(self, user: Any) -> "PaymentNoticeQuerySet":
        """Return those of the county for its Office, finance and window. An agency sees its own lines on its charges."""
        money = user.counties_carrying(Duty.MONEY_READ) | user.counties_carrying(Duty.MONEY_COLLECT)
        return self.filter(county__in=user.office_counties() | money)

    def awaiting_document(self) -> "PaymentNoticeQuerySet":
        """Return those whose codes or paper are still to come. One whose lines were all taken off asks for nothing and gets none."""
        asking = PaymentLine.objects.standing().filter(notice=OuterRef("pk"))
        return self.filter(Exists(asking), status=PaymentNotice.Status.NUMBERED)


def _made_already(notice: "PaymentNotice") -> str:
    return _now("文书已经制作。") if notice.document_id else ""


def _still_to_be_made(notice: "PaymentNotice") -> str:
    return "" if notice.document_id else _now("文书还没有制作。")


class PaymentNotice(Stepped):
    """合并缴款通知单: all that the departments of a county ask of one enterprise, each line with its own code.

    Numbered without gaps; a void keeps its number and needs two people.
    """

    class Status(models.TextChoices):
        NUMBERED = "NUMBERED", _("已编号，待制发")
        ISSUED = "ISSUED", _("已制发")
        VOIDING = "VOIDING", _("作废待复核")
        VOID = "VOID", _("已作废")

    county = models.ForeignKey(County, models.PROTECT, related_name="payment_notices", verbose_name=_("县"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="payment_notices", verbose_name=_("缴款企业"))
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("序号"))
    label = models.CharField(_("单号"), max_length=80)
    token = models.CharField(max_length=40, unique=True, editable=False)
    numbered_at = models.DateTimeField(_("编号时间"))
    snapshot = models.JSONField(default=dict, editable=False)
    status = status_field(Status, Status.NUMBERED)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("文书"))
    issued_at = models.DateTimeField(_("制发时间"), null=True)
    void_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("申请作废的人"))
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True)

    objects = PaymentNoticeQuerySet.as_manager()
    STEPS = {
        "issue": Step(_("制发"), (Status.NUMBERED,), Status.ISSUED, who=rules.the_system),
        "ask_void": Step(
            _("申请作废"), (Status.NUMBERED, Status.ISSUED), Status.VOIDING, who=rules.the_window, needs_note=True, grave=True
        ),
        "void": Step(_("复核作废"), (Status.VOIDING,), Status.VOID, who=rules.another_at_the_window, grave=True),
        "keep": Step(
            _("不予作废"), (Status.VOIDING,), Status.ISSUED, who=rules.another_at_the_window, needs_note=True, unless=_still_to_be_made
        ),
        "keep_waiting": Step(
            _("不予作废"), (Status.VOIDING,), Status.NUMBERED, who=rules.another_at_the_window, needs_note=True, unless=_made_already
        ),
    }
    VERBS = {"gather": _("归集"), "drop": _("撤下一行")}

    class Meta:
        verbose_name = _("合并缴款通知单")
        constraints = [
            models.UniqueConstraint(fields=["county", "year", "number"], name="no_two_payment_notices_bear_one_number"),
            models.CheckConstraint(
                condition=~Q(status="ISSUED") | Q(document__isnull=False, issued_at__isnull=False),
                name="an_issued_payment_notice_has_its_document",
            ),
            models.CheckConstraint(
                condition=~Q(status="VOID") | (Q(voided_at__isnull=False) & ~Q(void_reason="")), name="a_void_payment_notice_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def address(self) -> str:
        """Return the full address in its QR."""
        return settings.BASE_URL + reverse("fees:pay", args=[self.token])

    @property
    def standing_lines(self) -> "PaymentLineQuerySet":
        """Return the lines that still ask for money."""
        return self.lines.filter(dropped=False).order_by("pk")

    @property
    def _locked_lines(self) -> "PaymentLineQuerySet":
        """Return the same under their locks, inside a transaction: nobody takes one off before the act is over."""
        return self.standing_lines.select_for_update(of=("self",))

    @classmethod
    def gather(cls, *, by: User, enterprise: Enterprise) -> "PaymentNotice":
        """归集: put every open charge of ``enterprise`` that stands on no notice into one new notice, of all departments.

        By the window, or by the clock. Refused when nothing is to be asked for, or when a fine would be collected by the body
        that decided it (行政处罚法 Art. 67).
        """
        county = enterprise.county
        post = by.holding(Duty.MONEY_COLLECT, county=county) or by.holding(Duty.SYSTEM, county=county)
        if not post:
            raise NotYours(_now("只有统一缴款窗口可以归集款项、开具合并缴款通知单。"))
        with transaction.atomic():
            # no_key: who moves a charge writes an entry that refers to the enterprise, while we wait here for that charge
            Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=enterprise.pk)
            open_ = Charge.objects.filter(county=county, enterprise=enterprise).ungathered().order_by("pk")
            locked = [charge.pk for charge in open_.select_for_update(of=("self",))]
            # and asked again: a correction or void that we waited for has changed what is open
            charges = list(open_.filter(pk__in=locked).select_related("agency", "item", "sums", "county"))
            if not charges:
                raise Refused(_now("这家企业没有待归集的款项。"), field="enterprise")
            lines = [line for charge in charges for line in PaymentLine.of(charge)]
            now = timezone.now()
            year = county.day_of(now).year
            number = Series.next(owner=county.code, kind="payment-notice", year=year)
            notice = cls(county=county, enterprise=enterprise, year=year, number=number, numbered_at=now)
            notice.label = f"{county.name}合缴〔{year}〕{number}号"
            notice.token = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
            with signed(by=by, verb="gather", post=post):
                notice.save()
                for line in lines:
                    line.notice = notice
                    line.save()
        return notice

    def issue(self, *, by: User, snapshot: dict[str, Any], document: StoredFile) -> None:
        """制发: each line bears its code, and the paper has been made and read back.

        WrongMoment when what stands now is no longer what the paper asks for: it is made anew.
        """
        with self.step("issue", by=by):
            standing = {(str(line.uid), line.amount, line.code) for line in self._locked_lines}
            said = {(line["uid"], line["amount"], line["code"]) for line in (*snapshot["lines"], *snapshot["elsewhere"])}
            if not standing or standing != said:
                raise WrongMoment(_now("制作期间款项有变动，这张通知单按现在的款项重新制作。"))
            self.snapshot, self.document, self.issued_at = snapshot, document, timezone.now()
            self._write_to_the_enterprise()

    def _write_to_the_enterprise(self) -> None:
        """Write that the notice is there, with its address, to the contact no department can change. Inside the running act."""
        words = _now(
            "%(window)s已制发《合并缴款通知单》%(number)s。打开 %(address)s 可以核对每一项的依据、计算和缴款码。只凭缴款码缴到银行，"
            "任何人当面要钱都可以拒绝。监督电话：%(phone)s"
        )
        facts = {name: self.snapshot[name] for name in ("window", "number", "address")}
        Letter.write(
            county=self.county.code,
            about=self.label,
            subject=_now("合并缴款通知单 %(number)s") % {"number": self.label},
            body=words % {**facts, "phone": self.county.supervision_phone},
            address=Contact.of(self.enterprise).phone,
            enterprise=self.enterprise.uid,
            once=f"payment-notice/{self.uid}",
        )

    def ask_void(self, *, by: User, note: str) -> None:
        """申请作废 with a reason; another person decides."""
        if not note.strip():
            raise Refused(_now("请写明作废原因。"), field="note")
        with self.step("ask_void", by=by, note=note):
            self.void_asked_by, self.void_reason = by, note.strip()[:300]

    def void(self, *, by: User, note: str = "") -> None:
        """复核作废 by another person. The number stays taken; what is still open is gathered anew."""
        with self.step("void", by=by, note=note):
            self.voided_at = timezone.now()
            for line in self._locked_lines:
                line.drop(_now("通知单作废"))

    def keep(self, *, by: User, note: str) -> None:
        """不予作废 by another person: the notice goes on as it was, issued or still to be made; says why."""
        if not note.strip():
            raise Refused(_now("请写明不予作废的理由。"), field="note")
        with self.step("keep" if self.document_id else "keep_waiting", by=by, note=note):
            self.void_asked_by, self.void_reason = None, ""

    @classmethod
    def gather_due(cls, *, by: User, limit: int = 100) -> int:
        """Derived from state: gather for each enterprise whose oldest charge has waited (``collection.wait``). Returns how many."""
        made = 0
        for county in County.objects.order_by("pk"):
            wait, today = county.rule("collection.wait"), county.today()
            waiting = Charge.objects.filter(county=county).ungathered().order_by("pk").values_list("enterprise", "registered_at")
            oldest: dict[int, datetime.datetime] = {}
            for key, at in waiting[: limit * 20]:
                oldest.setdefault(key, at)
            due = [key for key, at in oldest.items() if add_working_days(county, county.day_of(at), wait) <= today]
            for enterprise in Enterprise.objects.select_related("county").filter(pk__in=due[:limit]).order_by("pk"):
                try:
                    cls.gather(by=by, enterprise=enterprise)
                    made += 1
                except Refused:
                    continue  # gathered by the window meanwhile
        return made


class PaymentLineQuerySet(AuditedQuerySet):
    """Questions about the lines of payment notices."""

    def standing(self) -> "PaymentLineQuerySet":
        """Return what still asks for money."""
        return self.filter(dropped=False)


class PaymentLine(Audited):
    """One line: whose money, what for, on which basis, until when, under which code, where it goes, which voucher follows."""

    notice = models.ForeignKey(PaymentNotice, models.PROTECT, related_name="lines", verbose_name=_("合并缴款通知单"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="lines", verbose_name=_("登记"))
    part = models.PositiveSmallIntegerField(_("第几期"), default=1)
    parts = models.PositiveSmallIntegerField(_("共几期"), default=1)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("执收单位"))
    amount = FenField(_("金额（元）"))
    due_on = models.DateField(_("缴纳期限"), null=True)
    institution = models.CharField(_("代收机构"), max_length=100, blank=True)
    code = models.CharField(_("缴款码"), max_length=40, blank=True, db_index=True)
    elsewhere = models.CharField(_("由谁征收"), max_length=120, blank=True)
    dropped = models.BooleanField(_("已撤下"), default=False)
    withdrawn = models.BooleanField(_("缴款码已注销"), default=False)
    dropped_why = models.CharField(_("撤下原因"), max_length=100, blank=True)

    objects = PaymentLineQuerySet.as_manager()
    VERBS = {"gather": _("归集"), "bear": _("取得缴款码"), "withdraw": _("注销缴款码")}

    class Meta:
        verbose_name = _("合并缴款通知单的一行")
        constraints = [
            models.UniqueConstraint(fields=["charge", "part"], condition=Q(dropped=False), name="a_charge_is_asked_for_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="no_two_lines_bear_one_payment_code"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_line_asks_for_something"),
            models.CheckConstraint(condition=Q(elsewhere="") | Q(code=""), name="what_is_collected_elsewhere_has_no_code_here"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.charge.item_name}"

    @classmethod
    def of(cls, charge: Charge) -> "list[PaymentLine]":
        """Return the unsaved lines of one charge: one, or one for each part where the agency lets it be paid in parts."""
        institution = "" if charge.elsewhere else charge.county.rule("collection.institution")
        if charge.needs_decision and institution.strip() in (charge.agency.name, charge.agency.short_name):
            raise Refused(_now("作出罚款决定的机关不得自行收缴（行政处罚法第67条），请先更正“罚没代收机构”。"), field="enterprise")
        facts = {"charge": charge, "agency": charge.agency, "institution": institution, "elsewhere": charge.elsewhere}
        deferral = charge.deferrals.order_by("-pk").first()
        parts = deferral.dated_parts if deferral and sum(fen for _day, fen in deferral.parts) == charge.open else []
        if not parts:
            return [cls(amount=charge.open, due_on=charge.due_on, **facts)]
        return [cls(part=n, parts=len(parts), amount=fen, due_on=day, **facts) for n, (day, fen) in enumerate(parts, start=1)]

    def bear(self, code: str, *, by: User) -> None:
        """取得缴款码: keep the code that the non-tax system gave this line, before any paper shows it.

        Kept on a line that was taken off meanwhile too: a code that is out in the world is withdrawn.
        """
        post = by.holding(Duty.SYSTEM, county=self.notice.county)
        if not post:
            raise NotYours(_now("缴款码只来自非税系统。"))
        with transaction.atomic():
            self.refresh_from_db(from_queryset=PaymentLine.objects.select_for_update(of=("self",)))
            if self.code:
                return
            with signed(by=by, verb="bear", post=post):
                self.code = code
                self.save()

    @classmethod
    def withdraw_due(cls, *, by: User, limit: int = 100) -> int:
        """Derived from state: tell the non-tax system that the codes of lines taken off are good no longer. Returns how many."""
        waiting = cls.objects.filter(dropped=True, withdrawn=False).exclude(code="").order_by("pk")[:limit]
        done = 0
        for line in waiting:
            try:
                nontax().withdraw(line.code)
            except NotConnected:
                break
            with signed(by=by, verb="withdraw"):
                line.withdrawn = True
                line.save()
            done += 1
        return done

    def drop(self, why: str) -> None:
        """Take the line off, inside the running signature: what it asks for has changed. Its code is withdrawn by the clock."""
        self.dropped, self.dropped_why = True, why[:100]
        self.save()

    @property
    def in_cash(self) -> int:
        """Return what of this line was taken in cash already, in fen: of a sum in parts the first ones."""
        held = self.charge.in_hand
        if held and self.parts > 1:
            held -= self.charge.lines.standing().filter(part__lt=self.part).aggregate(fen=Sum("amount"))["fen"] or 0
        return max(min(held, self.amount), 0)

    @property
    def worked_out(self) -> list[str]:
        """Return in Chinese how the sum of this line comes about, as the paper prints it: it ends in what the line asks for."""
        parts = self.charge.lines.standing().aggregate(fen=Sum("amount"))["fen"] if self.parts > 1 else self.amount
        said = computation(self.charge, parts or self.amount)
        if self.parts > 1:
            said.append(f"分 {self.parts} 期，第 {self.part} 期")
        return said if said == self.charge.explained else [*said, f"本次应缴 {yuan(self.amount)} 元"]

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the paper says of the line, in Chinese."""
        charge, item = self.charge, self.charge.item
        with translation.override(settings.LANGUAGE_CODE):
            return {
                "charge": str(charge), "agency": self.agency.name, "item": charge.item_name, "kind": str(charge.get_kind_display()),
                "level": item.level if item else str(_now("县级")), "basis": charge.basis, "decision": charge.decision_number,
                "explained": self.worked_out, "amount": self.amount, "part": self.part, "parts": self.parts,
                "due_on": self.due_on.isoformat() if self.due_on else "", "code": self.code, "institution": self.institution,
                "destination": (item.destination or item.get_goes_to_display()) if item else str(_now("国库")),
                "voucher": str(item.get_voucher_display() if item else FISCAL_TICKET), "elsewhere": self.elsewhere,
                "in_cash": (in_cash := self.in_cash), "cash": charge.taken_in_cash.words if in_cash else "",
            }  # fmt: skip


FISCAL_TICKET = _("罚没票据（财政统一制发）")
