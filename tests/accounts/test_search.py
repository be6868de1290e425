"""An enterprise is found by name, pinyin, initials and code, from two characters up; the index follows every saving."""

import pytest

from accounts.importing import import_list
from accounts.models import Enterprise, EnterpriseWord, IdentifierKind
from accounts.models.words import keys_of, read_aloud
from audit.models import signed, signed_bulk
from tests import make


def named(county, *names, **facts):
    return [make.an_enterprise(county, name=name, **facts).enterprise for name in names]


def found(desk, words, limit=8):
    rows = Enterprise.objects.visible_to(desk.clerk).search(words, counties=desk.clerk.counties(), limit=limit)
    return [row.display_name for row in rows]


@pytest.mark.parametrize(
    "words",
    ["重庆银行", "重庆", "庆银", "银行沂水", "chongqing", "chongqingyinhang", "CQYH", "yinhang",
     "cqyhysfh", "yhys", "Chong Qing", "重庆　沂水", "沂水 银行", "cq 银行"],
)  # fmt: skip
def test_a_name_is_found_by_any_part_of_it_in_characters_pinyin_and_initials(desk, words):
    named(desk.county, "重庆银行沂水分行", "沂水县长安汽车修理厂")
    assert found(desk, words) == ["重庆银行沂水分行"]


@pytest.mark.parametrize("words", ["", " ", "银", "y", "（）", "%%", "__", "重庆%", "' OR 1=1 --", "\\", "重庆沂水", "x" * 300])
def test_what_is_too_short_or_not_in_the_name_finds_nothing_and_breaks_nothing(desk, words):
    named(desk.county, "重庆银行沂水分行")
    assert "重庆银行沂水分行" not in found(desk, words) or words == "重庆%"  # signs of no language are not looked for


def test_a_code_is_found_by_its_beginning_in_either_case_and_a_person_by_name(desk):
    place = make.an_enterprise(desk.county, name="", operator="吕布", kind="HOUSEHOLD")
    code = place.enterprise.identifier
    for words in (code, code.lower(), code[:9] + code[9:], "吕布", "lvbu", "lb", "lübu"):
        assert "个体工商户（吕布）" in found(desk, words), words
    assert found(desk, code[5:]) == [], "a code only from its beginning"


def test_the_best_comes_first_exact_then_beginning_then_inside(desk):
    inside, longer, exact = named(desk.county, "沂水县面粉厂供销社", "面粉厂东店", "面粉厂")
    assert found(desk, "面粉厂") == [str(exact), str(longer), str(inside)]
    assert found(desk, "mfc", limit=2) == [str(exact), str(longer)]


def test_a_name_longer_than_the_index_keeps_is_told_from_one_that_begins_alike(desk):
    named(desk.county, "沂水县演示农业机械制造有限公司甲厂", "沂水县演示农业机械制造有限公司乙厂")
    assert found(desk, "沂水县演示农业机械制造有限公司乙厂") == ["沂水县演示农业机械制造有限公司乙厂"]
    assert found(desk, "yishuixianyanshinongyejixiezhizaoyouxiangongsijia") == ["沂水县演示农业机械制造有限公司甲厂"]
    matching = Enterprise.objects.matching("沂水县演示农业机械制造有限公司乙厂", [desk.county.pk])
    assert [row.name for row in matching] == ["沂水县演示农业机械制造有限公司乙厂"]


def test_many_alike_are_cut_at_the_limit_and_none_comes_twice(desk):
    named(desk.county, *(f"公司公司公司第{n}号" for n in range(30)))
    assert len(found(desk, "公司", limit=25)) == len(set(found(desk, "公司", limit=25))) == 25
    assert len(found(desk, "gsgs", limit=50)) == 30


def test_nothing_of_the_next_county_is_found(desk, elsewhere):
    named(elsewhere.county, "独一号面馆")
    assert found(desk, "独一号") == []
    rows = Enterprise.objects.visible_to(elsewhere.clerk).search("dyh", counties=elsewhere.clerk.counties())
    assert [row.name for row in rows] == ["独一号面馆"]


def test_the_index_follows_a_change_of_name_a_bulk_entry_and_an_import(desk):
    (enterprise,) = named(desk.county, "旧名食品厂")
    with signed(by=make.system(), verb="found"):
        enterprise.name = "新号食品厂"
        enterprise.save()
    assert (found(desk, "旧名"), found(desk, "jiuming"), found(desk, "xhsp")) == ([], [], ["新号食品厂"])
    row = Enterprise.prepare(county=desk.county, kind="SMALL", name="成批豆腐坊", identifier_kind="PERMIT", identifier="登字9号")
    signed_bulk([row], by=make.system(), verb="found")
    text = "名称,类型,证件种类,证件号码,地址\n导入煎饼坊,SMALL,无,,某路1号\n"
    import_list(desk.county, "enterprises", text.encode(), name="x.csv", by=desk.issuer)
    assert (found(desk, "cpdfu"), found(desk, "chengpi"), found(desk, "登字"), found(desk, "jianbing")) == (
        [], ["成批豆腐坊"], ["成批豆腐坊"], ["导入煎饼坊"],
    )  # fmt: skip
    kept = set(EnterpriseWord.objects.values_list("enterprise", "place", "word"))
    due = {(e.pk, place, key) for e in Enterprise.objects.all() for place, key in keys_of(e)}
    assert {(e, p, bytes(w)) for e, p, w in kept} == due, "neither more nor less than follows from the enterprises"


def test_characters_of_two_readings_are_read_as_in_their_word():
    assert read_aloud("重庆银行") == ["chong", "qing", "yin", "hang"]
    assert read_aloud("重点行人a1鼋") == ["zhong", "dian", "xing", "ren", "a", "1", "yuan"]


# --- where it is used ---------------------------------------------------------------------------------
def test_the_pages_and_the_api_find_by_initials(desk, signed_in):
    named(desk.county, "独一号面馆", identifier_kind=IdentifierKind.NONE, identifier="")
    for address in ("/enterprises/?words=dyh", "/enterprises/suggest/?words=dyh", "/lists/enterprises/?q=dyh"):
        assert "独一号面馆" in signed_in(desk.clerk).get(address).content.decode(), address
    assert 'data-into="id_target"' in signed_in(desk.registrar).get("/enterprises/suggest/?target=独一&into=id_target").content.decode()
    answer = signed_in(desk.clerk).get("/api/v1/enterprises/", {"q": "dyh"}).json()
    assert [row["name"] for row in answer["results"]] == ["独一号面馆"]
    assert answer["next"] is None


def test_the_picker_leaves_out_what_is_closed(desk, signed_in):
    with signed(by=make.system(), verb="found"):
        (enterprise,) = named(desk.county, "独一号面馆")
        enterprise.closed_on = desk.county.today()
        enterprise.save()
    assert "独一号面馆" not in signed_in(desk.clerk).get("/enterprises/suggest/?words=独一").content.decode()
