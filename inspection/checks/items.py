"""What: items that are published, in force, of this unit, on a basis that allows an inspection."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import RuleDefinition, define_rule

from .filing import Filing
from .finding import Level, Said, law

PUBLISHED = "国办发〔2024〕54号"
KINDS = define_rule(
    "items.basis_kinds",
    RuleDefinition(
        _l("可以作为检查依据的种类"),
        "法律、行政法规、地方性法规、部门规章、地方政府规章、国务院决定",
        "",
        "国办发〔2024〕54号；山东省企业权益保护条例第16条",
    ),
)


@law("items.named", Level.BLOCKS, _l("写明检查事项"), f"{PUBLISHED}：未公布的事项不得实施检查")
def named(filing: Filing) -> Iterator[Said]:
    """An inspection has at least one item out of the public list."""
    if not filing.items and filing.plan.is_inspection:
        yield Said("items", _("请至少选择一个检查事项；未公布的事项不得实施检查。"), PUBLISHED)


@law("items.in_force", Level.BLOCKS, _l("检查事项有效"), f"{PUBLISHED}：事项清单动态调整")
def in_force(filing: Filing) -> Iterator[Said]:
    """The line of the list is in force on the day."""
    for row in filing.items:
        if row.item.starts > filing.on or (row.item.ends and row.item.ends <= filing.on):
            yield Said("items", _("事项“%(name)s”今天不在有效期内，请重新选择。") % {"name": row.name}, about=str(row.item.uid))


@law("items.own", Level.BLOCKS, _l("检查事项属于本单位"), f"{PUBLISHED}：在法定职权内检查")
def own(filing: Filing) -> Iterator[Said]:
    """The item belongs to the field of one of the units on the plan."""
    fields = {(agency.county_id, agency.kind) for agency in filing.agencies}
    for row in filing.items:
        if (row.item.county_id, row.item.agency_kind) not in fields:
            yield Said("items", _("事项“%(name)s”不是本单位公布的事项，请重新选择。") % {"name": row.name}, PUBLISHED, str(row.item.uid))


@law("items.basis", Level.BLOCKS, _l("检查依据的种类"), "国办发〔2024〕54号：依据应当是法律、法规、规章或者国务院决定")
def basis(filing: Filing) -> Iterator[Said]:
    """A mere 规范性文件 is no basis. Which kinds are is a rule value (1999 rule: laws and regulations only)."""
    allowed = filing.rules[KINDS].split("、")
    for row in filing.items:
        if row.item.basis_kind not in allowed:
            yield Said(
                "items",
                _("事项“%(name)s”的依据是%(kind)s，不能单独作为检查依据，请换一个事项或者请备案机关核对清单。")
                % {"name": row.name, "kind": row.item.basis_kind},
                PUBLISHED,
                str(row.item.uid),
            )


@law("items.off_site", Level.BLOCKS, _l("可以非现场检查的说明现场必要性"), "国办发〔2024〕54号：能非现场的不入企")
def off_site(filing: Filing) -> Iterator[Said]:
    """What can be done from the desk needs a sentence why it is done on site."""
    possible = [row.name for row in filing.items if row.item.off_site_possible]
    if possible and not filing.plan.why_on_site.strip():
        yield Said(
            "why_on_site",
            _("“%(name)s”可以用书面、数据或者远程方式检查，请写明为什么必须到现场，或者改为非现场检查。") % {"name": "、".join(possible)},
            PUBLISHED,
        )
