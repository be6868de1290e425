"""从不合法的要求: demands on enterprises that no purpose makes lawful, each with the article that forbids it."""

import datetime
import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import County, ListLine, ListQuerySet

#: said just before, these turn the word into its opposite: 禁止赞助, 是否索要赞助, 查处摊派
TURNS = (
    "不得",
    "不准",
    "不要",
    "不收",
    "不",
    "无",
    "禁止",
    "严禁",
    "拒绝",
    "是否",
    "有无",
    "查处",
    "举报",
    "反映",
    "涉嫌",
    "清理",
    "整治",
    "制止",
)


class ProhibitedDemand(ListLine):
    """One demand that is never lawful: its kind, who is forbidden to make it, and by which article.

    ``words`` are those by which it is known in a text, apart by 、. Several lines of one kind cite several laws.
    """

    kind = models.CharField(_("种类"), max_length=40)
    law = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=120)
    who = models.CharField(_("谁不得提出"), max_length=120, blank=True)
    rule = models.CharField(_("规定"), max_length=200)
    basis_kind = models.CharField(_("依据种类"), max_length=20, blank=True)
    words = models.CharField(_("识别词"), max_length=300, blank=True, help_text=_("用顿号隔开；文字中出现即提示"))

    objects = ListQuerySet.as_manager()

    class Meta(ListLine.Meta):
        verbose_name = _("从不合法的要求")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.kind}（{self.basis}）"

    @property
    def basis(self) -> str:
        """Return the citation: 《law》article."""
        return f"《{self.law}》{self.article}"

    @property
    def signs(self) -> list[str]:
        """Return the words by which it is known."""
        return [word for word in re.split(r"[、，,;；\s]+", self.words) if word]

    def is_named_in(self, text: str) -> bool:
        """Tell whether a text makes this demand: one of its words stands there, and nothing just before turns it round."""
        for word in self.signs:
            for found in re.finditer(re.escape(word), text):
                before = re.split(r"[。；，,;！!\n]", text[: found.start()])[-1][-8:]
                if not any(turn in before for turn in TURNS):
                    return True
        return False

    @classmethod
    def named_in(cls, county: County, text: str, on: datetime.date) -> "ProhibitedDemand | None":
        """Return the first demand in force on ``on`` that ``text`` makes, or None."""
        if not text.strip():
            return None
        lines = cls.objects.filter(county=county).in_force(on).exclude(words="").order_by("code")
        return next((line for line in lines if line.is_named_in(text)), None)
