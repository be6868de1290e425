"""Many at the desk at the same time: real threads, each with its own connection to the database."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import User
from audit.models import Leaf, Series, WrongMoment
from inspection.models import (
    FilingNotice,
    InspectionPlan,
    PlanAgency,
    PlanItem,
    PlanOfficer,
    PlanReason,
    PlanTarget,
    Visit,
)
from tests import make
from tests.turns import PROVE


def in_threads(*acts, workers=None):
    """Run ``acts`` at the same moment, each in its own thread; return what each gave or raised."""
    gate = threading.Barrier(len(acts)) if workers is None else None

    def one(act):
        try:
            if gate:
                gate.wait(timeout=20)
            return act()
        except Exception as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(workers or len(acts)) as pool:
        return list(pool.map(one, acts))


def accepting(plan, user):
    """An acceptance as a request of its own would do it: person and plan are fetched anew."""
    return lambda: InspectionPlan.objects.get(pk=plan.pk).accept(by=User.objects.get(pk=user.pk))


@pytest.fixture
def busy_desk(transactional_db):
    """A county at work whose rows other threads can see."""
    return make.Desk()


def test_two_reviewers_at_once_make_one_acceptance_and_one_notice(busy_desk):
    for _round in range(5):
        plan = busy_desk.endorsed()
        leaves = Leaf.objects.count()
        results = in_threads(accepting(plan, busy_desk.reviewer), accepting(plan, busy_desk.issuer))
        assert sorted(type(r).__name__ for r in results) == ["WrongMoment", "list"]
        plan.refresh_from_db()
        winner = busy_desk.reviewer if isinstance(results[0], list) else busy_desk.issuer
        assert (plan.status, plan.decided_by, plan.notices.count()) == ("ACCEPTED", winner, 1)
        assert Leaf.objects.count() == leaves + 1
        assert plan.history.filter(verb="accept").count() == 1
    assert sorted(FilingNotice.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_accepting_and_withdrawing_at_once_leaves_one_of_the_two(busy_desk):
    plan = busy_desk.endorsed()

    def withdraw():
        InspectionPlan.objects.get(pk=plan.pk).withdraw(by=User.objects.get(pk=busy_desk.clerk.pk), note="改期")

    accepted, withdrawn = in_threads(accepting(plan, busy_desk.reviewer), withdraw)
    plan.refresh_from_db()
    # Withdrawn first: nothing is accepted. Accepted first: its notice is void the moment the filing is withdrawn.
    assert withdrawn is None
    assert isinstance(accepted, list | WrongMoment)
    assert plan.status == "WITHDRAWN"
    assert [notice.status for notice in plan.notices.all()] == ([] if isinstance(accepted, WrongMoment) else ["VOID"])


def test_two_officers_at_the_gate_open_one_visit(busy_desk):
    notice = busy_desk.issued()

    def arrive():
        return Visit.arrive(
            by=User.objects.get(pk=busy_desk.officer.pk),
            notice=FilingNotice.objects.get(pk=notice.pk),
            officers=[busy_desk.officer_row],
        )

    results = in_threads(arrive, arrive)
    assert sorted(type(r).__name__ for r in results) == ["Visit", "WrongMoment"]
    assert Visit.objects.count() == 1


def copies(plan, count):
    """Put ``count`` plans that wait for the Office into the database: copies of one, past the models, for speed."""
    rows_of = (PlanTarget, PlanItem, PlanOfficer, PlanAgency, PlanReason)
    model_rows = {model: list(model.objects.filter(plan=plan).values()) for model in rows_of}
    facts = InspectionPlan.objects.filter(pk=plan.pk).values().get()

    def insert(model, rows):
        columns = [k for k in rows[0] if k != "id"]
        fields = {f.attname: f for f in model._meta.concrete_fields}
        quoted = ", ".join(connection.ops.quote_name(fields[c].column) for c in columns)
        holes = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({holes})",
                [[fields[c].get_db_prep_save(row[c], connection) for c in columns] for row in rows],
            )

    known = set(InspectionPlan.objects.values_list("pk", flat=True))
    with transaction.atomic():
        insert(InspectionPlan, [{**facts, "uid": uuid.uuid4()} for _i in range(count)])
        plans = list(InspectionPlan.objects.exclude(pk__in=known))
        for model, rows in model_rows.items():
            insert(model, [{**row, "uid": uuid.uuid4(), "plan_id": p.pk} for p in plans for row in rows])
    return plans


def test_acceptances_at_once_are_numbered_without_gap_or_twin_in_each_county(transactional_db):
    """200 and 20; a quarter of them by ``make test``."""
    many, few = (200, 20) if PROVE else (50, 5)
    here, there = make.Desk(), make.Desk("371322", "郯城县")
    ours, theirs = copies(here.endorsed(), many), copies(there.endorsed(), few)
    acts = [accepting(p, here.reviewer if i % 2 else here.issuer) for i, p in enumerate(ours)]
    for i, plan in enumerate(theirs):
        acts.insert(i * 10, accepting(plan, there.reviewer))
    results = in_threads(*acts, workers=16)
    assert [r for r in results if isinstance(r, Exception)] == []
    for desk, count in ((here, many), (there, few)):
        notices = FilingNotice.objects.filter(county=desk.county).order_by("number")
        assert list(notices.values_list("number", flat=True)) == list(range(1, count + 1))
        year = desk.county.today().year
        assert [n.label for n in notices] == [f"{desk.county.notice_prefix}〔{year}〕{n}号" for n in range(1, count + 1)]
        assert len(set(notices.values_list("token", flat=True))) == count
    for kind in ("filing-notice", "inspection-order"):
        assert sorted(Series.objects.filter(kind=kind).values_list("last", flat=True)) == [few, many]


def test_an_acceptance_that_fails_gives_its_number_back(desk, monkeypatch):
    first = desk.numbered()
    plan = desk.endorsed()

    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(Leaf, "write", fail)
        with pytest.raises(RuntimeError), transaction.atomic():
            plan.accept(by=desk.reviewer)
    plan.refresh_from_db()
    assert (plan.status, FilingNotice.objects.count(), Series.objects.get(kind="filing-notice").last) == ("ENDORSED", 1, 1)
    second = plan.accept(by=desk.reviewer)[0]
    assert (first.number, second.number) == (1, 2)


def test_a_plan_for_three_enterprises_gets_three_numbers_in_a_row(desk):
    places = [make.an_enterprise(desk.county) for _i in range(3)]
    notices = desk.endorsed(targets=places).accept(by=desk.reviewer)
    assert [(n.number, n.establishment) for n in notices] == [(1, places[0]), (2, places[1]), (3, places[2])]
    assert len({row.leaf for n in notices for row in n.history.all()}) == 1


def test_a_void_keeps_its_number_and_the_next_one_takes_the_next(desk):
    notice = desk.issued()
    notice.void(by=desk.reviewer, note="地址写错")
    assert desk.numbered().number == 2
    notice.refresh_from_db()
    assert (notice.number, notice.status, notice.void_reason) == (1, "VOID", "地址写错")


def as_request(model, key, user, verb, **how):
    """Return an act as a request of its own would do it: row and person fetched anew."""
    return lambda: getattr(model.objects.get(pk=key), verb)(by=User.objects.get(pk=user.pk), **how)


def one_of_two(results):
    """Of two acts at one moment one was done, and the other was told plainly."""
    refused = [r for r in results if isinstance(r, Exception)]
    assert [type(r) for r in refused] == [WrongMoment], results
    assert str(refused[0])


def test_a_head_and_a_withdrawal_at_once_end_withdrawn_and_nobody_is_misled(busy_desk):
    for _round in range(3):
        plan = busy_desk.submitted()
        endorsed, withdrawn = in_threads(
            as_request(InspectionPlan, plan.pk, busy_desk.head, "endorse"),
            as_request(InspectionPlan, plan.pk, busy_desk.clerk, "withdraw", note="改期"),
        )
        plan.refresh_from_db()
        assert (plan.status, withdrawn) == ("WITHDRAWN", None)
        assert endorsed is None or isinstance(endorsed, WrongMoment)
        assert (plan.endorsed_at is not None) == (endorsed is None)


def test_two_reviewers_who_differ_at_once_leave_one_decision(busy_desk):
    for _round in range(3):
        plan = busy_desk.endorsed()
        results = in_threads(
            as_request(InspectionPlan, plan.pk, busy_desk.reviewer, "accept"),
            as_request(InspectionPlan, plan.pk, busy_desk.issuer, "decline", ground=busy_desk.ground.code),
        )
        one_of_two(results)
        plan.refresh_from_db()
        assert plan.notices.count() == (1 if plan.status == "ACCEPTED" else 0)
        assert plan.decided_by == (busy_desk.reviewer if plan.status == "ACCEPTED" else busy_desk.issuer)


def test_an_amendment_and_an_arrival_at_once_leave_one_of_the_two(busy_desk):
    for _round in range(4):
        notice = busy_desk.issued()
        plan = notice.plan
        plan.ask_change(
            by=busy_desk.clerk, note="检修", kind="POSTPONE", starts_on=plan.starts_on, ends_on=plan.ends_on + timedelta(days=3)
        )

        def arrive(notice=notice):
            return Visit.arrive(
                by=User.objects.get(pk=busy_desk.officer.pk),
                notice=FilingNotice.objects.get(pk=notice.pk),
                officers=[busy_desk.officer_row],
            )

        results = in_threads(as_request(InspectionPlan, plan.pk, busy_desk.head, "postpone"), arrive)
        notice.refresh_from_db()
        plan.refresh_from_db()
        came = notice.visits.exists()
        assert notice.status == ("ISSUED" if came else "VOID")
        assert plan.notices.count() == (1 if came else 2)
        one_of_two(results)


def test_the_clock_and_a_reviewer_at_once_leave_one_of_the_two(busy_desk):
    for _round in range(3):
        plan = busy_desk.endorsed()

        def lapse(plan=plan):
            return InspectionPlan.objects.get(pk=plan.pk)._run_out(User.objects.system(), "LAPSED")

        lapsed, accepted = in_threads(lapse, accepting(plan, busy_desk.reviewer))
        plan.refresh_from_db()
        assert (plan.status == "LAPSED") == (lapsed == 1) == isinstance(accepted, WrongMoment)
        assert plan.notices.count() == (0 if lapsed else 1)


def test_two_batches_with_the_same_filings_decide_each_once(busy_desk):
    plans = [busy_desk.endorsed() for _n in range(4)]

    def batch(user, order):
        return InspectionPlan.together([InspectionPlan.objects.get(pk=p.pk) for p in order], "accept", by=User.objects.get(pk=user.pk))

    first, second = in_threads(lambda: batch(busy_desk.reviewer, plans), lambda: batch(busy_desk.issuer, plans[::-1]))
    done = [plan.pk for outcome in (first, second) for plan, why in outcome if not why]
    assert sorted(done) == sorted(plan.pk for plan in plans)
    assert FilingNotice.objects.count() == len(plans)
