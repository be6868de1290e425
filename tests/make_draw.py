"""The cast of a random draw: a pool, a freeze, two secrets, and the lot."""

import datetime

from inspection.drawing import digest_of_secret
from inspection.models import Draw
from tests import make

SECRETS = {"A": "ours-4f7d-99aa-01bc", "B": "theirs-77ab-31f0-cc"}


def draw_facts(desk, **facts):
    """What a clerk fills in for a draw of one in ten, its seed made of two secrets."""
    today = desk.county.today()
    return {
        "title": "食品生产双随机抽查",
        "year": today.year,
        "purpose": "抽查食品生产许可和出厂检验",
        "starts_on": today,
        "ends_on": today + datetime.timedelta(days=20),
        "kind": "",
        "trade": "",
        "township": "",
        "exclusions": [],
        "recusals": [],
        "ratio": 10,
        "number": None,
        "officers_each": 2,
        "way": Draw.Way.SECRETS,
        "witness": Draw.Witness.OFFICE,
        "witness_agency": None,
        **facts,
    }


def lottery(desk, days=1, **facts):
    """What makes the seed of a draw a lottery number of ``days`` from today."""
    on = desk.county.today() + datetime.timedelta(days=days)
    return {"way": Draw.Way.LOTTERY, "lottery_name": "双色球", "lottery_issue": "2026137", "lottery_on": on, **facts}


def pool_of(desk, many=20):
    """Enterprises of the trade 糕点 and officers to go there."""
    places = [make.an_enterprise(desk.county, phone="", trade="糕点") for _n in range(many)]
    for _n in range(3):
        make.an_officer(desk.agency)
    return places


def prepared(desk, **facts):
    """A draw whose pool can still be changed."""
    return Draw.prepare(by=desk.clerk, agency=desk.agency, facts=draw_facts(desk, **facts))


def frozen(desk, **facts):
    """A draw whose commitment is public."""
    draw = prepared(desk, **facts)
    draw.freeze(by=desk.head)
    return draw


def sealed(desk, **facts):
    """A draw with both digests handed in."""
    draw = frozen(desk, **facts)
    for part, by in (("A", desk.clerk), ("B", desk.reviewer)):
        draw.seal(by=by, digest=digest_of_secret(draw.commitment, part, SECRETS[part]))
    return draw


def drawn(desk, **facts):
    """A draw whose lot has fallen."""
    draw = sealed(desk, **facts)
    assert draw.reveal(by=desk.clerk, secret=SECRETS["A"]) is False
    assert draw.reveal(by=desk.reviewer, secret=SECRETS["B"]) is True
    return draw


def finish(desk, draw):
    """Visit the first line, let the others go; then let the sweep look."""
    for line in draw.lines.all()[1:]:
        line.drop(by=desk.head, note="已经停业，现场无人")
    visit_line(desk, draw.lines.first())
    return Draw.open_due(by=make.system())


def visit_line(desk, line, officer=None):
    """File for a drawn line, have it accepted, and visit."""
    from inspection.models import Visit
    from paper.models import StoredFile

    plan = line.begin_filing(by=desk.clerk)
    facts = make.plan_facts(desk)
    for name in ("targets", "officers", "task_source", "purpose", "starts_on", "ends_on"):
        facts.pop(name)
    plan.revise(by=desk.clerk, facts=facts)
    plan.submit(by=desk.clerk)
    plan.endorse(by=desk.head)
    notice = plan.accept(by=desk.reviewer)[0]
    notice.sign()
    notice.issue(by=make.system(), document=StoredFile.keep(f"%PDF {notice.uid}".encode(), "application/pdf"))
    row = plan.officers.standing().select_related("officer__user").first()
    going = row.officer
    if going.user_id is None:
        with make.signed(by=make.system(), verb="found"):
            going.user = make.a_user("OFFICER", agency=desk.agency)
            going.save()
    visit = Visit.arrive(by=going.user, notice=notice, officers=[going])
    visit.leave(by=going.user, result="NONE")
    return visit
