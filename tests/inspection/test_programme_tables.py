"""Published tables: nothing lost, nothing guessed, nothing crashes. Real rows of three counties, and a fuzzed family of them."""

import io
import json
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from audit.models import Leaf, Refused
from inspection.importing.months import when
from inspection.importing.programme import read_programme
from inspection.importing.quantities import levels, methods, quantities
from inspection.models import InspectionProgramme, ProgrammeLine
from paper.incoming import read
from tests import make
from tests.turns import PROVE

from .published import CELLS, HEADINGS, publish

HERE = Path(__file__).parent / "programmes"
REAL = sorted(HERE.glob("*.csv"))
SEEDS = range(3000 if PROVE else 250)


class Agency:
    """Enough of an agency for reading: the directory asks for names, field and standing."""

    def __init__(self, pk, name, kind, short_name="", standing="COUNTY"):
        self.pk, self.code, self.name, self.kind, self.short_name, self.standing = pk, f"XS-{pk}", name, kind, short_name, standing


KNOWN = [
    Agency(1, "沂水县市场监督管理局", "市场监管", "县市场监管局"),
    Agency(2, "沂水县住房和城乡建设局", "住房城乡建设"),
    Agency(3, "沂水县卫生健康局", "卫生健康"),
]


def read_it(content, *, year=2025, name="计划.csv"):
    return read_programme(read(content, name=name), year=year, county_name="沂水县", agencies=KNOWN, filer=KNOWN[0])


def table(*rows, title=""):
    return "\n".join([*([title] if title else []), *rows]).encode()


def xlsx(write):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        write(book, book.add_worksheet("计划"))
    return out.getvalue()


# --- the family ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("share", range(10))
def test_of_every_file_of_the_family_nothing_is_lost_and_nothing_guessed(share):
    for seed in [s for s in SEEDS if s % 10 == share]:
        made = publish(seed, [agency.name for agency in KNOWN])
        result = read_it(made.content)
        assert {(line.sheet, line.row) for line in result.lines} == set(made.rows), f"seed {seed}: each row of data is a line"
        for line in result.lines:
            cells = made.rows[line.sheet, line.row]
            published = {heading.replace("\n", "").replace(" ", ""): cell for heading, cell in cells.items()}
            assert list(line.words.values()) == [cell.text.strip() for cell in cells.values()], f"seed {seed}: words as published"
            opened = {point.heading for point in line.open}
            wanted = {heading for heading, cell in published.items() if cell.open}
            assert opened == wanted, f"seed {seed}, row {line.row}: {opened ^ wanted}"
            for heading, cell in published.items():
                if cell.understood is not None:
                    check_value(line, result, heading, cell, seed)
        left = " ".join(row.text for row in result.left_out)
        said = (
            left + " ".join(text for line in result.lines for text in line.words.values()) + " ".join(c["heading"] for c in result.columns)
        )
        squeezed = "".join(said.split())
        assert [w for w in made.words if "".join(w.split()) not in squeezed] == [], f"seed {seed}: no word is lost"


def check_value(line, result, heading, cell, seed):
    role = next(c["role"] for c in result.columns if c["heading"] == heading)
    ratio, frequency, count = (line.values.get(name) or {} for name in ("ratio", "frequency", "count"))
    values = {
        "months": line.values.get("months"), "method": line.values.get("methods"), "level": line.values.get("levels"),
        "ratio": ratio.get("percent"), "ratio_frequency": ratio.get("percent"), "frequency": frequency.get("times"),
        "count": count.get("number"),
    }  # fmt: skip
    if role in values:
        assert values[role] == cell.understood, f"seed {seed}, row {line.row}, {heading}: {cell.text}"
    elif role in ("agency", "lead", "partner"):
        assert set(cell.understood) <= {a["words"] for a in line.values["agencies"] if a["code"]}, f"seed {seed}: {cell.text}"


def test_every_heading_of_the_family_is_known():
    from inspection.importing.headings import role_of

    wrong = [(role, words, role_of(words)) for role, many in HEADINGS.items() for words in many if role_of(words) != role]
    assert wrong == []


@pytest.mark.parametrize(
    "heading", ["企业名称", "统一社会信用代码", "地址", "法定代表人", "金额", "2025年", "特种设备检查员培训班", "合计"]
)
def test_other_headings_are_not_taken_for_one_of_a_programme(heading):
    from inspection.importing.headings import HOW, role_of

    assert role_of(heading) not in HOW


