"""The method of a random draw (双随机), in plain functions: what is promised, how the lot falls, how it is repeated.

Nothing here asks a database. ``docs/draw-method.md`` says the same to an outsider, with a program of its own.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from audit.ledger.canonical import canonical

FORMAT = "mingjian-draw/1"
#: frozen with every pool, so that the promise covers the method too
METHOD = (
    "承诺值=SHA-256(随机串 换行 名单的规范JSON)。"
    "种子=SHA-256(mingjian-draw/1、承诺值、随机串、甲方输入、乙方输入，以换行相连)。"
    "企业按HMAC-SHA256(种子,“enterprise:企业标识”)由小到大排列，取前n家；"
    "每家的人员按HMAC-SHA256(种子,“officer:企业标识:人员标识”)由小到大排列，除去须回避的，取前k人。"
)
HASH = re.compile(r"[0-9a-f]{64}")
SECRET = re.compile(r"[0-9A-Za-z-]{16,100}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def commitment_of(nonce: str, frozen: dict[str, Any]) -> str:
    """Return the promise of a frozen pool: it binds the pool and tells nothing of it while ``nonce`` is unknown."""
    return hashlib.sha256(nonce.encode() + b"\n" + canonical(frozen)).hexdigest()


def digest_of_secret(commitment: str, part: str, secret: str) -> str:
    """Return what one side hands in beforehand. Commitment and part stand in it, so that no digest serves twice."""
    return _sha256(f"{commitment}:{part}:{secret}")


def lottery_digits(text: str) -> str:
    """Return a lottery number in its one written form: groups of digits with one space between. Empty: none found."""
    return " ".join(re.findall(r"[0-9]+", text))


def seed_of(commitment: str, nonce: str, first: str, second: str) -> str:
    """Return the seed. The nonce stands in it, since a lottery number and a commitment are public before the visits."""
    return _sha256("\n".join([FORMAT, commitment, nonce, first, second]))


def size_of(pool: int, *, ratio: int | None, number: int | None) -> int:
    """Return how many of ``pool`` are drawn: a whole percentage rounded up, at least one; or a number."""
    return number if ratio is None else max(1, -(-pool * ratio // 100))


def lot(seed: str, what: str) -> str:
    """Return the lot of one thing: whoever has the smallest is drawn first."""
    return hmac.new(bytes.fromhex(seed), what.encode(), "sha256").hexdigest()


def officers_in_order(frozen: dict[str, Any], seed: str, enterprise: str) -> list[str]:
    """Return the officers who may go to ``enterprise``, in the order of their lots: the first ones go, the next stand in."""
    barred = {pair["officer"] for pair in frozen["recusals"] if pair["enterprise"] == enterprise}
    able = [one["officer"] for one in frozen["officers"] if one["officer"] not in barred]
    return sorted(able, key=lambda officer: lot(seed, f"officer:{enterprise}:{officer}"))


def draw_from(frozen: dict[str, Any], seed: str) -> list[dict[str, Any]]:
    """Return who is drawn, in order: each enterprise with its officers."""
    order = sorted((one["enterprise"] for one in frozen["enterprises"]), key=lambda uid: lot(seed, f"enterprise:{uid}"))
    each = frozen["draw"]["officers_each"]
    return [
        {"enterprise": enterprise, "officers": officers_in_order(frozen, seed, enterprise)[:each]}
        for enterprise in order[: frozen["draw"]["enterprises"]]
    ]


def record_of(frozen: dict[str, Any], nonce: str, inputs: list[dict[str, str]], drawn_at: str) -> dict[str, Any]:
    """Return the whole record of a draw, as it is opened to the public later, with its own digest."""
    commitment = commitment_of(nonce, frozen)
    seed = seed_of(commitment, nonce, inputs[0]["said"], inputs[1]["said"])
    record = {
        "format": FORMAT,
        "frozen": frozen,
        "nonce": nonce,
        "commitment": commitment,
        "inputs": inputs,
        "seed": seed,
        "drawn": draw_from(frozen, seed),
        "drawn_at": drawn_at,
    }
    return record | {"digest": hashlib.sha256(canonical(record)).hexdigest()}


# --- repeated by anyone -----------------------------------------------------------------------------
def first_difference(data: bytes) -> str | None:
    """Repeat a draw from the bytes of its public record. Returns None, or a sentence naming the first thing that differs."""
    try:
        record = json.loads(data.decode())
        if record["format"] != FORMAT:
            return _("这不是已公开的抽取记录（格式应为 %(format)s）。") % {"format": FORMAT}
        return next(_differences(record, data), None)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:
        return _("这个文件不是完整的抽取记录：%(fault)s") % {"fault": f"{type(fault).__name__} {fault}"[:200]}


def _differences(record: dict[str, Any], data: bytes) -> Iterator[str]:
    frozen, nonce, commitment = record["frozen"], record["nonce"], record["commitment"]
    if commitment_of(nonce, frozen) != commitment:
        yield _("承诺值不符：名单、方法或者随机串与抽取以前公布的承诺值对不上。")
    yield from _faults_of_pool(frozen)
    first, second = record["inputs"]
    yield from _faults_of_inputs(frozen, commitment, first, second)
    if seed_of(commitment, nonce, first["said"], second["said"]) != record["seed"]:
        yield _("种子不符：按承诺值、随机串和双方输入算出的种子与记录不同。")
    drawn = draw_from(frozen, record["seed"])
    if len(drawn) != len(record["drawn"]):
        yield _("结果不符：应抽 %(n)d 家，记录为 %(m)d 家。") % {"n": len(drawn), "m": len(record["drawn"])}
    for place, (ours, theirs) in enumerate(zip(drawn, record["drawn"], strict=False), start=1):
        if ours["enterprise"] != theirs["enterprise"]:
            yield _("结果不符：第 %(n)d 家应为 %(ours)s，记录为 %(theirs)s。") % {
                "n": place,
                "ours": ours["enterprise"],
                "theirs": theirs["enterprise"],
            }
        if ours["officers"] != theirs["officers"]:
            yield _("结果不符：第 %(n)d 家的检查人员与重抽的不同。") % {"n": place}
    whole = {name: value for name, value in record.items() if name != "digest"}
    if hashlib.sha256(canonical(whole)).hexdigest() != record["digest"]:
        yield _("记录摘要不符：记录的某处被改过。")
    if canonical(record) != data:
        yield _("文件不是公布时的原样：内容相同，书写（空格、次序或者重复的键）不同，请重新下载。")


def _faults_of_pool(frozen: dict[str, Any]) -> Iterator[str]:
    """What an honest freeze never has."""
    for kind, one in (("enterprises", "enterprise"), ("officers", "officer")):
        names = [row[one] for row in frozen[kind]]
        if len(set(names)) != len(names):
            yield _("名单里有重复：%(kind)s。") % {"kind": kind}
    draw = frozen["draw"]
    wanted = size_of(len(frozen["enterprises"]), ratio=draw["ratio"], number=draw["number"])
    if draw["enterprises"] != wanted or wanted > len(frozen["enterprises"]):
        yield _("抽取数量不符：按比例应为 %(n)d 家，名单写的是 %(m)d 家。") % {"n": wanted, "m": draw["enterprises"]}


def _faults_of_inputs(frozen: dict[str, Any], commitment: str, first: dict[str, str], second: dict[str, str]) -> Iterator[str]:
    if (first["part"], second["part"]) != ("A", "B"):
        yield _("双方输入应当依次为甲方、乙方。")
    if frozen["seed"]["way"] == "LOTTERY":
        if first["said"] != second["said"] or lottery_digits(first["said"]) != first["said"] or not first["said"]:
            yield _("两人录入的开奖号码不一致。")
        if frozen["seed"]["lottery"]["on"] <= frozen["frozen_on"]:
            yield _("开奖日期不晚于冻结日期。")
        return
    for one in (first, second):
        if digest_of_secret(commitment, one["part"], one["said"]) != one["digest"]:
            yield _("暗语不符：%(part)s 方揭示的暗语与事先封存的摘要对不上。") % {"part": one["part"]}
