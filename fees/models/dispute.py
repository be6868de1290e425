"""对一笔款项的异议: said by the enterprise, seen by the agency that charged, answered by it. A claim of what was charged is a receipt's."""

import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Enterprise, EnterpriseItself, User
from audit.actor import Acting, Actor
from audit.models import AuditedQuerySet, NotYours, Refused, harmless_twice, signed
from audit.steps import Step, Stepped, status_field

from .. import rules
from .charge import Charge


class PayerOf:
    """Signs for the enterprise that holds the payment notice: whoever holds the paper may object to what it asks."""

    def __init__(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name=str(self.enterprise), post="缴款企业", county=self.enterprise.county.code)


class DisputeQuerySet(AuditedQuerySet):
    """Questions about disputes."""

    def visible_to(self, user: Any) -> "DisputeQuerySet":
        """Return the disputes about charges the user may see."""
        return self.filter(charge__in=Charge.objects.visible_to(user))

    def waiting(self) -> "DisputeQuerySet":
        """Return those still to be answered."""
        return self.filter(status=Dispute.Status.OPEN)


class Dispute(Stepped):
    """An objection to one charge. It stops nothing by itself; it stands on the fee card until it is answered, and after."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("待答复")
        ANSWERED = "ANSWERED", _("已答复")
        UPHELD = "UPHELD", _("异议成立")

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="disputes", verbose_name=_("登记"))
    words = models.TextField(_("异议"), max_length=500)
    made_at = models.DateTimeField(_("时间"))
    status = status_field(Status, Status.OPEN)
    answer = models.TextField(_("答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    objects = DisputeQuerySet.as_manager()
    STEPS = {
        "reply": Step(_("答复"), (Status.OPEN,), Status.ANSWERED, who=rules.registrar_of_the_charge, needs_note=True),
        "uphold": Step(_("认定异议成立"), (Status.OPEN,), Status.UPHELD, who=rules.registrar_of_the_charge, needs_note=True),
    }
    VERBS = {"dispute": _("提出异议")}

    class Meta:
        verbose_name = _("款项异议")
        constraints = [
            models.UniqueConstraint(fields=["charge"], condition=Q(status="OPEN"), name="one_open_dispute_a_charge"),
            models.CheckConstraint(condition=Q(status="OPEN") | ~Q(answer=""), name="an_answered_dispute_says_what"),
        ]

    def __str__(self) -> str:
        return self.words[:40]

    @classmethod
    @harmless_twice
    def make(cls, charge: Charge, *, by: Acting, words: str, uid: uuid.UUID | None = None) -> "Dispute":
        """提出异议: by the enterprise itself (``PayerOf``), or at the counter by the Office's intake. Never by an agency."""
        post = by.holding(Duty.CODE_HAND_OUT, county=charge.county) if isinstance(by, User) else None
        itself = isinstance(by, PayerOf | EnterpriseItself) and by.enterprise.pk == charge.enterprise_id
        if not post and not itself:
            raise NotYours(_now("异议由被收取的企业提出，或者由备案机关的受理岗位代为登记。"))
        if not words.strip():
            raise Refused(_now("请写明对这笔款项有什么异议。"), field="words")
        with transaction.atomic():
            if before := cls.sent_before(uid, charge_id=charge.pk):
                return before
            if Charge.locked(charge.pk).disputes.waiting().exists():
                raise Refused(_now("这笔款项已有异议等待答复。"), field="words")
            dispute = cls(charge=charge, words=words.strip()[:500], made_at=timezone.now(), **({"uid": uid} if uid else {}))
            with signed(by=by, verb="dispute", post=post):
                dispute.save()
        return dispute

    def reply(self, *, by: User, note: str) -> None:
        """答复: by the agency that charged."""
        self._answer("reply", by, note)

    def uphold(self, *, by: User, note: str) -> None:
        """认定异议成立: correcting, reducing or voiding the charge is the next act."""
        self._answer("uphold", by, note)

    def _answer(self, verb: str, by: User, note: str) -> None:
        if not note.strip():
            raise Refused(_now("请写明答复内容。"), field="note")
        with self.step(verb, by=by, note=note):
            self.answer, self.answered_at = note.strip()[:500], timezone.now()
