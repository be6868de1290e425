"""Where: an enterprise of another region is visited only with a letter of assistance (国办发〔2024〕54号)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law


@law("territory.letter", Level.BLOCKS, _l("跨区域检查的协查函"), "国办发〔2024〕54号：跨区域检查通过协助机制")
def letter(filing: Filing) -> Iterator[Said]:
    """Its region is not that of the county, and no letter of assistance is named."""
    plan = filing.plan
    if plan.assistance_letter.strip():
        return
    for target in filing.targets:
        region = target.enterprise.region
        if target.enterprise.county_id == plan.county_id and region and region[:6] != plan.county.code:
            yield Said(
                "assistance_letter",
                _("“%(name)s”登记在外地（%(region)s），请填写协查函文号。") % {"name": target.name, "region": region},
                "国办发〔2024〕54号",
                str(target.enterprise.uid),
            )
