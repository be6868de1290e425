"""The pages and the API of programmes: a look before the import, open points in sight, nothing typed is lost."""

import base64
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Attempt
from inspection.models import InspectionProgramme
from tests import make

HERE = Path(__file__).parent / "programmes"
YIYUAN = (HERE / "programme-yiyuan-health-2023.csv").read_bytes()
CLEAN = "检查计划,,,\n序号,抽查事项,检查对象,检查时间\n1,甲,企业,适时\n2,乙,企业,5月".encode()


def look(browser, content, **more):
    file = SimpleUploadedFile("计划.csv", content)
    return browser.post("/programmes/import/", {"file": file, "year": 2026, "kind": "YEARLY", "look": "1", **more})


def test_a_file_is_looked_at_before_anything_is_written_and_then_imported_without_choosing_it_again(desk, signed_in):
    browser = signed_in(desk.clerk)
    seen = look(browser, CLEAN)
    page = seen.content.decode()
    assert (seen.status_code, InspectionProgramme.objects.count()) == (200, 0)
    assert "读出 2 行，1 处待补充" in page
    assert "适时" in page
    answer = browser.post("/programmes/import/", {"held": seen.context["held"], "year": 2026, "kind": "YEARLY", "import": "1"})
    programme = InspectionProgramme.objects.get()
    assert answer["Location"] == programme.get_absolute_url()
    page = browser.get(answer["Location"]).content.decode()
    for words in ("提交以前还要补上", "第 3 行 D 列（检查时间）“适时”", "待补充", "导入"):
        assert words in page
    assert browser.get(f"/programmes/{programme.uid}/file/").getvalue() == CLEAN


@pytest.mark.parametrize(("content", "words"), [(b"%PDF-1.4", "PDF"), (b"a,b\n1,2", "没有找到检查计划表"), (b"", "空文件")])
def test_a_file_that_is_no_programme_is_refused_at_its_field(desk, signed_in, content, words):
    import re

    answer = look(signed_in(desk.clerk), content)
    assert answer.status_code == 422
    assert re.search(words, str(answer.context["form"].errors["file"]))


def test_a_forged_token_opens_no_file(desk, signed_in):
    answer = signed_in(desk.clerk).post("/programmes/import/", {"held": "x:y:z", "year": 2026, "kind": "YEARLY", "import": "1"})
    assert answer.status_code == 422
    assert "预览已经过期" in answer.content.decode()


def test_open_points_are_completed_on_the_page_of_the_line_and_what_was_typed_stays(desk, signed_in):
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=CLEAN, name="计划.csv")
    line, browser = programme.standing_lines.first(), signed_in(desk.clerk)
    address = f"/programmes/{programme.uid}/lines/{line.uid}/"
    refused = browser.post(address, {"column-D": "再定"})
    assert refused.status_code == 422
    assert 'value="再定"' in refused.content.decode()
    assert browser.post(address, {"column-D": "6月"}).status_code == 302
    assert programme.open_points() == []
    assert browser.post(address, {"drop": "1", "note": ""}).status_code == 422
    assert browser.post(address, {"drop": "1", "note": "取消"}).status_code == 302
    assert browser.get(address).status_code == 404
    assert browser.post(f"/programmes/{programme.uid}/submit/").status_code == 302
    assert "补充一行" in browser.get(programme.get_absolute_url()).content.decode()


def test_a_programme_is_typed_in(desk, signed_in):
    browser = signed_in(desk.clerk)
    begun = browser.post("/programmes/new/", {"year": 2026, "kind": "SPECIAL", "title": "燃气专项"})
    programme = InspectionProgramme.objects.get()
    assert begun["Location"] == programme.get_absolute_url()
    refused = browser.post(f"/programmes/{programme.uid}/lines/new/", {"item": "燃气", "months": "随时"})
    assert (refused.status_code, programme.lines.count()) == (422, 0)
    assert 'value="燃气"' in refused.content.decode()
    browser.post(f"/programmes/{programme.uid}/lines/new/", {"item": "燃气", "object": "餐饮", "months": "10-12月"})
    approved = {"title": "燃气专项", "approver": "县政府", "approval_number": "1号", "approved_on": "2026-01-05"}
    assert browser.post(f"/programmes/{programme.uid}/edit/", approved).status_code == 302
    assert browser.post(f"/programmes/{programme.uid}/submit/").status_code == 302
    programme.refresh_from_db()
    assert programme.status == "SUBMITTED"


def test_each_finds_what_waits_for_them_and_the_pages_hold_for_everybody(desk, elsewhere, signed_in):
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=CLEAN, name="x.csv")
    assert "检查计划待补充、待提交" in signed_in(desk.clerk).get("/").content.decode()
    programme.complete_line(by=desk.clerk, line=programme.standing_lines.first(), answers={"D": "6月"})
    programme.submit(by=desk.clerk)
    assert "检查计划待批准" in signed_in(desk.head).get("/").content.decode()
    programme.endorse(by=desk.head)
    assert "检查计划待审查" in signed_in(desk.reviewer).get("/").content.decode()
    assert signed_in(elsewhere.reviewer).get(programme.get_absolute_url()).status_code == 404
    assert signed_in(desk.officer).get("/programmes/import/").status_code == 403
    assert signed_in(desk.reviewer).post(f"/programmes/{programme.uid}/nonsense/").status_code == 404
    assert signed_in(desk.reviewer).post(f"/programmes/{programme.uid}/accept/").status_code == 302
    for who in (desk.clerk, desk.officer, desk.reviewer, desk.finance):
        assert signed_in(who).get("/programmes/?year=2026&status=ACCEPTED").content.decode().count(programme.get_absolute_url()) == 1


