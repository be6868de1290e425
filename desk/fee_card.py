"""企业交费登记卡: all that was ever asked of an enterprise, due, reduced, paid and given back, each line with its basis.

What the enterprise itself says was charged (a claim) is a receipt's and does not stand here; an objection to a line does.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Enterprise
from accounts.paging import Page, page_of
from fees.models import Charge, EnterpriseSum, PaymentLine


@dataclass(frozen=True)
class FeeCard:
    """The card: its lines, newest first, and the sums over all of them (None where the reader sees only some)."""

    enterprise: Enterprise
    lines: list[Charge]
    sums: EnterpriseSum | None
    older: str | None = None
    aside: int = 0

    @property
    def to_pay(self) -> int:
        """Return what the enterprise has still to pay at the window: nothing of what another body collects or the unit has in cash."""
        return self.sums.open - self.aside if self.sums else 0

    @property
    def open_lines(self) -> list[Charge]:
        """Return the lines that still ask for money."""
        return [line for line in self.lines if line.sums.open > 0]


def _lines(charges: QuerySet, enterprise: Enterprise) -> QuerySet:
    standing = Prefetch("lines", PaymentLine.objects.standing().select_related("notice").order_by("pk"), to_attr="asked_by")
    return (
        charges.filter(enterprise=enterprise)
        .select_related("agency", "item", "sums", "county", "principal", "cash")
        .prefetch_related(standing, "disputes")
        .order_by("-pk")
    )


def card_of(enterprise: Enterprise, *, most: int = 200) -> FeeCard:
    """Return the whole card of an enterprise, as the enterprise itself, the Office and finance see it."""
    lines = list(_lines(Charge.objects.all(), enterprise)[:most])
    open_ = Charge.objects.filter(enterprise=enterprise, sums__open__gt=0).select_related("sums", "item", "cash")
    aside = sum(charge.open - charge.to_pay for charge in open_.not_asked_here())
    return FeeCard(enterprise, lines, EnterpriseSum.objects.filter(enterprise=enterprise).first(), aside=aside)


def card_for(user: Any, enterprise: Enterprise, request: HttpRequest) -> FeeCard:
    """Return the card as ``user`` may see it, page by page: an agency its own lines, without sums over others'."""
    page: Page = page_of(_lines(Charge.objects.visible_to(user), enterprise), request)
    whole = enterprise.county_id in user.office_counties() | user.counties_carrying("money.read")
    sums = EnterpriseSum.objects.filter(enterprise=enterprise).first() if whole else None
    return FeeCard(enterprise, page.rows, sums, page.older)


@require_safe
def fee_card(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The card of one enterprise."""
    found = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("county"), uid=uid)
    return render(request, "desk/fee_card.html", {"enterprise": found, "card": card_for(request.user, found, request)})
