"""How often an enterprise is called on by all units together: a day, a week, a month, sixty days."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

CHENGDU, HAINAN = "成都“一码检查”预警：一天超1次、一周超2次、一月超3次", "海南预警：60个自然日内两次"
MOST_A_DAY = define_rule("often.day", RuleDefinition(_l("一家企业一天最多"), 1, "次", CHENGDU))
MOST_A_WEEK = define_rule("often.week", RuleDefinition(_l("一家企业一周最多"), 2, "次", CHENGDU))
MOST_A_MONTH = define_rule("often.month", RuleDefinition(_l("一家企业一月最多"), 3, "次", CHENGDU))
MOST_IN_A_SPAN = define_rule("often.span", RuleDefinition(_l("一家企业一段时间内最多"), 2, "次", HAINAN))
SPAN = define_rule("often.span_days", RuleDefinition(_l("一段时间的天数"), 60, "日", HAINAN))


@law("often.called", Level.REASON, _l("多头、频繁检查"), f"{CHENGDU}；{HAINAN}")
def called(filing: Filing) -> Iterator[Said]:
    """With this filing, counted on its first day, the enterprise is called on more often than the county holds right."""
    day, rules = filing.plan.starts_on, filing.rules
    if not day or not filing.plan.is_inspection:
        return
    for target in filing.targets:
        days = sorted([day, *(call.day for call in filing.on_enterprise(target) if call.inspection)])
        counts = [
            (_("当天"), sum(other == day for other in days), rules[MOST_A_DAY]),
            (_("当周"), sum(other.isocalendar()[:2] == day.isocalendar()[:2] for other in days), rules[MOST_A_WEEK]),
            (_("当月"), sum((other.year, other.month) == (day.year, day.month) for other in days), rules[MOST_A_MONTH]),
            (_("%(n)d 天内") % {"n": rules[SPAN]}, most_in_a_span(days, day, rules[SPAN]), rules[MOST_IN_A_SPAN]),
        ]
        over = [_("%(span)s第 %(n)d 次（上限 %(most)d 次）") % {"span": span, "n": n, "most": most} for span, n, most in counts if n > most]
        if over:
            yield Said(
                "starts_on",
                _("各单位合计到“%(name)s”的检查：%(over)s。请改期、合并，或者说明理由。") % {"name": target.name, "over": "、".join(over)},
                "国办发〔2024〕54号",
                str(target.enterprise.uid),
            )


def most_in_a_span(days: list[datetime.date], day: datetime.date, span: int) -> int:
    """Return how many of the sorted ``days`` fall into the fullest span of so many days that holds ``day``."""
    starts = [other for other in days if 0 <= (day - other).days < span]
    return max(sum(0 <= (other - start).days < span for other in days) for start in starts)
