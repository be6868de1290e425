"""No fine and no confiscation without its decision, none beyond what the article allows, on the spot only a little (行政处罚法)."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import County, Enterprise, EnterpriseKind, yuan
from audit.models import Refused

from ..days import DAY
from ..models.catalogue import FineCeiling


def decided(
    number: str, date: datetime.date | None, article: str, served_on: datetime.date | None, charged_on: datetime.date, asked: dict[str, Any]
) -> None:
    """Refuse what has no number, date or article of a decision, or dates that cannot be (Art. 59, 61)."""
    for field, value, message in (
        ("decision_number", number.strip(), _("罚没必须依据处罚决定，请填写决定书文号。")),
        ("decision_date", date, _("请填写决定日期。")),
        ("article", article.strip(), _("请填写处罚依据（法律名称和条款）。")),
    ):
        if not value:
            raise Refused(message, field=field, facts=asked)
    if date > charged_on:
        raise Refused(_("决定日期晚于登记的日期，请核对。"), field="decision_date", facts=asked)
    if served_on and served_on < date:
        raise Refused(_("送达日期早于决定日期，请核对。"), field="served_on", facts=asked)


def within_spot_limit(county: County, enterprise: Enterprise, amount: int, date: datetime.date, asked: dict[str, Any]) -> None:
    """Refuse more than may be fined on the spot (Art. 51). A household counts as the county's rule says, by default as a citizen."""
    as_citizen = enterprise.kind == EnterpriseKind.UNREGISTERED or (
        enterprise.kind in (EnterpriseKind.HOUSEHOLD, EnterpriseKind.SMALL)
        and county.rule("penalty.spot_household_as", on=date) == "citizen"
    )
    limit = county.rule("penalty.spot_max_citizen" if as_citizen else "penalty.spot_max_organisation", on=date)
    if amount > limit * 100:
        raise Refused(
            _("当场处罚不得超过 %(limit)s 元（行政处罚法第51条）；超过的应当适用普通程序。") % {"limit": limit},
            field="amount",
            facts=asked,
        )


def within_ceiling(county: County, article: str, amount: int, date: datetime.date, asked: dict[str, Any]) -> None:
    """Refuse more than the article lets anybody be fined, where the county's list of ceilings knows the article."""
    line = FineCeiling.highest_of(county, article, date)
    if line and amount > line.ceiling:
        raise Refused(
            _("%(article)s的罚款最高 %(top)s 元，不得超过。请核对金额和条款；有加重情形适用其他条款的，请写明该条款。")
            % {"article": line, "top": yuan(line.ceiling)},
            field="amount",
            facts=asked,
        )


def served_when_old(
    county: County, article: str, amount: int, date: datetime.date, served_on: datetime.date | None, asked: dict[str, Any]
) -> None:
    """Refuse an old decision above what the article allows by now, unless it says when it was served.

    The ceiling of its own day is lawful, and a real decision is registered late with the day it was served.
    """
    days, line = county.rule("register.back_days"), FineCeiling.highest_of(county, article, county.today())
    if served_on is None and line and amount > line.ceiling and date < county.today() - days * DAY:
        raise Refused(
            _("%(article)s的罚款现在最高 %(top)s 元。%(days)d 日以前的决定高于现行上限的，请按送达回证填写送达日期。")
            % {"article": line, "top": yuan(line.ceiling), "days": days},
            field="served_on",
            facts={**asked, "decision_date": date.isoformat()},
        )
