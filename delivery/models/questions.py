"""The vocabulary of questions about letters."""

import datetime
import uuid
from typing import Any

from django.db.models import Q
from django.utils import timezone

from audit.models import AuditedQuerySet
from delivery import rules


class LetterQuerySet(AuditedQuerySet):
    """Questions about letters."""

    def visible_to(self, user: Any) -> "LetterQuerySet":
        """Return the letters out that intake and auditor of the Office look after. What lies on a desk is its reader's alone."""
        return self.filter(county__in=rules.counties_of(user)).exclude(way="inbox")

    def waiting(self) -> "LetterQuerySet":
        """Return what has neither left nor been given up nor been replaced by another letter."""
        return self.filter(sent_at__isnull=True, failed_at__isnull=True, replaced_at__isnull=True)

    def due(self, now: datetime.datetime) -> "LetterQuerySet":
        """Return the letters that should have left by ``now`` and that nobody is sending. What is printed leaves by hand."""
        free = Q(lease__isnull=True) | Q(lease__until__lte=now)
        return self.waiting().filter(free, due_at__lte=now).exclude(way="paper").order_by("due_at")

    def to_print(self) -> "LetterQuerySet":
        """Return the letters that wait to be printed, whose time has come."""
        return self.waiting().filter(way="paper", due_at__lte=timezone.now()).order_by("due_at")

    def failed(self) -> "LetterQuerySet":
        """Return the letters that were given up and not sent again since."""
        return self.filter(failed_at__isnull=False, replaced_at__isnull=True)

    def gone(self) -> "LetterQuerySet":
        """Return the letters that have left or that another letter has replaced."""
        return self.filter(Q(sent_at__isnull=False) | Q(replaced_at__isnull=False))

    def to_enterprise(self, uid: uuid.UUID) -> "LetterQuerySet":
        """Return the letters addressed to an enterprise whose time has come, newest first."""
        return self.filter(enterprise=uid, due_at__lte=timezone.now()).order_by("-due_at", "-pk")

    def in_inbox_of(self, reader: int) -> "LetterQuerySet":
        """Return the letters on the desk of one user whose time has come, newest first."""
        return self.filter(way="inbox", reader=reader, due_at__lte=timezone.now()).order_by("-due_at", "-pk")
