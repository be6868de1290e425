"""How a sum follows from a published standard, line by line. No database, whole fen."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import yuan

#: quantities are kept in thousandths: 63.4 square metres are 63 400
MILLI = 1000
MILLION = 1_000_000


class Way(models.TextChoices):
    """How a standard counts."""

    EACH = "定额", _("单价 × 数量")
    RATE = "费率", _("费率 × 计费基数")
    STEPS = "分段累进", _("分段累进")
    BRACKET = "分档", _("按所在档次定额")
    STATED = "按文件", _("按文件核定的数额")


@dataclass(frozen=True)
class Sum:
    """A computed sum in fen, and every step that leads to it."""

    fen: int
    lines: list[str]


def rounded(numerator: int, denominator: int) -> int:
    """Return numerator ÷ denominator as whole fen, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def amount_in_words(milli: int) -> str:
    """Return a quantity as people write it: 63400 -> 63.4."""
    whole, part = divmod(milli, MILLI)
    return f"{whole:,}" + (f".{part:03d}".rstrip("0") if part else "")


def percent(rate: int) -> str:
    """Return a rate in millionths as people write it: 30000 -> 3%, 500 -> 0.05%."""
    return f"{rate / 10_000:.4f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class Standard:
    """One standard as data. ``steps`` are (up to this quantity, price); the last one reaches without end (None)."""

    way: str
    price: int = 0
    rate: int = 0
    steps: tuple[tuple[int | None, int], ...] = ()
    ceiling: int | None = None
    unit: str = "件"

    @property
    def asks_quantity(self) -> bool:
        """Tell whether a quantity has to be given."""
        return self.way in (Way.EACH, Way.STEPS, Way.BRACKET)

    def of(self, quantity: int = 0, base: int = 0) -> Sum | None:
        """Return the sum for ``quantity`` (thousandths) or ``base`` (fen); None when the standard only says: as documents state."""
        made = {Way.EACH: self._each, Way.RATE: self._rate, Way.STEPS: self._steps, Way.BRACKET: self._bracket}.get(self.way)
        if made is None:
            return None
        found = made(base if self.way == Way.RATE else quantity)
        if self.ceiling is not None and found.fen > self.ceiling:
            top = _now("超过最高限额，按 %(top)s 元收取") % {"top": yuan(self.ceiling)}
            return Sum(self.ceiling, [*found.lines, top])
        return found

    def _each(self, quantity: int) -> Sum:
        fen = rounded(self.price * quantity, MILLI)
        return Sum(fen, [self._times(quantity, self.price, fen)])

    def _rate(self, base: int) -> Sum:
        fen = rounded(base * self.rate, MILLION)
        return Sum(fen, [f"{yuan(base)} 元 × {percent(self.rate)} = {yuan(fen)} 元"])

    def _steps(self, quantity: int) -> Sum:
        lines, total, below = [], 0, 0
        for top, price in self.steps:
            part = (quantity if top is None else min(quantity, top)) - below
            if part <= 0:
                break
            fen = rounded(price * part, MILLI)
            lines.append(self._times(part, price, fen))
            total, below = total + fen, below + part
        return Sum(total, [*lines, _now("合计 %(sum)s 元") % {"sum": yuan(total)}] if len(lines) > 1 else lines)

    def _bracket(self, quantity: int) -> Sum:
        for top, price in self.steps:
            if top is None or quantity <= top:
                where = _now("%(top)s%(unit)s以下") % {"top": amount_in_words(top), "unit": self.unit} if top else _now("以上各档之外")
                return Sum(price, [f"{amount_in_words(quantity)} {self.unit}（{where}）= {yuan(price)} 元"])
        return Sum(0, [])

    def _times(self, quantity: int, price: int, fen: int) -> str:
        return f"{amount_in_words(quantity)} {self.unit} × {yuan(price)} 元 = {yuan(fen)} 元"

    @property
    def in_words(self) -> str:
        """Return the standard as one sentence, empty when documents state the sum."""
        said = {
            Way.EACH: f"每{self.unit} {yuan(self.price)} 元",
            Way.RATE: f"计费基数的 {percent(self.rate)}",
            Way.STEPS: "；".join(self._step(top, price) for top, price in self.steps),
            Way.BRACKET: "；".join(self._step(top, price) for top, price in self.steps),
        }.get(self.way, "")
        return said + (f"，最高 {yuan(self.ceiling)} 元" if said and self.ceiling is not None else "")

    def _step(self, top: int | None, price: int) -> str:
        return (f"至 {amount_in_words(top)}{self.unit}" if top is not None else "以上") + f" {yuan(price)} 元"
