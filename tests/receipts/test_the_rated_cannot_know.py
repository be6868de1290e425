"""The rated cannot know: no page, export, API, search, count, time or number of queries tells an agency of a receipt or complaint.

A share runs always: every second or third address; every one with every name it might take, for every post, under PROVE=1.
"""

import datetime
import re

import pytest
import time_machine

from accounts.models import Plate, Secret
from delivery.models import Letter
from receipts.models import Claim, Complaint, Receipt, ReceiptCard, ReceiptCode
from tests import make
from tests.desk.test_lists import a_full_story
from tests.turns import PROVE as WHOLE
from tests.turns import by_turns

from .crawl import addresses, crawl

CANARY = "金丝雀在煤矿里唱歌"
NOW = datetime.datetime(2026, 11, 18, 2, 0, tzinfo=datetime.UTC)


class Told:
    """A county where much was said, and what was said of it."""

    def __init__(self, desk):
        self.desk, self.notice = desk, a_full_story(desk)
        self.visit = self.notice.visits.get()
        self.plan = self.notice.plan
        self.code: Secret = ReceiptCode.hand_out(self.notice, by=desk.intake, note="持执照")

    def say(self):
        """Say everything that can be said; return what must be found nowhere."""
        receipt = Receipt.give(
            self.notice,
            code=self.code,
            answers={"notice_shown": "NO", "overall": 1, "money": "YES", "money_item": CANARY, "money_amount": 7654321, "words": CANARY},
            address="192.0.2.66",
        )
        facts = {"category": "SPONSOR", "words": CANARY, "enterprise": self.notice.enterprise, "agency": self.desk.agency, "person": CANARY}
        complaint, secret = Complaint.complain(self.desk.county, facts=facts, way="PLATE")
        complaint.write(CANARY, by=self.desk.auditor)
        asked = {"demand": "PRESS", "asked_on": self.desk.county.today(), "amount": 7654321, "words": CANARY}
        claim = Claim.claim(self.notice.enterprise, agency=self.desk.agency, **asked)
        self.said = [receipt, complaint, claim]
        return [
            CANARY, str(receipt.uid), receipt.number, receipt.digest, receipt.salt, receipt.came_from,
            str(complaint.uid), complaint.number, secret, secret.link, str(claim.uid), "76543.21", "7654321",
        ]  # fmt: skip

    def uids(self):
        some = [self.plan.uid, self.notice.uid, self.visit.uid, self.notice.enterprise.uid]
        if WHOLE:
            some += [self.notice.establishment.uid, self.desk.agency.uid, self.desk.officer_row.uid, self.desk.item.uid]
            some += [thing.uid for thing in self.said]
        return some

    def starts(self):
        """Every address there is. That of a receipt's own page is a secret in itself: nobody but its giver has it."""
        found = addresses(self.uids(), [self.notice.address])
        receipt = str(self.said[0].uid)
        return [a for a in found if not ("/receipt/" in a and receipt in a and a.lower().startswith("/r/"))]


@pytest.fixture
def told(desk):
    with time_machine.travel(NOW, tick=False):
        made = Told(desk)
        Plate.make(desk.establishment, by=desk.intake)
        ReceiptCard.make(desk.establishment, by=desk.intake)
        yield made


@pytest.mark.timeout(1200 if WHOLE else 240)
@pytest.mark.parametrize("post", by_turns(["clerk", "officer"]) + (["head", "registrar"] if WHOLE else []))
def test_no_canary_is_found_by_any_agency_post(desk, told, signed_in, post):
    canaries = [word.encode() for word in told.say()]
    starts = told.starts() if WHOLE else told.starts()[["clerk", "officer"].index(post) :: 2]
    seen = crawl(signed_in(getattr(desk, post)), starts, most=4000 if WHOLE else 900)
    assert sum(1 for status, _text, _queries in seen.values() if status == 200) > 40
    assert [a for a, (status, _text, _queries) in seen.items() if status >= 500] == []
    found = {(a, word.decode()) for a, (_status, text, _queries) in seen.items() for word in canaries if word in text}
    # A page that is not there repeats the address it was asked for: who asked knew it.
    assert {(a, word) for a, word in found if word not in a or seen[a][0] < 400} == set()


@pytest.mark.timeout(1200 if WHOLE else 240)
def test_the_canary_sings_where_it_may(desk, told, signed_in):
    """The crawl would find it: the Office's own pages hold it."""
    canaries = [word.encode() for word in told.say()]
    starts = ["/receipts/", "/complaints/", "/claims/", "/oversight/differences/", "/api/v1/receipts/"]
    seen = crawl(signed_in(desk.auditor), starts, most=60)
    for word in canaries[:3]:
        assert any(word in text for _status, text, _queries in seen.values()), word


@pytest.mark.timeout(1200 if WHOLE else 300)
@pytest.mark.parametrize("post", by_turns(["officer"]) + (["clerk", "head", "registrar"] if WHOLE else []))
def test_before_and_after_an_agency_reads_the_same_by_the_same_number_of_queries(desk, told, signed_in, post):
    browser = signed_in(getattr(desk, post))
    told.said = [told.notice]  # its own address is no secret to them
    starts = [a for a in told.starts() if not a.startswith("/api/v1/attempts")][:: 1 if WHOLE else 3]
    most = 4000 if WHOLE else 500
    first = crawl(browser, starts, most)  # what is only asked once, such as cached rows
    before = crawl(browser, starts, most)
    # The scan page counts how often it was looked at, by whomever: only its numbers change by themselves.
    alive = {a for a in before if before[a][1] != first[a][1]}
    assert [a for a in alive if told.notice.address.lower() not in a.lower()] == []
    told.say()
    signed_in(desk.auditor).get("/receipts/")
    after = crawl(signed_in(getattr(desk, post)), starts, most)
    assert after.keys() == before.keys()
    assert {a: (s, q) for a, (s, _t, q) in after.items()} == {a: (s, q) for a, (s, _t, q) in before.items()}
    assert [a for a in after if after[a][1] != before[a][1] and a not in alive] == []
    bare = [{a: re.sub(rb"\d+", b"", seen[a][1]) for a in alive} for seen in (before, after)]
    assert bare[0] == bare[1]


def test_no_letter_trail_or_search_of_an_agency_follows_from_a_receipt(desk, told, signed_in):
    letters = Letter.objects.count()
    told.say()
    assert Letter.objects.count() == letters, "a receipt writes no letter"
    for person in (desk.clerk, desk.head, desk.officer, desk.registrar):
        for model in (Receipt, Complaint, Claim):
            assert not model.objects.visible_to(person).exists()
        assert not any(CANARY in letter.body + letter.subject for letter in Letter.objects.filter(reader=person.pk))


def test_no_agency_of_another_county_finds_anything_either(desk, elsewhere, told, signed_in):
    canaries = [word.encode() for word in told.say()]
    starts = ["/", "/notices/", "/visits/", "/enterprises/", "/api/v1/visits/", "/public/satisfaction/"]
    seen = crawl(signed_in(elsewhere.head), starts, most=80)
    assert not any(word in text for _status, text, _queries in seen.values() for word in canaries)
    assert make.system()
