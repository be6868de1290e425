"""A working year of the Office on a fake clock: holidays, make-up days, leave, an outage. A month in the normal run, all of it by PROVE=1.

What must follow is worked out beside the program, from the calendar alone.
"""

import datetime
import random

import chinese_calendar
import time_machine

from accounts.models import User
from delivery.models import Letter
from inspection import clocks
from inspection.models import InspectionPlan
from inspection.reminders import remind_desks_due
from tests import make
from tests.turns import PROVE

#: the month with the autumn holidays and their make-up days; or the whole year
FIRST, LAST = (
    (datetime.date(2026, 1, 5), datetime.date(2026, 12, 20)) if PROVE else (datetime.date(2026, 9, 21), datetime.date(2026, 10, 16))
)
DAY = datetime.timedelta(days=1)
TERM, HEADS = 2, 1


def works(day):
    return chinese_calendar.is_workday(day)


def after(day, days):
    while days:
        day += DAY
        days -= works(day)
    return day


def on_leave(day):
    """The Office is away for a week every quarter, and every autumn of the share that always runs."""
    return day.isocalendar().week in (7, 20, 33, 41)


def down(day):
    """Two days of outage: nobody can act, the clock does not run."""
    return (day.month, day.day) in {(9, 24), (9, 25), (3, 12), (6, 18)}


class Year:
    """The people at work, and what the calendar says must become of each filing."""

    def __init__(self, desk):
        self.desk, self.chance = desk, random.Random(7)
        self.decide_after, self.lapses_on, self.ended = {}, {}, {}

    def who(self, name):
        return User.objects.get(pk=getattr(self.desk, name).pk)

    def morning(self, day):
        """A clerk files; the head approves the same day."""
        starts = after(day, self.chance.randint(2, 6))
        place = make.an_enterprise(self.desk.county, phone="")
        facts = make.plan_facts(self.desk, targets=[place], starts_on=starts, ends_on=starts + DAY * self.chance.randint(0, 3), tell_on=day)
        plan = InspectionPlan.draft(by=self.who("clerk"), agency=self.desk.agency, facts=facts)
        plan.submit(by=self.who("clerk"))
        plan.endorse(by=self.who("head"))
        self.decide_after[plan.pk] = self.chance.choice([0, 0, 1, 1, 2, 4])
        self.lapses_on[plan.pk] = min(max(starts, after(day, TERM) + DAY), plan.ends_on + DAY)
        plan.endorsed_day = day

    def office(self, day):
        """The Office decides what it gets to."""
        reviewer = self.who("reviewer")
        for plan in InspectionPlan.objects.filter(status="ENDORSED").select_related("county", "agency").order_by("pk"):
            filed = self.desk.county.day_of(plan.endorsed_at)
            if day >= after(filed, self.decide_after[plan.pk]):
                verb = self.chance.choice(["accept", "accept", "accept", "return_", "decline"])
                how = {"decline": {"ground": self.desk.ground.code}, "return_": {"note": "请补正"}}.get(verb, {})
                getattr(plan, verb)(by=reviewer, **how)
                self.ended[plan.pk] = (plan.status, day)

    def clock(self, day):
        """Twice, as a sweep that comes again: what it must have done, it has done once."""
        before = set(InspectionPlan.objects.filter(status="LAPSED").values_list("pk", flat=True))
        due = {pk for pk, on in self.lapses_on.items() if pk not in self.ended and on <= day}
        for _again in range(2):
            InspectionPlan.lapse_due(by=User.objects.system())
            remind_desks_due(by=User.objects.system())
        now = set(InspectionPlan.objects.filter(status="LAPSED").values_list("pk", flat=True))
        assert now - before == due, day
        for pk in due:
            self.ended[pk] = ("LAPSED", day)

    def look(self, day):
        """Every clock on every row, against the calendar."""
        waiting = InspectionPlan.objects.filter(status__in=("ENDORSED", "RETURNED")).select_related("county")
        for plan in clocks.attach(waiting):
            since = self.desk.county.day_of(plan.endorsed_at if plan.status == "ENDORSED" else plan.decided_at)
            due = after(since, TERM if plan.status == "ENDORSED" else 5)
            late = sum(works(due + DAY * n) for n in range(1, (day - due).days + 1)) if day > due else 0
            assert (plan.waiting.due_on, plan.waiting.late_by) == (due, late), (day, plan.pk)


def test_no_clock_is_wrong_by_a_day_nothing_is_forgotten_and_no_letter_comes_twice(desk):
    year, day = Year(desk), FIRST
    with time_machine.travel(datetime.datetime.combine(FIRST, datetime.time(0, 5), datetime.UTC), tick=False) as traveller:
        while day <= LAST:
            if not down(day):
                traveller.move_to(datetime.datetime.combine(day, datetime.time(0, 5), datetime.UTC))
                year.clock(day)
                if works(day):
                    traveller.move_to(datetime.datetime.combine(day, datetime.time(3), datetime.UTC))
                    year.morning(day)
                    if not on_leave(day):
                        traveller.move_to(datetime.datetime.combine(day, datetime.time(7), datetime.UTC))
                        year.office(day)
                traveller.move_to(datetime.datetime.combine(day, datetime.time(15, 50), datetime.UTC))
                year.look(day)
            day += DAY
        everything_has_ended(desk, year)
        every_letter_came_once(desk)


def everything_has_ended(desk, year):
    open_still = dict(InspectionPlan.objects.filter(status="ENDORSED").values_list("pk", "endorsed_at"))
    assert all(pk not in year.ended for pk in open_still)
    assert set(year.lapses_on) == set(year.ended) | set(open_still), "nothing is forgotten"
    assert all(year.lapses_on[pk] > LAST for pk in open_still)
    ends = [status for status, _day in year.ended.values()]
    assert ends.count("LAPSED") >= 1, "somebody was on leave"
    assert ends.count("ACCEPTED") >= 1
    for pk, (status, _day) in year.ended.items():
        assert InspectionPlan.objects.get(pk=pk).status == status
    assert not InspectionPlan.history.filter(verb="accept", actor_post="系统").exists(), "nothing is filed by the clock"


def every_letter_came_once(desk):
    to_people = Letter.objects.filter(way="inbox").exclude(reader=make.system().pk)
    letters = list(to_people.values_list("reader", "subject", "link", "due_at"))
    assert len(letters) == len(set(letters))
    reminders = [
        (reader, desk.county.day_of(at), subject[:4]) for reader, subject, _link, at in letters if subject[:4] in ("到期提醒", "逾期报告")
    ]
    assert reminders
    assert len(reminders) == len(set(reminders)), "one a day to each"
    assert all(works(day) and not down(day) for _reader, day, _kind in reminders)
    for plan in InspectionPlan.objects.filter(status__in=("ACCEPTED", "DECLINED", "RETURNED", "LAPSED")):
        ends = [s for r, s, link, _at in letters if r == desk.clerk.pk and link == plan.get_absolute_url() and "进入备案审查" not in s]
        assert len(ends) == 1, (plan.status, ends)
