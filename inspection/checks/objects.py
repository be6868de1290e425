"""Whom: at least one enterprise, none that has been struck off, all of this county."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

MOST_IN_AN_AREA = define_rule("area.most", RuleDefinition(_l("一次区域巡查最多"), 20, "家", "本系统设计"))


@law("objects.named", Level.BLOCKS, _l("写明被检查企业"), "沂水县2008年审查备案制：依据、目的、要求、对象", essential=True)
def named(filing: Filing) -> Iterator[Said]:
    """A paper without an object means nothing; an area patrol names its enterprises at the door."""
    if not filing.targets and not filing.plan.area:
        yield Said("targets", _("请至少选择一家被检查企业。"))


@law("objects.area", Level.BLOCKS, _l("区域巡查写明区域、行业和家数上限"), "本系统设计：一次巡查不超过二十家", essential=True)
def area(filing: Filing) -> Iterator[Said]:
    """A street, a trade, a ceiling; not beside enterprises named beforehand."""
    plan = filing.plan
    if not plan.area:
        return
    most = filing.rules[MOST_IN_AN_AREA]
    if filing.targets and plan.status in plan.EDITABLE:
        yield Said("targets", _("区域巡查在登门时点名企业，请不要同时写明企业，或者去掉巡查区域。"))
    if not plan.area_trade.strip():
        yield Said("area_trade", _("请写明巡查的行业或者企业类别。"))
    if not plan.area_ceiling or plan.area_ceiling > most:
        yield Said("area_ceiling", _("请写明最多巡查几家（1 至 %(n)d 家）。") % {"n": most})


@law("objects.standing", Level.BLOCKS, _l("企业未注销"), "市场主体登记管理条例")
def standing(filing: Filing) -> Iterator[Said]:
    """An enterprise that has been struck off is not visited."""
    day = filing.plan.starts_on or filing.on
    for target in filing.targets:
        if target.enterprise.closed_on and target.enterprise.closed_on <= day:
            yield Said("targets", _("“%(name)s”已经注销，请从名单中去掉。") % {"name": target.name}, about=str(target.enterprise.uid))


@law("objects.county", Level.BLOCKS, _l("企业在本县登记"), "行政处罚法第22条（地域管辖）", essential=True)
def of_this_county(filing: Filing) -> Iterator[Said]:
    """Another county's enterprise belongs to its own Office."""
    for target in filing.targets:
        if target.enterprise.county_id != filing.plan.county_id:
            yield Said("targets", _("“%(name)s”不在本县登记，请从名单中去掉。") % {"name": target.name}, about=str(target.enterprise.uid))
