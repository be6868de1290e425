"""Type faces of official papers (GB/T 9704-2012), cut once at set-up, never committed.

仿宋, 黑体 and 楷体 are Fandol's (GPL with font exception), 宋体 is Noto Serif CJK SC (OFL), which also has the characters
the others lack (喆 堃 䶮 …); 小标宋 is not free, Fandol Song Bold stands in. Set-up takes the files out of Debian packages
and ``manage.py cut_faces`` cuts them with HarfBuzz.

A map of characters may point to a glyph without an outline, which prints as nothing. The cut leaves such characters out,
so that whoever looks for a face by its map finds the first one that draws the character. It also puts the characters our papers
use most in front: what is embedded in a document reaches to the last glyph used, so this makes documents smaller and faster.
"""

import hashlib
import io
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz as hb
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from fontTools.ttLib import TTFont


class Face(NamedTuple):
    """Where a face is cut from: a file, its index in a collection, and whether all of it or the Han in GB 2312 or the others."""

    file: str
    index: int = 0
    gb2312: bool | None = None


#: in this order one stands in for what another can't draw
FACES = {
    "MJ Fang": Face("FandolFang-Regular.otf"),
    "MJ Hei": Face("FandolHei-Regular.otf"),
    "MJ Kai": Face("FandolKai-Regular.otf"),
    "MJ Song": Face("NotoSerifCJK-Regular.ttc", 2, gb2312=True),
    "MJ Rare": Face("NotoSerifCJK-Regular.ttc", 2, gb2312=False),
    "MJ Biaosong": Face("FandolSong-Bold.otf"),
}
#: bump when the cut changes: the file's name bears it, and a document's snapshot the digest of what was cut
CUT = "2"

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
    (0x3220, 0x3243),
    (0x3280, 0x32B0),
    (0x3380, 0x33DF),
    (0xFF00, 0xFFEF),
]
#: the characters of official papers and of the county's lists, the most frequent first
_OFTEN = (
    "法条规第查全检文行政业不监企人场例县定管经日备案督现费机的收可单位核生理是演产关待安事用水计税保营知罚制市处证品部国工省地否号对"
    "和以务门方实请金局力库中一律得合作施公执报性沂自效书审改环境划进先源有资通示年告设食权征化控建后济要上财拒绝禁或者府构入次然属山"
    "办款出动央防东项电农停察修指止参程标旅复调均本照表名民强依为城发件记会续据分没量社直内被员使配许限加消污护级垂涉时商物治价期障于"
    "统利月般基抽容任游责格态识能专质外代受验到严开意体住所信同应急委目并排医卫录组废准托数回申药须派见度取等乡疗诉少气序间在纳交个供"
    "之起元种家息育户劳织优话送另服与额签土道测无明清问已提来何缴达房登健康决主危批立样求点章写具违持染器讼院当超投救爆未凭下接支综路"
    "运输村情历史料象益虚协填只转结考观义镇换采特教比展险购重职粮称负海故如小补至码愿活付随押评算频导订况双暂林过招卖学除驻援从各培训"
    "议必预看正变由封扣典再置二非车增矿网子两嫌革烟草向张手含印免干娱乐摩易集措面三大燃刑授其摊你类平助票将垦占十注范附广节约每布按共"
    "联临移队突齐适青陈举紧原室扰常相给令让空还册械围就总银销售式放毒厂守稽他邮融存牵头长禾周滞缺替型台做五八赠遇介偿固渔线值残疾森承"
    "退低引传病饲屠宰油侦反犯罪火询致货确远舒松宁志恒允街果形身说借字整研予钟扫真伪什么逐馈酬福宴嫁刻冻辄绩挂钩系殖率也零抵材账离买多"
    "妆噪声餐饮热兽猪绘版团区流馆快灾景搜谍司满岗隐患季秉怀瑾高宋若溪泽吴谢曾孙马唐袁吕赵朱梁李郑萧沈刘徐郭韩渠列越捐促尊此笔避述辩片"
    "误骑缝姓份垃圾耕闲百宅挖掘辆函恢新弃口估拍络获遥感影响跟踪疫视互貌赛石炸论递装害疑则独纪党因裁际贸粉尘四王黄董傅畅亦凡云佳南星尚"
    "德涵澜鸣诚晨言雨桐慕白念慈拙博曹彭杨克俭胡罗冯望邓思砚秋恭启晓岚敏嘉判静前更且催延"
)


def file_of(family: str) -> Path:
    """Return where the cut file of ``family`` lies."""
    return Path(settings.FONTS_DIR) / f"{family.replace(' ', '-').lower()}-{CUT}.otf"


