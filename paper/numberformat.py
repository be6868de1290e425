"""A number of a spreadsheet as a person sees it: ISO days, percentages, counts with the word its format adds."""

import datetime
import re
from decimal import Decimal, InvalidOperation

#: formats without a text of their own in the file (ECMA-376 18.8.30; 27–36 and 50–58 as Chinese programs show them)
BUILT_IN = {
    9: "0%", 10: "0.00%", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: "yyyy年m月", 28: "m月d日", 29: "m月d日", 30: "m-d-yy", 31: "yyyy年m月d日", 32: "h时mm分",
    33: "h时mm分ss秒", 34: "h时mm分", 35: "h时mm分ss秒", 36: "yyyy年m月", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss", 50: "yyyy年m月",
    51: "m月d日", 52: "yyyy年m月", 53: "m月d日", 54: "m月d日", 55: "h时mm分", 56: "h时mm分ss秒", 57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_CONDITION = re.compile(r"\[[^\]]*\]")


class Shown:
    """Turns the raw numbers of one book into texts. ``styles`` gives the format number of each cell style."""

    def __init__(self, styles: list[int], own: dict[int, str], epoch_1904: bool) -> None:
        self.styles, self.own, self.epoch_1904 = styles, own, epoch_1904
        self.kinds: dict[str, tuple[str, str, str, int]] = {}

    def number(self, raw: str, style: str) -> str:
        """Return the text of ``raw`` under a cell style; what is no number comes back as it stands."""
        kind, before, after, zeros = self.kinds.get(style) or self.kinds.setdefault(style, self._kind(style))
        if kind == "general" and raw.isdigit() and len(raw) < 16:
            return raw
        try:
            value = Decimal(raw)
        except InvalidOperation:
            return raw
        if not value.is_finite() or abs(value.adjusted()) > 308:
            return raw
        if kind == "percent":
            return f"{before}{plain(value * 100)}%{after}"
        if kind in ("general", "decorated"):
            text = plain(value)
            return f"{before}{text.zfill(zeros) if text.isdigit() else text}{after}"
        return self._moment(value, kind) or plain(value)

    def _kind(self, style: str) -> tuple[str, str, str, int]:
        """Return (kind, words before, words after, leading zeros) of a cell style."""
        index = int(style) if style.isdigit() else 0
        number = self.styles[index] if index < len(self.styles) else 0
        code = self.own.get(number) or BUILT_IN.get(number, "General")
        section = _CONDITION.sub("", code.split(";")[0])
        bare = _QUOTED.sub("", section).lower()
        if "%" in bare:
            return ("percent", *_words(section), 0)
        if "general" not in bare and re.search(r"[ymdhs年月日]", bare):
            if "y" in bare or "e" in bare:
                return ("day" if "d" in bare else "month", "", "", 0) if "h" not in bare else ("instant", "", "", 0)
            if "d" in bare:
                return ("day of a year", "", "", 0)
            if "h" in bare or "s" in bare:
                return ("clock", "", "", 0)
            return ("month of a year", "", "", 0)
        before, after = _words(section)
        zeros = re.match(r"0+$", bare)
        return ("decorated" if before or after or zeros else "general", before, after, len(zeros[0]) if zeros else 0)

    def _moment(self, value: Decimal, kind: str) -> str:
        """Return a serial number as a day or time. Excel's calendar has a 29 February 1900 that never was."""
        days, part = divmod(value, 1)
        seconds = int((part * 86400).to_integral_value())
        clock = f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
        if kind == "clock":
            return clock
        start = datetime.date(1904, 1, 1) if self.epoch_1904 else datetime.date(1899, 12, 31 if days < 60 else 30)
        if not 0 <= days < 2_958_466:
            return ""
        try:
            day = start + datetime.timedelta(days=int(days))
        except OverflowError:
            return ""
        return {
            "month": f"{day:%Y-%m}",
            "day of a year": f"{day.month}月{day.day}日",
            "month of a year": f"{day.month}月",
            "instant": f"{day.isoformat()} {clock}" if seconds else day.isoformat(),
        }.get(kind, day.isoformat())


def plain(value: Decimal) -> str:
    """Return a number with at most 15 significant digits, without exponent and without ``.0``."""
    rounded = Decimal(f"{value:.15g}") if value.as_tuple().exponent < 0 or abs(value) >= 10**15 else value
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _words(section: str) -> tuple[str, str]:
    """Return the words a format puts before and after its digits: ``0"户"`` → ("", "户")."""
    sides: list[list[str]] = [[], []]
    side, at = 0, 0
    while at < len(section):
        quoted = _QUOTED.match(section, at)
        if quoted:
            sides[side].append(quoted[1] or quoted[2] or "")
            at = quoted.end()
            continue
        if section[at] in "0#?.,%eEG":
            side = 1
        elif ord(section[at]) > 0x7F:
            sides[side].append(section[at])
        at += 1
    return "".join(sides[0]).strip(), "".join(sides[1]).strip()
