"""Nobody reviews what they filed; a deputy acts for a term; who holds several posts signs in the one that entitles."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import Post, Role, User
from audit.models import NotYours, Refused
from inspection.models import InspectionPlan
from tests import make


def give(user, role, *, county=None, agency=None, by=None, **facts):
    """Give one more post; returns the person as the next request would find them."""
    post = Post.give(
        by=by or make.system(), user=user, role=Role.objects.get(code=role), county=county, agency=agency,
        **{"starts": make.LONG_AGO, **facts},
    )  # fmt: skip
    return post, User.objects.get(pk=user.pk)


def set_column(plan, **values):
    """Write past the models, as somebody with a database console would."""
    with transaction.atomic(), connection.cursor() as cursor:
        for column, value in values.items():
            cursor.execute(f"UPDATE inspection_inspectionplan SET {column} = %s WHERE id = %s", [value, plan.pk])


@pytest.fixture
def everything(desk):
    """One person who is clerk, head and reviewer."""
    give(desk.clerk, "HEAD", agency=desk.agency)
    return give(desk.clerk, "REVIEWER", county=desk.county)[1]


def test_who_submitted_cannot_endorse_even_as_head(desk, everything):
    plan = desk.draft()
    plan.submit(by=everything)
    for verb in ("endorse", "send_back"):
        with pytest.raises(NotYours):
            getattr(plan, verb)(by=everything, note="同意", **({"ground": "BY-1"} if verb == "decline" else {}))
    plan.refresh_from_db()
    assert (plan.status, plan.endorsed_by) == ("SUBMITTED", None)


@pytest.mark.parametrize("verb", ["accept", "return_", "decline"])
def test_who_submitted_cannot_decide_even_as_reviewer(desk, everything, verb):
    plan = desk.draft()
    plan.submit(by=everything)
    plan.endorse(by=desk.head)
    with pytest.raises(NotYours):
        getattr(plan, verb)(by=everything, note="同意", **({"ground": "BY-1"} if verb == "decline" else {}))
    plan.refresh_from_db()
    assert (plan.status, plan.decided_by, plan.notices.count()) == ("ENDORSED", None, 0)


def test_who_endorsed_cannot_decide_even_as_reviewer(desk, everything):
    plan = desk.submitted()
    other_clerk_submitted = plan.submitted_by
    plan.withdraw(by=desk.clerk, note="换人提交")
    clerk = make.a_user("CLERK", agency=desk.agency)
    plan = InspectionPlan.draft(by=clerk, agency=desk.agency, facts=make.plan_facts(desk))
    plan.submit(by=clerk)
    plan.endorse(by=everything)
    assert other_clerk_submitted == desk.clerk
    with pytest.raises(NotYours):
        plan.accept(by=everything)
    assert plan.accept(by=desk.reviewer)[0].number == 1


def test_who_submitted_cannot_revoke_what_a_colleague_accepted(desk, everything):
    plan = desk.draft()
    plan.submit(by=everything)
    plan.endorse(by=desk.head)
    plan.accept(by=desk.reviewer)
    with pytest.raises(NotYours):
        plan.revoke(by=everything, note="撤销")


def test_the_database_itself_refuses_a_reviewer_who_filed(desk):
    plan = desk.endorsed()
    for column in ("submitted_by_id", "endorsed_by_id"):
        with pytest.raises(IntegrityError, match="nobody_reviews_what_they_filed"):
            set_column(plan, decided_by_id=getattr(plan, column))
    set_column(plan, decided_by_id=desk.reviewer.pk)
    assert InspectionPlan.objects.get(pk=plan.pk).decided_by == desk.reviewer


def test_the_database_itself_refuses_a_head_who_submitted(desk):
    plan = desk.endorsed()
    with pytest.raises(IntegrityError, match="nobody_endorses_what_they_submitted"):
        set_column(plan, endorsed_by_id=plan.submitted_by_id)


@pytest.mark.parametrize(
    ("name", "status", "values"),
    [
        ("a_plan_before_the_office_says_what_for", "ENDORSED", {"purpose": ""}),
        ("a_plan_sent_says_who_and_when", "SUBMITTED", {"submitted_by_id": None}),
        ("a_plan_sent_says_who_and_when", "SUBMITTED", {"ends_on": datetime.date(2020, 1, 1)}),
        ("no_plan_reaches_the_office_without_its_head", "ENDORSED", {"endorsed_by_id": None}),
        ("a_decision_has_its_person_and_time", "ENDORSED", {"status": "ACCEPTED"}),
        ("a_decision_has_its_person_and_time", "ENDORSED", {"status": "DECLINED"}),
        ("no_plan_reaches_the_office_without_its_head", "SUBMITTED", {"status": "NOTIFIED"}),
    ],
)
def test_the_database_itself_refuses_a_plan_that_says_too_little(desk, name, status, values):
    plan = getattr(desk, status.lower())()
    with pytest.raises(IntegrityError, match=name):
        set_column(plan, **values)
    assert InspectionPlan.objects.get(pk=plan.pk).status == status


def test_a_deputy_endorses_within_the_term_and_not_after(desk):
    today = desk.county.today()
    heads_post = desk.head.posts.get()
    deputy = make.a_user("OFFICER", agency=desk.agency, name="代签人")
    give(
        deputy, "HEAD", agency=desk.agency, by=desk.head, starts=today,
        ends=today + datetime.timedelta(days=3), deputises_for=heads_post,
    )  # fmt: skip
    far = {"starts_on": today + datetime.timedelta(days=9), "ends_on": today + datetime.timedelta(days=9)}
    first, second = desk.submitted(**far), desk.submitted(**far)
    first.endorse(by=User.objects.get(pk=deputy.pk))
    assert (first.status, first.endorsed_by) == ("ENDORSED", deputy)
    noon = datetime.datetime.combine(today, datetime.time(4), datetime.UTC)
    with time_machine.travel(noon + datetime.timedelta(days=2), tick=False):
        assert "endorse" in second.steps_open_to(User.objects.get(pk=deputy.pk))
    with time_machine.travel(noon + datetime.timedelta(days=3), tick=False), pytest.raises(NotYours):
        second.endorse(by=User.objects.get(pk=deputy.pk))


def test_a_deputy_without_a_term_is_refused_by_verb_and_database(desk):
    deputy = make.a_user("OFFICER", agency=desk.agency)
    with pytest.raises(Refused):
        give(deputy, "HEAD", agency=desk.agency, by=desk.head, deputises_for=desk.head.posts.get())
    post = desk.head.posts.get()
    with pytest.raises(IntegrityError, match="a_deputy_serves_for_a_term"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_post SET deputises_for_id = id WHERE id = %s", [post.pk])


def test_a_clerk_cannot_make_a_friend_head_by_naming_the_clerks_own_post(desk):
    """Only a head's own post can be deputised for, and only in the same role."""
    friend = make.a_user("OFFICER", agency=desk.agency)
    tomorrow = desk.county.today() + datetime.timedelta(days=1)
    with pytest.raises(NotYours):
        give(friend, "HEAD", agency=desk.agency, by=desk.clerk, ends=tomorrow, deputises_for=desk.clerk.posts.get())
    assert friend.posts.count() == 1


