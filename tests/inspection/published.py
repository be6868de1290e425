"""A family of published programmes: the same rows written as counties write them, with what is in each cell known beforehand."""

import csv
import io
import random
from dataclasses import dataclass, field

import xlsxwriter

HEADINGS = {
    "number": ["序号", "编号", "序 号", "No."],
    "domain": ["抽查领域", "抽查类别", "检查类别", "监管领域", "行业领域"],
    "item": ["任务名称", "抽查事项", "检查事项", "年度计划名称", "检查项目", "抽查事项名称", "检查任务名称", "抽查计划名称", "行政检查事项", "检查\n事项"],
    "content": ["检查内容", "抽查内容", "检查内容及要求", "主要检查内容"],
    "object": ["检查对象", "抽查对象", "检查对象（范围）", "被检查单位", "监管对象", "检查对象类型", "抽查对象范围"],
    "agency": ["检查主体", "实施主体", "检查部门", "实施单位", "检查单位", "实施部门", "责任单位", "执法主体", "检查机关"],
    "lead": ["牵头部门", "牵头单位", "发起部门", "主办单位"],
    "partner": ["配合部门", "参与部门", "参检单位", "协同部门", "联合部门", "配合单位", "参加单位"],
    "section": ["责任科室", "股室", "承办股室", "责任股室"],
    "months": ["检查时间", "抽查时间", "计划开展时间", "完成时限", "检查时间安排", "实施时间", "计划检查时间", "抽查\n时间", "检查月份", "检查时段"],
    "ratio": ["抽查比例", "检查比例", "抽取比例", "抽查比例（%）", "比例"],
    "frequency": ["抽查频次", "检查频次", "频次", "年度检查频次", "检查频次上限"],
    "ratio_frequency": ["抽查比例及频次", "抽查比例和频次", "抽查比例、频次", "比例及频次"],
    "count": ["抽查数量", "检查数量", "检查家数", "抽查户数", "拟检查企业数量", "计划检查数（户）"],
    "method": ["检查方式", "抽查方式", "检查方法", "监管方式"],
    "level": ["实施层级", "组织层级", "层级"],
    "basis": ["检查依据", "法律依据", "执法依据", "抽查依据"],
    "matter_kind": ["事项类别", "事项类型"],
    "remark": ["备注", "备  注", "说明"],
}  # fmt: skip
#: role -> (text, what must be understood; None: an open point)
CELLS = {
    "months": [
        ("4月-8月", [4, 5, 6, 7, 8]), ("1-12月", list(range(1, 13))), ("1月—12月", list(range(1, 13))), ("2025年9月", [9]),
        ("第三季度", [7, 8, 9]), ("全年", list(range(1, 13))), ("上半年", [1, 2, 3, 4, 5, 6]), ("3、6、9月", [3, 6, 9]), ("二、三季度", [4, 5, 6, 7, 8, 9]),
        ("１０月", [10]), ("2025年3月至11月", list(range(3, 12))), ("三月至五月", [3, 4, 5]), ("2025.03-2025.05", [3, 4, 5]), ("7月份", [7]), ("2025年第2、3季度", [4, 5, 6, 7, 8, 9]), ("2025年3、6月", [3, 6]),
        ("适时开展", None), ("待定", None), ("4月8日", None), ("2024年5月", None), ("11月-3月", None), ("根据工作需要", None), ("13月", None),
        ("企业投产后", None), ("第五季度", None),
    ],
    "ratio": [("5%", "5"), ("不低于5%", "5"), ("100%", "100"), ("０.5％", "0.5"), ("5%以上", "5"), ("不低于应检对象的5%", "5"), ("A类1%、B类3%", None), ("若干", None), ("见附件", None)],
    "frequency": [("=1", 1), (">=1", 1), ("每年1次", 1), ("两年一次", 1), ("2次/年", 2), ("每季度1次", 1), ("不少于2次", 2), ("酌定后再报", None)],
    "ratio_frequency": [("3%;2次/年", "3"), ("全年抽查比例不低于5%,抽查频次根据监管需要确定", "5"), ("5%，每年1次", "5"), ("由各科室自定", None)],
    "count": [("1户", 1), ("10家", 10), ("不少于20户(以实际抽取为准)", 20), ("15", 15), ("1,200户", 1200), ("企业10户、个体5户", None), ("按名录库", None)],
    "method": [("现场检查", ["ON_SITE"]), ("现场检查、网络检查", ["ON_SITE", "ONLINE"]), ("书面检查/非现场检查", ["WRITTEN", "OFF_SITE"]), ("看情况", None)],
    "level": [("县级", ["县"]), ("省、市、县级", ["省", "市", "县"]), ("其他", None)],
}  # fmt: skip
FREE = ("domain", "item", "content", "object", "section", "basis", "matter_kind", "remark")
MUST_BE_FILLED = set(HEADINGS) - {"remark"}


@dataclass
class Cell:
    """What was written, and whether it must come out as an open point."""

    text: str
    understood: object = None
    open: bool = False


