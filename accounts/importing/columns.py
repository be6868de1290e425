"""Columns as data: what a heading means, how a cell is read, how a value is shown, and what to do about a bad one."""

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Unreadable(ValueError):
    """A cell that says nothing the column can take; the message says what is wrong."""


@dataclass(frozen=True)
class Column:
    """One column of a list: ``parse`` turns the text of a cell into the value of the field ``name``.

    ``also`` are other headings under which offices publish it; what is ``personal`` is never repeated in a message.
    """

    name: str
    heading: Any
    parse: Callable[[str], Any]
    remedy: Any
    required: bool = False
    also: Sequence[str] = ()
    show: Callable[[Any], Any] = lambda value: "" if value is None else value
    personal: bool = False

    def read(self, cell: str) -> Any:
        """Return the value of a cell, or raise Unreadable."""
        cell = unquoted(cell)
        if not cell:
            if self.required:
                raise Unreadable(_now("没有填写"))
            return self.parse("")
        return self.parse(cell)


def wordings(label: Any) -> list[str]:
    """Return a label in every language of the pages: a list says the same whoever wrote it, and whoever reads it in."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(str(label))
    return said


def unquoted(cell: str) -> str:
    """Return the text of a cell without the mark that keeps a spreadsheet from taking it for a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


# --- parsers: text in, value out ---------------------------------------------------------------------
def text(longest: int) -> Callable[[str], str]:
    """Read words of at most ``longest`` characters."""

    def parse(cell: str) -> str:
        if "\0" in cell:
            raise Unreadable(_now("含有不能保存的字符"))
        if len(cell) > longest:
            raise Unreadable(_now("超过 %(most)d 个字") % {"most": longest})
        return cell

    return parse


def day(cell: str) -> datetime.date | None:
    """Read a day: 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日 or 20260131; nothing is None."""
    if not cell:
        return None
    found = re.fullmatch(r"(\d{4})(?:\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?|(\d\d)(\d\d))(?: 0{1,2}:00(?::00)?)?", cell)
    try:
        if found:
            year, *rest = (int(part) for part in found.groups() if part)
            return datetime.date(year, *rest)
    except ValueError:
        pass
    raise Unreadable(_now("不是日期"))


def choice(choices: type[models.TextChoices]) -> Callable[[str], str]:
    """Read one word of a closed list, as the page says it or by its code."""

    @lru_cache(maxsize=1)
    def words() -> dict[str, str]:
        return _by_word(choices.choices)

    def parse(cell: str) -> str:
        value = words().get(cell)
        if value is None and cell:
            raise Unreadable(_now("不在可选范围内"))
        return value or ""

    return parse


def _by_word(choices: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    choices = list(choices)
    return {word: value for value, label in choices for word in wordings(label)} | {str(value): value for value, _label in choices}


def shown(choices: type[models.TextChoices]) -> Callable[[Any], str]:
    """Show the label of a choice."""
    return lambda value: str(dict(choices.choices).get(value, value or ""))


def yes_no(default: bool) -> Callable[[str], bool]:
    """Read 是 or 否; nothing is ``default``."""

    def parse(cell: str) -> bool:
        if cell.lower() in ("是", "√", "1", "true", "y", "yes"):
            return True
        if cell.lower() in ("否", "×", "0", "false", "n", "no"):
            return False
        if not cell:
            return default
        raise Unreadable(_now("不是“是”或“否”"))

    return parse


def whole(least: int, most: int) -> Callable[[str], int | None]:
    """Read a whole number from ``least`` to ``most``; nothing is None."""

    def parse(cell: str) -> int | None:
        if not cell:
            return None
        if not re.fullmatch(r"\d{1,9}(\.0+)?", cell) or not least <= int(cell.split(".")[0]) <= most:
            raise Unreadable(_now("不是 %(least)d 到 %(most)d 的整数") % {"least": least, "most": most})
        return int(cell.split(".")[0])

    return parse


def address(longest: int) -> Callable[[str], str]:
    """Read a web address that begins with http:// or https://."""

    def parse(cell: str) -> str:
        cell = text(longest)(cell)
        if cell and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", cell):
            raise Unreadable(_now("不是网址"))
        return cell

    return parse


def several(words: dict[Any, Any]) -> Callable[[str], list[Any]]:
    """Read several words of a closed list, apart by 、, commas or blanks; gives their values in the order of the list."""

    def parse(cell: str) -> list[Any]:
        by_word = _by_word(words.items())
        apart = [part.strip() for part in re.split(r"[、，,；;/\n]+", cell)]
        # a word of English may hold a blank itself
        parts = [word for part in apart if part for word in ([part] if part in by_word else part.split())]
        if strangers := [part for part in parts if part not in by_word]:
            raise Unreadable(_now("“%(what)s”不在可选范围内") % {"what": strangers[0][:20]})
        chosen = {by_word[part] for part in parts}
        return [value for value in words if value in chosen]

    return parse


# --- a column out of a field of a model --------------------------------------------------------------
def of(model: type[models.Model], name: str, *, required: bool | None = None, **more: Any) -> Column:
    """Return the column of a field: heading, reading, showing and remedy follow from the field."""
    field = model._meta.get_field(name)
    if required is None:
        required = not field.blank and not field.has_default()
    how: dict[str, Any] = {"remedy": _("按原文填写")}
    if field.choices:
        labels = [str(label) for _value, label in field.choices]
        choices = models.TextChoices(f"{name}_choices", [(value, (value, label)) for value, label in field.choices])
        how = {"parse": choice(choices), "show": shown(choices), "remedy": _("填写其中之一：%(words)s") % {"words": "、".join(labels)}}
    elif isinstance(field, models.DateField):
        how = {"parse": day, "remedy": _("填写日期，例如 2026-01-31")}
    elif isinstance(field, models.BooleanField):
        how = {"parse": yes_no(bool(field.default)), "show": lambda value: "是" if value else "否", "remedy": _("填写“是”或“否”")}
    elif isinstance(field, models.IntegerField):
        how = {"parse": whole(0, 32_767), "remedy": _("填写整数；没有可不填")}
    elif isinstance(field, models.URLField):
        how = {"parse": address(field.max_length), "remedy": _("填写完整网址，以 https:// 开头")}
    else:
        how = {"parse": text(field.max_length), "remedy": _("不超过 %(most)d 个字") % {"most": field.max_length}}
    return Column(**{"name": name, "heading": field.verbose_name, "required": required, **how, **more})
