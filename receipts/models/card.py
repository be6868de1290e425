"""回执卡: the secret that goes with the plate at the enterprise's own gate. Printed once, sealed, handed over once, never kept."""

import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Capability, CapabilityQuerySet, Duty, Establishment, Knock, Secret, digits_in
from audit.models import Gone, NotYours, Refused, WrongMoment, harmless_twice, signed
from inspection.models import FilingNotice

from .opened import Assurance, Opened
from .window import Window


class CardQuerySet(CapabilityQuerySet):
    """Questions about cards."""

    def visible_to(self, user: Any) -> "CardQuerySet":
        """Return the cards of the counties in which the user makes them or hands them over."""
        counties = user.counties_carrying(Duty.CODE_HAND_OUT) | user.counties_carrying(Duty.PAPER_INTAKE)
        return self.filter(establishment__enterprise__county__in=counties)

    def to_hand_over(self) -> "CardQuerySet":
        """Return those that were made and still wait to be handed over."""
        return self.standing().filter(handed_at__isnull=True)


class ReceiptCard(Capability):
    """One card of one establishment. It opens every notice of the place whose window is open, once it was handed over."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="receipt_cards", verbose_name=_("经营场所"))
    handed_at = models.DateTimeField(_("交给企业的时间"), null=True)

    objects = CardQuerySet.as_manager()
    VERBS = {"make": _("制作回执卡"), "hand_over": _("交付回执卡"), "replace": _("停用旧回执卡")}

    class Meta:
        verbose_name = _("回执卡")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment"], condition=Q(replaced_at__isnull=True, handed_at__isnull=False), name="one_good_card_a_gate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.establishment.enterprise} {self.establishment}"

    @property
    def scope(self) -> str:
        return f"card:{self.establishment.uid}"

    @classmethod
    @harmless_twice
    def make(cls, establishment: Establishment, *, by: Any, uid: uuid.UUID | None = None) -> "tuple[ReceiptCard, Secret | None]":
        """Make a card to be printed now: by the Office. It opens nothing until it was handed over; the old one stays good till then.

        Sent again under the same ``uid`` it gives the card without its secret, which the first answer alone had.
        """
        county = establishment.enterprise.county
        post = by.holding(Duty.CODE_HAND_OUT, county=county)
        if not post:
            raise NotYours(_now("只有备案机关的受理岗位可以制作回执卡。"))
        with transaction.atomic():
            if before := cls.sent_before(uid, establishment_id=establishment.pk):
                return before, None
            made = Secret.fresh()
            with signed(by=by, verb="make", post=post):
                cls._replace(cls.objects.to_hand_over().filter(establishment=establishment), by=by, post=post)
                card = cls(establishment=establishment, made_at=timezone.now())
                card.uid = uid or card.uid
                card.lock_with(made)
                card.save()
        return card, made

    def hand_over(self, *, by: Any, note: str) -> None:
        """交付: by the Office, the township hall or the village agent, who say how the receiver was checked. From now on it counts."""
        county = self.establishment.enterprise.county
        post = by.holding(Duty.CODE_HAND_OUT, county=county) or by.holding(Duty.PAPER_INTAKE, county=county)
        if not post:
            raise NotYours(_now("回执卡由备案机关、便民服务点或者村级代办员交付，检查单位不能经手。"))
        if not note.strip():
            raise Refused(_now("请写明交给了谁、如何核实了身份。"), field="note")
        with transaction.atomic():
            card = type(self).objects.select_for_update().get(pk=self.pk)
            if card.handed_at or card.replaced_at:
                raise WrongMoment(_now("这张回执卡已经交付过或者被新卡替换。"))
            with signed(by=by, verb="hand_over", note=note, post=post):
                others = type(self).objects.standing().filter(establishment=self.establishment).exclude(pk=self.pk)
                self._replace(others, by=by, post=post)
                card.handed_at = timezone.now()
                card.save()
        self.refresh_from_db()

    @staticmethod
    def _replace(cards: Any, *, by: Any, post: Any) -> None:
        for old in cards:
            with signed(by=by, verb="replace", post=post):
                old.replaced_at = timezone.now()
                old.save()

    # --- opening -----------------------------------------------------------------------------------
    @classmethod
    def match(cls, establishment: Establishment, typed: str, address: str) -> "ReceiptCard":
        """Return the card whose digits were typed at its plate. Raises Refused (wrong), Gone (replaced), TooMany."""
        county, door, digits = establishment.enterprise.county, f"wrong-card:{establishment.uid}", digits_in(typed)
        said = _now("试错次数过多，请一小时后再试，或者拨打监督电话 %(phone)s。") % {"phone": county.supervision_phone}
        Knock.refuse_too_many(door, address, county.rule("receipt.tries_per_hour"), said)
        if len(digits) != 12:
            raise Refused(_now("回执卡上是 12 位数字，您填了 %(n)d 位，请核对。") % {"n": len(digits)}, field="code")
        for card in cls.objects.filter(establishment=establishment, handed_at__isnull=False).order_by("-made_at")[:5]:
            if card.is_opened_by(digits):
                return card.standing()
        Knock.keep(door, address)
        raise Refused(_now("数字不对，请核对回执卡；卡丢了可以到备案机关、便民服务点换新卡。"), field="code")

    def standing(self) -> "ReceiptCard":
        """Return the card if it is good: handed over and not replaced; else raise Gone."""
        if self.replaced_at or not self.handed_at:
            raise Gone(_now("这张回执卡已经停用或者还没有启用，请使用最近领取的那一张。"), field="code")
        return self

    def opened(self, notice: FilingNotice) -> Opened:
        """Return what the card opens of its own place."""
        if notice.establishment_id != self.establishment_id:
            raise Refused(_now("这份通知书不是给这个经营场所的。"))
        return Opened(notice, Assurance.CARD, card=self.standing())


def notices_to_answer(**where: Any) -> list[FilingNotice]:
    """Return the notices (of an establishment or enterprise) whose window is open, newest first.

    Of an unannounced visit nothing shows before somebody was at the door.
    """
    found = FilingNotice.objects.answerable().filter(**where).select_related("county", "plan__agency", "enterprise").order_by("-pk")[:40]
    return [n for n in found if may_be_known(n) and Window.of(n).is_open(n.county.today())]


def may_be_known(notice: FilingNotice) -> bool:
    """Tell whether its enterprise may know of the notice by now."""
    return not notice.unannounced or notice.visits.exists() or notice.county.today() > notice.ends_on
