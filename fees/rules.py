"""Who may register, correct, void, gather and answer: one sentence each."""

from typing import Any

from accounts.models import Duty, Post


def registrar_of_its_agency(user: Any, charge: Any) -> Post | None:
    """收费登记员 of the agency that charges."""
    return user.holding(Duty.CHARGE_REGISTER, agency=charge.agency)


def head_of_its_agency(user: Any, charge: Any) -> Post | None:
    """负责人 of the agency that charges: reductions, deferrals and instalments are decisions."""
    return user.holding(Duty.PLAN_ENDORSE, agency=charge.agency)


def another_in_its_agency(user: Any, charge: Any) -> Post | None:
    """负责人 or another 收费登记员 of the agency; never who asked for the void. Voids need two people."""
    if user.pk == charge.void_asked_by_id:
        return None
    another = charge.void_asked_by_id and registrar_of_its_agency(user, charge)
    return head_of_its_agency(user, charge) or another or None


def the_window(user: Any, row: Any) -> Post | None:
    """统一缴款窗口 of the county: gathers, never registers and never marks anything paid."""
    return user.holding(Duty.MONEY_COLLECT, county=row.county)


def the_window_or_the_clock(user: Any, row: Any) -> Post | None:
    """统一缴款窗口, or the clock that gathers what waited long enough."""
    return the_window(user, row) or the_system(user, row)


def another_at_the_window(user: Any, notice: Any) -> Post | None:
    """Another person at the window, or the Office: never who asked for the void."""
    if user.pk == notice.void_asked_by_id:
        return None
    return the_window(user, notice) or user.holding(Duty.OVERSEE, county=notice.county)


def the_window_but_not_who_asked(user: Any, refund: Any) -> Post | None:
    """统一缴款窗口; never who asked for the refund in another post."""
    return None if user.pk == refund.asked_by_id else the_window(user, refund)


def the_system(user: Any, row: Any) -> Post | None:
    """The clock, on behalf of the non-tax system's feed."""
    return user.holding(Duty.SYSTEM, county=row.county)


def who_moves_its_principal(user: Any, charge: Any) -> Post | None:
    """Whoever may correct, reduce or stay the fine, and the feed: what was added falls inside their act, never by itself."""
    return the_system(user, charge) or registrar_of_its_agency(user, charge) or head_of_its_agency(user, charge)


def registrar_of_the_charge(user: Any, row: Any) -> Post | None:
    """收费登记员 or 负责人 of the agency whose charge it is about."""
    return registrar_of_its_agency(user, row.charge) or head_of_its_agency(user, row.charge)
