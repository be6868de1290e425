"""Type faces of official papers (GB/T 9704-2012), cut once at set-up, never committed.

仿宋, 黑体, 楷体 and 宋体 are Fandol's (GPL with font exception); 小标宋 is not free, Fandol Song Bold stands in.
Characters they lack (喆 堃 䶮 …) come from Noto Serif CJK SC (OFL). Set-up takes the files out of Debian
packages and ``manage.py cut_faces`` cuts them with HarfBuzz.
"""

from functools import lru_cache
from pathlib import Path

import uharfbuzz as hb
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

#: family -> (source file, index in a collection)
FACES = {
    "MJ Fang": ("FandolFang-Regular.otf", 0),
    "MJ Hei": ("FandolHei-Regular.otf", 0),
    "MJ Kai": ("FandolKai-Regular.otf", 0),
    "MJ Song": ("FandolSong-Regular.otf", 0),
    "MJ Biaosong": ("FandolSong-Bold.otf", 0),
    "MJ Rare": ("NotoSerifCJK-Regular.ttc", 2),
}
#: bump when the cut changes: a document's snapshot names it
CUT = "1"

_HAN = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)]
_SIGNS = [
    (0x20, 0x17F),
    (0x2010, 0x2049),
    (0x20AC, 0x20AC),
    (0x2103, 0x2109),
    (0x2116, 0x2122),
    (0x2160, 0x217F),
    (0x2190, 0x2199),
    (0x2200, 0x22A5),
    (0x2460, 0x2473),
    (0x2500, 0x257F),
    (0x25A0, 0x25FF),
    (0x2605, 0x2606),
    (0x2610, 0x2612),
    (0x2713, 0x2717),
    (0x3000, 0x303F),
    (0x3105, 0x3129),
    (0xFF00, 0xFFEF),
]


def file_of(family: str) -> Path:
    """Return where the cut file of ``family`` lies."""
    return Path(settings.FONTS_DIR) / f"{family.replace(' ', '-').lower()}-{CUT}.otf"


def cut(source: Path, index: int) -> bytes:
    """Return ``source`` cut to Han, Latin and signs, without hints."""
    face = hb.Face(hb.Blob.from_file_path(str(source)), index)
    wanted = hb.SubsetInput()
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    have = face.unicodes
    wanted.unicode_set.clear()
    wanted.unicode_set.update(c for first, last in [*_HAN, *_SIGNS] for c in range(first, last + 1) if c in have)
    return bytes(hb.subset(face, wanted).blob.data)


@lru_cache
def _fonts() -> list[tuple[str, hb.Font]]:
    found = []
    for family in FACES:
        path = file_of(family)
        if not path.exists():
            raise ImproperlyConfigured(
                f"the type face {family} is missing ({path}): run `make setup`, which needs Debian's packages "
                "texlive-lang-chinese and fonts-noto-cjk to be downloadable; no document is made without it"
            )
        found.append((family, hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))))
    return found


@lru_cache(maxsize=20000)
def _drawn(character: str) -> bool:
    """Tell whether some face has an outline for the character: its map alone may point to an empty glyph."""
    if character.isspace():
        return True
    for _family, font in _fonts():
        glyph = font.get_nominal_glyph(ord(character))
        if glyph:
            extents = font.get_glyph_extents(glyph)
            if extents and extents.width and extents.height:
                return True
    return False


def unprintable(text: str) -> list[str]:
    """Return the characters of ``text`` that no face can draw; a document with any of them is not made."""
    return sorted({c for c in text if not _drawn(c)})


def font_faces_css() -> str:
    """Return the ``@font-face`` rules of all faces, by file."""
    _fonts()
    return "\n".join(f"@font-face {{ font-family: '{family}'; src: url('{file_of(family).as_uri()}'); }}" for family in FACES)
