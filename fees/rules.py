"""Who may register and void."""

from typing import Any

from accounts.models import Duty, Post


def registrar_of_its_agency(user: Any, charge: Any) -> Post | None:
    """收费登记员 of the agency that charges."""
    return user.holding(Duty.CHARGE_REGISTER, agency=charge.agency)
