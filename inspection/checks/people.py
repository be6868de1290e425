"""By whom: enough officers, of the units on the plan, with certificates good for the whole window; helpers never alone."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law

CERTIFICATES = "山东省行政执法监督条例第10条"


@law("people.named", Level.BLOCKS, _l("写明前往的人员"), "控制对企业进行经济检查的规定第8条", essential=True)
def named(filing: Filing) -> Iterator[Said]:
    """A paper without people means nothing."""
    if not filing.officers and not filing.plan.is_inspection:
        yield Said("officers", _("请至少选择一名前往的人员：由其办理入企登记。"))
    elif not filing.officers and filing.informs_only:
        yield Said("officers", _("请选择检查人员。"))


@law("people.enough", Level.BLOCKS, _l("现场执法人员人数"), "行政处罚法第42条")
def enough(filing: Filing) -> Iterator[Said]:
    """Two or more (rule value officers.min)."""
    least = filing.rules["officers.min"]
    if filing.plan.is_inspection and len(filing.officers) < least:
        yield Said("officers", _("现场执法人员不得少于 %(n)d 人，请补足。") % {"n": least}, "行政处罚法第42条")


@law("people.own", Level.BLOCKS, _l("检查人员属于参加单位"), "国办发〔2024〕54号")
def own(filing: Filing) -> Iterator[Said]:
    """Each serves in one of the units on the plan on the first day."""
    units, day = {agency.pk for agency in filing.agencies}, filing.plan.starts_on or filing.on
    for row in filing.officers:
        officer = row.officer
        if officer.agency_id not in units or officer.starts > day or (officer.ends and officer.ends <= day):
            yield Said("officers", _("%(name)s 不是本单位在职的执法人员，请换人。") % {"name": row.name}, about=str(officer.uid))


@law("people.certified", Level.BLOCKS, _l("执法证在检查期间有效"), CERTIFICATES)
def certified(filing: Filing) -> Iterator[Said]:
    """A certificate that is good on every day of the window."""
    if not filing.plan.is_inspection:
        return
    for row in filing.officers:
        if row.certificate is None or row.certificate.revoked_on:
            yield Said(
                "officers",
                _("%(name)s 没有在整个检查期间都有效的执法证，请换人或者调整日期。") % {"name": row.name},
                CERTIFICATES,
                str(row.officer.uid),
            )


@law("people.helpers", Level.BLOCKS, _l("协助人员不得单独检查"), "国办发〔2024〕54号：协助人员、第三方不得单独实施检查")
def helpers(filing: Filing) -> Iterator[Said]:
    """Helpers come with officers, and are fewer than would make the officers guests of their own visit."""
    if filing.assistants and not filing.officers:
        yield Said("assistants", _("协助检查人员不能单独前往，请选择带队的执法人员。"), "国办发〔2024〕54号")
    for row in filing.assistants:
        if not row.body:
            yield Said("assistants", _("请写明协助检查人员“%(name)s”的单位。") % {"name": row.name}, "国办发〔2024〕54号", row.name)
