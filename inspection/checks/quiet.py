"""宁静日: days on which the county asks that enterprises be left alone, with its exceptions as data."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from ..models.quiet import QuietRule
from .filing import Filing
from .finding import Level, Said, law

#: exception -> the fields of agencies whose work it is, as a rule value
FIELDS = {
    "PUBLIC_SAFETY": define_rule(
        "quiet.public_safety", RuleDefinition(_l("宁静日例外：公共安全领域"), "应急管理、消防救援", "", "本系统设计；县可改")
    ),
    "FOOD_DRUG": define_rule(
        "quiet.food_drug", RuleDefinition(_l("宁静日例外：食品药品领域"), "市场监管、卫生健康", "", "本系统设计；县可改")
    ),
    "ENVIRONMENT": define_rule("quiet.environment", RuleDefinition(_l("宁静日例外：生态环境领域"), "生态环境", "", "本系统设计；县可改")),
}


@law("quiet.day", Level.REASON, _l("避开宁静日"), "县宁静日制度（各县天数不同，见清单来源）")
def day(filing: Filing) -> Iterator[Said]:
    """The first day is quiet, and no exception of the rule fits."""
    plan = filing.plan
    if not plan.starts_on or not plan.is_inspection:
        return
    kinds = _kinds(filing)
    for rule in QuietRule.objects.filter(county=plan.county).in_force(plan.starts_on):
        if rule.is_quiet(plan.starts_on) and not any(rule.excepts(kind) for kind in kinds):
            yield Said(
                "starts_on",
                _("%(day)s 是宁静日（%(rule)s：%(days)s），请改期或者说明理由。")
                % {"day": plan.starts_on, "rule": rule.name, "days": rule.days},
                rule.source,
                rule.code,
            )


def _kinds(filing: Filing) -> set[str]:
    """Return which exceptions fit the filing."""
    plan = filing.plan
    kinds = {plan.task_source} | ({QuietRule.Exception.CASE} if filing.is_case else set())
    return kinds | {kind for kind, rule in FIELDS.items() if plan.agency.kind in filing.rules[rule].split("、")}
