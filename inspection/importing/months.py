"""When: the months a published cell names, as 1–12 of the programme's year, or a day by which it is done."""

import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FILLER = re.compile(
    r"(?:每年|当年|本年度?|年度|年内|分别|计划|拟|于|在|开展|进行|实施|检查|抽查|完成|期间|内|份|不定期|适时|随机|左右|组织|完毕|间|的|各\d?次?|[()。.])*"
)
#: a cell longer than this tells a story, not a month
LONGEST = 200
_DASH = r"(?:-+|至|到|~|—+|–|－|―|─)"


@dataclass
class When:
    """What was understood: ``months`` of the year, or ``until`` month (a term without a beginning). ``fault`` says why not."""

    months: list[int] = field(default_factory=list)
    until: int | None = None
    fault: str = ""


class _NotUnderstood(Exception):
    pass


def numeral(text: str) -> int | None:
    """Return a number written in digits or in Chinese up to 99 (十二 → 12), else None."""
    if text.isdecimal() and text.isascii():
        return int(text)
    if not re.fullmatch(r"[零〇一二两三四五六七八九十]{1,3}", text):
        return None
    if "十" in text:
        tens, _ten, ones = text.partition("十")
        return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    return _DIGITS[text] if len(text) == 1 else None


def when(text: str, *, year: int, bare_numbers: bool = False) -> When:
    """Read ``4月-8月``, ``1-12月``, ``2025年9月``, ``第三季度``, ``3、6、9月``, ``9月底前``, ``2025-09`` …

    ``bare_numbers``: the heading speaks of months, so that ``9`` is September. What is not surely read is a fault.
    """
    if len(text) > LONGEST:
        return When(fault=_("没有看懂检查时间，请填写月份"))
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("月份", "月").replace("年度", "年")
    said = re.sub(r"(?<=[0-9月])一(?=[0-9])", "-", said)
    said = re.sub(r"[一二三四五六七八九十]+(?=月|季|、[一二三四五六七八九十]+、?.*(?:月|季)|(?:至|到|-).{1,3}(?:月|季))", _to_digits, said)
    try:
        return _read(said, year, bare_numbers)
    except _NotUnderstood as reason:
        return When(fault=str(reason) or _("没有看懂检查时间，请填写月份"))


def _to_digits(match: re.Match[str]) -> str:
    return str(numeral(match[0]) or match[0])


def _read(said: str, year: int, bare_numbers: bool) -> When:
    if re.fullmatch(r"\d{1,2}月\d{1,2}[日号]", said):
        day = re.findall(r"\d+", said)
        raise _NotUnderstood(
            _("只写了一天“%(text)s”，也可能是表格软件把 %(a)s-%(b)s 月改成了日期，请填写月份") % {"text": said, "a": day[0], "b": day[1]}
        )
    if (deadline := _deadline(said, year)) is not None:
        return When(until=deadline)
    months: set[int] = set()
    parts = [part for part in re.split(r"[、,;；，和及]|以及", said) if part]
    unit = ""
    for part in reversed(parts):  # 3、6、9月: the unit stands at the end
        if numbers := re.fullmatch(rf"(?:\d{{4}}年)?第?\d{{1,2}}(?:{_DASH}第?\d{{1,2}})?", part):
            if not unit and not bare_numbers:
                raise _NotUnderstood(_("没有写明是几月，请填写月份"))
            part = numbers[0] + (unit or "月")
        elif match := re.search(r"(月|季度?)[^\d]*$", part):
            unit = match[1]
        months |= _part(part, year)
    if not months:
        raise _NotUnderstood("")
    return When(months=sorted(months))


_BY_A_MONTH = re.compile(
    r"(?:于|在|计划)?(?:(\d{4})年)?(\d{1,2})月(?:\d{1,2}[日号])?(?:底|末|份|中旬|上旬|下旬)?(?:之?前|以前)"
    r"(?:全部)?(?:完成|完毕|开展|实施)?"
)


def _deadline(said: str, year: int) -> int | None:
    match = _BY_A_MONTH.fullmatch(said)
    if match:
        return _month(match[2], match[1], year)
    match = re.fullmatch(r"(?:(\d{4})年)?(年底|年末|12月底)(?:之?前|以前)(?:全部)?(?:完成|完毕)?", said)
    return _month("12", match[1], year) if match else None