# --- cells -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("text", "understood"), CELLS["months"])
def test_months(text, understood):
    assert (when(text, year=2025).months or None) == understood


@pytest.mark.parametrize(("text", "until"), [("9月底前", 9), ("2025年10月31日前完成", 10), ("12月底以前", 12), ("年底前", 12)])
def test_a_term_without_a_beginning_is_kept_as_such(text, until):
    assert (when(text, year=2025).until, when(text, year=2025).months) == (until, [])


def test_a_bare_number_is_a_month_only_under_a_heading_that_says_so():
    assert when("9", year=2025).fault
    assert when("9", year=2025, bare_numbers=True).months == [9]
    assert when("3-5", year=2025, bare_numbers=True).months == [3, 4, 5]


@pytest.mark.parametrize(
    ("text", "heading", "percent"),
    [
        ("0.05", "抽查比例", "5"),
        ("5", "抽查比例(%)", "5"),
        ("5", "抽查比例", None),
        ("1", "抽查比例", None),
        ("0.05", "抽查比例（％）", None),
    ],
)
def test_a_number_without_its_sign_is_a_ratio_only_where_it_can_be_nothing_else(text, heading, percent):
    assert quantities(text, heading=heading, wanted="ratio").values.get("ratio", {}).get("percent") == percent


@pytest.mark.parametrize("text", ["5%（重点企业20%）", "不低于5%且不少于3户", "3%或5户", "A级1%、B级3%", "不低于5%，具体以上级部署为准"])
def test_half_of_a_cell_is_never_taken_for_the_whole(text):
    found = quantities(text, heading="抽查比例", wanted="ratio")
    assert (found.values, bool(found.fault)) == ({}, True)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("双随机、一公开", ["RANDOM"]),
        ("线上+线下", ["ONLINE", "ON_SITE"]),
        ("实地核查、委托专业机构", ["ON_SITE", "ENTRUSTED"]),
        ("现场为主", None),
    ],
)
def test_methods(text, codes):
    assert methods(text).values.get("methods") == codes


def test_levels():
    assert levels("县（市、区）级").values["levels"] == ["县", "市", "区"]
    assert levels("县级以上").fault


# --- tables ----------------------------------------------------------------------------------------------
HEAD = "序号,抽查事项,检查对象,检查时间,抽查比例,检查部门"


@pytest.mark.parametrize("file", REAL, ids=lambda path: path.stem)
def test_the_real_ones_as_csv_and_as_xlsx(file):
    plain = read_it(file.read_bytes(), year=2023)
    sheet = read(file.read_bytes())[0]

    def write(book, page):
        for r, row in enumerate(sheet.rows):
            page.write_row(r, 0, row)

    again = read_it(xlsx(write), year=2023)
    assert [line.values for line in again.lines] == [line.values for line in plain.lines]
    assert [line.row for line in plain.lines] == [n for n in range(3, len(sheet.rows) + 1)]
    assert plain.warnings == []
    assert {p.role for p in plain.open_points} <= {"agency", "partner"}, "all but names of other counties is understood"


def test_the_joint_plan_of_yishui_is_two_lines_lead_and_partner():
    lead, partner = read_it((HERE / "programme-yishui-joint-2023.csv").read_bytes(), year=2023).lines
    assert lead.values["agencies"] == [{"words": "住房城乡建设部门", "code": "XS-2", "part": "LEAD"}]
    assert partner.values["agencies"] == [{"words": "市场监管部门", "code": "XS-1", "part": "PARTNER"}]
    assert (partner.values["joint_item"], partner.values["months"]) == ("工程造价咨询企业抽查", [4, 5, 6, 7, 8])
    assert (partner.words["检查时间"], partner.taken["检查时间"]) == ("", 3), "the cell itself is empty, and the row it continues is named"


def test_merged_cells_give_their_text_to_every_row_they_cover_and_to_no_other():
    def write(book, page):
        page.write_row(0, 0, HEAD.split(","))
        page.write_row(1, 0, ["1", "甲", "", "", "5%", "沂水县市场监督管理局"])
        page.merge_range(1, 2, 2, 2, "企业")
        page.merge_range(1, 3, 2, 3, "5月")
        page.write_row(2, 0, ["2", "乙"])
        page.write_row(2, 4, ["3%", ""])

    first, second = read_it(xlsx(write)).lines
    assert (second.words["检查时间"], second.values["months"], second.taken) == ("5月", [5], {"检查对象": 2, "检查时间": 2})
    assert [(p.row, p.column) for p in second.open] == [(3, "F")]
    assert first.open == []