def cut(source: Path, face: Face) -> bytes:
    """Return ``source`` cut to the Han, Latin and signs it draws, without hints and without other shapes of one character."""
    whole = hb.Face(hb.Blob.from_file_path(str(source)), face.index)
    font, have = hb.Font(whole), whole.unicodes
    wanted = hb.SubsetInput()
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    wanted.unicode_set.clear()
    asked = (chr(c) for first, last in [*_HAN, *_SIGNS] for c in range(first, last + 1) if c in have)
    wanted.unicode_set.update(ord(c) for c in asked if face.gb2312 in (None, _is_common(c)) and (c.isspace() or draws(font, c)))
    wanted.layout_feature_tag_set.clear()
    return _often_first(bytes(hb.subset(whole, wanted).blob.data))


def _is_common(character: str) -> bool:
    """Tell whether GB 2312 has the character, or it is no Han."""
    return not any(first <= ord(character) <= last for first, last in _HAN) or bool(character.encode("gb2312", "ignore"))


def standard_characters() -> str:
    """Return the 8,105 characters of 通用规范汉字表, which every paper must be able to print."""
    lines = Path(__file__).with_name("standard_characters.txt").read_text(encoding="utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


def _often_first(content: bytes) -> bytes:
    """Return the face with its glyphs in order of use: signs, ``_OFTEN``, GB 2312 level 1, 通用规范汉字表, the rest."""
    face = TTFont(io.BytesIO(content), recalcBBoxes=False, recalcTimestamp=False)
    for table in ("BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx"):
        if table in face:
            del face[table]
    level_1 = b"".join(bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)).decode("gb2312", "ignore")
    mapped, order = face.getBestCmap(), face.getGlyphOrder()
    signs = sorted(c for c in mapped if _is_common(chr(c)) and not chr(c).encode("gb2312", "ignore")[:1] >= b"\xb0")
    wanted = [*signs, *map(ord, [*_OFTEN, *level_1, *standard_characters()])]
    _renumber(face, list(dict.fromkeys([order[0], *(mapped[c] for c in wanted if c in mapped), *order])))
    out = io.BytesIO()
    face.save(out)
    return out.getvalue()


def _renumber(face: TTFont, order: list[str]) -> None:
    """Put the glyphs into ``order`` and number them in it: a map with gaps would cost two bytes a glyph in each document."""
    top = face["CFF "].cff.topDictIndex[0]
    glyphs, old = top.CharStrings.charStrings, {name: number for number, name in enumerate(face.getGlyphOrder())}
    kept = {name: glyphs[name] for name in order}
    called = {name: f"cid{number:05}" if number else ".notdef" for number, name in enumerate(order)}
    dictionaries = top.FDSelect.gidArray
    top.FDSelect.gidArray = [dictionaries[old[name]] for name in order]
    top.CharStrings.charStrings = {called[name]: glyph for name, glyph in kept.items()}
    top.charset = list(called.values())
    for table in face["cmap"].tables:
        table.cmap = {character: called[name] for character, name in table.cmap.items()}
    face["hmtx"].metrics = {called[name]: metrics for name, metrics in face["hmtx"].metrics.items()}
    face.setGlyphOrder(top.charset)


def draws(font: hb.Font, character: str) -> bool:
    """Tell whether the face has an outline for the character."""
    glyph = font.get_nominal_glyph(ord(character))
    extents = font.get_glyph_extents(glyph) if glyph else None
    return bool(extents and extents.width and extents.height)


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


def chain(family: str) -> list[str]:
    """Return the faces that are asked in turn for text set in ``family``: itself, the widest one, then the others."""
    return list(dict.fromkeys([family, "MJ Song", "MJ Rare", *FACES]))


@lru_cache(maxsize=20000)
def face_of(character: str, family: str = "MJ Fang") -> str | None:
    """Return the first face of the chain of ``family`` that draws the character; None: no face does."""
    fonts = dict(_fonts())
    return next((name for name in chain(family) if draws(fonts[name], character)), None)


def unprintable(text: str) -> list[str]:
    """Return the characters of ``text`` that no face can draw; a document with any of them is not made."""
    return sorted({c for c in set(text) if not c.isspace() and face_of(c) is None})


@lru_cache
def digest() -> str:
    """Return a short digest of all cut faces, as a document's snapshot names them; without faces their version alone."""
    whole, files = hashlib.sha256(), [file_of(family) for family in FACES]
    if not all(path.exists() for path in files):
        return CUT
    for path in files:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{CUT}-{whole.hexdigest()[:16]}"


def font_faces_css() -> str:
    """Return the ``@font-face`` rules of all faces, by file."""
    _fonts()
    return "\n".join(f"@font-face {{ font-family: '{family}'; src: url('{file_of(family).as_uri()}'); }}" for family in FACES)


def with_chains(css: str) -> str:
    """Return ``css`` with each face it names followed by those that stand in for it."""
    return re.sub(r'"(MJ \w+)"', lambda found: ", ".join(f'"{name}"' for name in chain(found[1])), css)
