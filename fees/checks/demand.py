"""What is never lawful, whatever it is called: 摊派, 赞助, 订阅 … are refused with the article that forbids them."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import County
from audit.models import Refused
from inspection.models import ProhibitedDemand


def never_lawful(county: County, words: str, on: datetime.date, field: str, asked: dict[str, Any]) -> None:
    """Refuse ``words`` that name a demand on the county's list of demands that are never lawful."""
    demand = ProhibitedDemand.named_in(county, words, on)
    if demand is not None:
        raise Refused(
            _("“%(words)s”属于%(kind)s，任何时候都不得向企业提出：%(basis)s，%(rule)s。")
            % {"words": words.strip()[:40], "kind": demand.kind, "basis": demand.basis, "rule": demand.rule},
            field=field,
            facts={**asked, "demand": demand.code, "basis": demand.basis},
        )
