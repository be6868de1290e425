"""Who may do what with letters. Posts stand on a higher floor; here they are known by the duty they carry."""

from typing import Any


def _carrying(duties: tuple[str, ...], user: Any, county: str | None = None) -> Any:
    """Return the post by which ``user`` carries one of the duties in the county (a code), or None."""
    if not getattr(user, "is_active", False):
        return None
    return next((p for p in user.posts_now if (not county or p.county.code == county) and set(duties) & set(p.role.duties)), None)


def the_clock(user: Any, letter: Any) -> Any:
    """Letters leave by the clock alone."""
    return _carrying(("system",), user, letter.county)


def who_hands_out_codes(user: Any, letter: Any) -> Any:
    """Letters are printed and sent again by the Office's intake, who hands out codes too."""
    return _carrying(("code.hand_out",), user, letter.county)


def counties_of(user: Any) -> set[str]:
    """Return the codes of the counties whose letters this person sees: intake and auditor of the Office."""
    return {p.county.code for p in user.posts_now if {"code.hand_out", "oversee"} & set(p.role.duties)}
