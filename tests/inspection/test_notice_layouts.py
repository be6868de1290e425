"""300 layouts of a notice by seed, tiny to huge: the text is the snapshot in order, and no box lies on another.

The expected text is written here a second time, by hand. A fixed share runs always, all with PROVE=1; the twelve fullest are then
kept as pictures in ``test-artifacts/notice-layouts``, to be looked at.
"""

import random
from itertools import combinations
from pathlib import Path

import pypdfium2
import pytest

from inspection import papers
from inspection.models import VisitRight
from tests.turns import PROVE

SEED, ALL, SHARE, FULLEST = 20261126, 300, 6, 270

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts" / "notice-layouts"
MM = 72 / 25.4
TOP, BOTTOM = 37, 262
SIGNED_FOR = "签收人：＿＿＿＿＿＿＿＿与企业关系：＿＿＿＿＿＿签收时间：＿＿＿＿年＿＿月＿＿日＿＿时＿＿分"
WORDS = "沂水县演示食品生产经营监督检查记录台账许可出厂检验人员安全管理责任落实情况市场应急环境卫生建设运输仓储设备喆堃䶮㛃"


def text(chance, low, high):
    return "".join(chance.choice(WORDS) for _n in range(chance.randint(low, high)))


def layout(number):
    """The facts of one layout: each part is tiny, ordinary or huge by itself."""
    chance = random.Random(SEED * 1000 + number)

    def size(tiny, usual, huge):
        return chance.choices([tiny, usual, huge], [3, 4, 2])[0]

    def words(tiny, usual, huge):
        most = size(tiny, usual, huge)
        return text(chance, max(1, most // 2), most)

    agency = words(5, 10, 24)
    beside = beside_the_ordinary(number)
    several = [size(1, 2, 8), size(2, 3, 14), size(0, 1, 6), size(0, 12, 20)]
    return {
        "number": f"{text(chance, 2, 6)}备〔2026〕{chance.choice([1, 17, 98765])}号",
        "order": chance.choice(["", f"{text(chance, 2, 30)}通〔2026〕{number}号"]),
        "office": words(8, 14, 24),
        "supervision_phone": chance.choice(["12345", "0539-0000000", "0539-0000000转1234"]),
        "filing": chance.choice(["审查备案", "告知备案"]),
        "enterprise": words(4, 16, 60),
        "identifier": chance.choice(["", "91371323MAYX000017", "演示登字3713230001"]),
        "operator": chance.choice(["", words(2, 3, 12)]),
        "address": words(6, 20, 90),
        "agency": agency,
        "carried_out_by": chance.choice([agency, agency, words(5, 10, 20)]),
        "partners": [words(5, 10, 20) for _n in range(size(0, 0, 3))],
        "act": "",
        "type": chance.choice(["日常检查", "个案检查", "专项检查"]),
        "task_source": words(4, 12, 60),
        "platform": chance.choice(["", "37-2026-000123 A1B2C3"]),
        "purpose": words(4, 30, 200),
        "requirements": words(4, 40, 300),
        "items": [
            {"name": words(4, 14, 60), "basis": f"《{words(4, 10, 30)}》第{n + 1}条", "content": words(4, 20, 80)}
            for n in range(several[0])
        ],
        "starts_on": "2026-11-26",
        "ends_on": chance.choice(["2026-11-26", "2026-12-31"]),
        "minutes_on_site": chance.choice([None, 45, 480]),
        "officers": [{"name": text(chance, 2, 4), "certificate": f"3713{n:08d}"} for n in range(several[1])],
        "assistants": [f"{text(chance, 2, 4)}（{words(3, 8, 20)}）" for _n in range(several[2])],
        "year": 2026,
        "visits_this_year": chance.choice([0, 1, 12]),
        "visits_cap": chance.choice([None, 2, 12]),
        "rights": [
            {"grade": VisitRight.Grade.values[n * 3 // several[3]], "sentence": words(8, 18, 40) + "。", "law": words(3, 8, 16),
             "article": f"第{n + 1}条"}
            for n in range(several[3])
        ],
        "numbered_on": "2026-11-25",
        "demo": chance.choice([True, False]),
        "scan_url": "HTTPS://JC.EXAMPLE.GOV.CN/R/" + "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=size(26, 118, 200))),
        **beside,
    }  # fmt: skip


def beside_the_ordinary(number):
    """What only some notices say, drawn by itself: begun before its filing, made by hand, in place of another."""
    chance = random.Random(f"beside {SEED} {number}")
    before = chance.choice([{}, {}, {"provisional": True}, {"by_hand": True}])
    by_hand = {"paper_number": text(chance, 4, 60)} if "by_hand" in before or chance.random() < 0.1 else {}
    return before | by_hand | ({"replaces": f"{text(chance, 2, 20)}备〔2026〕98764号"} if chance.random() < 0.4 else {})


def asked_for(number):
    """Which copy is made, and whether it is void: a reason is tiny, ordinary or as long as it may be."""
    chance = random.Random(f"asked {SEED} {number}")
    why = text(chance, 2, chance.choice([4, 30, 500]))
    return {"copy": chance.choice(papers.COPIES), "void": chance.choice(["", f"2026-11-27 {why}"])}


def said(facts, copy, void):
    """All the words of the paper in order, written a second time."""
    f = facts
    items = "；".join(i["name"] + (f"（{i['content']}）" if i["content"] else "") for i in f["items"])
    bases = "；".join(dict.fromkeys(i["basis"] for i in f["items"]))
    officers = "、".join(f"{p['name']}（{p['certificate']}）" for p in f["officers"])
    grades = "".join(
        grade + "".join(f"·{r['sentence']}（《{r['law']}》{r['article']}）" for r in f["rights"] if r["grade"] == grade)
        for grade in VisitRight.Grade.values
        if any(r["grade"] == grade for r in f["rights"])
    )
    ordinary = "已依照规定告知本办公室备案（告知备案）" if f["filing"] == "告知备案" else "经审查，准予备案"
    urgent = "情况紧急，先行实施，已向本办公室报告，正在补办备案手续" if f.get("provisional") else ""
    by_hand = "系统中断期间已经手工备案，正在补办备案手续" if f.get("by_hand") else ""
    filed = urgent or by_hand or ordinary
    above = "紧急检查（先行实施），待补办手续" if urgent else "手工备案（系统中断期间），待补办手续" if by_hand else ""
    above += f"本通知书代替{f['replaces']}，原通知书作废。" if "replaces" in f else ""
    until = "" if f["ends_on"] == f["starts_on"] else "至2026年12月31日"
    lead = f"{f['agency']}提请对你单位实施检查，{filed}。" + (f"手工编号为{f['paper_number']}。" if "paper_number" in f else "")
    instead = "" if f["carried_out_by"] == f["agency"] else f"（受委托实施：{f['carried_out_by']}）"
    order = f"检查单位的《行政检查通知书》为{f['order']}。" if f["order"] else ""
    return "".join([
        f"已作废·{shown_of(void)}" if void else "", f["office"], f["number"], "涉企检查备案通知书", above, lead, order,
        "被检查企业", "（经营者）" if f["operator"] else "", f["enterprise"], f"（{f['operator']}）" if f["operator"] else "",
        f["identifier"],
        "检查单位", f["agency"], instead, "".join(f"、{p}" for p in f["partners"]),
        "检查类型", f["type"], "任务来源", f["task_source"], f"（省平台 {f['platform']}）" if f["platform"] else "",
        "检查目的", f["purpose"], "检查依据", bases, "检查事项和内容", items, "检查要求", f["requirements"],
        "检查时间", "2026年11月26日", until, f"，预计在场{f['minutes_on_site']}分钟" if f["minutes_on_site"] else "",
        "地点", f["address"], "检查人员（执法证号）", officers, "协助检查人员", "、".join(f["assistants"]) or "无",
        "本年度入企次数／上限", f"2026年已入企{f['visits_this_year']}次（不含本次）／",
        f"{f['visits_cap']}次" if f["visits_cap"] else "未设上限", "监督电话", f["supervision_phone"],
        "（印章）", f["office"], "2026年11月25日", "扫码核验真伪、填写回执：", f["scan_url"],
        "企业在检查中可以做什么", grades,
        "本次检查不凭本通知书收取任何费用。依法罚款、收费一律出具法定票据；不出具的，你单位有权拒绝缴纳。",
        f"回执自愿填写，免费，只报送{f['office']}，检查单位看不到；回执码另行告知，不经检查人员转交。监督电话：{f['supervision_phone']}。",
        "五个严禁：严禁逐利检查；严禁干扰企业正常生产经营；严禁任性处罚企业；严禁下达检查指标；严禁变相检查。",
        "八个不得：不得接受被检查企业的任何馈赠、报酬、福利待遇；不得参加被检查企业提供的宴请、娱乐、旅游等活动；不得由被检查企业支付消费开支或者将检查",
        "费用转嫁给企业；不得违法要求企业接受指定的中介服务；不得刻意要求法定代表人到场；不得随意查封、扣押、冻结，不得动辄责令停产停业；不得将考核考评、",
        "预算项目绩效与检查频次、罚没数额挂钩；不得以观察、观摩、督导、考察等名义行检查之实。",
        SIGNED_FOR if copy == papers.AGENCY_COPY else "",
    ]).replace(" ", "").replace("　", "")  # fmt: skip


def shown_of(void):
    """What the stamp of a void notice says: the day and so much of the reason as leaves room for the facts."""
    return void if len(void) <= 60 else f"{void[:60]}……"


class Sheet:
    """One page as a reader's program sees it: characters with their boxes, the place of code and seal; mm from the top left."""

    def __init__(self, page, number):
        self.left = 28 if number % 2 == 0 else 26
        height = page.get_height()

        def box(left, bottom, right, top):
            return left / MM, (height - top) / MM, right / MM, (height - bottom) / MM

        words = page.get_textpage()
        self.inside, self.furniture = [], []
        for n in range(words.count_chars()):
            character = words.get_text_range(n, 1)
            if not character.isspace():
                spot = box(*words.get_charbox(n))
                (self.inside if TOP - 1 < (spot[1] + spot[3]) / 2 < BOTTOM + 1 else self.furniture).append((character, spot))
        self.lines = [box(*words.get_rect(n)) for n in range(words.count_rects())]
        self.lines = [line for line in self.lines if TOP - 1 < (line[1] + line[3]) / 2 < BOTTOM + 1]
        drawn = {tuple(round(edge, 2) for edge in box(*thing.get_bounds())) for thing in page.get_objects(max_depth=5)}
        self.codes = [b for b in drawn if 29.8 < b[2] - b[0] < 30.2 and 29.8 < b[3] - b[1] < 30.2]
        self.seals = [b for b in drawn if 37 < b[2] - b[0] < 39 and 37 < b[3] - b[1] < 39]

    @property
    def text(self):
        return "".join(character for character, _box in self.inside)


def sheets(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [Sheet(page, number) for number, page in enumerate(document)]
    finally:
        document.close()


def overlap(one, other):
    """The mm by which two boxes lie on each other, the smaller way."""
    return min(min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1]))


def check(facts, *, copy, void):
    """Make one layout, prove it, and return how full its first page is, with its PDF."""
    pdf = papers.notice_paper(facts, copy=copy, void=void)
    pages = sheets(pdf)
    assert "".join(page.text for page in pages) == said(facts, copy, void)
    for page in pages:
        for character, (left, top, right, bottom) in page.inside:
            assert page.left - 0.3 <= left, character
            assert right <= page.left + 156.3, character
            assert (top >= TOP - 0.3, bottom <= BOTTOM + 0.3) == (True, True), (character, top, bottom)
        for one, other in combinations(page.lines, 2):
            assert overlap(one, other) <= 0.35, (one, other)
        for place in page.codes:
            assert [line for line in page.lines if overlap(line, place) > 0] == []
            # the quiet zone: four modules and more
            wide = (place[0] - 3.6, place[1] - 3.6, place[2] + 3.6, place[3] + 3.6)
            assert [line for line in page.lines if overlap(line, wide) > 0] == []
        for place in page.seals:
            inside = [line for line in page.lines if overlap(line, place) > 0]
            assert len(inside) == 1, "only the word （印章） stands in the place of the seal"
    assert len(pages) == 2, "one page of facts, and what stands overleaf"
    assert sum(len(page.codes) for page in pages) == 1
    assert sum(len(page.seals) for page in pages) == 1
    mark = "演示样张·内容虚构" if facts["demo"] else ""
    outside = ["".join(sorted(character for character, _box in page.furniture)) for page in pages]
    assert outside == ["".join(sorted(f"{copy}{mark}—{number}—")) for number in range(1, len(pages) + 1)]
    return max(line[3] for line in pages[0].lines), pdf


@pytest.mark.parametrize("number", [*range(1, ALL + 1)] if PROVE else [*range(1, SHARE + 1), FULLEST])
def test_a_layout_says_its_snapshot_in_order_and_no_box_lies_on_another(number, fullest):
    fullest.append((*check(layout(number), **asked_for(number)), number))


@pytest.fixture(scope="module")
def fullest():
    """Gathers (how full, PDF, number) and keeps pictures of the twelve fullest."""
    found = []
    yield found
    if PROVE:
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        for _full, pdf, number in sorted(found, key=lambda row: row[0], reverse=True)[:12]:
            document = pypdfium2.PdfDocument(pdf)
            for place in range(len(document)):
                document[place].render(scale=1.2).to_pil().save(ARTIFACTS / f"layout-{number:03d}-{place + 1}.png")
            document.close()
