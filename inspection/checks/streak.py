"""Checks in a row by the same officer that found nothing (Chengdu: three in a year need a reason)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

SOURCE = "成都“一码检查”：同一人员对同一企业一年内连续3次未发现问题的须说明理由"
LENGTH = define_rule("streak.length", RuleDefinition(_l("连续未发现问题的检查"), 3, "次", SOURCE))
DAYS = define_rule("streak.days", RuleDefinition(_l("连续检查的计算期间"), 365, "日", SOURCE))


@law("streak.no_finding", Level.REASON, _l("同一人员连续未发现问题"), SOURCE)
def no_finding(filing: Filing) -> Iterator[Said]:
    """The last visits of this officer to this enterprise, as many as the rule says, all found nothing."""
    day, length = filing.plan.starts_on or filing.on, filing.rules[LENGTH]
    for target in filing.targets:
        made = [c for c in filing.on_enterprise(target) if c.made and c.inspection and 0 <= (day - c.day).days <= filing.rules[DAYS]]
        for row in filing.officers:
            last = [call for call in made if row.officer_id in call.officers][-length:]
            if len(last) == length and all(call.no_finding for call in last):
                yield Said(
                    "officers",
                    _("%(officer)s 最近 %(n)d 次检查“%(name)s”都没有发现问题，请换人、改期，或者说明理由。")
                    % {"officer": row.name, "n": length, "name": target.name},
                    SOURCE,
                    f"{row.officer.uid}/{target.enterprise.uid}",
                )
