"""What for: purpose, requirements, type and source of the task are said (审查备案制, 2008)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law


@law("words.said", Level.BLOCKS, _l("写明检查目的、要求、类型和任务来源"), "控制对企业进行经济检查的规定第8条；沂水县2008年审查备案制")
def said(filing: Filing) -> Iterator[Said]:
    """Each thing left out is said by itself."""
    asked = {
        "purpose": _("请写明检查目的。"),
        "requirements": _("请写明检查要求（需要企业准备什么、如何配合）。"),
        "type": _("请选择检查类型。"),
        "task_source": _("请选择任务来源。"),
    }
    if not filing.plan.is_inspection:
        del asked["type"]
    for name, message in asked.items():
        if not str(getattr(filing.plan, name)).strip():
            yield Said(name, message, about=name)
