"""收费、罚没登记: a fee only under an item in force, a fine only under a decision. Whole fen."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Agency,
    County,
    Duty,
    Enterprise,
    EnterpriseKind,
    Establishment,
    FenField,
    User,
    yuan,
)
from audit.models import AuditedQuerySet, NotYours, Refused, Series, harmless_twice, signed
from audit.steps import Step, Stepped, status_field
from inspection.models import Visit

from .. import rules
from .catalogue import FeeItem


class ChargeQuerySet(AuditedQuerySet):
    """Questions about charges."""

    def visible_to(self, user: Any) -> "ChargeQuerySet":
        """Return the charges of the user's agencies; all of the county for its Office and for finance."""
        return self.filter(Q(agency__in=user.agencies()) | Q(county__in=user.office_counties() | user.counties_carrying(Duty.MONEY_READ)))

    def standing(self) -> "ChargeQuerySet":
        """Return what has not been voided."""
        return self.filter(status=Charge.Status.REGISTERED)


class Charge(Stepped):
    """One sum asked of one enterprise by one agency, with or without a visit."""

    class Status(models.TextChoices):
        REGISTERED = "REGISTERED", _("已登记")
        VOID = "VOID", _("已作废")

    class Kind(models.TextChoices):
        FEE = "FEE", _("收费")
        FINE = "FINE", _("罚款")
        CONFISCATION = "CONFISCATION", _("没收")

    county = models.ForeignKey(County, models.PROTECT, related_name="charges", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="charges", verbose_name=_("执收（处罚）单位"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="charges", verbose_name=_("缴款企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", verbose_name=_("经营场所"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="charges", verbose_name=_("入企登记"))
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("登记号"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind.choices)
    item = models.ForeignKey(FeeItem, models.PROTECT, null=True, related_name="+", verbose_name=_("收费项目"))
    item_name = models.CharField(_("项目"), max_length=120)
    basis = models.CharField(_("依据"), max_length=300)
    decision_number = models.CharField(_("决定书文号"), max_length=80, blank=True)
    decision_date = models.DateField(_("决定日期"), null=True, blank=True)
    on_the_spot = models.BooleanField(_("当场处罚"), default=False)
    charged_on = models.DateField(_("收费（决定）日期"))
    amount = FenField(_("金额（元）"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    status = status_field(Status, Status.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    registered_at = models.DateTimeField(_("登记时间"), db_index=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True)

    objects = ChargeQuerySet.as_manager()
    STEPS = {"void": Step(_("作废"), (Status.REGISTERED,), Status.VOID, who=rules.registrar_of_its_agency, needs_note=True, grave=True)}
    VERBS = {"register": _("登记")}

    class Meta:
        verbose_name = _("收费罚没登记")
        constraints = [
            models.UniqueConstraint(fields=["county", "year", "number"], name="no_two_charges_bear_one_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_charge_is_more_than_nothing"),
            models.CheckConstraint(condition=~Q(kind="FEE") | Q(item__isnull=False, decision_number=""), name="no_fee_without_its_item"),
            models.CheckConstraint(
                condition=Q(kind="FEE") | (Q(item__isnull=True, decision_date__isnull=False) & ~Q(decision_number="")),
                name="no_fine_without_its_decision",
            ),
            models.UniqueConstraint(
                fields=["agency", "decision_number", "kind"],
                condition=Q(status="REGISTERED") & ~Q(decision_number=""),
                name="one_decision_is_registered_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="VOID") | (Q(voided_at__isnull=False) & ~Q(void_reason="")), name="a_void_charge_says_why"
            ),
        ]

    def __str__(self) -> str:
        return _now("收费登记〔%(year)d〕%(number)d号") % {"year": self.year, "number": self.number}

    @classmethod
    @harmless_twice
    def register(
        cls,
        *,
        by: User,
        agency: Agency,
        establishment: Establishment,
        kind: str,
        amount: int,
        charged_on: datetime.date,
        item: str = "",
        decision_number: str = "",
        decision_date: datetime.date | None = None,
        article: str = "",
        on_the_spot: bool = False,
        visit: Visit | None = None,
        note: str = "",
        uid: uuid.UUID | None = None,
    ) -> "Charge":
        """Register a charge. ``amount`` in fen; ``item`` is the code or name of a fee item in force on ``charged_on``.

        Raises Refused for a fee off the list (优化营商环境条例 Art. 25) or a fine without its decision
        (行政处罚法 Art. 51, 59); what was tried goes with the refusal, so that the Office sees it.
        """
        asked = {
            "agency": agency.name,
            "enterprise": str(establishment.enterprise),
            "kind": str(cls.Kind(kind).label),
            "item": item or decision_number,
            "amount": yuan(amount),
        }
        post = by.holding(Duty.CHARGE_REGISTER, agency=agency)
        if not post:
            raise NotYours(_now("只有本单位的收费登记员可以登记收费、罚没。"), facts=asked)
        enterprise = establishment.enterprise
        if enterprise.county_id != agency.county_id:
            raise Refused(_now("这家企业不在本县登记，请核对。"), field="establishment", facts=asked)
        if on_the_spot and kind != cls.Kind.FINE:
            raise Refused(_now("只有罚款可以当场处罚（行政处罚法第51条）；没收应当适用普通程序。"), field="on_the_spot", facts=asked)
        if amount <= 0:
            raise Refused(_now("金额应当大于零。"), field="amount", facts=asked)
        if charged_on > agency.county.today():
            raise Refused(_now("收费（决定）日期还没有到，请核对。"), field="charged_on", facts=asked)
        if visit and (visit.agency_id, visit.enterprise_id) != (agency.pk, enterprise.pk):
            raise Refused(_now("所选的入企登记不是本单位对这家企业的检查。"), field="visit", facts=asked)
        if kind == cls.Kind.FEE:
            fee = _item_in_force(agency, item, charged_on, asked)
            facts = {"item": fee, "item_name": fee.name, "basis": fee.basis}
        else:
            _check_decision(enterprise, agency, amount, decision_number, decision_date, article, on_the_spot, charged_on, asked)
            facts = {
                "item_name": _official(cls.Kind(kind).label),
                "basis": article.strip(),
                "decision_number": decision_number.strip(),
                "decision_date": decision_date,
                "on_the_spot": on_the_spot,
            }
        with transaction.atomic():
            if before := cls.sent_before(uid, agency_id=agency.pk):
                return before
            twin = cls.objects.standing().filter(agency=agency, decision_number=decision_number.strip(), kind=kind)
            if decision_number.strip() and twin.exists():
                raise Refused(
                    _now("决定书 %(number)s 已经登记过（%(charge)s）。") % {"number": decision_number, "charge": twin.first()},
                    field="decision_number",
                    facts=asked,
                )
            now = timezone.now()
            charge = cls(
                county=agency.county,
                agency=agency,
                enterprise=enterprise,
                establishment=establishment,
                visit=visit,
                kind=kind,
                amount=amount,
                charged_on=charged_on,
                note=note.strip(),
                registered_by=by,
                registered_at=now,
                year=agency.county.day_of(now).year,
                **facts,
            )
            charge.uid = uid or charge.uid
            charge.number = Series.next(owner=agency.county.code, kind="charge", year=charge.year)
            with signed(by=by, verb="register", post=post):
                charge.save()
        return charge

    def void(self, *, by: User, note: str) -> None:
        """作废 with a reason; the number is kept."""
        if not note.strip():
            raise Refused(_now("请写明作废原因。"), field="note")
        with self.step("void", by=by, note=note):
            self.voided_at, self.void_reason = timezone.now(), note.strip()


def _official(words: Any) -> str:
    """Return ``words`` as the register keeps them, whatever language the page is read in."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


def _item_in_force(agency: Agency, words: str, on: datetime.date, asked: dict[str, Any]) -> FeeItem:
    known = FeeItem.objects.filter(county=agency.county).named(words)
    item = known.in_force(on).first()
    if item is None and known.exists():
        raise Refused(
            _now("“%(item)s”在 %(day)s 已不在收费目录有效期内（停征或者改税），不得收取。") % {"item": words, "day": on.isoformat()},
            field="item",
            facts=asked,
        )
    if item is None:
        raise Refused(
            _now("“%(item)s”不在收费目录清单内。清单之外一律不得收费（优化营商环境条例第25条）。") % {"item": words or _now("未填写")},
            field="item",
            facts=asked,
        )
    if not item.may_be_collected_by(agency):
        raise Refused(
            _now("“%(item)s”的执收单位是%(unit)s，不由本单位收取。") % {"item": item.name, "unit": item.collecting_unit},
            field="item",
            facts=asked,
        )
    return item


def _check_decision(
    enterprise: Enterprise,
    agency: Agency,
    amount: int,
    number: str,
    date: datetime.date | None,
    article: str,
    on_the_spot: bool,
    charged_on: datetime.date,
    asked: dict[str, Any],
) -> None:
    for field, value, message in (
        ("decision_number", number.strip(), _now("罚没必须依据处罚决定，请填写决定书文号。")),
        ("decision_date", date, _now("请填写决定日期。")),
        ("article", article.strip(), _now("请填写处罚依据（法律名称和条款）。")),
    ):
        if not value:
            raise Refused(message, field=field, facts=asked)
    if date > charged_on:
        raise Refused(_now("决定日期晚于登记的日期，请核对。"), field="decision_date", facts=asked)
    if not on_the_spot:
        return
    county = agency.county
    as_citizen = enterprise.kind == EnterpriseKind.UNREGISTERED or (
        enterprise.kind in (EnterpriseKind.HOUSEHOLD, EnterpriseKind.SMALL)
        and county.rule("penalty.spot_household_as", on=date) == "citizen"
    )
    limit = county.rule("penalty.spot_max_citizen" if as_citizen else "penalty.spot_max_organisation", on=date)
    if amount > limit * 100:
        raise Refused(
            _now("当场处罚不得超过 %(limit)s 元（行政处罚法第51条）；超过的应当适用普通程序。") % {"limit": limit},
            field="amount",
            facts=asked,
        )
