"""企业码牌: the enterprise's own QR at its own gate. It says where one stands, and opens nothing by itself."""

import base64
import secrets
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, NotYours, signed

from .enterprise import Establishment
from .post import Duty


class PlateQuerySet(AuditedQuerySet):
    """Questions about plates."""

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
    VERBS = {"make": _("制作企业码牌"), "end": _("停用企业码牌")}

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

    @classmethod
    def make(cls, establishment: Establishment, *, by: Any) -> "Plate":
        """Make the plate of an establishment, or return the one that stands: by the Office of the county."""
        county = establishment.enterprise.county
        post = by.holding(Duty.CODE_HAND_OUT, county=county)
        if not post:
            raise NotYours(_now("只有备案机关的受理岗位可以制作企业码牌。"))
        with transaction.atomic():
            standing = cls.objects.filter(establishment=establishment, ended_at__isnull=True).first()
            if standing:
                return standing
            token = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
            with signed(by=by, verb="make", post=post):
                return cls.objects.create(establishment=establishment, token=token, made_at=timezone.now())

    def end(self, *, by: Any, note: str) -> None:
        """停用: lost or damaged; a new one may be made."""
        post = by.holding(Duty.CODE_HAND_OUT, county=self.establishment.enterprise.county)
        if not post:
            raise NotYours(_now("只有备案机关的受理岗位可以制作企业码牌。"))
        with signed(by=by, verb="end", note=note, post=post):
            self.ended_at = timezone.now()
            self.save()
