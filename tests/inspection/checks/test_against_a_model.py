"""Random filings against a small model of caps, windows and streaks, written without looking at the checks.

400 steps; 20,000 under PROVE=1. One step in ten something happens (a visit made, a filing to come, a notice voided), else a
filing is typed and asked about.
"""

import datetime
import random

import pytest
import time_machine

from inspection.checks import findings
from inspection.models import InspectionPlan, Visit
from paper.models import StoredFile
from tests import make
from tests.turns import PROVE

STEPS = 20_000 if PROVE else 400
TODAY = datetime.date(2026, 10, 14)
NOW = datetime.datetime(2026, 10, 14, 2, 0, tzinfo=datetime.UTC)
ABOUT_OTHERS = {"cap.over", "cap.case", "often.called", "streak.no_finding", "join.near"}
pytestmark = pytest.mark.timeout(7200 if PROVE else 240)


def after(days):
    return TODAY + datetime.timedelta(days=days)


class Model:
    """What has happened, as plain rows, and what the law says of a new filing."""

    def __init__(self, cap, item_caps):
        self.rows, self.cap, self.item_caps = [], cap, item_caps

    def expected(self, agency, place, day, until, kind, items, officers, ordered):
        known = [r for r in self.rows if r["place"] == place and not r["void"] and (r["made"] or r["agency"] == agency or not r["secret"])]
        found = set()
        # joined: something to come whose days, widened by seven, touch these days
        week = datetime.timedelta(days=7)
        if any(not r["made"] and r["day"] - week <= until and r["until"] + week >= day for r in known):
            found.add("join.near")
        # often: how many fall on the day, into its week, its month, and the fullest sixty days around it
        days = [r["day"] for r in known] + [day]
        monday = day - datetime.timedelta(days=day.weekday())
        in_week = sum(monday <= d < monday + week for d in days)
        in_month = sum(d.strftime("%Y%m") == day.strftime("%Y%m") for d in days)
        spans = []
        for back in range(60):
            first = day - datetime.timedelta(days=back)
            spans.append(sum(first <= d <= first + datetime.timedelta(days=59) for d in days))
        if days.count(day) > 1 or in_week > 2 or in_month > 3 or max(spans) > 2:
            found.add("often.called")
        # streak: the officer's last three here within a year found nothing
        for officer in officers:
            mine = sorted((r["day"], r["nr"], r["clean"]) for r in known if r["made"] and officer in r["officers"])
            mine = [clean for d, _nr, clean in mine if day - datetime.timedelta(days=365) <= d <= day][-3:]
            if mine == [True, True, True]:
                found.add("streak.no_finding")
        # cap: the unit's own, of that calendar year, that count
        if not ordered:
            own = [r for r in known if r["agency"] == agency and r["day"].year == day.year and not r["ordered"]]
            over = len(own) >= self.cap or any(sum(i in r["items"] for r in own) >= self.item_caps.get(i, 10**6) for i in items)
            if over:
                found.add("cap.case" if kind == "CASE" else "cap.over")
        return found


def unit(desk, kind):
    """One agency with its people and two items, the second with a cap of its own."""
    found = make.Desk.__new__(make.Desk)
    found.__dict__.update(desk.__dict__)
    found.agency = make.an_agency(desk.county, kind=kind)
    found.clerk, found.head = make.a_user("CLERK", agency=found.agency), make.a_user("HEAD", agency=found.agency)
    found.officers = []
    for _n in range(3):
        user = make.a_user("OFFICER", agency=found.agency)
        found.officers.append((user, make.an_officer(found.agency, user)))
    found.items = [make.an_item(desk.county, kind=kind), make.an_item(desk.county, kind=kind, yearly_cap=2, cap_source="公告")]
    return found


