"""Whom: at least one enterprise, none that has been struck off, all of this county."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law


@law("objects.named", Level.BLOCKS, _l("写明被检查企业"), "沂水县2008年审查备案制：依据、目的、要求、对象", essential=True)
def named(filing: Filing) -> Iterator[Said]:
    """A paper without an object means nothing."""
    if not filing.targets:
        yield Said("targets", _("请至少选择一家被检查企业。"))


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
