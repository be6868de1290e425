"""How much and how: ratio, frequency, number, method and level of a published cell. All of a cell is read, or it is a fault."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from paper.numberformat import plain

from .months import LONGEST, numeral


@dataclass
class Read:
    """What a cell was understood to say, and why not all of it was. ``values`` are plain (JSON)."""

    values: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


_BOUNDS = [
    (">=", "不低于|不少于|不小于|不得低于|不得少于|至少|最少|最低|大于等于|>=|≥|≧"),
    ("<=", "不超过|不高于|不多于|不大于|不得超过|最多|最高|小于等于|<=|≤|≦"),
    (">", ">|大于|高于|超过"),
    ("<", "<|小于|低于"),
    ("~", "约|大约|约为"),
    ("=", "=|为|按|达到|等于"),
]
_BOUND = "(?P<bound>" + "|".join(words for _sign, words in _BOUNDS) + ")?"
_AFTER = "(?P<after>以上|及以上|或以上|以内|以下|左右)?"
_PERCENT = re.compile(rf"{_BOUND}(?P<a>\d+(?:\.\d+)?)%?(?:(?:-|~|至|—)(?P<b>\d+(?:\.\d+)?))?%{_AFTER}")
_AS_NEEDED = re.compile(
    r"(?:具体)?(?:抽查|检查)?(?:频次|频率|次数|比例)?(?:根据|依据|视|按照?|结合)(?:监管|实际|工作|检查|上级|日常)*(?:需要|工作需要|情况|实际|要求|部署|安排)(?:适时)?(?:而?定|确定|开展|进行|安排)?"
    r"|(?:按需|不定期|适时|视情况?)(?:抽查|检查|开展|确定|而定)*"
)
_TIMES = "(?P<times>\\d+|[一二两三四五六七八九十]{1,2})(?:[-~至](?P<to>\\d+))?"
_PERIOD = {"年": 12, "年度": 12, "全年": 12, "半年": 6, "季度": 3, "季": 3, "月": 1, "个月": 1}
_EVERY = re.compile(
    rf"(?:对?每(?:户|家|个|企业|主体)+)?(?:每|1|一|全|本)?(?P<n>\d+|[二两三四五六])?(?:个)?(?P<period>半年|年度|年|季度|季|月|周){_BOUND}"
    rf"{_TIMES}(?:次|轮|批次|遍){_AFTER}"
)
_TIMES_A = re.compile(rf"{_BOUND}{_TIMES}(?:次|轮|批次)?{_AFTER}[/每](?:户|家)?/?(?P<n>\d+)?(?:个)?(?P<period>半年|年度|年|季度|季|月|周)")
_TIMES_ONLY = re.compile(rf"{_BOUND}{_TIMES}(?:次|轮|批次){_AFTER}")
_NUMBER_ONLY = re.compile(rf"{_BOUND}(?P<times>\d+){_AFTER}")
_COUNT = re.compile(
    rf"{_BOUND}(?P<a>\d+)(?:(?:-|~|至|—)(?P<b>\d+))?(?P<unit>户次|家次|批次|户|家|个|批|人|组|所|台|辆|处|次|件|份)?(?:企业|市场主体|经营主体|单位)?{_AFTER}"
)
_FILLER = re.compile(
    r"(?:[,;。、:.()]|全年|年度|每年|按照?|抽查|检查|抽取|随机|比例|频次|频率|数量|户数|家数|计划|不定向|企业|总数|的|对象|进行|开展|及|和|且|各|为|对|监管)*"
)


def _clean(text: str) -> tuple[str, str]:
    """Return the text in half-width forms without blanks, and what stood in brackets."""
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("〔", "(").replace("〕", ")")
    aside = "".join(re.findall(r"\(([^()]*)\)", said))
    return re.sub(r"\([^()]*\)", "", said), aside


def _bound(match: re.Match[str]) -> str:
    after = match["after"] or ""
    if match["bound"]:
        return next(sign for sign, words in _BOUNDS if match["bound"] in words.split("|"))
    return {"以上": ">=", "及以上": ">=", "或以上": ">=", "以内": "<=", "以下": "<=", "左右": "~"}.get(after, "=")


def _left(said: str, *found: re.Match[str] | None) -> str:
    """Return what is left of a text when matches and words without meaning of their own are taken out."""
    for match in found:
        if match:
            said = said.replace(match[0], "", 1)
    return re.sub(_FILLER, "", said)


def _more(left: str, aside: str) -> str:
    if left:
        return _("没有看懂“%(text)s”，请补充填写") % {"text": left[:40]}
    if re.search(r"\d", aside):
        return _("括号里还有数字“%(text)s”，请核对后补充") % {"text": aside[:40]}
    return ""


def quantities(text: str, *, heading: str, wanted: str) -> Read:
    """Read a cell under a heading of ``ratio``, ``frequency``, ``ratio_frequency`` or ``count``."""
    if len(text) > LONGEST:
        return Read(fault=_("文字太长，没有看懂，请补充填写"))
    said, aside = _clean(text)
    if wanted == "count":
        return _count(said, aside)
    read = Read()
    said = re.sub(r"(?:应检|应查|监管|辖区内?|检查|抽查)*(?:对象|企业|主体|单位)?(?:总数|总量)?的(?=\d)", "", said)  # 不低于应检对象的5%
    ratio = _ratio(said, heading, read.values) if "ratio" in wanted else None
    rest = said.replace(ratio[0], "", 1) if ratio else said
    frequency = _frequency(rest, read.values, alone=wanted == "frequency" and not ratio)
    if wanted == "frequency" and "%" in rest and (other := _PERCENT.search(rest)):  # 3%;2次/年 across two columns
        rest = rest.replace(other[0], "", 1)
    left = _left(rest, frequency)
    missing = (
        ("ratio" not in read.values if wanted == "ratio" else not read.values) if wanted != "frequency" else "frequency" not in read.values
    )
    if missing and re.fullmatch(r"100%?全覆盖|全覆盖|全部|逐户(?:检查)?|全面(?:检查|覆盖)", said) and wanted != "frequency":
        read.values["ratio"] = {"percent": "100", "bound": "="}
        return read
    read.fault = _("没有看懂，请填写") if missing else _more(left.replace("全覆盖", ""), aside)
    return Read(fault=read.fault) if read.fault else read  # half of a cell would be a guess


def _ratio(said: str, heading: str, into: dict[str, Any]) -> re.Match[str] | None:
    match = _PERCENT.search(said)
    if match:
        if max(Decimal(match["a"]), Decimal(match["b"] or 0)) <= 100:
            into["ratio"] = {"percent": plain(Decimal(match["a"])), "bound": _bound(match)}
            if match["b"]:
                into["ratio"]["to"] = plain(Decimal(match["b"]))
            return match
        return None
    chinese = re.search(rf"{_BOUND}百分之(?P<a>[一二三四五六七八九十]{{1,3}}|\d+){_AFTER}", said)
    if chinese and (percent := numeral(chinese["a"])) is not None:
        into["ratio"] = {"percent": str(percent), "bound": _bound(chinese)}
        return chinese
    number = re.fullmatch(rf"{_BOUND}(?P<a>\d+(?:\.\d+)?){_AFTER}", said)
    if number:
        value, in_percent = Decimal(number["a"]), "%" in unicodedata.normalize("NFKC", heading)
        if in_percent and 1 <= value <= 100:
            into["ratio"] = {"percent": plain(value), "bound": _bound(number)}
            return number
        if not in_percent and 0 < value < 1:  # a percentage whose cell lost its format
            into["ratio"] = {"percent": plain(value * 100), "bound": _bound(number)}
            return number
    return None


def _frequency(said: str, into: dict[str, Any], *, alone: bool) -> re.Match[str] | None:
    for pattern in (_TIMES_A, _EVERY, _TIMES_ONLY):
        if (match := pattern.search(said)) and (times := numeral(match["times"])) is not None:
            into["frequency"] = {"times": times, "bound": _bound(match), **_per(match)}
            return match
    if alone and (match := _NUMBER_ONLY.fullmatch(said)):
        into["frequency"] = {"times": int(match["times"]), "bound": _bound(match), "months": None}
        return match
    match = _AS_NEEDED.search(said)
    if match:
        into["frequency"] = {"as_needed": True}
    return match


def _per(match: re.Match[str]) -> dict[str, Any]:
    """Return the span in which the times are counted: ``months`` (None: not said), or ``weeks``."""
    named = match.groupdict()
    period, many = named.get("period"), numeral(named.get("n") or "1") or 1
    span = {"months": None, "weeks": many} if period == "周" else {"months": _PERIOD[period] * many if period else None}
    return span | ({"to": int(named["to"])} if named.get("to") else {})


def _count(said: str, aside: str) -> Read:
    if re.fullmatch(r"全覆盖|全部|100%", said):
        return Read({"ratio": {"percent": "100", "bound": "="}})
    said = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", said)
    match = _COUNT.search(said)
    if not match:
        return Read(fault=_("没有看懂数量，请填写"))
    value: dict[str, Any] = {"number": int(match["a"][:9]), "unit": match["unit"] or "", "bound": _bound(match)}
    if match["b"]:
        value["to"] = int(match["b"][:9])
    left = _left(said, match)
    fault = _more(left, aside)
    return Read(fault=fault) if fault else Read({"count": value})


#: words of a cell -> what they mean
METHODS = {
    "ON_SITE": "现场(?:检查|核查|监督检查|抽查|监督|执法检查|查看|勘查)?|实地(?:检查|核查|抽查|查看)?|线下(?:检查)?|入企检查|上门检查|入户检查",
    "ONLINE": "网络(?:检查|监测|巡查|核查|监管|抽查)?|线上(?:检查|监测|核查|巡查)?|互联网(?:检查|监测)?|网上(?:检查|核查|巡查)?|在线(?:检查|监测)",
    "WRITTEN": "书面(?:检查|审查|核查|抽查|审核)?|(?:资料|材料|台账|档案)(?:审查|核查|检查|查阅|审核)|查阅(?:资料|材料|台账|档案)|书式检查",
    "OFF_SITE": "非现场(?:检查|监管|执法|核查|抽查)?|远程(?:检查|监管|视频检查)?|视频(?:检查|监控)|数据(?:比对|分析|筛查)|大数据(?:比对|分析)",
    "SAMPLING": "抽样(?:检测|检验|检查|送检)?|监督抽检|抽检|(?:检验|检测|检验检测)|监督抽样",
    "ENTRUSTED": "委托(?:专业机构|第三方(?:机构)?)(?:检查|核查|检测|开展|进行)?|第三方(?:检查|核查|检测)",
    "RANDOM": "(?:部门(?:联合)?)?(?:双随机(?:一公开)?|随机(?:抽查|检查|抽取)?)(?:抽查|检查)?|定向(?:抽查)?|不定向(?:抽查)?",
    "JOINT": "(?:部门|跨部门)?联合(?:检查|抽查|执法)(?:检查)?|综合查一次",
    "ROUTINE": "日常(?:检查|巡查|监督检查|监管)|专项(?:检查|抽查|整治)|重点(?:检查|抽查)|监督检查|全面检查|巡查|暗访|飞行检查|个案检查",
}
_SPLIT = re.compile(r"[、,，;；/+\n。]|以及|(?<=[查测阅管法式场络面])(?:和|与|及|或|相?结合)")
LEVELS = re.compile(r"国家|省|设区的?市|市|县|区|旗|乡镇|乡|镇|街道")


def methods(text: str) -> Read:
    """Read ``现场检查、网络检查`` …: a list of codes; any word not known is a fault."""
    text = re.sub(r"双随机[”\"]?[、，,]?[“\"]?一公开", "双随机", text)
    said = re.sub(r"[“”\"'《》()]", "", re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text)))
    found: list[str] = []
    strange: list[str] = []
    for part in _SPLIT.split(said):
        part = re.sub(r"^(?:采取|采用|通过|以)|(?:等|的)?(?:方式|形式|方法|相?结合)?$|等$", "", part)
        if not part or part in ("的方式", "方式", "双随机一公开"):
            found += ["RANDOM"] if part == "双随机一公开" else []
            continue
        code = next((code for code, words in METHODS.items() if re.fullmatch(words, part)), "")
        (found if code else strange).append(code or part)
    if strange or not found:
        return Read(
            {"methods": found} if found else {}, _("没有看懂“%(text)s”，请选择检查方式") % {"text": "、".join(strange)[:40] or text[:40]}
        )
    return Read({"methods": list(dict.fromkeys(found))})


def levels(text: str) -> Read:
    """Read ``省、市、县级`` …: the levels named."""
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if re.sub(LEVELS, "", re.sub(r"[、,;/()和及或级两三四各本层]|部门|人民政府|以上|以下", "", said)):
        return Read(fault=_("没有看懂层级，请填写"))
    found = list(dict.fromkeys(LEVELS.findall(said)))
    if "以上" in said or "以下" in said or not found:
        return Read(fault=_("没有看懂层级，请填写"))
    return Read({"levels": found})


def part(text: str) -> Read:
    """Read 发起 / 牵头 (LEAD) or 配合 / 参与 (PARTNER)."""
    said = re.sub(r"[\s()]|部门|单位|方", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch("发起|牵头|主办|主导|组织|主要|牵头发起|发起牵头|主责|主", said):
        return Read({"part": "LEAD"})
    if re.fullmatch("配合|参与|协同|协办|参加|参检|会同|协助|联合|配合参与", said):
        return Read({"part": "PARTNER"})
    return Read(fault=_("没有看懂是牵头还是配合，请选择"))