def _month(month: str, named: str | None, year: int) -> int:
    if named and int(named) != year:
        raise _NotUnderstood(_("写的是 %(named)s 年，与计划年度 %(year)s 不一致") % {"named": named, "year": year})
    if not 1 <= int(month) <= 12:
        raise _NotUnderstood(_("没有 %(month)s 月，请核对") % {"month": month})
    return int(month)


_Y = r"(?:(\d{4})[年./-])?"
_D = r"(?:\d{1,2}[日号])?(?:底|初|中旬|上旬|下旬)?"
_MONTH_SPAN = re.compile(rf"{_Y}(\d{{1,2}})月?{_D}{_DASH}{_Y}(\d{{1,2}})月{_D}")
_DOTTED_SPAN = re.compile(rf"(\d{{4}})[./](\d{{1,2}})(?:[./]\d{{1,2}})?{_DASH}(\d{{4}})[./](\d{{1,2}})(?:[./]\d{{1,2}})?")
_ONE_MONTH = re.compile(rf"{_Y}(\d{{1,2}})月(?:(?:\d{{1,2}}[日号]){_DASH}\d{{1,2}}[日号]|\d{{1,2}}[日号]|底|初|中旬|上旬|下旬)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.]\d{1,2})?(?:\d{2}:\d{2})?")
_ISO_SPAN = re.compile(r"(\d{4})-(\d{1,2})-\d{1,2}(?:至|到|~|—+)(\d{4})-(\d{1,2})-\d{1,2}")
_QUARTERS = re.compile(rf"(?:(\d{{4}})年)?(?:第?(\d)季?度?{_DASH})?第?(\d)季度?|(?:(\d{{4}})年)?q(\d)", re.I)
_WORDS = re.compile(r"(?:(\d{4})年)?(全年|全年度|整年|年内|常年|1年|本年|每月|逐月|每季度?|每个?季度|上半年|下半年)|(\d{4})年")


def _part(part: str, year: int) -> set[int]:
    """Return the months of one part. All of it must be read, but for words that say nothing of the time."""
    for pattern, read in (
        (_DOTTED_SPAN, _dotted), (_ISO_SPAN, _dotted), (_MONTH_SPAN, _span), (_QUARTERS, _quarters), (_ONE_MONTH, _one), (_ISO, _one),
        (_WORDS, _word),
    ):  # fmt: skip
        match = pattern.search(part)
        if match and _FILLER.fullmatch(part[: match.start()] + part[match.end() :]):
            return read(match, year)
    raise _NotUnderstood("")


def _dotted(match: re.Match[str], year: int) -> set[int]:
    return _between(match[1], match[2], match[3], match[4], year)


def _span(match: re.Match[str], year: int) -> set[int]:
    return _between(match[1], match[2], match[3], match[4], year)


def _between(year_a: str | None, a: str, year_b: str | None, b: str, year: int) -> set[int]:
    if year_a and year_b and year_a != year_b:
        raise _NotUnderstood(_("检查时间跨年度，请填写本年度的月份"))
    first, last = _month(a, year_a or year_b, year), _month(b, year_b or year_a, year)
    if first > last:
        raise _NotUnderstood(_("结束月份早于开始月份，请核对"))
    return set(range(first, last + 1))


def _quarters(match: re.Match[str], year: int) -> set[int]:
    last = match[3] or match[5]
    first = match[2] or last
    _month("1", match[1] or match[4], year)
    if not 1 <= int(first) <= int(last) <= 4:
        raise _NotUnderstood(_("没有这个季度，请核对"))
    return set(range(int(first) * 3 - 2, int(last) * 3 + 1))


def _one(match: re.Match[str], year: int) -> set[int]:
    return {_month(match[2], match[1], year)}


def _word(match: re.Match[str], year: int) -> set[int]:
    _month("1", match[1] or match[3], year)
    return set({"上半年": range(1, 7), "下半年": range(7, 13)}.get(match[2] or "", range(1, 13)))
