"""What makes a charge: the facts as sent, every check, and the sum with its explanation."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agency, Establishment, Officer, User, yuan
from audit.models import Refused
from inspection.models import Visit

from .. import checks
from ..days import fine_due_on, on_or_after
from .catalogue import FeeItem
from .charge import Charge, may_register, official
from .surcharge import recounted


@dataclass
class Registration:
    """One charge as it is sent in. ``amount``, ``base``, ``reduction`` in fen; ``quantity`` in thousandths.

    A fee names its ``item`` by code or whole name; a fine or confiscation its decision.
    """

    agency: Agency
    establishment: Establishment
    kind: str
    charged_on: datetime.date
    amount: int | None = None
    item: str = ""
    quantity: int | None = None
    base: int | None = None
    reduction: int = 0
    reduction_basis: str = ""
    decision_number: str = ""
    decision_date: datetime.date | None = None
    served_on: datetime.date | None = None
    article: str = ""
    on_the_spot: bool = False
    collector: Officer | None = None
    visit: Visit | None = None
    note: str = ""

    @property
    def asked(self) -> dict[str, Any]:
        """Return what was tried, in plain values."""
        return {
            "agency": self.agency.name,
            "enterprise": str(self.establishment.enterprise),
            "kind": str(Charge.Kind(self.kind).label),
            "item": self.item or self.decision_number,
            "amount": yuan(self.amount),
        }

    def carry_out(self, *, by: User, uid: uuid.UUID | None) -> Charge:
        """Check everything and write the charge; the same ``uid`` sent twice is one charge."""
        asked = self.asked
        post = may_register(by, self.agency, asked)
        self._plausible(asked)
        facts = self._of_a_fee(asked) if self.kind == Charge.Kind.FEE else self._of_a_fine(asked)
        certificate = checks.certified(self.agency, self.collector, self.visit, self.charged_on, asked)
        self._reduction(facts["amount"], asked)
        with transaction.atomic():
            if before := Charge.sent_before(uid, agency_id=self.agency.pk):
                return before
            self._not_twice(asked)
            return Charge.write(
                by=by,
                post=post,
                verb="register",
                reduction=(self.reduction, self.reduction_basis.strip()),
                county=self.agency.county,
                agency=self.agency,
                enterprise=self.establishment.enterprise,
                establishment=self.establishment,
                visit=self.visit,
                kind=self.kind,
                collector=certificate.officer,
                collector_name=certificate.officer.name,
                certificate_number=certificate.number,
                charged_on=self.charged_on,
                note=self.note.strip(),
                **facts,
                **({"uid": uid} if uid else {}),
            )

    def _plausible(self, asked: dict[str, Any]) -> None:
        enterprise, agency = self.establishment.enterprise, self.agency
        if self.kind not in (Charge.Kind.FEE, Charge.Kind.FINE, Charge.Kind.CONFISCATION):
            raise Refused(_("加处罚款、滞纳金在原来的登记上办理。"), field="kind", facts=asked)
        if enterprise.county_id != agency.county_id:
            raise Refused(_("这家企业不在本县登记，请核对。"), field="establishment", facts=asked)
        if self.on_the_spot and self.kind != Charge.Kind.FINE:
            raise Refused(_("只有罚款可以当场处罚（行政处罚法第51条）；没收应当适用普通程序。"), field="on_the_spot", facts=asked)
        if self.amount is not None and self.amount <= 0:
            raise Refused(_("金额应当大于零。"), field="amount", facts=asked)
        if self.charged_on > agency.county.today():
            raise Refused(_("收费（决定）日期还没有到，请核对。"), field="charged_on", facts=asked)
        if self.visit and (self.visit.agency_id, self.visit.enterprise_id) != (agency.pk, enterprise.pk):
            raise Refused(_("所选的入企登记不是本单位对这家企业的检查。"), field="visit", facts=asked)
        self._never_lawful(self.note, "note", asked)

    def _never_lawful(self, words: str, field: str, asked: dict[str, Any]) -> None:
        """Refuse what may not be asked for on its own day, and what may not be asked for today: no date takes it back into the past."""
        for on in (self.charged_on, self.agency.county.today()):
            checks.never_lawful(self.agency.county, words, on, field, asked)

    def _of_a_fee(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not FeeItem.objects.filter(county=self.agency.county).named(self.item).exists():
            self._never_lawful(self.item, "item", asked)
        item = checks.item_in_force(self.agency, self.item, self.charged_on, asked)
        checks.not_dated_back(item, self.charged_on, asked)
        found = checks.sum_of(item, quantity=self.quantity, base=self.base, amount=self.amount, asked=asked)
        if found.fen <= 0:
            raise Refused(_("按标准计算的金额是零，不需要登记。"), field="quantity", facts=asked)
        within = item.pay_within
        return {
            "item": item,
            "item_name": item.name,
            "basis": item.basis,
            "amount": found.fen,
            "explained": [official(line) for line in found.lines],
            "quantity": self.quantity if item.as_standard.asks_quantity else None,
            "base": self.base if item.rate else None,
            "due_on": on_or_after(self.agency.county, self.charged_on + datetime.timedelta(days=within)) if within else None,
        }

    def _of_a_fine(self, asked: dict[str, Any]) -> dict[str, Any]:
        county, served = self.agency.county, self.served_on or self.charged_on
        checks.decided(self.decision_number, self.decision_date, self.article, self.served_on, self.charged_on, asked)
        self._never_lawful(self.article, "article", asked)
        if not self.amount:
            raise Refused(_("请填写金额。"), field="amount", facts=asked)
        if self.kind == Charge.Kind.FINE:
            if self.on_the_spot:
                checks.within_spot_limit(county, self.establishment.enterprise, self.amount, self.decision_date, asked)
            checks.within_ceiling(county, self.article, self.amount, self.decision_date, asked)
            checks.served_when_old(county, self.article, self.amount, self.decision_date, self.served_on, asked)
        return {
            "item_name": official(Charge.Kind(self.kind).label),
            "basis": self.article.strip(),
            "decision_number": self.decision_number.strip(),
            "decision_date": self.decision_date,
            "served_on": served,
            "on_the_spot": self.on_the_spot,
            "amount": self.amount,
            "explained": [official(_("决定书载明 %(sum)s 元")) % {"sum": yuan(self.amount)}],
            "due_on": fine_due_on(county, served),
        }

    def _reduction(self, amount: int, asked: dict[str, Any]) -> None:
        if not self.reduction:
            return
        if not 0 < self.reduction <= amount:
            raise Refused(_("减免数额应当大于零，不超过应缴金额。"), field="reduction", facts=asked)
        if not self.reduction_basis.strip():
            raise Refused(_("请写明减免的依据（文件、决定的文号）。"), field="reduction_basis", facts=asked)

    def _not_twice(self, asked: dict[str, Any]) -> None:
        number = self.decision_number.strip()
        twin = Charge.objects.standing().filter(agency=self.agency, decision_number=number, kind=self.kind)
        if number and twin.exists():
            raise Refused(
                _("决定书 %(number)s 已经登记过（%(charge)s）。") % {"number": self.decision_number, "charge": twin.first()},
                field="decision_number",
                facts=asked,
            )


def recheck(charge: Charge, amount: int) -> None:
    """Refuse a corrected ``amount`` that the law, the ceiling or the standard would not have let in."""
    asked = charge.tried(amount=yuan(amount))
    if charge.item_id and charge.kind == Charge.Kind.FEE:
        item = charge.item
        if item.as_standard.of(charge.quantity or 0, charge.base or 0) is not None:
            raise Refused(_("这笔费用由标准计算得出，不能改成别的金额；数量有误的，请作废后重新登记。"), field="amount", facts=asked)
        checks.sum_of(item, quantity=None, base=None, amount=amount, asked=asked)
    if charge.kind == Charge.Kind.FINE:
        if charge.on_the_spot:
            checks.within_spot_limit(charge.county, charge.enterprise, amount, charge.decision_date, asked)
        checks.within_ceiling(charge.county, charge.basis, amount, charge.decision_date, asked)
    most = min(charge.amount, recounted(charge).fen) if charge.counted_from else charge.amount
    if charge.kind in (Charge.Kind.SURCHARGE, Charge.Kind.LATE_FEE) and amount > most:
        raise Refused(_("加处的数额不能高于按日计算的数额。"), field="amount", facts=asked)