def test_an_empty_cell_is_not_filled_from_above_unless_its_row_continues_another():
    result = read_it(table(HEAD, "1,甲,企业,5月,5%,沂水县卫生健康局", "2,,企业,5月,5%,沂水县卫生健康局", "3,丙,,,,"))
    assert [[p.column for p in line.open] for line in result.lines] == [[], ["B"], ["C", "D", "E", "F"]]


def test_headings_in_two_rows_are_read_together():
    def write(book, page):
        page.merge_range(0, 0, 0, 6, "2025年抽查计划")
        for c, text in enumerate(["序号", "抽查事项", "检查对象"]):
            page.merge_range(1, c, 2, c, text)
        page.merge_range(1, 3, 1, 4, "抽查比例及频次")
        page.merge_range(1, 5, 1, 6, "检查部门")
        page.write_row(2, 3, ["比例", "频次", "牵头", "配合"])
        page.write_row(3, 0, ["1", "甲", "企业", "5%", "每年1次", "县市场监管局", "卫生健康局"])

    (line,) = read_it(xlsx(write)).lines
    assert (line.row, line.values["ratio"]["percent"], line.values["frequency"]["times"], line.open) == (4, "5", 1, [])
    assert [(a["code"], a["part"]) for a in line.values["agencies"]] == [("XS-1", "LEAD"), ("XS-3", "PARTNER")]


def test_headings_in_two_rows_of_a_csv_too():
    result = read_it(
        table("序号,抽查事项,检查对象,时间安排,,检查部门,", ",,,开始时间,结束时间,牵头,配合", "1,甲,企业,3月,5月,卫生健康局,市场监管局")
    )
    (line,) = result.lines
    assert (line.values["months"], [a["part"] for a in line.values["agencies"]], line.open) == ([3, 4, 5], ["LEAD", "PARTNER"], [])


def test_several_sheets_and_a_second_table_below_are_all_read():
    def write(book, page):
        first = [["一、年度计划"], HEAD.split(","), ["1", "甲", "企业", "5月", "5%", "卫生健康局"]]
        below = [["二、联合计划"], ["序号", "任务名称", "检查对象", "检查时间", "牵头部门"], ["1", "乙", "企业", "6月", "卫生健康局"]]
        for r, row in enumerate([*first, [], *below]):
            page.write_row(r, 0, row)
        other = book.add_worksheet("续")
        other.write_row(4, 1, HEAD.split(","))
        other.write_row(5, 1, ["1", "丙", "企业", "7月", "5%", "卫生健康局"])

    result = read_it(xlsx(write))
    assert [(line.sheet, line.row, line.name, line.open) for line in result.lines] == [
        ("计划", 3, "甲", []), ("计划", 7, "乙", []), ("续", 6, "丙", [])
    ]  # fmt: skip


def test_totals_notes_groups_and_repeated_headings_are_left_out_by_row_and_nothing_else():
    rows = [
        HEAD,
        "一、日常检查,,,,,",
        "1,甲,企业,5月,5%,卫生健康局",
        HEAD,
        "2,乙,企业,5月,5%,卫生健康局",
        "合计,,,,10,",
        ",,,,,",
        "注：可调整。,,,,,",
    ]
    result = read_it(table(*rows))
    assert [line.row for line in result.lines] == [3, 5]
    assert [(row.row, row.why) for row in result.left_out] == [(2, "分组标题"), (4, "重复的表头"), (6, "合计行"), (8, "表下的说明")]
    assert result.lines[0].values["group"] == "一、日常检查"


def test_numbers_of_columns_are_no_row_and_a_row_into_which_others_reach_is_one():
    def write(book, page):
        page.write_row(0, 0, HEAD.split(","))
        page.write_row(1, 0, ["1", "2", "3", "4", "5", "6"])
        page.merge_range(2, 0, 3, 0, "1")
        page.merge_range(2, 4, 3, 4, "5%")
        page.merge_range(2, 5, 3, 5, "卫生健康局")
        page.write_row(2, 1, ["甲", "企业", "5月"])
        page.merge_range(3, 1, 3, 3, "同时检查消防")

    result = read_it(xlsx(write))
    assert [(line.row, line.name) for line in result.lines] == [(3, "甲"), (4, "同时检查消防")]
    assert [(row.row, row.why) for row in result.left_out] == [(2, "列的编号")]


