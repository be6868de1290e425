"""What a draw must say before it is kept, and what more before its pool is frozen."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Refused

#: a lottery further off would leave the pool frozen for nothing
LOTTERY_WITHIN = datetime.timedelta(days=60)


def refuse_nonsense(draw: Any, today: datetime.date | None = None) -> None:
    """Raise Refused naming the first field to mend. With ``today``: as it must be on the day of the freeze."""
    for wrong, field, message in [*_always(draw), *(_at_freeze(draw, today) if today else [])]:
        if wrong:
            raise Refused(message, field=field)


def _always(draw: Any) -> list[tuple[bool, str, str]]:
    least, other = draw.county.rule("officers.min"), draw.witness_agency
    by_agency = draw.witness == draw.Witness.AGENCY
    told = draw.lottery_name.strip() and draw.lottery_issue.strip() and draw.lottery_on
    return [
        (not draw.title, "title", _("请填写抽查名称。")),
        (not draw.purpose.strip(), "purpose", _("请填写抽查目的。")),
        (draw.ends_on < draw.starts_on, "ends_on", _("结束日期早于开始日期，请改正。")),
        ((draw.ratio is None) == (draw.number is None), "ratio", _("抽取比例和抽取户数请填写一项，只填一项。")),
        (draw.ratio is not None and not 1 <= draw.ratio <= 100, "ratio", _("抽取比例应为 1 到 100 的整数。")),
        (draw.number == 0, "number", _("抽取户数至少为 1。")),
        (draw.officers_each < least, "officers_each", _("现场执法人员不得少于 %(n)d 人。") % {"n": least}),
        (by_agency and other is None, "witness_agency", _("请选择另一单位。")),
        (not by_agency and other is not None, "witness_agency", _("另一单位不是检查单位的，请不要选择单位。")),
        (other is not None and not _apart(draw.agency, other), "witness_agency", _("另一单位应当是本县与本单位没有委托关系的其他单位。")),
        (draw.way == draw.Way.LOTTERY and not told, "lottery_name", _("请写明彩票名称、期号和开奖日期。")),
    ]


def _at_freeze(draw: Any, today: datetime.date) -> list[tuple[bool, str, str]]:
    on = draw.lottery_on if draw.way == draw.Way.LOTTERY else None
    early = _("开奖日期应当晚于冻结之日：号码出来以前名单必须已经冻结。请改用以后的一期。")
    return [
        (on is not None and on <= today, "lottery_on", early),
        (on is not None and on > today + LOTTERY_WITHIN, "lottery_on", _("开奖日期太远，请选择 60 日以内的一期。")),
        (draw.ends_on < today, "ends_on", _("检查期间已经过去，请修改日期。")),
    ]


def _apart(own: Any, other: Any) -> bool:
    chain = {own.pk, own.delegator_id} - {None}
    return other.county_id == own.county_id and not chain & {other.pk, other.delegator_id}
