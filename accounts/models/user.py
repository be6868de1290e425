"""The account of a person. Deactivated when they leave, never deleted."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Audited, AuditedQuerySet, Personal, signed

from .post import Post, Role

SYSTEM_USERNAME = "system"


class UserManager(BaseUserManager.from_queryset(AuditedQuerySet)):
    """Finds people; opening an account is a verb of the model."""

    def system(self) -> "User":
        """Return the account that signs what the clock does."""
        return self.get(username=SYSTEM_USERNAME)


class User(Audited, AbstractBaseUser):
    """A person with an account. What they may do follows from the posts they hold that day."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    last_login = None  # kept by the sign-in log, so that signing in is not a change of the account

    PERSONAL = {
        "phone": Personal(_("公务联系"), _("停用之日"), days=365),
        "password": Personal(_("登录核验（只存散列）"), _("停用之日"), days=0),
    }
    USERNAME_FIELD = "username"
    VERBS = {"open": _("开户"), "password": _("修改密码"), "close": _("停用"), "found": _("设立"), "erase": _("删除个人信息")}

    objects = UserManager()

    class Meta:
        verbose_name = _("人员")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def open(cls, *, by: Any, username: str, name: str, password: str | None = None, verb: str = "open") -> "User":
        """Open an account; without ``password`` nobody can sign in with it."""
        user = cls(username=username, name=name)
        user.set_password(password)
        with signed(by=by, verb=verb):
            user.save()
        return user

    def check_password(self, raw_password: str) -> bool:
        """Tell whether the password is right; an outdated hash is renewed as a signed change."""
        return check_password(raw_password, self.password, self.change_password)

    def change_password(self, new: str) -> None:
        """Change the own password. History keeps that it changed, never what it is."""
        self.set_password(new)
        with signed(by=self, verb="password"):
            self.save()

    @cached_property
    def posts_now(self) -> list[Post]:
        """Return the posts held today (asked once for each request)."""
        posts = self.posts.select_related("role", "county", "agency").order_by("pk")
        today = timezone.now().date()
        # One day either side, then by each county's own day: a post starts at midnight there, not in UTC.
        near = posts.filter(starts__lte=today + datetime.timedelta(days=1))
        return [p for p in near if p.starts <= p.county.today() and (p.ends is None or p.county.today() < p.ends)]

    def holding(self, duty: str, *, county: Any = None, agency: Any = None) -> Post | None:
        """Return the post by which this person carries ``duty`` today, in that county, for that agency."""
        if not self.is_active:
            return None
        for post in self.posts_now:
            if (
                duty in post.role.duties
                and (county is None or post.county_id == county.pk)
                and (agency is None or post.agency_id == agency.pk)
            ):
                return post
        return None

    def today(self) -> datetime.date:
        """Return the legal day of the county in which this person first holds a post."""
        for post in self.posts_now:
            return post.county.today()
        return timezone.localdate()

    def carries(self, duties: Iterable[str]) -> bool:
        """Tell whether any of the duties is carried anywhere."""
        return any(self.holding(duty) for duty in duties)

    def counties(self) -> set[int]:
        """Return the keys of the counties in which a post is held."""
        return {p.county_id for p in self.posts_now}

    def agencies(self) -> set[int]:
        """Return the keys of the agencies for which a post is held."""
        return {p.agency_id for p in self.posts_now if p.agency_id}

    def office_counties(self) -> set[int]:
        """Return the keys of the counties in whose Office a post is held."""
        return {p.county_id for p in self.posts_now if p.role.seat == Role.Seat.OFFICE}

    def counties_carrying(self, duty: str) -> set[int]:
        """Return the keys of the counties in which ``duty`` is carried."""
        return {p.county_id for p in self.posts_now if duty in p.role.duties}

    def agencies_carrying(self, duty: str) -> set[int]:
        """Return the keys of the agencies for which ``duty`` is carried."""
        return {p.agency_id for p in self.posts_now if p.agency_id and duty in p.role.duties}

    def as_actor(self, post: Post | None = None) -> Actor:
        """Return the plain facts for a signature: in ``post``, or in the first post held."""
        post = post or next(iter(self.posts_now), None) if self.pk else post
        if not isinstance(post, Post):
            return Actor(id=self.pk, name=self.name)
        return Actor(id=self.pk, name=self.name, post=post.role.name, agency=post.seat_name, county=post.county.code)
