"""Which articles of which laws a text cites: 《食品安全法》第一百二十四条、第126条第一款 and what else people write; no database."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"(?:[0-9]+|[零〇一二两三四五六七八九十百千]+)"
_ARTICLES = re.compile(
    rf"第?(?P<numbers>{_NUMBER}(?:[、,和及与]第?{_NUMBER})*)条(?:之(?P<branch>{_NUMBER}))?"
    rf"(?P<paragraphs>(?:[、,和及与]?第?{_NUMBER}款)*)(?:第?\(?{_NUMBER}\)?项)?"
)
#: what stands between two articles of one law
_SAME = re.compile(r"[同本该](?:法|条例|办法|规定|规则|细则)|^的?规定|依据|依照|根据|按照|违反|适用|以及|[和及与、,;。:的之]")
_LAW = re.compile(r"(?:法|条例|办法|规则|细则|规定|决定|标准)$")
#: no range of articles is longer
LONGEST = 100


@dataclass(frozen=True)
class Article:
    """One article that is cited: of which law, and which of its paragraphs (none: the whole)."""

    law: str
    number: int
    branch: int = 0
    paragraphs: frozenset[int] = frozenset()
    quoted: bool = True

    def covers(self, cited: "Article") -> bool:
        """Tell whether what this one says holds for ``cited``: the same article, no other paragraph.

        A name without 《》 may have words before it (违反食品安全法第33条).
        """
        law = cited.law == self.law if cited.quoted else cited.law.endswith(self.law)
        other = self.paragraphs and cited.paragraphs and not self.paragraphs & cited.paragraphs
        return law and (cited.number, cited.branch) == (self.number, self.branch) and not other


def articles_of(text: str) -> list[Article]:
    """Return the articles that ``text`` cites, numbers in digits or in Chinese; an article without a law belongs to the one before."""
    said = re.sub(r"\s|[〈〉]|中华人民共和国", "", unicodedata.normalize("NFKC", text))
    found: list[Article] = []
    law, quoted, at = "", False, 0
    for match in _ARTICLES.finditer(said):
        between, at = said[at : match.start()], match.end()
        if named := re.findall(r"《([^《》]+)》", between):
            law, quoted = named[-1], True
        elif _names_a_law(between, first=not law):
            law, quoted = re.sub(r"\([^()]*\)", "", between).rstrip("的之"), False
        paragraphs = frozenset(numeral(n) for n in re.findall(rf"({_NUMBER})款", match["paragraphs"]))
        numbers = [numeral(n) for n in re.findall(_NUMBER, match["numbers"])]
        if between in ("至", "到") and found:
            numbers = [*_up_to(found[-1].number, numbers[0]), *numbers]
        found += [Article(law, n, quoted=quoted) for n in numbers[:-1]]
        found.append(Article(law, numbers[-1], numeral(match["branch"] or "0"), paragraphs, quoted))
    return found


def _names_a_law(words: str, *, first: bool) -> bool:
    words = re.sub(r"\([^()]*\)", "", words).rstrip("的之")
    return bool(left := _SAME.sub("", words)) and (first or bool(_LAW.search(left)))


def _up_to(last: int, number: int) -> Iterator[int]:
    yield from range(last + 1, number) if number - last <= LONGEST else ()


def numeral(text: str) -> int:
    """Return a number in digits or in Chinese (一百二十四, 一二四) below ten thousand."""
    if text.isdecimal():
        return int(text)
    if not set(text) & _UNITS.keys():
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit
