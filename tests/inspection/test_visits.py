"""入企登记 and 离企登记: only by those named, only in the days named; what had no filing is kept and marked."""

import datetime
import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from audit.models import NotYours, Refused, WrongMoment
from inspection.models import Visit, VisitPerson
from tests import make

DAY = datetime.timedelta(days=1)


def anew(row):
    return type(row).objects.get(pk=row.pk)


def arrive(desk, notice, **facts):
    return Visit.arrive(**{"by": anew(desk.officer), "notice": notice, "officers": [desk.officer_row], **facts})


def test_a_visit_keeps_who_came_and_who_was_named(desk):
    visit = arrive(desk, desk.issued(), officers=[desk.officer_row, desk.second_officer_row], others="李四、王五，赵六 孙七")
    people = [(p.name, p.certificate_number, p.named_on_notice) for p in visit.people.order_by("pk")]
    assert people == [
        (desk.officer_row.name, desk.officer_row.certificates.get().number, True),
        (desk.second_officer_row.name, desk.second_officer_row.certificates.get().number, True),
        ("李四", "", False), ("王五", "", False), ("赵六", "", False), ("孙七", "", False),
    ]  # fmt: skip
    assert (visit.status, visit.enterprise, visit.establishment, visit.agency) == (
        "OPEN", desk.establishment.enterprise, desk.establishment, desk.agency,
    )  # fmt: skip
    assert visit.history.get().verb == "arrive"


def test_only_an_officer_named_on_the_notice_opens_the_visit(desk, elsewhere):
    notice = desk.issued()
    unnamed = make.a_user("OFFICER", agency=desk.agency)
    make.an_officer(desk.agency, unnamed)
    for user in (unnamed, desk.clerk, desk.head, desk.registrar, desk.reviewer, desk.issuer, desk.auditor, elsewhere.officer):
        with pytest.raises(NotYours):
            arrive(desk, notice, by=user)
    assert Visit.objects.count() == 0


def test_an_officer_taken_off_the_plan_before_acceptance_cannot_open_the_visit(desk):
    third = make.an_officer(desk.agency)
    plan = desk.draft()
    plan.revise(by=desk.clerk, facts={"officers": [desk.second_officer_row, third]})
    plan.submit(by=desk.clerk)
    plan.endorse(by=desk.head)
    (notice,) = plan.accept(by=desk.reviewer)
    notice.sign()
    notice.issue(by=make.system(), document=make.StoredFile.keep(b"%PDF", "application/pdf"))
    with pytest.raises(NotYours):
        arrive(desk, notice)


