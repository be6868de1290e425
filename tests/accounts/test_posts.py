"""Posts are held from a day to a day; what a person may do follows from them, that day, in that place."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import Duty, Post, Role, User
from audit.models import NotYours, Refused, signed
from tests import make

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)  # 12:00 on the 20th in Shandong


def anew(user):
    """The person as the next request finds them."""
    return User.objects.get(pk=user.pk)


def a_post(user, agency, starts, ends=None):
    return Post.give(by=make.system(), user=user, role=Role.objects.get(code="CLERK"), agency=agency, starts=starts, ends=ends)


@pytest.mark.parametrize(
    ("now", "held"),
    [
        (datetime.datetime(2026, 11, 18, 15, 59, 59, tzinfo=datetime.UTC), False),
        (datetime.datetime(2026, 11, 18, 16, 0, 0, tzinfo=datetime.UTC), True),  # midnight in Shandong
        (datetime.datetime(2026, 11, 21, 15, 59, 59, tzinfo=datetime.UTC), True),
        (datetime.datetime(2026, 11, 21, 16, 0, 0, tzinfo=datetime.UTC), False),
    ],
)
def test_a_post_is_held_from_midnight_of_its_first_day_until_midnight_of_its_last(desk, now, held):
    user = User.open(by=make.system(), username="borderline", name="边界")
    a_post(user, desk.agency, datetime.date(2026, 11, 19), datetime.date(2026, 11, 22))
    with time_machine.travel(now, tick=False):
        assert bool(anew(user).holding(Duty.PLAN_FILE, agency=desk.agency)) is held


def test_an_ended_post_gives_nothing_from_that_day_on(desk):
    post = desk.clerk.posts.get()
    assert anew(desk.clerk).holding(Duty.PLAN_FILE)
    post.end(by=desk.issuer, on=desk.county.today(), note="调岗")
    assert anew(desk.clerk).holding(Duty.PLAN_FILE) is None
    assert anew(desk.clerk).counties() == anew(desk.clerk).agencies() == set()
    record = post.history.latest("history_id")
    assert (record.verb, record.actor_name, record.history_change_reason) == ("end", desk.issuer.name, "调岗")


def test_a_closed_account_holds_nothing(desk):
    with signed(by=make.system(), verb="close"):
        desk.clerk.is_active = False
        desk.clerk.save()
    assert anew(desk.clerk).holding(Duty.PLAN_FILE) is None


def test_a_post_counts_for_its_own_agency_and_county_only(desk, elsewhere):
    assert desk.clerk.holding(Duty.PLAN_FILE, agency=desk.agency)
    assert desk.clerk.holding(Duty.PLAN_FILE, agency=elsewhere.agency) is None
    assert desk.reviewer.holding(Duty.PLAN_REVIEW, county=elsewhere.county) is None
    assert desk.reviewer.office_counties() == {desk.county.pk}
    assert desk.clerk.office_counties() == desk.finance.office_counties() == set()


#: who carries what, by hand
DUTIES = {
    "CLERK": {"plan.file"},
    "HEAD": {"plan.endorse"},
    "OFFICER": {"visit.log"},
    "REGISTRAR": {"charge.register"},
    "INTAKE": {"plan.receive", "code.hand_out"},
    "REVIEWER": {"plan.receive", "plan.review"},
    "ISSUER": {"plan.review", "plan.issue", "list.keep"},
    "AUDITOR": {"oversee"},
    "FINANCE": {"money.read", "money.collect"},
    "AGENT": {"paper.intake"},
    "SYSTEM": {"system"},
}


def test_every_role_carries_its_duties_and_no_more(desk):
    assert {role.code: set(role.duties) for role in Role.objects.all()} == DUTIES
    assert {duty for duties in DUTIES.values() for duty in duties} == set(Duty.values)


@pytest.mark.parametrize("role", [r for r in DUTIES if r != "SYSTEM"])
def test_posts_are_given_by_the_keeper_of_lists_of_that_county_alone(desk, elsewhere, role):
    seat = {"agency": desk.agency} if role in ("CLERK", "HEAD", "OFFICER", "REGISTRAR") else {"county": desk.county}
    user = User.open(by=make.system(), username="newcomer", name="新人")
    facts = {"user": user, "role": Role.objects.get(code=role), **seat}
    for giver in (desk.clerk, desk.head, desk.officer, desk.intake, desk.reviewer, desk.auditor, desk.finance, elsewhere.issuer):
        with pytest.raises(NotYours):
            Post.give(by=giver, **facts)
    post = Post.give(by=desk.issuer, **facts)
    assert (post.given_by, post.starts, post.county) == (desk.issuer, desk.county.today(), desk.county)


def test_an_agency_role_sits_in_an_agency_and_an_office_role_does_not(desk, elsewhere):
    user = User.open(by=make.system(), username="newcomer", name="新人")
    for role, seat in (
        ("CLERK", {"county": desk.county}),
        ("REVIEWER", {"agency": desk.agency}),
        ("CLERK", {"agency": desk.agency, "county": elsewhere.county}),
    ):
        with pytest.raises(Refused):
            Post.give(by=make.system(), user=user, role=Role.objects.get(code=role), **seat)
    assert user.posts.count() == 0


def test_the_database_refuses_a_post_that_ends_before_it_starts(desk):
    post = desk.clerk.posts.get()
    with pytest.raises(IntegrityError, match="post_ends_after_it_starts"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_post SET ends = %s WHERE id = %s", [datetime.date(1999, 1, 1), post.pk])


def test_ending_a_post_before_it_began_is_refused_in_words(desk):
    with pytest.raises(Refused):
        desk.clerk.posts.get().end(by=desk.issuer, on=datetime.date(1999, 1, 1))


def test_a_new_role_is_a_row_and_needs_no_code(desk):
    with signed(by=make.system(), verb="found"):
        role = Role.objects.create(code="TWO", name="受理兼稽核", seat=Role.Seat.OFFICE, duties=[Duty.CODE_HAND_OUT, Duty.OVERSEE])
    user = User.open(by=make.system(), username="two", name="两职")
    Post.give(by=desk.issuer, user=user, role=role, county=desk.county)
    assert anew(user).counties_carrying(Duty.OVERSEE) == anew(user).counties_carrying(Duty.CODE_HAND_OUT) == {desk.county.pk}


def test_a_change_of_password_is_remembered_without_the_password(desk):
    desk.clerk.change_password("a-new-and-long-one")
    record = desk.clerk.history.latest("history_id")
    assert (record.verb, record.actor_name, set(record.personal)) == ("password", desk.clerk.name, {"password"})
    assert not hasattr(record, "password")
    assert anew(desk.clerk).check_password("a-new-and-long-one")
    assert not anew(desk.clerk).check_password(make.PASSWORD)


def test_the_system_signs_in_with_no_password(desk):
    assert not make.system().has_usable_password()