@dataclass
class Published:
    """A file, and what it says."""

    content: bytes
    roles: list[str]
    rows: dict[tuple[str, int], dict[str, Cell]] = field(default_factory=dict)  # (sheet, row) -> heading -> cell
    left_out: int = 0
    words: list[str] = field(default_factory=list)


def publish(seed: int, known: list[str]) -> Published:
    """Write one file of the family. ``known`` are names of agencies of the county."""
    dice = random.Random(seed)
    roles = ["number"] if dice.random() < 0.85 else []
    roles += dice.sample(
        [r for r in HEADINGS if r not in ("number", "item", "months", "ratio_frequency", "ratio", "frequency", "remark")],
        dice.randint(2, 7),
    )
    roles += ["item", "months"]
    roles += ["ratio_frequency"] if dice.random() < 0.4 else dice.sample(["ratio", "frequency"], dice.randint(0, 2))
    body = [r for r in roles if r != "number"]
    dice.shuffle(body)
    roles = [r for r in roles if r == "number"] + body + (["remark"] if dice.random() < 0.5 else [])
    headings = [dice.choice(HEADINGS[role]) for role in roles]
    grid: list[list[str]] = []
    made = Published(b"", roles)
    for _n in range(dice.randint(0, 3)):
        grid.append(
            [
                dice.choice(
                    [
                        "某县2025年“双随机、一公开”抽查工作计划",
                        "附件1",
                        "检查计划",
                        "抽查事项",
                        "2025年度行政检查计划",
                        "填报单位：某局    单位：户",
                        "",
                    ]
                )
            ]
        )
    grid.append(headings)
    rows: list[tuple[int, dict[str, Cell]]] = []
    for n in range(1, dice.randint(2, 9)):
        if dice.random() < 0.08:
            grid.append([])
        cells = {role: a_cell(dice, role, n, known) for role in roles}
        grid.append([cells[role].text for role in roles])
        rows.append((len(grid), cells))
    if dice.random() < 0.3:
        grid.append(["合计", *[""] * (len(roles) - 2), "10"])
    if dice.random() < 0.3:
        grid.append([])
        grid.append([dice.choice(["注：以上计划可根据实际调整。", "说明：抽查比例为最低比例", "备注：1.本表一式两份"])])
    made.left_out = sum(bool(any(row)) for row in grid) - len(rows) - 1
    made.words = [text.strip() for row in grid for text in row if text.strip()]
    made.content, sheet = as_xlsx(dice, grid) if dice.random() < 0.5 else (as_csv(dice, grid), None)
    for row, cells in rows:
        made.rows[sheet or "计划.csv", row] = {heading: cells[role] for heading, role in zip(headings, roles, strict=True)}
    return made


def a_cell(dice: random.Random, role: str, n: int, known: list[str]) -> Cell:
    """Return one cell of a role."""
    if role == "number":
        return Cell(dice.choice([str(n), str(n), f"({n})", f"{n}."]))
    if dice.random() < 0.07 and role not in ("item", "domain", "object", "content"):
        return Cell("", open=role != "remark")
    if role in FREE:
        return Cell(
            dice.choice(["特种设备", "食品安全", "广告、价格", "“三品一械”\n监督", "对电子商务经营者的检查(含平台)"]) + f"{role}{n}"
        )
    if role in ("agency", "lead", "partner"):
        if dice.random() < 0.25:
            stranger = dice.choice(["上高县市场监督管理局", "县某某局", "沂源县卫生健康局"])
            return Cell(dice.choice([stranger, f"{known[0]}、{stranger}"]), open=True)
        names = dice.sample(known, dice.randint(1, len(known)))
        return Cell(dice.choice(["、", "\n", "，", "；"]).join(names), names)
    text, understood = dice.choice(CELLS[role])
    return Cell(text, understood, understood is None)


def as_csv(dice: random.Random, grid: list[list[str]]) -> bytes:
    """Return the grid as a CSV in one of the encodings and separators in use."""
    out = io.StringIO()
    width = max(map(len, grid))
    writer = csv.writer(out, delimiter=dice.choice(",,,\t;"), lineterminator=dice.choice(["\n", "\r\n"]))
    writer.writerows([row + [""] * (width - len(row)) for row in grid])
    return out.getvalue().encode(dice.choice(["utf-8", "utf-8-sig", "gb18030"]))


def as_xlsx(dice: random.Random, grid: list[list[str]]) -> tuple[bytes, str]:
    """Return the grid as a book, its titles merged across, and the name of its sheet."""
    out, name = io.BytesIO(), dice.choice(["Sheet1", "计划", "2025年"])
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(name)
        width = max(map(len, grid))
        for r, row in enumerate(grid):
            if len([c for c in row if c]) == 1 and len(row) == 1 and dice.random() < 0.8:
                sheet.merge_range(r, 0, r, width - 1, row[0])
                continue
            for c, text in enumerate(row):
                sheet.write_string(r, c, text) if text else None
        if dice.random() < 0.3:
            book.add_worksheet("填表说明").write(0, 0, "请各单位按要求填写。")
    return out.getvalue(), name
