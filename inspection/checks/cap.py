"""The yearly cap of a unit's checks on one enterprise: published, counted by calendar year (国办发〔2024〕54号)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

SOURCE = "国办发〔2024〕54号：公布同一机关对同一企业的年度检查频次上限"
A_YEAR = define_rule("cap.per_year", RuleDefinition(_l("一个单位对一家企业一年最多（0 为未设）"), 0, "次", SOURCE))


@law("cap.over", Level.BLOCKS, _l("年度检查频次上限"), SOURCE)
def over(filing: Filing) -> Iterator[Said]:
    """日常 and 专项 checks over the cap are blocked."""
    if not filing.is_case:
        for target, message in _over(filing):
            yield Said("targets", message + _("请改为非现场检查，或者从名单中去掉。"), SOURCE, str(target.enterprise.uid))


@law("cap.case", Level.REASON, _l("个案检查超过年度频次"), SOURCE)
def case(filing: Filing) -> Iterator[Said]:
    """个案 checks are counted and never blocked; over the cap they need a reason."""
    if filing.is_case:
        for target, message in _over(filing):
            yield Said("targets", message + _("个案检查不受上限限制，请说明理由。"), SOURCE, str(target.enterprise.uid))


def _over(filing: Filing) -> Iterator[tuple[object, str]]:
    """Yield the targets on which this filing goes over the unit's cap or over the cap of one of its items."""
    if not filing.plan.starts_on or not filing.plan.is_inspection or filing.is_ordered:
        return
    items = [row.item for row in filing.items]
    if items and not any(item.counts_toward_cap for item in items):
        return
    most, year = filing.rules[A_YEAR], filing.plan.starts_on.year
    for target in filing.targets:
        own = [c for c in filing.on_enterprise(target) if c.agency == filing.plan.agency_id and c.counted and c.day.year == year]
        caps = [(_("本单位"), len(own), most)] if most else []
        caps += [
            (_("事项“%(item)s”") % {"item": item.name}, sum(item.code in call.items for call in own), item.yearly_cap)
            for item in items
            if item.counts_toward_cap and item.yearly_cap is not None
        ]
        passed = [
            _("%(what)s %(year)d 年已有 %(n)d 次，上限 %(most)d 次") % {"what": what, "year": year, "n": n, "most": cap}
            for what, n, cap in caps
            if n + 1 > cap
        ]
        if passed:
            yield target, _("“%(name)s”：%(passed)s。") % {"name": target.name, "passed": "；".join(passed)}
