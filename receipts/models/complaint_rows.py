"""What belongs to a complaint: the messages to and fro, and the pictures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, Personal
from paper.models import StoredFile


class ComplaintMessage(Audited):
    """One message between whoever complained and the Office."""

    complaint = models.ForeignKey("receipts.Complaint", models.PROTECT, related_name="messages")
    from_office = models.BooleanField()
    words = models.TextField(_("留言"), blank=True, max_length=1000)
    at = models.DateTimeField(_("时间"))

    LEAF_DAILY = True
    PERSONAL = {"words": Personal(_("核查举报"), _("办结之日"), days=5 * 365)}
    objects = AuditedQuerySet.as_manager()
    VERBS = {"write": _("留言"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("举报留言")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.at)


class ComplaintPhoto(Audited):
    """One picture, as it was drawn anew without metadata."""

    complaint = models.ForeignKey("receipts.Complaint", models.PROTECT, related_name="photos")
    picture = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    LEAF_DAILY = True
    objects = AuditedQuerySet.as_manager()
    VERBS = {"complain": _("举报")}

    class Meta:
        verbose_name = _("举报照片")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.picture_id
