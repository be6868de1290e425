"""Money in a story: what was registered, gathered, paid, and what somebody tried to register and could not."""

from typing import Any

from django.urls import reverse

from audit.models import Attempt, Refused
from fees import documents
from fees.adapters import mock
from fees.models import Charge, PaymentLine, PaymentNotice, TreasuryReceipt

from .desk import Desk
from .filing import Stretch

FEE, FINE, CONFISCATION = Charge.Kind.FEE, Charge.Kind.FINE, Charge.Kind.CONFISCATION


def charged(desk: Desk, *, agency: str, place: str, day: int, time: str, void: str = "", **facts: Any) -> Stretch:
    """Register a charge; with ``void`` it is voided for that reason by two people half an hour later. Decisions are of that day."""
    yield desk.moment(day, time)
    charge = _register(desk, agency, place, facts)
    if void:
        yield desk.moment(day, time, later=30)
        charge.ask_void(by=desk.person("registrar", agency), note=void)
        yield desk.moment(day, time, later=38)
        charge.void(by=desk.person("head", agency))


def refused(desk: Desk, *, agency: str, place: str, day: int, time: str, **facts: Any) -> Stretch:
    """Try to register what the register refuses. As at the gate, the attempt is kept for the Office."""
    yield desk.moment(day, time)
    try:
        charge = _register(desk, agency, place, facts)
    except Refused as refusal:
        Attempt.record(by=desk.person("registrar", agency), act=f"POST {reverse('fees:charge-new')}", refusal=refusal)
    else:
        raise AssertionError(f"{charge} should have been refused")


def gathered(desk: Desk, *, place: str, day: int, time: str) -> Stretch:
    """The window gathers what an enterprise owes to all departments; codes and paper follow a few minutes later."""
    yield desk.moment(day, time)
    notice = PaymentNotice.gather(by=desk.person("finance"), enterprise=desk.place(place).enterprise)
    yield desk.moment(day, time, later=3)
    documents.issue(notice, by=desk.system)


def paid(desk: Desk, *, charge: Charge, day: int, time: str) -> Stretch:
    """The enterprise pays at the bank; the feed tells of it next morning."""
    yield desk.moment(day, time)
    line = PaymentLine.objects.standing().filter(charge=charge).first()
    mock.pay(line.code, line.amount, desk.county.today())
    yield desk.moment(day + 1, "08:05")
    TreasuryReceipt.take_in_due(by=desk.system)


def the_charge(desk: Desk, place: str, kind: str = FINE) -> Charge:
    """Return the last standing charge of one kind on an enterprise."""
    rows = Charge.objects.standing().filter(enterprise=desk.place(place).enterprise, kind=kind)
    return rows.select_related("county", "agency", "enterprise").latest("pk")


def _register(desk: Desk, agency: str, place: str, facts: dict[str, Any]) -> Charge:
    today = desk.county.today()
    if facts["kind"] != FEE:
        facts |= {"decision_number": facts["decision_number"].format(year=today.year), "decision_date": today}
    return Charge.register(
        by=desk.person("registrar", agency),
        agency=desk.agency(agency),
        establishment=desk.place(place),
        collector=desk.officers(agency, today, today, many=1, story=place)[0],
        charged_on=today,
        **facts,
    )
