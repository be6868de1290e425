"""What those who look at a notice leave behind: that somebody looked. Nothing of who.

``Scan`` is no evidence and nothing hangs on it: it lets the next reader see that the paper in their hand has been scanned before. A look
is counted when a person has touched the page (or held the QR before the verify page), never by fetching an address, so that no chat
app's preview counts; and only until the visit ends, so that whoever comes back for the receipt is not seen.
"""

from django.db import models
from django.utils import timezone

from .notice import FilingNotice

#: who wants to fill a table gains nothing above this
MOST_SCANS = 999


class Scan(models.Model):
    """One look at a notice before its visit ended: to the minute."""

    notice = models.ForeignKey(FilingNotice, models.PROTECT, related_name="scans")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.at)

    @classmethod
    def count(cls, notice: FilingNotice) -> None:
        """Count a look, if the notice counts, its visit has not ended and its days are not over."""
        ended = notice.visits.exists() and not notice.visits.filter(left_at__isnull=True).exists()
        over = notice.county.today() > notice.ends_on
        if notice.status != notice.Status.ISSUED or ended or over or cls.objects.filter(notice=notice).count() >= MOST_SCANS:
            return
        cls.objects.create(notice=notice, at=timezone.now().replace(second=0, microsecond=0))

    @classmethod
    def of(cls, notice: FilingNotice) -> dict[str, object]:
        """Return ``count`` and ``first`` of the looks at a notice."""
        return cls.objects.filter(notice=notice).aggregate(count=models.Count("pk"), first=models.Min("at"))
