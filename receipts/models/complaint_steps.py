"""Who takes which step with a complaint, and when a step waits though the state is right."""

from typing import Any

from django.utils.translation import gettext as _now

from accounts.models import County, Duty
from audit.actor import Actor


class Somebody:
    """Signs for whoever complains: nothing is known of them. The bearer of a follow-up code, too."""

    def __init__(self, county: County) -> None:
        self.county = county

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name="匿名举报人", county=self.county.code)

    def holding(self, duty: str, **where: Any) -> None:
        """Nobody holds no post."""


class Follower(Somebody):
    """Signs for whoever opened one complaint with its follow-up code, or on the page of the enterprise that made it."""

    def __init__(self, complaint: Any) -> None:
        super().__init__(complaint.county)
        self.complaint = complaint

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name="举报人", county=self.county.code)


def oversight_of_the_county(user: Any, complaint: Any) -> Any:
    """稽核 of the county's Office."""
    return user.holding(Duty.OVERSEE, county=complaint.county)


def who_follows(user: Any, complaint: Any) -> Any:
    """Whoever opened it with its follow-up code, or the enterprise that made it on its own page."""
    return isinstance(user, Follower) and user.complaint.pk == complaint.pk


def named_for_good(complaint: Any) -> str:
    """Say why the agency complained of is not to be named any more, or ""."""
    if complaint.notice_id:
        return _now("通知书上载明了被反映的单位，不用再认定。")
    return _now("已经移交过线索，不能再改认定。") if complaint.referral_id else ""


def not_named_yet(complaint: Any) -> str:
    """Say that the agency complained of must be named before anything is handed down, or ""."""
    return "" if complaint.agency_id else _now("请先认定被反映的单位：线索不能移交给它自己核查。")
