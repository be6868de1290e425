"""A special campaign (专项检查) has its plan, approved by who may approve it, filed and public (国办发〔2024〕54号)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law

RULE = "国办发〔2024〕54号：专项检查实行年度数量控制，方案须经批准并备案"


@law("special.approved", Level.BLOCKS, _l("专项检查的批准文件"), RULE)
def approved(filing: Filing) -> Iterator[Said]:
    """Either its own approval document and who gave it, or the number of the order from above."""
    plan = filing.plan
    if plan.type != plan.Type.SPECIAL or filing.is_ordered:
        return
    if plan.task_source == plan.TaskSource.SUPERIOR:
        yield Said("task_number", _("上级部署的专项检查，请在“任务编号”填写部署文件的文号。"), RULE)
    elif not plan.approval_document.strip() or not plan.approved_by.strip():
        yield Said("approval_document", _("专项检查请填写方案批准文号和批准机关（县级以上人民政府或者上级主管部门）。"), RULE)
