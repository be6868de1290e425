"""无事不扰清单: enterprises on it are visited only when something has happened."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law


@law("undisturbed.listed", Level.REASON, _l("无事不扰清单"), "国办发〔2024〕54号：推行“无事不扰”清单")
def listed(filing: Filing) -> Iterator[Said]:
    """On the list on the first day, and nothing has triggered the check."""
    if filing.is_triggered or not filing.plan.is_inspection:
        return
    for target in filing.targets:
        if line := filing.undisturbed.get(target.enterprise_id):
            yield Said(
                "targets",
                _("“%(name)s”在无事不扰清单上，没有投诉举报、移送、交办等情形的不入企；请去掉或者说明理由。") % {"name": target.name},
                line.source,
                str(target.enterprise.uid),
            )
