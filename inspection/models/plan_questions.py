"""Questions about filings."""

from typing import Any

from django.apps import apps
from django.db.models import Q

from accounts.models import Duty
from audit.models import AuditedQuerySet


class PlanQuerySet(AuditedQuerySet):
    """Questions about plans."""

    def visible_to(self, user: Any) -> "PlanQuerySet":
        """Return the plans of the user's agencies, those they are asked to join, and for an Office those that have left the agency.

        Nobody else sees a plan: an unannounced one least of all.
        """
        rows = apps.get_model("inspection", "PlanAgency").objects.partners()
        joined = Q(pk__in=rows.filter(agency__in=user.agencies()).values("plan"), submitted_at__isnull=False)
        left = Q(submitted_at__isnull=False, endorsed_at__isnull=False) | Q(began_at__isnull=False)
        return self.filter(Q(agency__in=user.agencies()) | joined | Q(left, county__in=user.office_counties()))

    def awaiting_head(self) -> "PlanQuerySet":
        """Return those that wait for the head of their agency."""
        return self.filter(status=self.model.Status.SUBMITTED)

    def awaiting_office(self) -> "PlanQuerySet":
        """Return those that wait for the Office."""
        return self.filter(status__in=self.model.WITH_OFFICE)

    def awaiting_decision_of(self, user: Any) -> "PlanQuerySet":
        """Return those that this person may take further now, in whatever part of the Office they sit.

        受理 receives what is looked at by itself; what goes to the batch (快速备案) needs no receipt.
        """
        status = self.model.Status
        reviewing, signing = user.counties_carrying(Duty.PLAN_REVIEW), user.counties_carrying(Duty.PLAN_ISSUE)
        mine = Q(status__in=(status.ENDORSED, status.RECEIVED), county__in=reviewing)
        mine |= Q(status=status.REVIEWED, county__in=signing) & ~Q(reviewed_by=user)
        mine |= Q(status=status.ESCALATED, county__in=signing) & ~Q(reviewed_by=user)
        mine |= Q(status=status.ENDORSED, fast=False, county__in=user.counties_carrying(Duty.PLAN_RECEIVE))
        return self.filter(mine).exclude(Q(submitted_by=user) | Q(endorsed_by=user))

    def awaiting_recheck_by(self, user: Any) -> "PlanQuerySet":
        """Return the 不予备案 whose 复核 this person may decide."""
        rows = self.filter(status=self.model.Status.RECHECKING, county__in=user.counties_carrying(Duty.PLAN_REVIEW))
        return rows.exclude(Q(submitted_by=user) | Q(endorsed_by=user) | Q(decided_by=user) | Q(reviewed_by=user))

    def awaiting_clerk(self) -> "PlanQuerySet":
        """Return those that wait for the clerk who files."""
        return self.filter(status__in=(*self.model.REVISABLE, self.model.Status.LAPSED))
