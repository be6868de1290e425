"""Money in a story: what was registered, and what somebody tried to register and could not."""

from typing import Any

from django.urls import reverse

from audit.models import Attempt, Refused
from fees.models import Charge

from .desk import Desk
from .filing import Stretch

FEE, FINE, CONFISCATION = Charge.Kind.FEE, Charge.Kind.FINE, Charge.Kind.CONFISCATION


def charged(desk: Desk, *, agency: str, place: str, day: int, time: str, void: str = "", **facts: Any) -> Stretch:
    """Register a charge; with ``void`` it is voided for that reason half an hour later. Decisions are of that day."""
    yield desk.moment(day, time)
    charge = _register(desk, agency, place, facts)
    if void:
        yield desk.moment(day, time, later=30)
        charge.void(by=desk.person("registrar", agency), note=void)


def refused(desk: Desk, *, agency: str, place: str, day: int, time: str, **facts: Any) -> Stretch:
    """Try to register what the register refuses. As at the gate, the attempt is kept for the Office."""
    yield desk.moment(day, time)
    try:
        charge = _register(desk, agency, place, facts)
    except Refused as refusal:
        Attempt.record(by=desk.person("registrar", agency), act=f"POST {reverse('fees:charge-new')}", refusal=refusal)
    else:
        raise AssertionError(f"{charge} should have been refused")


def _register(desk: Desk, agency: str, place: str, facts: dict[str, Any]) -> Charge:
    today = desk.county.today()
    if facts["kind"] != FEE:
        facts |= {"decision_number": facts["decision_number"].format(year=today.year), "decision_date": today}
    return Charge.register(
        by=desk.person("registrar", agency),
        agency=desk.agency(agency),
        establishment=desk.place(place),
        charged_on=today,
        **facts,
    )