def test_a_refused_submission_is_kept_as_an_attempt(desk, signed_in):
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=CLEAN, name="x.csv")
    answer = signed_in(desk.clerk).post(f"/programmes/{programme.uid}/submit/")
    assert answer.status_code == 422
    assert "适时" in Attempt.objects.latest("id").message


def test_a_filing_chooses_its_line_on_the_form(desk, signed_in):
    year = desk.county.today().year
    programme = InspectionProgramme.import_file(
        by=desk.clerk, agency=desk.agency, year=year, content=CLEAN.replace("适时".encode(), "6月".encode()), name="x.csv"
    )
    assert "所属计划行" in signed_in(desk.clerk).get("/plans/new/").content.decode()
    programme.submit(by=desk.clerk)
    programme.endorse(by=desk.head)
    programme.accept(by=desk.reviewer)
    line = programme.standing_lines.first()
    browser = signed_in(desk.clerk)
    answer = browser.post("/plans/new/", {"programme_line": line.pk, "keep": "1"})
    plan = line.plans.get()
    assert answer["Location"] == plan.get_absolute_url()
    assert programme.title in browser.get(answer["Location"]).content.decode()


class Api:
    def __init__(self, client, user):
        self.client = client
        client.force_login(user, backend="accounts.signin.ByUsername")

    def post(self, address, **body):
        answer = self.client.post(f"/api/v1/programmes/{address}", body, content_type="application/json")
        return answer.status_code, answer.json()


def test_the_api_does_the_same(desk, client):
    hand = Api(client, desk.clerk)
    status, made = hand.post("import/", year=2026, name="x.csv", content=base64.b64encode(CLEAN).decode())
    assert (status, len(made["lines"]), made["lines"][0]["open"][0]["column"]) == (201, 2, "D")
    assert made["lines"][0]["words"][3] == {"heading": "检查时间", "text": "适时"}
    assert hand.post(f"{made['uid']}/submit/")[0] == 422
    line = made["lines"][0]["uid"]
    assert hand.post(f"{made['uid']}/lines/{line}/complete/", answers={"D": "随便"})[0] == 422
    assert hand.post(f"{made['uid']}/lines/{line}/complete/", answers={"D": "6月"})[0] == 200
    assert hand.post(f"{made['uid']}/lines/", item="丙", object="企业", months="7月")[1]["lines"][2]["values"]["months"] == [7]
    assert hand.post(f"{made['uid']}/lines/{line}/drop/", note="取消")[0] == 200
    assert hand.post(f"{made['uid']}/submit/")[1]["status"] == "SUBMITTED"
    assert hand.post(f"{made['uid']}/accept/")[0] == 403
    assert Api(client, desk.head).post(f"{made['uid']}/endorse/")[1]["status"] == "ENDORSED"
    assert Api(client, desk.reviewer).post(f"{made['uid']}/accept/")[1]["status"] == "ACCEPTED"


@pytest.mark.parametrize(
    "body", [{}, {"year": 2026}, {"year": 2026, "content": "%%%"}, {"year": 9999, "content": ""}, {"year": 2026, "content": "AAAA"}]
)
def test_bad_files_at_the_api_are_refused_in_a_sentence(desk, client, body):
    status, answer = Api(client, desk.clerk).post("import/", **body)
    assert (status, bool(answer["detail"])) == (422, True)
    assert InspectionProgramme.objects.count() == 0


def test_the_same_uid_at_the_api_is_one_programme(desk, client):
    hand, uid = Api(client, desk.clerk), "0b7a8e9c-5f1e-4a53-8f0e-0e8f9a1b2c3d"
    assert [hand.post("", year=2026, uid=uid)[0] for _n in range(2)] == [201, 200]
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    assert Api(client, neighbour).post("", year=2026, uid=uid)[0] == 422


def test_a_large_upload_keeps_its_row_numbers(desk, signed_in):
    rows = io.StringIO()
    rows.write("序号,抽查事项,检查对象,检查时间\n")
    rows.writelines(f"{n},事项{n},企业,{'适时' if n == 700 else '5月'}\n" for n in range(1, 801))
    page = look(signed_in(desk.clerk), rows.getvalue().encode()).content.decode()
    assert "读出 800 行，1 处待补充" in page
    assert "只显示前 200 行" in page


def test_a_line_of_a_filed_programme_offers_a_fast_filing_with_all_it_says(desk, signed_in):
    content = CLEAN.replace("适时".encode(), "6月".encode())
    year = desk.county.today().year
    filed = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=year, content=content, name="x.csv")
    filed.submit(by=desk.clerk)
    filed.endorse(by=desk.head)
    filed.accept(by=desk.reviewer)
    line = filed.standing_lines.first()
    make.an_enterprise(desk.county, name="沂水演示甲企业有限公司", trade="企业管理")
    page = signed_in(desk.clerk).get(f"/plans/new/?line={line.uid}").content.decode()
    assert f'<option value="{line.pk}" selected>' in page
    assert '<option value="PROGRAMME" selected>' in page
    assert "沂水演示甲企业有限公司" in page  # of the line's kind, and nobody has been there
    assert f"?line={line.uid}" in signed_in(desk.clerk).get(filed.get_absolute_url()).content.decode()
    assert f"?line={line.uid}" not in signed_in(desk.auditor).get(filed.get_absolute_url()).content.decode()
