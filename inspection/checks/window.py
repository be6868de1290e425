"""When: a window that is said, not past, not too long."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

MOST_DAYS = define_rule("window.most_days", RuleDefinition(_l("检查期间最长"), 30, "日", "本系统设计：期间应当具体"))


@law("window.said", Level.BLOCKS, _l("写明检查期间"), "控制对企业进行经济检查的规定第8条", essential=True)
def said(filing: Filing) -> Iterator[Said]:
    """A paper without its days means nothing."""
    plan = filing.plan
    if not plan.starts_on or not plan.ends_on:
        yield Said("starts_on", _("请填写检查开始和结束日期。"))
    elif plan.ends_on < plan.starts_on:
        yield Said("ends_on", _("结束日期早于开始日期，请改正。"))


@law("window.past", Level.BLOCKS, _l("检查期间未过"), "审查备案在前，入企在后（沂水县2008年）", essential=True)
def past(filing: Filing) -> Iterator[Said]:
    """Filed before, not after. While the Office decides, what has begun but not ended is still good."""
    plan = filing.plan
    if plan.before or not plan.starts_on or not plan.ends_on or plan.ends_on < plan.starts_on:
        return  # what was urgent began before it could be filed
    if filing.deciding:
        if plan.ends_on < filing.on:
            yield Said("ends_on", _("检查期间已经过去，请退回补正，由单位改期。"))
    elif plan.starts_on < filing.on:
        yield Said("starts_on", _("开始日期已经过去，请改为今天或者以后。"))


@law("window.long", Level.REASON, _l("检查期间不过长"), "本系统设计：期间应当具体")
def long(filing: Filing) -> Iterator[Said]:
    """A window of months tells the enterprise nothing."""
    plan, most = filing.plan, filing.rules[MOST_DAYS]
    if plan.starts_on and plan.ends_on and (days := (plan.ends_on - plan.starts_on).days + 1) > most:
        yield Said("ends_on", _("检查期间有 %(days)d 天，超过 %(most)d 天，请缩短或者说明理由。") % {"days": days, "most": most})
