"""What a department charged beside what it filed and what the treasury received. Differences, not grades; for the Office alone."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import County, yuan
from fees.models import Charge, TreasuryReceipt
from inspection.models import Visit

#: a charge is laid beside the visits of so many days before it
DAYS_BEFORE = 180
MOST = 500


@dataclass(frozen=True)
class MoneyDifference:
    """One difference about money: what, of whom, how much in fen, and what it is laid beside."""

    code: str
    what: Any
    on: datetime.date
    agency: str
    enterprise: str
    amount: int
    beside: Any
    address: str = ""

    @property
    def sum_in_words(self) -> str:
        """Return the sum in yuan."""
        return yuan(self.amount)


def differences(county: County, since: datetime.date) -> list[MoneyDifference]:
    """Return the differences about money since a day, newest first."""
    found = [*without_filed_visit(county, since), *unknown_money(county, since)]
    return sorted(found, key=lambda difference: difference.on, reverse=True)


def without_filed_visit(county: County, since: datetime.date) -> list[MoneyDifference]:
    """Return charges behind which stands no visit under a filing: none named, or one that was not filed.

    Where the unit has filed another visit to the enterprise shortly before, that is said beside it.
    """
    rows = Charge.objects.standing().filter(county=county, registered_at__gte=county.start_of(since), principal=None)
    rows = (
        rows.filter(Q(visit=None) | Q(visit__notice=None)).select_related("agency", "enterprise", "visit", "county").order_by("-pk")[:MOST]
    )
    filed = _filed_visits(county, list(rows))
    found = []
    for charge in rows:
        near = [
            day
            for day in filed.get((charge.agency_id, charge.enterprise_id), [])
            if datetime.timedelta(0) <= charge.charged_on - day <= datetime.timedelta(days=DAYS_BEFORE)
        ]
        if charge.visit_id:
            beside = _("对应的入企没有备案")
        elif near:
            beside = _("没有写明入企登记；该单位 %(day)s 有经备案的入企") % {"day": max(near)}
        else:
            beside = _("该单位近期没有到这家企业的备案入企")
        found.append(
            MoneyDifference(
                "charge.unfiled", _("没有备案入企的收费、罚没"), charge.registered_on, charge.agency.name, str(charge.enterprise),
                charge.amount, beside, charge.get_absolute_url(),
            )
        )  # fmt: skip
    return found


def _filed_visits(county: County, charges: list[Charge]) -> dict[tuple[int, int], list[datetime.date]]:
    found: dict[tuple[int, int], list[datetime.date]] = {}
    rows = Visit.objects.filter(county=county, notice__isnull=False, enterprise__in={charge.enterprise_id for charge in charges})
    for agency, enterprise, at in rows.values_list("agency", "enterprise", "arrived_at"):
        found.setdefault((agency, enterprise), []).append(county.day_of(at))
    return found


def unknown_money(county: County, since: datetime.date) -> list[MoneyDifference]:
    """Return what reached the treasury under a code that no payment notice bears, or as a line that is faulty."""
    rows = TreasuryReceipt.objects.unmatched().filter(county=county, paid_on__gte=since).order_by("-pk")[:MOST]
    what, beside = _("到账对不上登记"), _("没有这个缴款码的通知单")
    return [
        MoneyDifference("treasury.unknown", what, row.paid_on, row.institution, row.code, row.amount, row.fault or beside) for row in rows
    ]
