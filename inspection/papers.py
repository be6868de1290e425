"""From a snapshot to its paper: each function gives the same bytes for the same snapshot, template and faces."""

import base64
import datetime
import math
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from audit.ledger.canonical import canonical
from paper.models import Part, qr_png, render_pdf, unprintable

from .models import VisitRight

#: the two copies of a filing notice: alike but for their name, and for the line on which the agency's copy is signed for
ENTERPRISE_COPY, AGENCY_COPY = COPIES = ("企业联", "检查单位联")

#: characters of day and reason that the stamp of a void notice has room for; the whole reason stands in the record
STAMPED = 60

#: what is written by hand into a 手工备案表
BY_HAND = (
    "被检查企业", "统一社会信用代码", "地点", "检查类型、任务来源", "检查目的", "检查依据", "检查事项和内容", "检查时间",
    "检查人员（执法证号）", "协助检查人员",
)  # fmt: skip


class NotFit(RuntimeError):
    """The paper must not leave: a character is missing, or its QR does not read back. Says what to mend."""


def notice_paper(facts: dict[str, Any], *, copy: str = ENTERPRISE_COPY, void: str = "") -> bytes:
    """Return one copy of a 《涉企检查备案通知书》: facts on one page, overleaf what the enterprise may expect and do.

    ``void``: when and why it became void; the copy then says so. Raises NotFit for a character that no face draws.
    """
    return render_pdf(_notice_parts(facts, copy, void), **_attached(facts))


def both_copies(several: list[dict[str, Any]], *, void: str = "") -> bytes:
    """Return both copies of some notices in a row, to be printed: they share their faces. Facts are attached where they are of one."""
    parts = [part for facts in several for copy in COPIES for part in _notice_parts(facts, copy, void)]
    return render_pdf(parts, **(_attached(several[0]) if len(several) == 1 else {}))


def _notice_parts(facts: dict[str, Any], copy: str, void: str) -> list[Part]:
    more = {
        "copy": copy,
        "void": void if len(void) <= STAMPED else f"{void[:STAMPED]}……",
        "bases": _bases(facts),
        "qr": "data:image/png;base64," + base64.b64encode(qr_png(facts["scan_url"])).decode(),
    }
    back = {
        "copy": copy,
        "facts": {key: facts.get(key) for key in ("office", "supervision_phone", "demo")},
        "grades": _grades(facts),
    }
    roomy = 1 if len(facts.get("rights", [])) < 8 else 2

    def overleaf(page: int) -> Iterator[str]:
        return (_html("notice_overleaf", {**back, "page": page, "setting": setting}) for setting in range(roomy, 6))

    return [_part("notice", facts, _from_roomiest(facts, more["void"]), **more), Part(overleaf, goes_on=True, alike=True)]


def order_paper(facts: dict[str, Any], *, void: str = "") -> bytes:
    """Return a 《行政检查通知书》 of the inspecting agency. ``void``: when and why the notice beside it became void."""
    return render_pdf([_part("order", facts, (1, 2, 3, 4, 5), bases=_bases(facts), void=void)], **_attached(facts))


def form(paper: str, facts: dict[str, Any]) -> bytes:
    """Return one of the other papers (``approval``, ``record`` …): what is known is filled in, the rest is ruled to write on."""
    return render_pdf([_part(paper, facts, (1, 2), bases=_bases(facts), names=BY_HAND)], **_attached(facts))


def _part(paper: str, facts: dict[str, Any], settings_of: Iterable[int], **more: Any) -> Part:
    """Return what template ``paper`` makes of ``facts``, from roomy to close. Raises NotFit for a character that no face draws."""
    if missing := unprintable(f"{words_of(facts)}{words_of(more)}"):
        raise NotFit(
            f"没有字形、印不出来的字符：{'、'.join(shown(c) for c in missing)}。"
            "请作废后由备案单位改用通行的字重新备案；企业名称里的字，请维护清单的岗位核对登记。"
        )
    context = {"facts": facts, **more}
    for name in ("numbered_on", "starts_on", "ends_on"):
        if facts.get(name):
            context[name] = datetime.date.fromisoformat(facts[name])
    return Part(lambda page: (_html(paper, {**context, "page": page, "setting": setting}) for setting in settings_of))


