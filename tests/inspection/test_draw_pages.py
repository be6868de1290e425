"""The desk's pages of a draw: from preparation to the filing, with what is wrong said in words and nothing typed lost."""

import pytest

from desk.home import waiting_for
from inspection.drawing import digest_of_secret
from inspection.models import Draw, InspectionPlan
from tests import make
from tests.make_draw import SECRETS, draw_facts, drawn, frozen, lottery, pool_of, prepared


@pytest.fixture
def form(desk):
    """What a clerk types."""
    facts = draw_facts(desk, exclusions="", recusals="", lottery_on="", trade="糕点")
    return {name: "" if value is None else str(value) for name, value in facts.items()}


def piles(user):
    return [str(pile.title) for pile in waiting_for(user) if pile.rows]


def test_from_the_form_to_the_filing_by_pages_alone(desk, signed_in, form):
    places = pool_of(desk, 11)
    form["exclusions"] = f"{places[0].enterprise.identifier}，本年已检查\n{places[1].enterprise.name}, 已停业"
    form["recusals"] = f"{places[2].enterprise.name}，{desk.officer_row.name}，亲属"
    browser = signed_in(desk.clerk)
    answer = browser.post("/draws/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    draw = Draw.objects.get()
    page = browser.get(draw.get_absolute_url()).content.decode()
    assert "企业 9 户" in page
    assert "本年已检查" in page
    assert browser.get(f"/draws/{draw.uid}/edit/").status_code == 200
    again = {**form, "ratio": "30"}
    assert browser.post(f"/draws/{draw.uid}/edit/", again).status_code == 302
    assert "抽查名单待冻结" in piles(desk.head)
    assert browser.post(f"/draws/{draw.uid}/freeze/").status_code == 403
    assert signed_in(desk.head).post(f"/draws/{draw.uid}/freeze/").status_code == 302
    draw.refresh_from_db()
    assert (draw.status, draw.draw_size) == ("FROZEN", 3)
    for user, part in ((desk.clerk, "A"), (desk.reviewer, "B")):
        assert any("给出种子" in title for title in piles(user))
        digest = digest_of_secret(draw.commitment, part, SECRETS[part])
        assert signed_in(user).post(f"/draws/{draw.uid}/seal/", {"digest": digest}).status_code == 302
    for user, part in ((desk.clerk, "A"), (desk.reviewer, "B")):
        assert "揭示暗语" in signed_in(user).get(draw.get_absolute_url()).content.decode()
        assert signed_in(user).post(f"/draws/{draw.uid}/reveal/", {"secret": SECRETS[part]}).status_code == 302
    line = draw.lines.first()
    assert "双随机抽中，待起草备案" in piles(desk.clerk)
    browser = signed_in(desk.clerk)
    assert line.name in browser.get(draw.get_absolute_url()).content.decode()
    answer = browser.post(f"/draws/lines/{line.uid}/file/")
    plan = InspectionPlan.objects.get(drawn_line=line)
    assert answer["Location"] == f"/plans/{plan.uid}/edit/"
    assert line.enterprise.identifier in browser.get(answer["Location"]).content.decode()
    assert browser.post(f"/draws/lines/{line.uid}/file/")["Location"] == plan.get_absolute_url(), "twice is once"
    assert f"/draws/{draw.uid}/" in browser.get(plan.get_absolute_url()).content.decode()
    officer = line.officers.first().officer
    assert browser.post(f"/draws/lines/{line.uid}/excuse/", {"officer": officer.pk, "note": "病假"}).status_code == 403
    browser = signed_in(desk.head)
    assert browser.post(f"/draws/lines/{line.uid}/excuse/", {"officer": officer.pk, "note": ""}).status_code == 422
    assert browser.post(f"/draws/lines/{line.uid}/excuse/", {"officer": officer.pk, "note": "病假"}).status_code == 302
    last = draw.lines.last()
    assert browser.post(f"/draws/lines/{last.uid}/drop/", {"note": "停业"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ratio": "", "number": ""}, "只填一项"),
        ({"exclusions": "没有这一家，理由"}, "没有找到“没有这一家”"),
        ({"exclusions": "只有名称"}, "第 1 行应有 2 项"),
        ({"recusals": "甲，乙"}, "第 1 行应有 3 项"),
        ({"way": "LOTTERY"}, "请写明彩票名称、期号和开奖日期"),
        ({"officers_each": "1"}, "不得少于 2 人"),
        ({"ends_on": "2020-01-01"}, "早于开始日期"),
        ({"uid": "not-one"}, "没有办成"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, signed_in, form, change, said):
    pool_of(desk, 3)
    answer = signed_in(desk.clerk).post("/draws/new/", {**form, **change, "purpose": "一个很特别的目的"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "一个很特别的目的" in page
    assert not Draw.objects.exists()


def test_two_numbers_that_differ_are_shown_on_the_page(desk, signed_in):
    import datetime

    import time_machine

    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)):
        draw = frozen(desk, **lottery(desk))
    assert "双色球 第 2026137 期" in signed_in(desk.clerk).get(draw.get_absolute_url()).content.decode()
    signed_in(desk.clerk).post(f"/draws/{draw.uid}/tell/", {"number": "01 02 03"})
    assert "01 02 03" not in signed_in(desk.reviewer).get(draw.get_absolute_url()).content.decode()
    signed_in(desk.reviewer).post(f"/draws/{draw.uid}/tell/", {"number": "01 02 04"})
    page = signed_in(desk.reviewer).get(draw.get_absolute_url()).content.decode()
    assert "两人录入的号码不一致" in page
    assert "01 02 03" in page
    wrong = signed_in(desk.clerk).post(f"/draws/{draw.uid}/tell/", {"number": "没有数字"})
    assert wrong.status_code == 422
    assert "没有数字" in wrong.content.decode()


def test_the_second_unit_sees_the_promise_and_never_who_was_drawn(desk, signed_in):
    pool_of(desk, 10)
    draw = frozen(desk, witness="FINANCE")
    browser = signed_in(desk.finance)
    assert draw.title in browser.get("/draws/").content.decode()
    page = browser.get(draw.get_absolute_url()).content.decode()
    assert draw.commitment in page
    hidden = drawn(desk, title="另一次")
    assert browser.get(hidden.get_absolute_url()).status_code == 404
    for part, user in (("A", desk.clerk), ("B", desk.finance)):
        draw.seal(by=user, digest=digest_of_secret(draw.commitment, part, SECRETS[part]))
    for part, user in (("A", desk.clerk), ("B", desk.finance)):
        draw.reveal(by=user, secret=SECRETS[part])
    page = browser.get(draw.get_absolute_url()).content.decode()
    assert [line.name for line in draw.lines.all() if line.name in page] == []
    assert browser.post(f"/draws/lines/{draw.lines.first().uid}/file/").status_code == 404


def test_a_prepared_pool_is_seen_by_its_agency_alone(desk, elsewhere, signed_in):
    draw = prepared(desk)
    other = make.a_user("HEAD", agency=make.an_agency(desk.county))
    for user in (desk.reviewer, desk.finance, other, elsewhere.clerk):
        assert signed_in(user).get(draw.get_absolute_url()).status_code == 404
        assert signed_in(user).post(f"/draws/{draw.uid}/freeze/").status_code == 404
    assert signed_in(desk.head).post(f"/draws/{draw.uid}/draw/").status_code == 404, "the lot falls by itself"


def test_the_page_of_a_draw_asks_no_more_for_many_lines(desk, signed_in, django_assert_max_num_queries):
    pool_of(desk, 60)
    draw = drawn(desk, ratio=100)
    for line in list(draw.lines.all())[:20]:
        line.begin_filing(by=desk.clerk)
    browser = signed_in(desk.clerk)
    with django_assert_max_num_queries(30):
        browser.get(draw.get_absolute_url())
    with django_assert_max_num_queries(12):
        browser.get("/draws/")
