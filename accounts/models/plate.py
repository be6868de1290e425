"""企业码牌: the enterprise's own QR at its own gate. It says where one stands, and opens nothing by itself."""

import base64
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, NotYours, Refused, WrongMoment, harmless_twice, signed

from .enterprise import Establishment
from .post import Duty


class PlateQuerySet(AuditedQuerySet):
    """Questions about plates."""

    def visible_to(self, user: Any) -> "PlateQuerySet":
        """Return the plates of the counties in which the user makes them: in whose Office they carry 受理."""
        return self.filter(establishment__enterprise__county__in=user.counties_carrying(Duty.CODE_HAND_OUT))

    def standing(self) -> "PlateQuerySet":
        """Return those that hang at a gate."""
        return self.filter(ended_at__isnull=True)

    def by_token(self, text: str) -> "Plate | None":
        """Return the standing plate that bears ``text``, in upper or lower case; None for any other word."""
        if not (text.isascii() and text.isalnum()):
            return None
        plates = self.filter(token=text.upper(), ended_at__isnull=True)
        return plates.select_related("establishment__enterprise__county").first()


class Plate(Audited):
    """One plate of one establishment. Public: anyone at the gate may scan it, to complain or to answer with the card."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="plates", verbose_name=_("经营场所"))
    token = models.CharField(max_length=26, unique=True, editable=False)
    made_at = models.DateTimeField(_("制作时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True)

    objects = PlateQuerySet.as_manager()
    VERBS = {"make": _("制作企业码牌"), "replace": _("更换企业码牌"), "end": _("停用企业码牌")}

    class Meta:
        verbose_name = _("企业码牌")
        constraints = [models.UniqueConstraint(fields=["establishment"], condition=Q(ended_at__isnull=True), name="one_plate_a_gate")]

    def __str__(self) -> str:
        return f"{self.establishment.enterprise} {self.establishment}"

    @property
    def url(self) -> str:
        """Return the full address in its QR, in capitals: a QR writes them in half the room."""
        where = reverse(settings.PLATE_LANDS_ON, args=[self.token]).upper()
        scheme, _sep, host = settings.BASE_URL.partition("://")
        return f"{scheme.upper()}://{host.upper()}{where}"

    # --- making ------------------------------------------------------------------------------------
    @classmethod
    @harmless_twice
    def make(cls, establishment: Establishment, *, by: Any, uid: uuid.UUID | None = None) -> "Plate":
        """Make the plate of an establishment, or return the one that stands: by the Office of the county."""
        post = cls._post_to_make(establishment, by)
        with transaction.atomic():
            if before := cls.sent_before(uid, establishment_id=establishment.pk):
                return before
            if standing := cls.objects.standing().filter(establishment=establishment).first():
                return standing
            return cls._made(establishment, by=by, post=post, uid=uid)

    def replace(self, *, by: Any, note: str, uid: uuid.UUID | None = None) -> "Plate":
        """更换: lost or damaged. What this one bears opens nothing from now on; returns the new one. Twice under one ``uid`` is once."""
        post = self._post_to_make(self.establishment, by)
        if not note.strip():
            raise Refused(_now("请写明为什么更换，例如丢失、破损。"), field="note")
        with transaction.atomic():
            old = type(self).objects.select_for_update().get(pk=self.pk)  # a second sending waits here, and then finds the first
            if before := self.sent_before(uid, establishment_id=self.establishment_id):
                return before
            if old.ended_at:
                raise WrongMoment(_now("这块企业码牌已经停用。"))
            with signed(by=by, verb="replace", note=note, post=post):
                old.ended_at = timezone.now()
                old.save()
                return self._made(self.establishment, by=by, post=post, uid=uid)

    @classmethod
    def _made(cls, establishment: Establishment, *, by: Any, post: Any, uid: uuid.UUID | None) -> "Plate":
        plate = cls(establishment=establishment, made_at=timezone.now())
        plate.token = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
        plate.uid = uid or plate.uid
        with signed(by=by, verb="make", post=post):
            plate.save()
        return plate

    def end(self, *, by: Any, note: str) -> None:
        """停用: lost or damaged; a new one may be made."""
        with signed(by=by, verb="end", note=note, post=self._post_to_make(self.establishment, by)):
            self.ended_at = timezone.now()
            self.save()

    @staticmethod
    def _post_to_make(establishment: Establishment, by: Any) -> Any:
        post = by.holding(Duty.CODE_HAND_OUT, county=establishment.enterprise.county)
        if not post:
            raise NotYours(_now("只有备案机关的受理岗位可以制作企业码牌。"))
        return post
