"""Who: the agencies a published cell names, found among those of the county. A name not known here stays a word."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Agency, Standing

_LEAD, _PARTNER = "LEAD", "PARTNER"
_MARKS = {
    _LEAD: "牵头|发起|主办|主责|牵头单位|牵头部门|发起部门|发起单位",
    _PARTNER: "配合|参与|协办|参加|会同|协同|配合单位|配合部门|参与部门|参与单位|协助",
}
_OURSELVES = {"本局", "我局", "本单位", "本部门", "局机关", "本机关", "本大队", "我单位"}


@dataclass
class Named:
    """One agency as the cell names it: ``agency`` None if not known here; ``part`` empty if the cell does not say."""

    words: str
    agency: Agency | None
    part: str = ""


class Directory:
    """The agencies of one county by all their names."""

    def __init__(self, agencies: Iterable[Agency], county_name: str, filer: Agency | None) -> None:
        self.county, self.filer = county_name, filer
        self.names: dict[str, set[int]] = {}
        self.by_pk: dict[int, Agency] = {}
        kinds: dict[str, list[Agency]] = {}
        for agency in agencies:
            self.by_pk[agency.pk] = agency
            for name in (agency.name, agency.short_name):
                if name:
                    self.names.setdefault(self._short(name), set()).add(agency.pk)
            kinds.setdefault(agency.kind, []).append(agency)
        for kind, those in kinds.items():  # 市场监管部门: the one authority of the county in that field
            own = [agency for agency in those if agency.standing == Standing.COUNTY]
            if len(own) == 1:
                self.names.setdefault(self._short(f"{kind}部门"), set()).add(own[0].pk)

    def _short(self, name: str) -> str:
        name = re.sub(r"[\s“”\"]", "", unicodedata.normalize("NFKC", name))
        name = name.removeprefix(self.county) if name != self.county else name
        return re.sub(r"^(?:县|区)(?=.{2,})", "", name).replace("监督管理", "监管").replace("和", "").replace("主管部门", "部门")

    def find(self, words: str) -> Agency | None:
        """Return the one agency that bears this name here, or None."""
        if words in _OURSELVES:
            return self.filer
        found = self.names.get(self._short(words), set())
        return self.by_pk[next(iter(found))] if len(found) == 1 else None

    def read(self, text: str) -> tuple[list[Named], str]:
        """Return the agencies named in a cell, and what is not clear about them (``""``: nothing)."""
        said = unicodedata.normalize("NFKC", text)
        named: list[Named] = []
        part, more = "", False
        for chunk in re.split(r"[、,，;；/\n|+]|\s{1,}(?=\S{3,})", said):
            chunk = chunk.strip(" 。.·")
            chunk = re.sub(r"^(?:\d+[.、)]|\(\d+\)|[①-⑳])\s*", "", chunk)
            if heads := re.match(rf"(?:({_MARKS[_LEAD]})|({_MARKS[_PARTNER]}))\s*[::]\s*", chunk):
                part, chunk = (_LEAD if heads[1] else _PARTNER), chunk[heads.end() :]
            own = part
            if marked := re.search(rf"\((?:({_MARKS[_LEAD]})|({_MARKS[_PARTNER]}))\)$", chunk):
                own, chunk = (_LEAD if marked[1] else _PARTNER), chunk[: marked.start()]
            if ending := re.search(r"等(?:相关|有关|\d+个|多个)?(?:部门|单位|机关)?$", chunk):
                more, chunk = True, chunk[: ending.start()]
            if chunk:
                named += [Named(words, agency, own) for words, agency in self._one_or_two(chunk)]
        strangers = [n.words for n in named if n.agency is None]
        faults = [_("没有这个单位：%(names)s；请选择本县的单位") % {"names": "、".join(strangers)}] if strangers else []
        faults += [_("“等”字以外还有哪些单位没有写明")] if more else []
        faults += [] if named else [_("没有看懂是哪个单位")]
        return named, "；".join(faults)

    def _one_or_two(self, chunk: str) -> list[tuple[str, Agency | None]]:
        """Return the agency of a chunk, or two joined by 和/与/及/会同 when both are known."""
        if agency := self.find(chunk):
            return [(chunk, agency)]
        for match in re.finditer(r"和|与|及|会同|联合", chunk):
            left, right = chunk[: match.start()], chunk[match.end() :]
            if (a := self.find(left)) and (b := self.find(right)):
                return [(left, a), (right, b)]
        return [(chunk, None)]