def test_a_head_whose_post_has_ended_cannot_name_a_deputy(desk):
    heads_post = desk.head.posts.get()
    heads_post.end(by=desk.issuer, on=desk.county.today())
    friend = make.a_user("OFFICER", agency=desk.agency)
    tomorrow = desk.county.today() + datetime.timedelta(days=1)
    with pytest.raises(NotYours):
        give(friend, "HEAD", agency=desk.agency, by=User.objects.get(pk=desk.head.pk), ends=tomorrow, deputises_for=heads_post)


def test_who_holds_two_posts_signs_in_the_one_that_entitles(desk):
    _post, both = give(desk.officer, "HEAD", agency=desk.agency)
    plan = desk.submitted()
    plan.endorse(by=both, note="同意")
    record = plan.history.latest("history_id")
    assert (record.verb, record.actor_name, record.actor_post, record.actor_agency, record.history_change_reason) == (
        "endorse", both.name, "负责人", desk.agency.name, "同意",
    )  # fmt: skip
    visit = desk.visited()
    assert visit.history.get().actor_post == "执法人员"


def test_who_holds_posts_in_two_agencies_signs_for_the_one_that_files(desk):
    second = make.an_agency(desk.county)
    _post, clerk = give(desk.clerk, "CLERK", agency=second)
    plan = InspectionPlan.draft(by=clerk, agency=second, facts={})
    assert {row.actor_agency for row in plan.history.all()} == {second.name}
