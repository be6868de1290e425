"""The fee list is taken in as it is published, in force on a day; what is not on it can be charged by no way."""

import datetime

import pytest

from accounts.importing import Faults, import_list
from audit.models import Attempt, Refused
from fees.lists import rate, steps, steps_in_words
from fees.models import Charge, FeeItem
from fees.standard import Standard
from paper.models import workbook
from tests import make, make_fees
from tests.api.conftest import Hand

DAY = datetime.timedelta(days=1)


def take_in(desk, content, name="清单.csv", **more):
    return import_list(
        desk.county, "fee-items", content if isinstance(content, bytes) else content.encode(), name=name, by=desk.issuer, **more
    )


def published(*rows, headings=("序号", "部门", "项目名称", "资金管理方式", "政策依据", "收费标准")):
    """A list as provinces publish it: a title, a note, no code, no kind but in the name of the sheet."""
    return workbook(title="全国性及中央部门和单位涉企行政事业性收费目录清单", headings=headings, rows=rows, note="截至2026年6月30日")


def test_a_list_as_published_without_codes_is_taken_in_and_the_second_time_nothing_changes(desk):
    rows = [
        (1, "自然资源", "土地复垦费", "缴入地方国库", "《土地管理法》，《土地复垦条例》", "按文件"),
        (2, "市场监管", "演示检测费", "缴入地方国库", "财税〔2026〕1号", ""),
    ]
    found = take_in(desk, published(*rows), name="清单.xlsx")
    assert (found.new, found.changed, found.same) == (2, 0, 0)
    items = list(FeeItem.objects.filter(county=desk.county).order_by("code"))
    assert [(i.code, i.kind, i.name, i.collecting_unit, i.documents) for i in items] == [
        ("XZ-01", "行政事业性收费", "土地复垦费", "自然资源", "《土地管理法》，《土地复垦条例》"),
        ("XZ-02", "行政事业性收费", "演示检测费", "市场监管", "财税〔2026〕1号"),
    ]
    assert str(take_in(desk, published(*rows), name="清单.xlsx")).startswith("新增 0，变更 0，没有变化 2")