def _attached(facts: dict[str, Any]) -> dict[str, Any]:
    return {"data": ("notice.json", canonical(facts)), "dated": datetime.date.fromisoformat(facts["numbered_on"])}


def _html(paper: str, context: dict[str, Any]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(f"inspection/paper/{paper}.html", context)


def words_of(value: Any) -> str:
    """Return all the text that stands anywhere in a snapshot."""
    match value:
        case str():
            return value
        case dict():
            return "".join(words_of(each) for each in value.values())
        case list() | tuple():
            return "".join(words_of(each) for each in value)
    return ""


def shown(character: str) -> str:
    """Return a character that can't be drawn as a person can find it: itself and its number."""
    return f"{character}（U+{ord(character):04X}）"


def _bases(facts: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(item["basis"] for item in facts.get("items", [])))


def _grades(facts: dict[str, Any]) -> list[tuple[str, list[dict[str, str]]]]:
    rights = facts.get("rights", [])
    grades = [(grade, [right for right in rights if right["grade"] == grade]) for grade in VisitRight.Grade.values]
    return [(grade, found) for grade, found in grades if found]


# --- how much room the facts of a notice take ---------------------------------------------------------
def _lines(text: str, wide: float) -> int:
    """Return about how many lines ``text`` takes where ``wide`` Han stand in one; other characters are half as wide."""
    return max(1, math.ceil(sum(1 if ord(c) > 0x2E7F else 0.55 for c in text) / wide))


#: of each setting of the facts: mm of a line in the table and of a row's edges, Han in a whole and in half a cell, mm of the rest,
#: of a line above the table, and the Han in it
_ROOM = {
    1: (5.47, 2.25, 28, 10.5, 92, 7.06, 31),
    2: (4.59, 1.45, 33, 12.5, 83, 7.06, 31),
    3: (3.88, 1.45, 40, 15, 86, 5.65, 36),
    4: (3.35, 1.45, 45, 17, 83, 5.65, 36),
}
_CORE = 225


def _facts_height(facts: dict[str, Any], void: str, setting: int) -> float:
    line, edge, whole, half, rest, above, above_wide = _ROOM[setting]
    items = facts["items"]
    cells = [
        facts["enterprise"] + facts["operator"] + facts["identifier"] + "（）　",
        facts["agency"] + facts["carried_out_by"] + "、".join(facts.get("partners", [])),
        facts["act"],
        facts["purpose"],
        "；".join(dict.fromkeys(item["basis"] for item in items)),
        "；".join(item["name"] + item.get("content", "") + "（）" for item in items),
        facts["requirements"],
        "　" * 24,
        facts["address"],
        "、".join(f"{person['name']}（{person['certificate']}）" for person in facts["officers"]),
        "、".join(facts["assistants"]),
    ]
    rows = [_lines(text, whole) for text in cells] + [2, max(2, _lines(facts["task_source"] + facts["platform"], half))]
    rows[0], rows[9] = max(2, rows[0]), max(2, rows[9])
    lead = "　" * 30 + facts["agency"] + facts.get("order", "") + facts.get("paper_number", "")
    marks = bool(facts.get("provisional") or facts.get("by_hand")) + bool(facts.get("replaces"))
    marks += _lines("　" * 6 + void, above_wide) if void else 0
    head = (_lines(lead, above_wide) + marks) * above
    return rest + head + sum(n * line + edge for n in rows)


def _from_roomiest(facts: dict[str, Any], void: str) -> range:
    """Return the settings of the facts to try: the roomiest that should fit by count, then closer ones."""
    return range(next((n for n in (1, 2, 3) if _facts_height(facts, void, n) <= _CORE), 4), 6)
