"""The twin of the register's and the window's pages for machines: the same verbs, one file a noun."""

from django.urls import path

from .charges import Charges, ChargeShown
from .lists import Ceilings, FeeItems
from .window import FeeMonth, PaymentNotices, Refunds, TreasuryReceipts

__all__ = ["VIEWSETS", "ChargeShown", "urlpatterns"]

VIEWSETS: list[tuple[str, type, str]] = [
    ("fee-items", FeeItems, "api-fee-items"),
    ("fine-ceilings", Ceilings, "api-fine-ceilings"),
    ("charges", Charges, "api-charges"),
    ("payment-notices", PaymentNotices, "api-payment-notices"),
    ("treasury-receipts", TreasuryReceipts, "api-treasury-receipts"),
    ("refunds", Refunds, "api-refunds"),
]
urlpatterns: list = [path("fee-months/<int:year>/<int:month>/", FeeMonth.as_view(), name="api-fee-month")]
