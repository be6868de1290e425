"""Other filings for the same enterprise near these days: join them, or say why not (国办发〔2024〕54号)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

NEAR = define_rule("join.days", RuleDefinition(_l("提示合并检查的前后天数"), 7, "日", "国办发〔2024〕54号：能合并的合并、能联合的联合"))


@law("join.near", Level.REASON, _l("能合并、联合的检查"), "国办发〔2024〕54号；山东省优化营商环境条例第42条")
def near(filing: Filing) -> Iterator[Said]:
    """Somebody else is to come within so many days; one sentence an enterprise, whoever they are."""
    plan, days = filing.plan, filing.rules[NEAR]
    if not plan.starts_on or not plan.ends_on or not plan.is_inspection:
        return
    for target in filing.targets:
        close = [
            call
            for call in filing.on_enterprise(target)
            if not call.made and (call.day - plan.ends_on).days <= days and (plan.starts_on - call.until).days <= days
        ]
        if close:
            named = list(dict.fromkeys(f"{call.agency_name} {call.day:%m-%d}—{call.until:%m-%d}" for call in close))
            who = "；".join(named[:3]) + (_("等 %(n)d 次") % {"n": len(named)} if len(named) > 3 else "")
            yield Said(
                "starts_on",
                _("前后 %(days)d 天内另有到“%(name)s”的检查：%(who)s。请联系合并、联合检查，或者说明为什么单独前往。")
                % {"days": days, "name": target.name, "who": who},
                "国办发〔2024〕54号",
                str(target.enterprise.uid),
            )
