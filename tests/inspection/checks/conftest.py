"""What the pages of the checks share: what a plan is told, and visits and filings of days gone by."""

import datetime

import pytest
import time_machine

from accounts.models import RuleValue
from audit.models import signed
from inspection.models import Visit
from tests import make

NOON = datetime.time(12, 0)


class Told:
    """Asks the checks about a plan, and makes the past."""

    def __init__(self, desk):
        self.desk = desk

    def of(self, plan, code="", **how):
        """Return the findings of one law (all, without ``code``) on a plan."""
        return [finding for finding in plan.findings(**how) if not code or finding.code == code]

    def day(self, n):
        """Return the day ``n`` days from today."""
        return self.desk.county.today() + datetime.timedelta(days=n)

    def rule(self, code, value, starts=make.LONG_AGO, ends=None):
        """Set a rule value of the county."""
        with signed(by=make.system(), verb="set"):
            return RuleValue.objects.create(
                county=self.desk.county, code=code, value=str(value), starts=starts, ends=ends, source="演示规定第1条"
            )

    def visited(self, on, desk=None, result=Visit.Result.NONE, officers=None, **facts):
        """A visit made on the day ``on``, filed and accepted the same day; returns it closed."""
        desk = desk or self.desk
        with time_machine.travel(datetime.datetime.combine(on, NOON, tzinfo=datetime.UTC) - datetime.timedelta(hours=8), tick=False):
            for person in (desk.clerk, desk.head, desk.reviewer, desk.officer):
                person.__dict__.pop("posts_now", None)
            facts = {"starts_on": on, "ends_on": on, "tell_on": on, **facts}
            notice = desk.issued(**facts)
            visit = Visit.arrive(by=desk.officer, notice=notice, officers=officers or [desk.officer_row])
            visit.leave(by=desk.officer, result=result, note="" if result == Visit.Result.NONE else "已责令改正")
        return visit

    def neighbour(self):
        """Another agency of the same county, with its own people and item, that visits the same enterprise."""
        desk = make.Desk.__new__(make.Desk)
        desk.__dict__.update(self.desk.__dict__)
        desk.agency = make.an_agency(desk.county, kind="消防救援")
        desk.clerk, desk.head = make.a_user("CLERK", agency=desk.agency), make.a_user("HEAD", agency=desk.agency)
        desk.officer = make.a_user("OFFICER", agency=desk.agency)
        desk.officer_row = make.an_officer(desk.agency, desk.officer)
        desk.second_officer_row = make.an_officer(desk.agency)
        desk.item = make.an_item(desk.county, kind="消防救援")
        return desk


@pytest.fixture
def told(desk):
    """The checks, asked."""
    return Told(desk)
