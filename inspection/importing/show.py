"""What was understood, in words for a page."""

from typing import Any

from django.utils.translation import gettext as _

#: what names a line, the first that is there
NAMED_BY = ("item", "joint_item", "power_item", "content", "object", "domain")


def name_of(values: dict[str, Any]) -> str:
    """Return what a line is called."""
    return next((str(values[role])[:300] for role in NAMED_BY if values.get(role)), "")


def said(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (label, words) of the values that a page shows: when, how much, how often, how, who."""
    lines = [
        (_("月份"), _months(values.get("months"), values.get("until"))),
        (_("比例"), _ratio(values.get("ratio"))),
        (_("数量"), _count(values.get("count"))),
        (_("频次"), _frequency(values.get("frequency"))),
        (_("方式"), _methods(values)),
        (_("牵头"), _agencies(values, "LEAD")),
        (_("配合"), _agencies(values, "PARTNER")),
        (_("参加"), _agencies(values, "")),
    ]
    return [(label, words) for label, words in lines if words]


def _months(months: list[int] | None, until: int | None) -> str:
    if until:
        return _("%(month)d 月底以前") % {"month": until}
    if not months:
        return ""
    if months == list(range(1, 13)):
        return _("全年")
    if len(months) > 1 and months == list(range(months[0], months[-1] + 1)):
        return _("%(a)d—%(b)d 月") % {"a": months[0], "b": months[-1]}
    return _("%(months)s 月") % {"months": "、".join(map(str, months))}


def _bound(value: dict[str, Any], words: str) -> str:
    bounds = {
        ">=": _("不低于%(what)s"), "<=": _("不超过%(what)s"), ">": _("高于%(what)s"), "<": _("低于%(what)s"), "~": _("约%(what)s"),
    }  # fmt: skip
    return bounds.get(value.get("bound", "="), "%(what)s") % {"what": words}


def _ratio(value: dict[str, Any] | None) -> str:
    if not value or "text" in value:
        return value["text"] if value else ""
    span = f"{value['percent']}%" + (f"—{value['to']}%" if "to" in value else "")
    return _bound(value, span)


def _count(value: dict[str, Any] | None) -> str:
    if not value or "text" in value:
        return value["text"] if value else ""
    return _bound(value, f"{value['number']}" + (f"—{value['to']}" if "to" in value else "") + value["unit"])


def _frequency(value: dict[str, Any] | None) -> str:
    if not value or "text" in value:
        return value["text"] if value else ""
    if value.get("as_needed"):
        return _("根据监管需要确定")
    times = f"{value['times']}" + (f"—{value['to']}" if "to" in value else "")
    words = _bound(value, _("%(n)s 次") % {"n": times})
    if value.get("weeks"):
        return _("每周%(words)s") % {"words": words}
    spans = {
        12: _("每年%(words)s"), 6: _("每半年%(words)s"), 3: _("每季度%(words)s"), 1: _("每月%(words)s"), 24: _("每两年%(words)s"),
        36: _("每三年%(words)s"),
    }  # fmt: skip
    months = value.get("months")
    return spans.get(months, _("每 %(n)d 个月%(words)s") if months else "%(words)s") % {"n": months, "words": words}


def _methods(values: dict[str, Any]) -> str:
    method = values.get("method")
    if isinstance(method, dict):
        return method["text"]
    words = {
        "ON_SITE": _("现场"), "ONLINE": _("网络"), "WRITTEN": _("书面"), "OFF_SITE": _("非现场"), "SAMPLING": _("抽样检测"),
        "ENTRUSTED": _("委托专业机构"), "RANDOM": _("随机抽查"), "JOINT": _("联合检查"), "ROUTINE": _("日常或专项检查"),
    }  # fmt: skip
    return "、".join(words.get(code, code) for code in values.get("methods") or [])


def _agencies(values: dict[str, Any], part: str) -> str:
    return "、".join(a["words"] for a in values.get("agencies") or [] if a["part"] == part)
