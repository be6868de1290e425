"""The facts of one filing, as the checks read them: of a plan as it stands, or of what is being typed."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accounts.models import Agency, Effect, Rules, UndisturbedListing

from ..rules import effect_of
from .calls import Call, calls_on


@dataclass
class Filing:
    """One filing with its rows, on a day, under the rule values of that day.

    ``for_office``: with what only the Office may know, the unannounced filings of other units.
    ``deciding``: the Office is about to decide; a window that has begun but not ended is still good.
    """

    plan: Any
    targets: list[Any]
    items: list[Any]
    officers: list[Any]
    assistants: list[Any]
    agencies: list[Agency]
    on: datetime.date
    reasons: dict[str, str] = field(default_factory=dict)
    for_office: bool = False
    deciding: bool = False

    @classmethod
    def of(cls, plan: Any, *, on: datetime.date | None = None, for_office: bool = False, deciding: bool = False) -> "Filing":
        """Return the facts of a plan as it stands, on the day ``on`` (default: the county's today)."""
        return cls(
            plan=plan,
            targets=list(plan.targets.standing().select_related("enterprise", "establishment")),
            items=list(plan.items.standing().select_related("item")),
            officers=list(plan.officers.standing().select_related("officer", "certificate")),
            assistants=list(plan.assistants.standing()),
            agencies=[row.agency for row in plan.agencies.standing().select_related("agency")] or [plan.agency],
            on=on or plan.county.today(),
            reasons={row.key_said: row.reason for row in plan.reasons.standing()},
            for_office=for_office,
            deciding=deciding,
        )

    @cached_property
    def rules(self) -> Rules:
        """Return the rule values of the county on that day."""
        return Rules(self.plan.county, self.on)

    @cached_property
    def calls(self) -> list[Call]:
        """Return who else came to these enterprises, and who is going to, as far as the reader may know."""
        plan = self.plan
        return calls_on(
            {target.enterprise_id for target in self.targets},
            county=plan.county,
            day=plan.starts_on or self.on,
            on=self.on,
            agency=None if self.for_office else plan.agency_id,
            plan=plan.pk,
        )

    @cached_property
    def undisturbed(self) -> dict[int, UndisturbedListing]:
        """Return the enterprises of the filing that stand on the 无事不扰清单 in its window, by key."""
        day = self.plan.starts_on or self.on
        rows = UndisturbedListing.objects.filter(enterprise__in=[t.enterprise_id for t in self.targets]).in_force(day)
        return {row.enterprise_id: row for row in rows}

    @property
    def informs_only(self) -> bool:
        """Tell whether the units only inform the Office (告知备案): then nothing blocks but a paper without meaning."""
        return effect_of(self.plan.agency, self.agencies) == Effect.NOTIFY

    @property
    def is_case(self) -> bool:
        """Tell whether it is an individual-case check (个案检查)."""
        return self.plan.type == self.plan.Type.CASE

    @property
    def is_ordered(self) -> bool:
        """Tell whether it is a special check ordered from above, with the number of the document: not counted in the cap."""
        return ordered_from_above(self.plan)

    @property
    def is_triggered(self) -> bool:
        """Tell whether something has happened: a case, a complaint, a transfer, an order, a re-check, a request."""
        source = self.plan.TaskSource
        return self.is_case or self.plan.task_source in (
            source.COMPLAINT, source.TRANSFER, source.SUPERIOR, source.RECHECK, source.REQUEST,
        )  # fmt: skip

    def on_enterprise(self, target: Any) -> list[Call]:
        """Return the other calls on the enterprise of ``target``."""
        return [call for call in self.calls if call.enterprise == target.enterprise_id]


def ordered_from_above(plan: Any) -> bool:
    """Tell whether a plan is a special check ordered from above with its document number (国办发〔2024〕54号)."""
    return bool(plan.type == plan.Type.SPECIAL and plan.task_source == plan.TaskSource.SUPERIOR and plan.task_number.strip())
