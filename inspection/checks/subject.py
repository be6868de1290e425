"""Only confirmed subjects of enforcement may come; an entrusted body files in the name of its delegator."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import Effect, LegalStatus

from .filing import Filing
from .finding import Level, Said, law

SUBJECTS = "国办发〔2024〕54号"


@law("subject.standing", Level.BLOCKS, _l("执法主体资格"), f"{SUBJECTS}：主体须依法确认并公告", essential=True)
def standing(filing: Filing) -> Iterator[Said]:
    """The body may inspect at all, confirmed and in date."""
    agency = filing.plan.agency
    if agency.effect == Effect.EXEMPT or agency.legal_status == LegalStatus.NONE:
        yield Said("agency", _("本单位不适用涉企检查备案，不能提交。"), agency.effect_source)
    elif not _confirmed(agency, filing):
        yield Said("agency", _("本单位的行政执法主体资格未确认公告或者已经终止，请联系备案机关。"), SUBJECTS)


@law("subject.delegator", Level.BLOCKS, _l("受委托组织的委托机关"), "行政处罚法第20条、第21条；国办发〔2024〕54号")
def delegator(filing: Filing) -> Iterator[Said]:
    """An entrusted body acts in the name of a delegator that is itself confirmed, by a letter that is public."""
    agency = filing.plan.agency
    if agency.legal_status != LegalStatus.ENTRUSTED:
        return
    if not _confirmed(agency.delegator, filing):
        yield Said(
            "agency", _("委托机关“%(name)s”的主体资格未确认或者已经终止，请联系备案机关。") % {"name": agency.delegator}, "行政处罚法第20条"
        )
    if not agency.delegation_letter:
        yield Said("agency", _("没有登记委托书及其公布地址，请联系备案机关补登。"), "行政处罚法第20条")


def _confirmed(agency: object, filing: Filing) -> bool:
    day = filing.on
    return bool(agency.confirmed_on and agency.confirmed_on <= day and agency.starts <= day and (agency.ends is None or day < agency.ends))
