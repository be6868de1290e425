"""The search index of enterprises: by name, pinyin, initials and number, from two characters up.

Every beginning of a search is the beginning of one row: each name stands here from each of its characters on, as written,
in pinyin and in initials, so that a B-tree answers by a range. Words are kept as bytes: no collation of either
database has a say. The rows follow from the enterprises and can be made anew at any time; they are no evidence.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pypinyin
from django.db import models

from audit.models import load

if TYPE_CHECKING:
    from .enterprise import Enterprise

#: bytes of a word that are kept: six Chinese characters, or a whole credit code
LENGTH = 18
#: after this many candidates of one search the rest is not looked at
MOST = 2000
START, INSIDE = 0, 1


class WordQuerySet(models.QuerySet):
    """Questions to the index."""

    def beginning(self, word: str, counties: Iterable[int], places: Sequence[int] = (0, 1)) -> "WordQuerySet":
        """Return the rows that begin with ``word``; none for fewer than two characters."""
        if len(word) < 2:
            return self.none()
        key = cut(word)
        return self.filter(county__in=list(counties), place__in=places, word__gte=key, word__lt=key + b"\xff")


class EnterpriseWord(models.Model):
    """One way in which the search for an enterprise may begin. Its key is the index: county, place, word, enterprise."""

    pk = models.CompositePrimaryKey("county_id", "place", "word", "enterprise_id")
    county = models.ForeignKey("accounts.County", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    place = models.SmallIntegerField()
    word = models.BinaryField(max_length=LENGTH)
    enterprise = models.ForeignKey("accounts.Enterprise", models.PROTECT, related_name="+", db_constraint=False, db_index=False)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = "search index"

    def __str__(self) -> str:
        return bytes(self.word).decode(errors="ignore")

    @classmethod
    def add(cls, enterprises: "Iterable[Enterprise]") -> None:
        """Put new enterprises into the index, in bulk."""
        load(cls, sorted((e.county_id, place, key, e.pk) for e in enterprises for place, key in keys_of(e)))

    @classmethod
    def follow(cls, enterprise: "Enterprise", before: "Enterprise | None") -> None:
        """Bring the index from what the enterprise was to what it is."""
        now, then = keys_of(enterprise), keys_of(before) if before else set()
        for place, key in then - now:
            cls.objects.filter(county=enterprise.county_id, place=place, word=key, enterprise=enterprise.pk).delete()
        load(cls, sorted((enterprise.county_id, place, key, enterprise.pk) for place, key in now - then))

    @classmethod
    def candidates(cls, word: str, counties: Iterable[int]) -> Iterator[int]:
        """Yield keys of enterprises, best first: those that begin with ``word``, then those that contain it.

        Each step reads a few rows at one spot of the index, however many there are in all.
        """
        key = cut(word)
        for place in (START, INSIDE):
            for county in sorted(counties):
                rows = cls.objects.filter(county=county, place=place, word__gte=key, word__lt=key + b"\xff").order_by(
                    "word", "enterprise_id"
                )
                after: tuple[bytes, int] | None = None
                while True:
                    wanted_rows = rows
                    if after:
                        same = models.Q(word=after[0], enterprise_id__gt=after[1])
                        wanted_rows = rows.filter(word__gte=after[0]).filter(same | models.Q(word__gt=after[0]))
                    found = list(wanted_rows.values_list("word", "enterprise_id")[:100])
                    yield from (key for _word, key in found)
                    if len(found) < 100:
                        break
                    after = (bytes(found[-1][0]), found[-1][1])


def search(enterprises: Any, words: str, counties: Iterable[int], limit: int) -> "list[Enterprise]":
    """Return at most ``limit`` of the queryset ``enterprises`` in ``counties`` that hold all ``words``, best first."""
    parts = sorted((plain(part) for part in words.split()), key=len, reverse=True)
    if not parts or len(parts[0]) < 2:
        return []
    found: dict[int, Any] = {}
    seen: set[int] = set()
    batch: list[int] = []

    def take() -> None:
        rows = enterprises.in_bulk(batch)
        for key in batch:
            if (row := rows.get(key)) and holds(row, parts):
                found.setdefault(key, row)
        batch.clear()

    for key in EnterpriseWord.candidates(parts[0], counties):
        if key in seen:
            continue
        seen.add(key)
        batch.append(key)
        if len(batch) >= max(limit, 20):
            take()
        if len(found) >= limit or len(seen) >= MOST:
            break
    take()
    return list(found.values())[:limit]


def holds(enterprise: "Enterprise", parts: Sequence[str]) -> bool:
    """Tell whether every part is found in the enterprise, to its full length."""
    spellings = list(spellings_of(enterprise))
    return all(any(part in text if place == INSIDE else text.startswith(part) for place, text in spellings) for part in parts)


# --- words ------------------------------------------------------------------------------------------
def wanted(words: str) -> str:
    """Return what is looked for: the longest run of what was typed."""
    return max((plain(part) for part in words.split()), key=len, default="")


def cut(word: str) -> bytes:
    """Return as much of a word as the index keeps, whole characters."""
    return word.encode()[:LENGTH].decode(errors="ignore").encode()


def plain(text: str) -> str:
    """Return text as it is compared: one width, small letters, ü as v, no marks and spaces."""
    text = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    return "".join(c for c in text if c.isalnum())


def spellings_of(enterprise: "Enterprise") -> Iterator[tuple[int, str]]:
    """Yield (INSIDE or START, text): what may be found anywhere, and what from its beginning only (the number)."""
    for name in (enterprise.name, enterprise.operator):
        if text := plain(name):
            syllables = read_aloud(text)
            yield INSIDE, text
            yield INSIDE, "".join(syllables)
            yield INSIDE, "".join(s[0] for s in syllables)
    if enterprise.identifier:
        yield START, plain(enterprise.identifier)


def keys_of(enterprise: "Enterprise") -> set[tuple[int, bytes]]:
    """Return (place, word) of every row the index holds of an enterprise."""
    keys = set()
    for name in (enterprise.name, enterprise.operator):
        text = plain(name)
        syllables = read_aloud(text)
        initials, aloud = "".join(s[0] for s in syllables), "".join(syllables)
        at = 0
        for n, syllable in enumerate(syllables):
            place = INSIDE if n else START
            if len(text) - n > 1:
                keys.add((place, cut(text[n : n + LENGTH])))
                keys.add((place, initials[n : n + LENGTH].encode()[:LENGTH]))
            if len(aloud) - at > 1:
                keys.add((place, aloud[at : at + LENGTH].encode()[:LENGTH]))
            at += len(syllable)
    if enterprise.identifier:
        keys.add((START, cut(plain(enterprise.identifier))))
    return {(place, key) for place, key in keys if place == START or (START, key) not in keys}


# --- pinyin -----------------------------------------------------------------------------------------
def read_aloud(text: str) -> list[str]:
    """Return the pinyin of each character of a plain text, without tones; what has none stands for itself."""
    phrases, longest = _phrases()
    said: list[str] = []
    while len(said) < len(text):
        at = len(said)
        if text[at : at + 2] in phrases:
            for length in range(min(longest, len(text) - at), 1, -1):
                if reading := phrases.get(text[at : at + length]):
                    said += reading
                    break
            else:
                said.append(_alone(text[at]))
        else:
            said.append(_alone(text[at]))
    return said


@lru_cache(maxsize=30_000)
def _alone(character: str) -> str:
    return toneless(pypinyin.pinyin_dict.pinyin_dict.get(ord(character), character).split(",")[0]) or character


@lru_cache(maxsize=4_000)
def toneless(syllable: str) -> str:
    """Return a syllable as it is typed: lǜ → lv, zhōng → zhong."""
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(c for c in apart if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[str, list[str]], int]:
    """Return the phrases in which a character is read otherwise than alone (重庆, 银行), and the longest length.

    The first two characters of each longer phrase stand there too, without a reading of their own.
    """
    kept: dict[str, list[str]] = {}
    for phrase, readings in pypinyin.phrases_dict.phrases_dict.items():
        said = [toneless(reading[0]) for reading in readings]
        if 2 <= len(phrase) <= 6 and len(said) == len(phrase) and said != [_alone(c) for c in phrase]:
            kept[phrase] = said
    for phrase in list(kept):
        kept.setdefault(phrase[:2], [])
    return kept, max(map(len, kept))