def test_what_was_in_force_on_that_day_is_one_question(desk):
    head = "编码,类别,项目名称,执收单位,计算方式,单价（元）,计费单位,施行,废止\n"
    take_in(desk, head + "XZ-01,行政事业性收费,演示费,市场监管,定额,10,件,2024-01-01,\n")
    take_in(desk, head + "XZ-01,行政事业性收费,演示费,市场监管,定额,12.50,件,2025-07-01,\n")
    asked = {
        day: FeeItem.in_force_in(desk.county, datetime.date.fromisoformat(day))
        for day in ("2023-12-31", "2024-01-01", "2025-06-30", "2025-07-01")
    }
    assert [[i.unit_price for i in rows] for rows in asked.values()] == [[], [1000], [1000], [1250]]
    page = Hand(desk.clerk).get("fee-items/", on="2025-06-30")[1]["results"]
    assert [row["unit_price_fen"] for row in page] == [1000]
    old = make_fees.a_fee(desk, asked["2025-06-30"].get(), quantity=2000, charged_on=datetime.date(2025, 6, 30))
    new = make_fees.a_fee(desk, asked["2025-07-01"].get(), quantity=2000)
    assert (old.amount, new.amount) == (2000, 2500)


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ("XZ-01,行政事业性收费,演示费,市场监管,定额,,件", "没有填写"),
        ("XZ-01,行政事业性收费,演示费,市场监管,定额,10.123,件", "最多两位小数"),
        ("XZ-01,别的费,演示费,市场监管,定额,10,件", "不在可选范围内"),
        ("XZ-01,行政事业性收费,,市场监管,定额,10,件", "没有填写"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy_and_nothing_is_kept(desk, cells, what):
    with pytest.raises(Faults) as faults:
        take_in(desk, f"编码,类别,项目名称,执收单位,计算方式,单价（元）,计费单位\n{cells}\n")
    assert what in faults.value.message
    assert not FeeItem.objects.filter(county=desk.county).exists()


@pytest.mark.parametrize(
    ("said", "millionths"),
    [
        ("3%", 30000),
        ("2％", 20000),
        ("0.5‰", 500),
        ("万分之五", 500),
        ("百分之二", 20000),
        ("千分之一", 1000),
        ("百分之十", 100000),
        ("0.0001%", 1),
        ("", None),
    ],
)
def test_rates_are_read_as_they_are_written(said, millionths):
    assert rate(said) == millionths


@pytest.mark.parametrize("said", ["三", "3", "101%", "0%", "0.00001%", "百分之好", "-1%"])
def test_what_is_no_rate_is_not_guessed(said):
    with pytest.raises(ValueError):
        rate(said)


def test_steps_go_in_and_out_the_same():
    said = "至10：300.00；至50：260.00；以上：220.00"
    assert steps(said) == [[10000, 30000], [50000, 26000], [None, 22000]]
    assert steps_in_words(steps(said)) == said
    for wrong in ("至50：1；至10：2；以上：3", "以上：1；至5：2", "至5：1", "五台以下：1"):
        with pytest.raises(ValueError):
            steps(wrong)


@pytest.mark.parametrize(
    ("facts", "quantity", "base", "fen", "lines"),
    [
        ({"way": "定额", "price": 20000, "unit": "平方米"}, 63400, 0, 1268000, 1),
        ({"way": "定额", "price": 333, "unit": "件"}, 500, 0, 167, 1),  # half a fen is rounded up
        ({"way": "费率", "rate": 20000}, 0, 1_000_000_000, 20_000_000, 1),
        ({"way": "费率", "rate": 20000, "ceiling": 500}, 0, 1_000_000, 500, 2),
        (
            {"way": "分段累进", "steps": ((10000, 30000), (50000, 26000), (None, 22000)), "unit": "台"},
            60000,
            0,
            300000 + 1040000 + 220000,
            4,
        ),
        ({"way": "分段累进", "steps": ((10000, 30000), (None, 22000)), "unit": "台"}, 10000, 0, 300000, 1),
        ({"way": "分档", "steps": ((10000, 30000), (None, 90000)), "unit": "台"}, 10000, 0, 30000, 1),
        ({"way": "分档", "steps": ((10000, 30000), (None, 90000)), "unit": "台"}, 10001, 0, 90000, 1),
    ],
)
def test_a_sum_follows_from_its_standard_line_by_line(facts, quantity, base, fen, lines):
    found = Standard(**facts).of(quantity, base)
    assert (found.fen, len(found.lines)) == (fen, lines)


def test_nobody_asks_for_more_than_the_standard(desk):
    item = make.a_fee_item(desk.county, way="定额", unit_price=20000, unit="平方米")
    fee = make_fees.a_fee(desk, item, quantity=63400)
    assert (fee.amount, fee.explained) == (1268000, ["63.4 平方米 × 200.00 元 = 12,680.00 元"])
    assert make_fees.a_fee(desk, item, quantity=63400, amount=1268000).amount == 1268000
    for facts, field in (({"quantity": 63400, "amount": 1268001}, "amount"), ({}, "quantity"), ({"quantity": 0}, "quantity")):
        with pytest.raises(Refused) as refusal:
            make_fees.a_fee(desk, item, **facts)
        assert refusal.value.field == field
    with pytest.raises(Refused, match="由标准计算得出"):
        fee.correct(by=desk.registrar, amount=1268100, note="加一点")
    capped = make.a_fee_item(desk.county, ceiling=5000)
    with pytest.raises(Refused, match="不得超标准收取"):
        make_fees.a_fee(desk, capped, amount=5001)


# --- nothing off the list, by no way; the attempt stays ------------------------------------------------
def test_a_fee_off_the_list_is_refused_by_page_and_api_and_the_attempt_stays(desk, signed_in):
    today = desk.county.today().isoformat()
    said = {"kind": "FEE", "item": "卫生达标费", "charged_on": today, "collector": str(desk.officer_row.uid)}
    name = desk.establishment.enterprise.name
    page = {**said, "target": name, "amount": "100", "uid": "11111111-1111-4111-8111-111111111111"}
    assert signed_in(desk.registrar).post("/charges/new/", page).status_code == 422
    status, answer = Hand(desk.registrar).post("charges/", **said, establishment=str(desk.establishment.uid), amount_fen=10000)
    assert (status, list(answer["errors"])) == (422, ["item"])
    assert "优化营商环境条例第25条" in answer["detail"]
    tried = [(row.channel, row.facts["item"], row.facts["amount"]) for row in Attempt.objects.order_by("pk")]
    assert tried == [("page", "卫生达标费", "100.00"), ("api", "卫生达标费", "100.00")]
    assert "卫生达标费" in signed_in(desk.auditor).get("/oversight/attempts/").content.decode()
    assert not Charge.objects.exists()


def test_what_is_never_lawful_is_refused_with_its_article(desk):
    make_fees.a_demand(desk.county)
    for facts, field in (({"item": "协会赞助费"}, "item"), ({"note": "另收赞助三百元"}, "note")):
        with pytest.raises(Refused) as refusal:
            make_fees.a_fee(desk, **facts)
        assert refusal.value.field == field
        assert "《山东省企业权益保护条例》第21条" in refusal.value.message
        assert refusal.value.facts["demand"] == "ZZ-1"
    assert make_fees.a_fee(desk, note="查处索要赞助案件相关").pk, "what is said against it is no demand"


def test_a_collector_has_a_certificate_that_day(desk):
    late = make.an_officer(desk.agency, valid_to=desk.county.today() - DAY)
    stranger = make.an_officer(make.an_agency(desk.county))
    for collector, why in ((late, "没有有效的证件"), (stranger, "不是本单位的人员"), (None, "请选择执收（执法）人员")):
        with pytest.raises(Refused, match=why):
            make_fees.a_fee(desk, collector=collector)
    visit = desk.visited()
    fine = make_fees.a_fine(desk, collector=None, visit=visit)
    assert (fine.collector, fine.certificate_number) == (desk.officer_row, desk.officer_row.certificates.get().number)
