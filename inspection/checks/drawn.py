"""What was drawn by lot is what is filed: that enterprise, those officers (国办发〔2015〕58号)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law

BASIS = "国办发〔2015〕58号"


@law("drawn.as_drawn", Level.BLOCKS, _l("双随机抽中的企业和人员"), f"{BASIS}：随机抽取检查对象、随机选派检查人员")
def as_drawn(filing: Filing) -> Iterator[Said]:
    """The enterprise and the officers that the lot chose, no others in their place."""
    plan, line = filing.plan, filing.plan.drawn_line
    if line is None:
        return
    if line.status != line.Status.STANDING:
        yield Said("targets", _("“%(name)s”已经不再检查，请撤回这份备案。") % {"name": line.name}, BASIS, "line")
    if [target.enterprise_id for target in filing.targets] != [line.enterprise_id]:
        yield Said("targets", _("双随机抽中的是“%(name)s”，被检查企业只能是这一家。") % {"name": line.name}, BASIS, "enterprise")
    going = {row.officer_id for row in filing.officers}
    for row in line.officers.filter(excused=False).select_related("officer"):
        if row.officer_id not in going:
            yield Said(
                "officers",
                _("双随机抽中的检查人员 %(name)s 不在名单上；不能到场的，请负责人在抽查页面更换。") % {"name": row.name},
                BASIS,
                str(row.officer.uid),
            )
    if plan.task_source != plan.TaskSource.RANDOM:
        yield Said("task_source", _("由双随机抽查产生的备案，任务来源应为“双随机抽查”。"), BASIS, "source")
