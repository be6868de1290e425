"""A filing that asks for what is never lawful is refused, with the article that forbids it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ..models.demand import ProhibitedDemand
from .filing import Filing
from .finding import Level, Said, law


@law(
    "demands.none",
    Level.BLOCKS,
    _l("不向企业提出从不合法的要求"),
    "优化营商环境条例第14条、第17条、第25条；山东省企业权益保护条例第21条",
    essential=True,
)
def none(filing: Filing) -> Iterator[Said]:
    """What is asked of the enterprise, and what for, names no sponsorship, subscription, membership and the like."""
    plan = filing.plan
    for name in ("requirements", "purpose"):
        demand = ProhibitedDemand.named_in(plan.county, str(getattr(plan, name)), filing.on)
        if demand is not None:
            message = _("这里写的属于%(kind)s，任何时候都不得向企业提出：%(basis)s，%(rule)s。请删去。")
            yield Said(name, message % {"kind": demand.kind, "basis": demand.basis, "rule": demand.rule}, about=name)