def test_several_agencies_in_one_cell_with_their_parts():
    cells = {
        "市场监管局、卫生健康局": [("XS-1", ""), ("XS-3", "")],
        "市场监管局（牵头）、卫生健康局（配合）": [("XS-1", "LEAD"), ("XS-3", "PARTNER")],
        "牵头：市场监管局；配合：卫生健康局": [("XS-1", "LEAD"), ("XS-3", "PARTNER")],
        "市场监管局和住房和城乡建设局": [("XS-1", ""), ("XS-2", "")],
        "本局": [("XS-1", "LEAD")],
    }
    result = read_it(table(HEAD, *[f"{n},甲,企业,5月,5%,{text}" for n, text in enumerate(cells, start=1)]))
    assert [[(a["code"], a["part"]) for a in line.values["agencies"]] for line in result.lines] == list(cells.values())
    (more,) = read_it(table(HEAD, "1,甲,企业,5月,5%,市场监管局等部门")).lines
    assert "“等”字" in more.open[0].what


@pytest.mark.parametrize("content", [b"a,b,c\n1,2,3", "序号,企业名称,地址\n1,某公司,某路".encode(), HEAD.encode(), "大家好".encode()])
def test_where_there_is_no_programme_a_sentence_says_so(content):
    with pytest.raises(Refused, match="没有找到检查计划表"):
        read_it(content)


def test_the_title_is_the_line_that_names_a_programme():
    assert (
        read_it(table("附件1,,,,,", "2025年抽查计划,,,,,", "填报单位：某局,,,,,", HEAD, "1,甲,企业,5月,5%,卫生健康局")).title
        == "2025年抽查计划"
    )


def test_a_title_of_another_year_is_pointed_out():
    assert "2023" in read_it(table(HEAD, "1,甲,企业,5月,5%,卫生健康局", title="2023年计划,,,,,")).warnings[0]


# --- the command -------------------------------------------------------------------------------------------
def run(*args):
    out = io.StringIO()
    call_command("import_programme", *args, stdout=out)
    return out.getvalue()


def test_the_command_imports_and_says_so_in_one_json_object(desk):
    answer = json.loads(run(str(REAL[0]), "--agency", desk.agency.code, "--year", "2023", "--json"))
    programme = InspectionProgramme.objects.get(uid=answer["programme"])
    assert (len(answer["lines"]), programme.lines.count(), programme.year) == (7, 7, 2023)
    assert answer["lines"][0]["words"]["抽查频次"] == "=1"
    point = answer["lines"][0]["open"][0]
    assert (point["row"], point["column"], point["heading"], point["text"]) == (3, "B", "检查主体", "上高县市场监督管理局")


def test_a_dry_run_writes_nothing(desk):
    leaves = Leaf.objects.count()
    answer = json.loads(run(str(REAL[0]), "--agency", desk.agency.code, "--year", "2023", "--json", "--dry-run"))
    assert (len(answer["lines"]), answer["programme"], Leaf.objects.count()) == (7, None, leaves)
    assert ProgrammeLine.objects.count() == 0
    assert "7 行" in run(str(REAL[0]), "--agency", desk.agency.code, "--year", "2023", "--dry-run")


@pytest.mark.parametrize(
    ("file", "code", "year", "sentence"),
    [
        ("none", "", "2025", "没有找到检查计划表"),
        ("real", "NO-1", "2025", "没有代码为"),
        ("gone", "", "2025", "无法读取"),
        ("real", "", "1", "年度应当"),
    ],
)
def test_what_cannot_be_imported_is_said_in_a_sentence(desk, tmp_path, file, code, year, sentence):
    none = tmp_path / "x.csv"
    none.write_text("a,b\n1,2")
    path = {"none": none, "real": REAL[0], "gone": tmp_path / "gone.csv"}[file]
    out = io.StringIO()
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("import_programme", str(path), "--agency", code or desk.agency.code, "--year", year, "--json", stdout=out)
    assert refused.value.returncode == 1
    assert json.loads(out.getvalue())["lines"] == []
    assert InspectionProgramme.objects.count() == 0


def test_where_two_counties_have_the_code_the_county_is_asked_for(desk, elsewhere):
    make.an_agency(elsewhere.county, code=desk.agency.code)
    with pytest.raises(CommandError, match="--county"):
        run(str(REAL[0]), "--agency", desk.agency.code, "--year", "2023")
    assert "7 行" in run(str(REAL[0]), "--agency", desk.agency.code, "--year", "2023", "--county", desk.county.code)
