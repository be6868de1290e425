"""What a plan must say before it can be submitted. Without these the paper would mean nothing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Effect, LegalStatus


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the form field, what is wrong and how to mend it, the article behind it."""

    field: str
    message: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.message}（{self.article}）" if self.article else self.message


def faults(plan: Any) -> list[Fault]:
    """Return what keeps ``plan`` from being submitted, in the order of the form. Empty: it may go."""
    return [fault for check in CHECKS for fault in check(plan)]


def _subject(plan: Any) -> list[Fault]:
    agency, today = plan.agency, plan.county.today()
    if agency.effect == Effect.EXEMPT or agency.legal_status == LegalStatus.NONE:
        return [Fault("agency", _("本单位不适用涉企检查备案，不能提交。"), agency.effect_source)]
    if not type(agency).objects.confirmed_on(today).filter(pk=agency.pk).exists():
        return [Fault("agency", _("本单位的行政执法主体资格未确认公告或者已经终止，请联系备案机关。"), "国办发〔2024〕54号")]
    return []


def _words(plan: Any) -> list[Fault]:
    asked = {
        "purpose": _("请写明检查目的。"),
        "requirements": _("请写明检查要求（需要企业准备什么、如何配合）。"),
        "type": _("请选择检查类型。"),
        "task_source": _("请选择任务来源。"),
    }
    return [Fault(name, message) for name, message in asked.items() if not str(getattr(plan, name)).strip()]


def _objects(plan: Any) -> list[Fault]:
    found = []
    targets = list(plan.targets.standing().select_related("enterprise"))
    if not targets:
        found.append(Fault("targets", _("请至少选择一家被检查企业。")))
    found += [Fault("targets", _("“%(name)s”已经注销，请从名单中去掉。") % {"name": t.name}) for t in targets if t.enterprise.closed_on]
    found += [
        Fault("targets", _("“%(name)s”不在本县登记，请从名单中去掉。") % {"name": t.name})
        for t in targets
        if t.enterprise.county_id != plan.county_id
    ]
    items = list(plan.items.standing().select_related("item"))
    if not items:
        found.append(Fault("items", _("请至少选择一个检查事项；未公布的事项不得实施检查。"), "国办发〔2024〕54号"))
    today = plan.county.today()
    for row in items:
        if row.item.starts > today or (row.item.ends and row.item.ends <= today):
            found.append(Fault("items", _("事项“%(name)s”今天不在有效期内，请重新选择。") % {"name": row.name}))
        if (row.item.county_id, row.item.agency_kind) != (plan.county_id, plan.agency.kind):
            found.append(Fault("items", _("事项“%(name)s”不是本单位公布的事项，请重新选择。") % {"name": row.name}, "国办发〔2024〕54号"))
    return found


def _window(plan: Any) -> list[Fault]:
    if not plan.starts_on or not plan.ends_on:
        return [Fault("starts_on", _("请填写检查开始和结束日期。"))]
    if plan.ends_on < plan.starts_on:
        return [Fault("ends_on", _("结束日期早于开始日期，请改正。"))]
    if plan.starts_on < plan.county.today():
        return [Fault("starts_on", _("开始日期已经过去，请改为今天或者以后。"))]
    return []


def _people(plan: Any) -> list[Fault]:
    found, officers = [], list(plan.officers.standing().select_related("officer", "certificate"))
    least = plan.county.rule("officers.min")
    if len(officers) < least:
        found.append(Fault("officers", _("现场执法人员不得少于 %(n)d 人，请补足。") % {"n": least}, "行政处罚法第42条"))
    serving = {officer.pk for officer in plan.agency.officers.serving_on(plan.starts_on or plan.county.today())}
    for row in officers:
        if row.officer_id not in serving:
            found.append(Fault("officers", _("%(name)s 不是本单位在职的执法人员，请换人。") % {"name": row.name}))
        elif row.certificate is None or row.certificate.revoked_on:
            found.append(
                Fault(
                    "officers",
                    _("%(name)s 没有在整个检查期间都有效的执法证，请换人或者调整日期。") % {"name": row.name},
                    "山东省行政执法监督条例第10条",
                )
            )
    return found


def _telling(plan: Any) -> list[Fault]:
    if plan.telling == plan.Telling.ADVANCE:
        if not plan.tell_on:
            return [Fault("tell_on", _("选择提前告知的，请填写告知日期。"))]
        if plan.starts_on and plan.tell_on > plan.starts_on:
            return [Fault("tell_on", _("告知日期应当不晚于检查开始日期。"))]
        return []
    if plan.telling == plan.Telling.UNANNOUNCED:
        if not plan.no_telling_ground.strip():
            return [Fault("no_telling_ground", _("选择不事先告知的，请写明理由和依据。"))]
        return []
    return [Fault("telling", _("请选择提前告知或者不事先告知。"))]


def _drawn(plan: Any) -> list[Fault]:
    """What was drawn by lot is what is filed: that enterprise, those officers."""
    line = plan.drawn_line
    if line is None:
        return []
    found, basis = [], "国办发〔2015〕58号"
    if line.status != line.Status.STANDING:
        found.append(Fault("targets", _("“%(name)s”已经不再检查，请撤回这份备案。") % {"name": line.name}, basis))
    if [row.establishment.enterprise_id for row in plan.targets.standing().select_related("establishment")] != [line.enterprise_id]:
        found.append(Fault("targets", _("双随机抽中的是“%(name)s”，被检查企业只能是这一家。") % {"name": line.name}, basis))
    going = {row.officer_id for row in plan.officers.standing()}
    for row in line.officers.filter(excused=False):
        if row.officer_id not in going:
            message = _("双随机抽中的检查人员 %(name)s 不在名单上；不能到场的，请负责人在抽查页面更换。") % {"name": row.name}
            found.append(Fault("officers", message, basis))
    if plan.task_source != plan.TaskSource.RANDOM:
        found.append(Fault("task_source", _("由双随机抽查产生的备案，任务来源应为“双随机抽查”。")))
    return found


CHECKS = (_subject, _objects, _words, _window, _people, _telling, _drawn)