def test_those_who_came_must_stand_on_the_notice(desk):
    notice = desk.issued()
    stranger = make.an_officer(desk.agency)
    for officers in ([], [stranger], [desk.officer_row, stranger]):
        with pytest.raises(Refused) as refusal:
            arrive(desk, notice, officers=officers)
        assert refusal.value.field == "officers"
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(("after", "opens"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_visit_opens_on_the_days_of_the_notice_and_no_other(desk, after, opens):
    today = desk.county.today()
    notice = desk.issued(starts_on=today + 5 * DAY, ends_on=today + 7 * DAY, tell_on=today)
    noon = datetime.datetime.combine(today + (5 + after) * DAY, datetime.time(4), datetime.UTC)
    with time_machine.travel(noon, tick=False):
        if opens:
            assert arrive(desk, notice).arrived_at == noon
        else:
            with pytest.raises(WrongMoment):
                arrive(desk, notice)


@pytest.mark.parametrize("state", ["NUMBERED", "VOID"])
def test_a_notice_not_in_force_opens_no_visit(desk, state):
    notice = desk.numbered()
    if state == "VOID":
        notice.void(by=desk.reviewer, note="错")
    with pytest.raises(WrongMoment):
        arrive(desk, notice)


def test_one_visit_at_a_time_and_another_after_it(desk):
    notice = desk.issued()
    first = arrive(desk, notice)
    with pytest.raises(WrongMoment):
        arrive(desk, notice)
    first.leave(by=desk.officer, result="NONE")
    assert arrive(desk, notice).pk != first.pk


def test_the_same_arrival_sent_twice_is_one_visit(desk):
    notice, uid = desk.issued(), uuid.uuid4()
    first, again = (arrive(desk, notice, uid=uid) for _i in range(2))
    assert (first.pk, Visit.objects.count(), VisitPerson.objects.count()) == (again.pk, 1, 1)


@pytest.mark.parametrize(
    ("result", "note", "field"),
    [("", "", "result"), ("SOMETHING", "x", "result"), *[(r, " ", "note") for r in ("MENDED", "ORDERED", "TRANSFERRED", "CASE")]],
)
def test_leaving_says_what_was_found_and_what_follows(desk, result, note, field):
    visit = desk.visited()
    with pytest.raises(Refused) as refusal:
        visit.leave(by=desk.officer, result=result, note=note)
    assert (refusal.value.field, anew(visit).status) == (field, "OPEN")


@pytest.mark.parametrize("result", ["NONE", "MENDED", "ORDERED", "TRANSFERRED", "CASE"])
def test_each_of_the_five_results_closes_the_visit(desk, result):
    visit = desk.visited()
    later = visit.arrived_at + datetime.timedelta(minutes=95)
    with time_machine.travel(later, tick=False):
        visit.leave(by=anew(desk.officer), result=result, note="" if result == "NONE" else " 标签不全 ")
    visit = anew(visit)
    assert (visit.status, visit.result, visit.result_note, visit.left_at, visit.minutes) == (
        "CLOSED", result, "" if result == "NONE" else "标签不全", later, 95,
    )  # fmt: skip


def unfiled(desk, **facts):
    return Visit.record_unfiled(
        **{
            "by": desk.officer, "agency": desk.agency, "establishment": desk.establishment, "officers": [desk.officer_row],
            "arrived_at": datetime.datetime.now(datetime.UTC), "ground": "接报火情", **facts,
        }
    )  # fmt: skip


def test_a_visit_without_filing_is_kept_and_marked(desk):
    visit = unfiled(desk)
    assert (visit.notice, visit.unfiled_ground, list(Visit.objects.unfiled())) == (None, "接报火情", [visit])
    assert [(p.name, p.named_on_notice) for p in visit.people.all()] == [(desk.officer_row.name, False)]
    assert visit.history.get().verb == "record_unfiled"
    visit.leave(by=desk.officer, result="NONE")
    assert anew(visit).status == "CLOSED"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ground": " "}, "ground"),
        ({"officers": []}, "officers"),
        ({"arrived_at": datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)}, "arrived_at"),
    ],
)
def test_a_visit_without_filing_says_why_who_and_when(desk, facts, field):
    with pytest.raises(Refused) as refusal:
        unfiled(desk, **facts)
    assert refusal.value.field == field


def test_only_officers_of_the_agency_record_and_are_recorded(desk, elsewhere):
    for user in (desk.clerk, desk.reviewer, elsewhere.officer):
        with pytest.raises(NotYours):
            unfiled(desk, by=user)
    with pytest.raises(Refused):
        unfiled(desk, officers=[desk.officer_row, elsewhere.officer_row])
    assert Visit.objects.count() == 0


def test_an_unfiled_visit_sent_twice_is_one(desk):
    uid = uuid.uuid4()
    assert unfiled(desk, uid=uid).pk == unfiled(desk, uid=uid).pk
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a_closed_visit_has_its_end_and_result", "status = 'CLOSED'"),
        ("a_closed_visit_has_its_end_and_result", "left_at = arrived_at"),
        ("a_visit_without_notice_says_why", "notice_id = NULL"),
    ],
)
def test_the_database_refuses_half_a_visit(desk, name, change):
    visit = desk.visited()
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE inspection_visit SET {change} WHERE id = %s", [visit.pk])


def test_visits_are_seen_by_their_agency_and_the_office(desk, elsewhere):
    visit = desk.visited()
    neighbour = make.a_user("OFFICER", agency=make.an_agency(desk.county))
    seen = [bool(Visit.objects.visible_to(User.objects.get(pk=u.pk)).filter(pk=visit.pk)) for u in
            (desk.clerk, desk.officer, desk.reviewer, desk.auditor, desk.finance, neighbour, elsewhere.auditor)]  # fmt: skip
    assert seen == [True, True, True, True, False, False, False]
