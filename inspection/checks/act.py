"""What is filed is an act of the county's list, and one that may be filed."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from audit.models import Refused

from ..models.catalogue import EnterpriseAct
from .filing import Filing
from .finding import Level, Said, law


@law("act.listed", Level.BLOCKS, _l("涉企行为在清单内"), "县涉企行为清单", essential=True)
def listed(filing: Filing) -> Iterator[Said]:
    """The act was on the list when it was chosen; it must still be when it is sent."""
    plan = filing.plan
    try:
        found = EnterpriseAct.filable(plan.county, plan.act_code)
    except Refused as refusal:
        yield Said("act", refusal.message)
        return
    if found and not plan.act_code:
        yield Said("act", _("请选择要办理的涉企行为。"))
