"""A random draw from preparation to the filing, by the API alone."""

import json
import uuid

from inspection.drawing import digest_of_secret, first_difference
from inspection.models import Draw
from tests import make, make_draw
from tests.make_draw import SECRETS


def test_a_draw_by_the_api_alone(desk, at, client):
    make_draw.pool_of(desk, 20)
    facts = json.loads(json.dumps(make_draw.draw_facts(desk, uid=str(uuid.uuid4())), default=str))
    clerk, head, reviewer = at(desk.clerk), at(desk.head), at(desk.reviewer)
    facts["exclusions"] = [{"enterprise": str(desk.establishment.enterprise.uid), "reason": "本年已检查"}]
    status, draw = clerk.post("draws/", **facts)
    assert status == 201, draw
    assert clerk.post("draws/", **facts)[0] == 200
    place = f"draws/{draw['uid']}/"
    assert [step["verb"] for step in draw["steps"]] == ["revise", "drop"]
    assert clerk.patch(place, ratio=None, number=3)[1]["number"] == 3
    assert clerk.post(f"{place}freeze/")[0] == 403
    status, draw = head.post(f"{place}freeze/")
    assert (status, draw["status"], draw["pool_size"], draw["draw_size"]) == (200, "FROZEN", 20, 3)
    for hand, part in ((clerk, "A"), (reviewer, "B")):
        assert hand.post(f"{place}seal/", digest=digest_of_secret(draw["commitment"], part, SECRETS[part]))[0] == 200
    assert reviewer.post(f"{place}reveal/", secret="not-the-one-sealed")[0] == 422
    status, said = reviewer.post(f"{place}reveal/", secret=SECRETS["B"])
    assert (status, said["status"]) == (200, "FROZEN")
    assert SECRETS["B"] not in json.dumps(clerk.get(place)[1])
    assert clerk.post(f"{place}reveal/", secret=SECRETS["A"])[1]["status"] == "DRAWN"
    lines = clerk.get("drawn-lines/", draw=draw["uid"])[1]["results"]
    assert sorted(line["place"] for line in lines) == [1, 2, 3]
    assert at(desk.finance).get(f"drawn-lines/{lines[0]['uid']}/")[0] == 404
    status, plan = clerk.post(f"drawn-lines/{lines[0]['uid']}/file/")
    assert (status, plan["task_source"], plan["targets"][0]["name"]) == (201, "RANDOM", lines[0]["name"])
    for line in lines:
        if line["uid"] == lines[0]["uid"]:
            clerk.post(f"plans/{plan['uid']}/withdraw/", note="停业")
        assert head.post(f"drawn-lines/{line['uid']}/drop/", note="停业")[0] == 200
    assert Draw.open_due(by=make.system()) == 1
    assert first_difference(client.get(f"/public/draws/{draw['uid']}.json").content) is None


def test_what_is_wrong_is_said_at_its_field(desk, at):
    facts = json.loads(json.dumps(make_draw.draw_facts(desk), default=str))
    for change, field in (
        ({"number": 3}, "ratio"),
        ({"officers_each": 1}, "officers_each"),
        ({"way": "DICE"}, "way"),
        ({"title": ""}, "title"),
    ):
        status, said = at(desk.clerk).post("draws/", **{**facts, **change})
        assert (status, list(said["errors"])) == (422, [field])
    assert at(desk.head).post("draws/", **facts)[0] == 403


def test_two_numbers_that_differ_are_shown_and_do_not_count(desk, at):
    import datetime

    import time_machine

    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)):
        place = f"draws/{make_draw.frozen(desk, **make_draw.lottery(desk)).uid}/tell/"
    assert at(desk.clerk).post(place, number="01 02 03")[1]["mismatch"] == ""
    said = at(desk.reviewer).post(place, number="01 02 04")[1]
    assert "01 02 03" in said["mismatch"]
    assert "01 02 04" in said["mismatch"]
    assert said["status"] == "FROZEN"