def test_the_checks_agree_with_the_model(desk, told):
    dice = random.Random(20261014)
    told.rule("cap.per_year", 3)
    units = [unit(desk, "市场监管"), unit(desk, "消防救援")]
    places = [make.an_enterprise(desk.county, phone="") for _n in range(60 if PROVE else 6)]
    model = Model(3, {u.items[1].pk: 2 for u in units})
    asked, seen = 0, set()
    with time_machine.travel(NOW, tick=False):
        for step in range(STEPS):
            here, place = dice.choice(units), dice.choice(places)
            kind = dice.choice(["DAILY", "DAILY", "CASE", "SPECIAL"])
            ordered = kind == "SPECIAL" and dice.random() < 0.5
            items = dice.sample(here.items, dice.randint(1, 2))
            team = dice.sample(here.officers, 2)
            facts = {
                "type": kind,
                "task_source": "SUPERIOR" if ordered else "PROGRAMME",
                "task_number": "鲁安办〔2026〕5号" if ordered else "",
                "items": items,
                "officers": [row for _user, row in team],
                "targets": [place],
            }
            if dice.random() < 0.1:
                happen(dice, here, place, facts, team, ordered, model, step)
                continue
            day = after(dice.randint(0, 90))
            until = day + datetime.timedelta(days=dice.randint(0, 3))
            filing = InspectionPlan.typed(agency=here.agency, facts={**facts, "act": None, "starts_on": day, "ends_on": until})
            found = {f.code for f in findings(filing)} & ABOUT_OTHERS
            expected = model.expected(
                here.agency.pk, place.pk, day, until, kind, {i.pk for i in items}, {row.pk for _u, row in team}, ordered
            )
            assert found == expected, (step, facts, day, until)
            asked, seen = asked + 1, seen | found
    assert asked > STEPS * 0.8
    assert seen == ABOUT_OTHERS


def happen(dice, here, place, facts, team, ordered, model, step):
    """Let one thing happen, in the database and in the model."""
    standing = [r for r in model.rows if not r["made"] and not r["void"]]
    if standing and dice.random() < 0.2:
        row = dice.choice(standing)
        row["notice"].void(by=here.issuer, note="作废")
        row["void"] = True
        return
    made, secret = dice.random() < 0.6, dice.random() < 0.3
    day = after(-dice.randint(1, 300)) if made else after(dice.randint(1, 90))
    until = day if made else day + datetime.timedelta(days=dice.randint(0, 3))
    telling = {"tell_on": min(day, TODAY)}
    if secret:
        telling = {"telling": "UNANNOUNCED", "no_telling_ground": "食品安全法第110条", "tell_on": None}
    clean = dice.random() < 0.8
    moment = datetime.datetime.combine(min(day, TODAY), datetime.time(3), tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False):
        # What the checks say of this filing itself is not the question here: case checks are never stopped.
        planned = {**facts, "starts_on": day, "ends_on": until, **telling, "reasons": make.reasons_for([place])}
        about = place.enterprise.uid
        planned["reasons"] |= {f"cap.case:{about}": "线索", **{f"streak.no_finding:{row.uid}/{about}": "线索" for _u, row in team}}
        plan = InspectionPlan.draft(by=here.clerk, agency=here.agency, facts=make.plan_facts(here, **planned))
        if plan.faults():
            return
        plan.submit(by=here.clerk)
        plan.endorse(by=here.head)
        if any(f.level == "BLOCKS" for f in plan.findings(for_office=True, deciding=True)):
            plan.return_(by=here.reviewer, note="超过上限")
            return
        (notice,) = plan.accept(by=here.reviewer)
        if made:
            notice.sign()
            notice.issue(by=make.system(), document=StoredFile.keep(f"%PDF {notice.uid}".encode(), "application/pdf"))
            user, row = team[0]
            visit = Visit.arrive(by=user, notice=notice, officers=[row])
            visit.leave(by=user, result="NONE" if clean else "ORDERED", note="" if clean else "已责令改正")
    row = {"place": place.pk, "agency": here.agency.pk, "day": day, "until": until, "made": made, "secret": secret, "void": False}
    row |= {"ordered": ordered, "items": {i.pk for i in facts["items"]}, "officers": {team[0][1].pk}}
    model.rows.append({**row, "clean": clean, "nr": step, "notice": notice})
