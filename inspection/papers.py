"""From a snapshot to its paper: each function gives the same bytes for the same snapshot, template and faces."""

import base64
import datetime
import math
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags

from audit.ledger.canonical import canonical
from paper.models import qr_svg, render_pdf, unprintable

from .models import VisitRight

#: the two copies of a filing notice: alike but for their name, and for the line on which the agency's copy is signed for
ENTERPRISE_COPY, AGENCY_COPY = "企业联", "检查单位联"


class NotFit(RuntimeError):
    """The paper must not leave: a character is missing, or its QR does not read back. Says what to mend."""


def notice_paper(facts: dict[str, Any], *, copy: str = ENTERPRISE_COPY, void: str = "") -> bytes:
    """Return one copy of a 《涉企检查备案通知书》: facts on one page, overleaf what the enterprise may expect and do.

    ``void``: when and why it became void; the copy then says so. Raises NotFit for a character that no face draws.
    """
    more = {
        "copy": copy,
        "void": void,
        "bases": list(dict.fromkeys(item["basis"] for item in facts["items"])),
        "grades": _grades(facts),
        "qr": "data:image/svg+xml;base64," + base64.b64encode(qr_svg(facts["scan_url"], border=0).encode()).decode(),
    }
    return made("notice", facts, settings_of=_notice_settings(facts), pages=2, **more)


def order_paper(facts: dict[str, Any], *, void: str = "") -> bytes:
    """Return a 《行政检查通知书》 of the inspecting agency."""
    bases = list(dict.fromkeys(item["basis"] for item in facts["items"]))
    return made("order", facts, settings_of=({"facts": n} for n in (1, 2, 3, 4)), pages=1, bases=bases, void=void)


def made(paper: str, facts: dict[str, Any], *, settings_of: Iterator[dict[str, int]] | None = None, pages: int = 0, **more: Any) -> bytes:
    """Return the PDF that template ``paper`` makes of ``facts``, with the facts attached as ``notice.json``.

    ``settings_of``: from roomy to close; the first that keeps to ``pages`` pages is taken.
    """
    dated = datetime.date.fromisoformat(facts["numbered_on"])
    context = {"facts": facts, "numbered_on": dated, **more}
    for name in ("starts_on", "ends_on"):
        if facts.get(name):
            context[name] = datetime.date.fromisoformat(facts[name])

    def html(setting: dict[str, int]) -> str:
        with translation.override(settings.LANGUAGE_CODE):
            return render_to_string(f"inspection/paper/{paper}.html", {**context, "setting": setting})

    pages_of = (html(setting) for setting in settings_of or [{}])
    first = next(pages_of)
    if missing := unprintable(strip_tags(first)):
        raise NotFit(f"{facts['number']}：没有字形、印不出来的字符：{' '.join(shown(c) for c in missing)}")

    def all_of_them() -> Iterator[str]:
        yield first
        yield from pages_of

    return render_pdf(all_of_them(), pages=pages, data=("notice.json", canonical(facts)), dated=dated)


def shown(character: str) -> str:
    """Return a character that can't be drawn as a person can find it: itself and its number."""
    return f"{character}（U+{ord(character):04X}）"


# --- how much room the facts of a notice take ---------------------------------------------------------
def _grades(facts: dict[str, Any]) -> list[tuple[str, list[dict[str, str]]]]:
    rights = facts.get("rights", [])
    grades = [(grade, [right for right in rights if right["grade"] == grade]) for grade in VisitRight.Grade.values]
    return [(grade, found) for grade, found in grades if found]


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


def _facts_height(facts: dict[str, Any], setting: int) -> float:
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
    head = _lines("　" * 30 + facts["agency"] + facts.get("order", ""), above_wide) * above
    return rest + head + sum(n * line + edge for n in rows)


#: of each setting overleaf: mm of a Han and of a line, of a grade's frame, of a Han and of a line in the bans
_BACK = {1: (5.64, 8.12, 11, 4.59, 6.35), 2: (4.94, 6.35, 9.5, 3.7, 4.77), 3: (4.59, 5.82, 9.5, 3.7, 4.77), 4: (3.88, 4.94, 8, 3.18, 4.06)}


def _overleaf_height(facts: dict[str, Any], setting: int) -> float:
    size, line, head, small, small_line = _BACK[setting]
    wide = 145 / size
    said = [r["sentence"] + "　" * round((len(r["law"] + r["article"]) + 4) * 2.82 / size) for r in facts.get("rights", [])]
    promises = 2 * math.ceil(58 / (156 / size)) + 1
    bans = 2 + math.ceil(205 / (156 / small))
    return 14 + len(_grades(facts)) * head + (sum(_lines(text, wide) for text in said) + promises) * line + bans * small_line


def _notice_settings(facts: dict[str, Any]) -> Iterator[dict[str, int]]:
    """Yield the settings to try: first the roomiest that should fit by count, then closer ones, overleaf first."""
    front = next((n for n in (1, 2, 3) if _facts_height(facts, n) <= _CORE), 4)
    back = next((n for n in (1, 2, 3) if _overleaf_height(facts, n) <= _CORE), 4)
    yield {"facts": front, "overleaf": back}
    while (front, back) != (4, 4):
        front, back = (front, back + 1) if back < 4 else (front + 1, back)
        yield {"facts": front, "overleaf": back}
