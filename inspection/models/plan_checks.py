"""What a plan has to do with the checks: asked while it is typed, kept with each step, run again at the door of an enterprise."""

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now

from accounts.models import Agency, Establishment, User
from audit.models import Refused, WrongMoment

from .. import checks
from .plan_rows import PlanAssistant, PlanCheck, PlanItem, PlanOfficer, PlanReason, PlanTarget


class Checked:
    """The part of a plan that asks the checks."""

    @classmethod
    def typed(cls, *, agency: Agency, facts: dict[str, Any], plan: Any = None) -> checks.Filing:
        """Return what is being typed (``facts`` as in ``revise``), unsaved, for the checks. ``plan``: the draft it revises."""
        typed = cls(county=agency.county, agency=agency, pk=plan and plan.pk, uid=plan.uid if plan else uuid.uuid4())
        typed.drawn_line = plan.drawn_line if plan else None
        partners = facts.get("partners", [row.agency for row in plan.agencies.partners().select_related("agency")] if plan else [])
        typed._take({"act": plan.act_code if plan else None, **facts})
        return checks.Filing(
            plan=typed,
            targets=[PlanTarget(**PlanTarget.facts_of(e)) for e in facts.get("targets", ())],
            items=[PlanItem(**PlanItem.facts_of(i)) for i in facts.get("items", ())],
            officers=[PlanOfficer(**PlanOfficer.facts_of(o, typed.starts_on, typed.ends_on)) for o in facts.get("officers", ())],
            assistants=[PlanAssistant(**row) for row in facts.get("assistants", ())],
            agencies=[agency, *partners],
            on=agency.county.today(),
            reasons=facts.get("reasons", {}),
        )

    def findings(self, **how: Any) -> list[checks.Finding]:
        """Return what the checks find on this plan as it stands. ``how`` as in ``checks.Filing.of``."""
        return checks.findings(checks.Filing.of(self, **how))

    def faults(self) -> list[checks.Finding]:
        """Return what keeps this plan from being submitted: what blocks, and what still lacks its reason."""
        return [finding for finding in self.findings() if finding.stops]

    def _check(self, step: str, **how: Any) -> list[checks.Finding]:
        """Run the checks and keep what they find with the step; refuse with all that stops it at once. Returns what they found.

        The Office is stopped by what blocks alone: a reason asked for by what the clerk can't see is not the clerk's to give.
        """
        found, deciding = self.findings(**how), how.get("deciding", False)
        if stopping := [finding for finding in found if (finding.level == checks.Level.BLOCKS if deciding else finding.stops)]:
            raise Refused("\n".join(str(f) for f in stopping), field=stopping[0].field, facts={"plan": str(self.uid)})
        PlanCheck.objects.create(
            plan=self,
            step=step,
            at=timezone.now(),
            for_office=how.get("for_office", False),
            findings=[finding.as_facts() for finding in found],
        )
        return found

    # --- at the door -----------------------------------------------------------------------------
    def name_at_door(self, *, by: User, establishment: Establishment, reasons: dict[str, str] | None = None) -> Any:
        """登门点名 of an area patrol: name one enterprise of the area; returns its notice, made at once.

        The checks on the enterprise run here (cap, how often, 无事不扰清单). Refused: the ceiling is reached, the place is not
        in the area, something blocks, or a reason is asked for and not given. Named twice gives the same notice.
        """
        with self.step("name", by=by):
            today = self.county.today()
            if not self.area:
                raise Refused(_now("这份备案不是区域巡查，企业已经写明。"), field="establishment")
            if not self.starts_on <= today <= self.ends_on:
                raise WrongMoment(_now("今天不在检查期间内，不能登门点名。"))
            if standing := self.notices.filter(establishment=establishment).exclude(status="VOID").first():
                return standing
            if self.targets.standing().count() >= self.area_ceiling:
                raise Refused(_now("已经点名 %(n)d 家，达到备案的上限。") % {"n": self.area_ceiling}, field="establishment")
            if establishment.township and establishment.township != self.area:
                raise Refused(
                    _now("该企业在%(there)s，不在备案的巡查区域（%(area)s）。") % {"there": establishment.township, "area": self.area},
                    field="establishment",
                )
            target = PlanTarget(plan=self, **PlanTarget.facts_of(establishment))
            found = self.findings_at_door(establishment, reasons)
            if stopping := [finding for finding in found if finding.stops]:
                raise Refused("\n".join(str(f) for f in stopping), field="establishment", facts={"plan": str(self.uid)})
            for finding in found:
                if finding.reason:
                    PlanReason(plan=self, **PlanReason.facts_of(finding.key, finding.reason)).save()
            target.save()
            return self.notices.model.number_for(self, target)

    def findings_at_door(self, establishment: Establishment, reasons: dict[str, str] | None = None) -> list[checks.Finding]:
        """Return what the checks find on one enterprise of an area patrol."""
        filing = checks.Filing.of(self, deciding=True)
        filing.targets = [PlanTarget(**PlanTarget.facts_of(establishment))]
        filing.reasons = {**filing.reasons, **(reasons or {})}
        about = str(establishment.enterprise.uid)
        return [finding for finding in checks.findings(filing) if finding.about.endswith(about)]
