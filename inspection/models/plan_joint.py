"""联合检查: a lead, partners that each confirm, one notice, one visit (山东省优化营商环境条例第42条)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now

from accounts.models import Agency, User
from audit.models import Refused
from audit.steps import Stepped

from .. import rules
from .plan_rows import said


class Joined(Stepped):
    """The part of a plan that several units share."""

    class Meta:
        abstract = True

    @property
    def effect(self) -> str:
        """Return how the filing works: 审查备案 or 告知备案."""
        return rules.effect_of(self.agency, Agency.objects.filter(pk__in=self.agencies.partners().values("agency")))

    def confirm(self, *, by: User, note: str = "", instead_of: Any = None) -> None:
        """确认参加: the head of a partner agrees. ``instead_of``: the partner's own filing that becomes needless; it is withdrawn."""
        with self.step("confirm", by=by, note=note):
            row = self._asked(by)
            row.confirmed_by, row.confirmed_at = by, timezone.now()
            row.save()
            if instead_of is not None:
                if instead_of.agency_id != row.agency_id or instead_of.pk == self.pk:
                    raise Refused(_now("只能撤回本单位自己的备案。"), field="instead_of")
                instead_of.withdraw(by=by, note=_now("并入联合检查：%(what)s") % {"what": self})

    def refuse_joining(self, *, by: User, note: str) -> None:
        """不参加: it goes back to the clerk of the lead, with the partner's reason."""
        with self.step("refuse_joining", by=by, note=said(note)):
            self.opinion = _now("%(who)s不参加联合检查：%(why)s") % {"who": self._asked(by).agency, "why": note.strip()}

    def _asked(self, by: User) -> Any:
        """Return the row of the partner for whom this person answers."""
        post = rules.head_of_a_partner(by, self)
        return self.agencies.partners().get(agency=post.agency, confirmed_at__isnull=True)
