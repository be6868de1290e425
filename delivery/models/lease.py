"""A letter in somebody's hands: no other worker takes it until the lease has run out."""

import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: longer than any adapter waits for its answer
TERM = datetime.timedelta(minutes=5)


class Lease(models.Model):
    """Until when one worker is sending a letter: no evidence, hence without history.

    A worker that dies in between leaves its lease behind; when it has run out, the letter is sent again.
    """

    letter = models.OneToOneField("delivery.Letter", models.PROTECT, primary_key=True, related_name="lease")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("正在发送的信件")

    def __str__(self) -> str:
        return f"{self.letter} {self.until}"

    @classmethod
    def take(cls, letter: Any) -> None:
        """Take the letter, whose row the caller holds locked."""
        cls.objects.update_or_create(letter=letter, defaults={"until": timezone.now() + TERM})

    @classmethod
    def give_back(cls, letter: Any) -> None:
        """End the lease: what became of the letter is recorded."""
        cls.objects.update_or_create(letter=letter, defaults={"until": timezone.now()})
