"""The demo county. One test, since telling it takes half a minute: told, told again, looked at."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Count, Max, Q

from accounts.models import (
    Agency,
    Certificate,
    Contact,
    County,
    Enterprise,
    EnterpriseKind,
    IdentifierKind,
    Officer,
    Post,
    RuleValue,
    UndisturbedListing,
    User,
)
from audit.models import Attempt, Leaf, Series
from config.demo.narrator import narrate
from config.management.commands import demo
from delivery.models import Letter
from desk.home import waiting_for
from fees.models import Charge, FeeItem
from inspection.drawing import first_difference
from inspection.models import (
    CheckSheet,
    CheckSheetRow,
    DeclineGround,
    Draw,
    DrawnLine,
    EnterpriseAct,
    FilingNotice,
    InspectionItem,
    InspectionPlan,
    InspectionProgramme,
    OutOfScopeMatter,
    QuietRule,
    Visit,
    VisitRight,
)
from receipts.models import Complaint, Receipt
from tests.turns import on_sqlite

COUNTED = (Agency, Attempt, Certificate, Charge, Complaint, Contact, Enterprise, FeeItem, FilingNotice, InspectionItem, InspectionPlan)
COUNTED += (Draw, DrawnLine, InspectionProgramme, Leaf, Officer, Post, Receipt, RuleValue, User, Visit, VisitRight)


def programmes_are_public_open_and_waiting():
    market, safety, campaign = (InspectionProgramme.objects.get(agency__code=code) for code in ("XS-01", "XS-02", "XS-04"))
    assert (market.status, market.lines.count(), market.open_points(), len(market.left_out)) == ("ACCEPTED", 5, [], 3)
    assert (safety.status, [(p["row"], p["column"]) for _line, p in safety.open_points()]) == ("DRAFT", [(4, "E"), (4, "H"), (5, "D")])
    assert (campaign.status, campaign.kind, campaign.open_points()) == ("ENDORSED", "SPECIAL", [])


def breaks_off(stories):
    narrate(stories[:2])
    raise RuntimeError("the power failed")


def counts():
    return {model.__name__: model._base_manager.count() for model in COUNTED}


@pytest.mark.timeout(900)  # thirty papers are really made
@pytest.mark.django_db
@on_sqlite
def test_the_demo_county(monkeypatch):
    monkeypatch.setattr(demo, "narrate", breaks_off)
    with pytest.raises(RuntimeError):
        call_command("demo")
    monkeypatch.undo()
    assert Enterprise.objects.exists()
    assert not InspectionPlan.objects.exists(), "half a past is none"

    call_command("demo")
    first = counts()
    call_command("demo")
    assert counts() == first, "told twice, it is the same county"

    there_is_enough_of_everything()
    names_are_marked_as_invented()
    lists_cite_their_law()
    filings_stand_in_every_state()
    programmes_are_public_open_and_waiting()
    numbers_have_no_gaps()
    things_happened_in_order()
    what_was_refused_is_kept()
    one_draw_is_open_and_one_waits()
    letters_left_failed_and_wait_for_the_printer()
    everybody_has_work()

    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=21)):
        call_command("demo")
        everybody_has_work()
    assert first["Charge"] == counts()["Charge"], "a later day gets work, no second past"


def there_is_enough_of_everything():
    assert Agency.objects.count() >= 20
    assert Officer.objects.count() >= 60
    assert Certificate.objects.filter(valid_to__lt=datetime.date.today()).count() == 1
    assert Enterprise.objects.count() >= 300
    assert set(Enterprise.objects.values_list("kind", flat=True)) == set(EnterpriseKind.values)
    assert set(Enterprise.objects.values_list("identifier_kind", flat=True)) == set(IdentifierKind.values)
    assert Contact.objects.count() > 0.8 * Enterprise.objects.count()
    assert (InspectionItem.objects.count(), FeeItem.objects.count(), EnterpriseAct.objects.count()) == (88, 48, 25)
    assert VisitRight.objects.count() == 44
    assert (OutOfScopeMatter.objects.count(), DeclineGround.objects.count(), QuietRule.objects.count()) == (25, 5, 1)
    assert CheckSheetRow.objects.values("sheet").distinct().count() == CheckSheet.objects.count() == 2
    assert UndisturbedListing.objects.count() == 4
    assert InspectionItem.objects.filter(yearly_cap__isnull=False).exclude(cap_source="").count() == 5
    assert not InspectionPlan.objects.filter(act_code="").exists(), "each filing names its act"
    assert not InspectionPlan.objects.filter(status="DECLINED", ground_code="").exists()
    assert set(VisitRight.objects.filter(on_page=True).values_list("grade", flat=True)) == set(VisitRight.Grade.values)
    staffed = Agency.objects.annotate(
        roles=Count("posts__role", distinct=True, filter=Q(posts__role__code__in=("CLERK", "HEAD", "OFFICER")))
    )
    assert staffed.filter(roles=3, officers__isnull=False).distinct().count() >= 8
    assert Post.objects.filter(deputises_for__isnull=False).exists()
    assert Post.objects.filter(ends__lt=datetime.date.today()).exists()


def names_are_marked_as_invented():
    for enterprise in Enterprise.objects.all():
        assert "演示" in enterprise.display_name
    assert County.objects.get().site_code.startswith("演示")
    assert not Certificate.objects.exclude(number__startswith="演").exists()


def lists_cite_their_law():
    for model in (InspectionItem, VisitRight, EnterpriseAct):
        assert not model.objects.filter(Q(law="") | ~Q(article__startswith="第")).exists()
    assert not FeeItem.objects.filter(ends__isnull=True, collecting_unit__contains="停止").exists()
    renumbered = InspectionItem.objects.get(code="STHJ-001")
    assert renumbered.ends == datetime.date(2026, 8, 15), "an article taken into the code can no longer be cited"


def filings_stand_in_every_state():
    plans = InspectionPlan.objects.all()
    # Two states are of counties with other rules: two persons decide, or the Office's head does when time has run out.
    assert set(plans.values_list("status", flat=True)) == set(InspectionPlan.Status.values) - {"REVIEWED", "ESCALATED"}
    assert plans.count() >= 40
    assert plans.values("agency").distinct().count() >= 8
    assert plans.values("purpose").distinct().count() == plans.count(), "each tells its own story"
    assert set(Visit.objects.values_list("result", flat=True)) == set(Visit.Result.values)
    assert Visit.objects.unfiled().exists()
    assert not FilingNotice.objects.awaiting_document().exists()
    assert FilingNotice.objects.filter(status="VOID").count() >= 2
    assert {r.overall for r in Receipt.objects.all()} == set(Receipt.Overall.values)
    assert Receipt.objects.count() == Receipt.objects.counted().count() + 1, "one was replaced"
    assert Complaint.objects.exists()
    assert set(Charge.objects.values_list("kind", flat=True)) == set(Charge.Kind.values) - {"LATE_FEE"}, "no fee here has a basis for one"
    assert Charge.objects.filter(status="VOID").count() == 1
    assert Charge.objects.filter(on_the_spot=True).exists()


def numbers_have_no_gaps():
    for model, kind in ((FilingNotice, "filing-notice"), (Charge, "charge")):
        for series in model.objects.values("year").annotate(rows=Count("pk"), last=Max("number")):
            assert series["rows"] == series["last"] == Series.objects.get(owner="371323", kind=kind, year=series["year"]).last


def things_happened_in_order():
    instants = list(Leaf.objects.exclude(kind="seal").order_by("pk").values_list("at", flat=True))
    assert instants == sorted(instants), "the ledger was written in the order of time"
    for visit in Visit.objects.filter(notice__isnull=False):
        assert visit.notice.issued_at < visit.arrived_at < visit.left_at


def what_was_refused_is_kept():
    tried = {attempt.facts["item"] for attempt in Attempt.objects.filter(refusal="Refused")}
    assert {"卫生检测费", "标准化达标评审费"} <= tried


def one_draw_is_open_and_one_waits():
    opened, waiting = Draw.objects.get(opened_at__isnull=False), Draw.objects.get(status="FROZEN")
    assert first_difference(opened.record.text.encode()) is None
    assert sorted(opened.lines.values_list("status", flat=True)) == ["DROPPED", "STANDING"]
    assert (waiting.pool_size, waiting.draw_size) == (11, 3)


def letters_left_failed_and_wait_for_the_printer():
    # What goes to an enterprise without a contact is printed: payment notices, and the letters of its notices.
    # Whom the lot met has a contact or not, each time the demo is told anew.
    drawn = [notice.label for notice in FilingNotice.objects.filter(plan__drawn_line__isnull=False)]
    assert (Letter.objects.failed().count(), Letter.objects.to_print().exclude(about__in=drawn).count()) == (1, 6)
    assert Letter.objects.filter(sent_at__isnull=False).count() > 15
    assert not Letter.objects.filter(sent_at__isnull=False).exclude(sealed="").exists()


def everybody_has_work():
    for username, title in (
        ("clerk", "待提交、待修改"),
        ("head", "待批准"),
        ("reviewer", "待审查"),
        ("officer", "今天可以入企"),
        ("intake", "未能发出的信件"),
    ):
        titles = {str(pile.title) for pile in waiting_for(User.objects.get(username=username)) if pile.rows}
        assert title in titles, f"nothing waits for {username}"
