"""An individual-case check rests on a referral (线索移送) that the Office entered: a work order, a letter, an order, a record."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law

RULE = "国办发〔2024〕54号：个案检查须有线索来源"


@law("referral.named", Level.BLOCKS, _l("个案检查的线索移送"), RULE)
def named(filing: Filing) -> Iterator[Said]:
    """The referral is named, was made to this unit, speaks of this enterprise if of any, and is not older than the filing."""
    plan, found = filing.plan, filing.plan.referral
    if not filing.is_case:
        return
    if found is None:
        yield Said("referral", _("个案检查应当选择线索移送（12345 工单、移送函、交办单或者监测记录）；没有登记的，请备案机关登记。"), RULE)
        return
    if found.agency_id not in {agency.pk for agency in filing.agencies}:
        yield Said("referral", _("线索“%(number)s”不是移送给本单位的，请重新选择。") % {"number": found.number}, RULE)
    if found.received_on > filing.on:
        yield Said("referral", _("线索“%(number)s”的日期在今天之后，请备案机关核对。") % {"number": found.number}, RULE)
    others = [target.name for target in filing.targets if found.enterprise_id and target.enterprise_id != found.enterprise_id]
    if others:
        yield Said(
            "targets",
            _("线索“%(number)s”不涉及%(names)s，请去掉或者另行备案。") % {"number": found.number, "names": "、".join(others)},
            RULE,
        )
    if found.entered_by_id in {row.officer.user_id for row in filing.officers} or found.entered_by_id == plan.submitted_by_id:
        yield Said("referral", _("线索“%(number)s”由参加本次检查的人员登记，不能使用。") % {"number": found.number}, RULE)
