"""What anyone may read without an account: filed programmes, and nothing else."""

import datetime

import pytest

from inspection.models import InspectionProgramme, Visit
from tests import make


def a_programme(desk, *, title="公开的计划", filed=True):
    content = f"{title},,,\n序号,抽查事项,检查对象,检查时间\n1,特种设备检查,使用单位,4月-8月".encode()
    year = desk.county.today().year
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=year, content=content, name="x.csv")
    programme.submit(by=desk.clerk)
    programme.endorse(by=desk.head)
    if filed:
        programme.accept(by=desk.reviewer)
    return programme


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_filed_programme_is_read_by_anyone_in_the_words_in_which_it_was_published(desk, client):
    programme = a_programme(desk)
    assert "公开的计划" in text_of(client, "/public/programmes/")
    page = text_of(client, f"/public/programmes/{programme.uid}/")
    for words in ("4月-8月", "特种设备检查", desk.agency.name, "已检查 0 次"):
        assert words in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "address", ["/public/", "/public/programmes/", "/public/programmes/?year=2026&words=x", "/public/programmes/?year=x"]
)
def test_the_public_pages_open_without_signing_in_in_chinese_and_english(desk, client, address):
    assert "English" in text_of(client, address)
    client.cookies["django_language"] = "en"
    assert "中文" in text_of(client, address)


def test_what_is_not_filed_does_not_exist_here(desk, client):
    programme = a_programme(desk, title="未备案的计划", filed=False)
    assert "未备案的计划" not in text_of(client, "/public/programmes/")
    assert client.get(f"/public/programmes/{programme.uid}/").status_code == 404


def test_nothing_tells_of_a_filing_until_its_visit_has_ended(desk, client):
    programme = a_programme(desk)
    address = f"/public/programmes/{programme.uid}/"
    before = text_of(client, address)
    facts = {"telling": "UNANNOUNCED", "tell_on": None, "no_telling_ground": "提前告知影响检查", "why_on_site": "现场看"}
    visit = desk.visited(programme_line=programme.standing_lines.get(), **facts)
    assert text_of(client, address) == before, "neither filing nor open visit shows"
    assert client.get("/public/programmes/").content == client.get("/public/programmes/").content
    visit.leave(by=desk.officer, result=Visit.Result.NONE)
    assert "已检查 1 次" in text_of(client, address)
    assert "演示食品有限公司" not in text_of(client, address)


def test_colleagues_of_another_agency_learn_no_more_than_the_public(desk, client, signed_in):
    programme = a_programme(desk)
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    desk.numbered(programme_line=programme.standing_lines.get())
    page = text_of(signed_in(neighbour), f"/programmes/{programme.uid}/")
    assert "备案 1" not in page
    assert "备案 1" in text_of(signed_in(desk.clerk), f"/programmes/{programme.uid}/")


def test_a_row_that_continues_another_says_which(desk, client):
    content = "计划,,,\n序号,抽查事项,检查对象,检查时间,检查部门\n1,甲,企业,4月,%s\n,,,,%s".replace("%s", desk.agency.name).encode()
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=content, name="x.csv")
    programme.submit(by=desk.clerk)
    programme.endorse(by=desk.head)
    programme.accept(by=desk.reviewer)
    assert text_of(client, f"/public/programmes/{programme.uid}/").count("同第 3 行") == 4


def test_a_replaced_version_says_so(desk, client):
    first = a_programme(desk, title="第一版")
    a_programme(desk, title="第二版")
    assert "由新版本代替" in text_of(client, f"/public/programmes/{first.uid}/")
    assert first.county.today() <= datetime.date(2999, 1, 1)
