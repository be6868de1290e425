"""账目: what moved on a charge. Written once and never changed: a correction is another entry."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Enterprise, FenField
from audit.models import Audited, AuditedQuerySet


class Entry(Audited):
    """One movement of money on one charge, on a legal day, with its basis."""

    class Kind(models.TextChoices):
        DUE = "DUE", _("应缴")
        CORRECTED = "CORRECTED", _("更正")
        VOIDED = "VOIDED", _("作废冲销")
        REDUCED = "REDUCED", _("减免")
        RECEIVED = "RECEIVED", _("到账")
        RETURNED = "RETURNED", _("退付")

    #: which sum an entry moves, and whether it raises what is open
    COUNTS = {
        Kind.DUE: "due", Kind.CORRECTED: "due", Kind.VOIDED: "due", Kind.REDUCED: "reduced", Kind.RECEIVED: "received",
        Kind.RETURNED: "returned",
    }  # fmt: skip
    RAISES = (Kind.DUE, Kind.CORRECTED, Kind.VOIDED, Kind.RETURNED)

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    charge = models.ForeignKey("fees.Charge", models.PROTECT, related_name="entries", verbose_name=_("登记"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("单位"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("企业"))
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices)
    amount = FenField(_("金额（元）"))
    on = models.DateField(_("记账日期"))
    valued_on = models.DateField(_("到账日期"), help_text=_("到账、退付的，代收机构收付的那一天；其余同记账日期"))
    basis = models.CharField(_("依据、原因"), max_length=300, blank=True)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"register": _("登记"), "receive": _("到账核销")}

    class Meta:
        verbose_name = _("收缴账目")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_moves_money"),
            models.CheckConstraint(
                condition=Q(kind__in=["CORRECTED", "REDUCED"]) | Q(kind="VOIDED", amount__lt=0) | (~Q(kind="VOIDED") & Q(amount__gt=0)),
                name="an_entry_moves_money_its_own_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @classmethod
    def of(cls, charge: Any, kind: str, amount: int, *, valued_on: datetime.date | None = None, basis: str = "") -> "Entry":
        """Return an unsaved entry on ``charge``, of the county's today: no month that is past changes."""
        facts: dict[str, Any] = {"county_id": charge.county_id, "agency_id": charge.agency_id, "enterprise_id": charge.enterprise_id}
        on = charge.county.today()
        return cls(charge=charge, kind=kind, amount=amount, on=on, valued_on=valued_on or on, basis=basis[:300], **facts)
