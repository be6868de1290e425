"""检查回执: facts first, then one overall word. Goes to the Office alone."""

import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Enterprise, Establishment
from audit.actor import Actor
from audit.models import Audited, AuditedQuerySet, Gone, Personal, Refused, WrongMoment, harmless_twice, signed
from inspection.models import FilingNotice

from .code import ReceiptCode
from .window import Window


class Bearer:
    """Signs as the bearer of a receipt code: known by the number of the notice, by nothing else."""

    def __init__(self, notice: FilingNotice) -> None:
        self.notice = notice

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name="回执码持有人", post="企业", agency=self.notice.label, county=self.notice.county.code)


class ReceiptQuerySet(AuditedQuerySet):
    """Questions about receipts."""

    def visible_to(self, user: Any) -> "ReceiptQuerySet":
        """Return the receipts of the counties in which the user carries 稽核. An agency's people see none, ever."""
        return self.filter(county__in=user.counties_carrying(Duty.OVERSEE))

    def counted(self) -> "ReceiptQuerySet":
        """Return the receipts that count: the last one of each notice."""
        later = Receipt.objects.filter(notice=OuterRef("notice"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))


class Receipt(Audited):
    """One receipt. Never edited: a second one is a new row, and the last counts."""

    class Overall(models.IntegerChoices):
        EXCELLENT = 5, _("非常满意")
        GOOD = 4, _("满意")
        FAIR = 3, _("基本满意")
        POOR = 2, _("不满意")
        AWFUL = 1, _("非常不满意")

    class Shown(models.TextChoices):
        ALL = "ALL", _("都出示了")
        SOME = "SOME", _("有人没出示")
        NONE = "NONE", _("都没出示")

    class YesNo(models.TextChoices):
        YES = "YES", _("有")
        NO = "NO", _("没有")

    class NoticeShown(models.TextChoices):
        YES = "YES", _("出示了")
        NO = "NO", _("没有出示")

    #: version of the questions; old receipts keep theirs
    QUESTIONS = 1

    county = models.ForeignKey(County, models.PROTECT, related_name="receipts")
    notice = models.ForeignKey(FilingNotice, models.PROTECT, related_name="receipts", verbose_name=_("通知书"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("检查单位"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    code = models.ForeignKey(ReceiptCode, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("提交时间"), db_index=True)
    questions = models.PositiveSmallIntegerField(default=QUESTIONS)
    certificates = models.CharField(_("执法证"), max_length=4, choices=Shown.choices, blank=True)
    notice_shown = models.CharField(_("备案通知书"), max_length=4, choices=NoticeShown.choices)
    people = models.PositiveSmallIntegerField(_("来了几个人"), null=True, blank=True)
    money = models.CharField(_("要钱"), max_length=4, choices=YesNo.choices, blank=True)
    goods = models.CharField(_("要物、吃请、赞助、订阅等"), max_length=4, choices=YesNo.choices, blank=True)
    disturbed = models.CharField(_("影响生产经营"), max_length=4, choices=YesNo.choices, blank=True)
    overall = models.PositiveSmallIntegerField(_("总体评价"), choices=Overall.choices)
    made_to = models.BooleanField(_("我是被现场要求填写的"), default=False)
    words = models.TextField(_("想说的话"), blank=True, max_length=1000)

    LEAF_DAILY = True  # taken into the order once a day, so that its growth tells nobody
    PERSONAL = {"words": Personal(_("核对企业所述，改进检查"), _("回执之日"), days=3 * 365)}
    ANSWERS = ("certificates", "notice_shown", "people", "money", "goods", "disturbed", "overall", "made_to", "words")
    objects = ReceiptQuerySet.as_manager()
    VERBS = {"give": _("提交回执"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("检查回执")
        constraints = [models.CheckConstraint(condition=Q(overall__gte=1, overall__lte=5), name="five_grades")]
        indexes = [models.Index(fields=["notice", "-id"], name="receipts_of_a_notice")]

    def __str__(self) -> str:
        return _now("%(notice)s 的回执") % {"notice": self.notice}

    @property
    def number(self) -> str:
        """Return the short number shown to whoever gave it."""
        return str(self.uid)[:8].upper()

    @staticmethod
    def refuse_at_wrong_time(notice: FilingNotice) -> None:
        """Raise Gone when the notice is void or the window closed, WrongMoment when it has not opened."""
        if notice.status == FilingNotice.Status.VOID:
            raise Gone(_now("这份通知书已经作废，不再接收回执。有情况要反映，请拨打监督电话 %(phone)s。") % _phone(notice))
        window = Window.of(notice)
        if window.is_before():
            raise WrongMoment(_now("检查还没有开始，开始以后才能填写回执。"))
        if window.is_after(notice.county.today()):
            raise Gone(
                _now("回执已于 %(day)s 截止。有情况仍要反映的，请拨打监督电话 %(phone)s。")
                % {"day": window.last_day.isoformat(), **_phone(notice)}
            )

    @classmethod
    @harmless_twice
    def give(
        cls,
        notice: FilingNotice,
        *,
        code: str,
        answers: dict[str, Any],
        uid: uuid.UUID | None = None,
        address: str = "",
    ) -> "Receipt":
        """Keep a receipt by the bearer of ``code``. The same ``uid`` sent twice is kept once.

        ``address`` is the network address it came from, by which wrong codes are counted; it is not kept.

        ``answers`` by the names in ANSWERS; ``notice_shown`` and ``overall`` are asked of everybody, the rest is free.
        """
        cls.refuse_at_wrong_time(notice)
        good = ReceiptCode.match(notice, code, address)
        if not answers.get("notice_shown"):
            raise Refused(_now("请选择来人有没有出示备案通知书。"), field="notice_shown")
        if answers.get("overall") not in cls.Overall.values:
            raise Refused(_now("请选择总体评价。"), field="overall")
        with transaction.atomic():
            if before := cls.sent_before(uid, notice_id=notice.pk):
                return before
            receipt = cls(
                county=notice.county,
                notice=notice,
                agency=notice.plan.agency,
                enterprise=notice.enterprise,
                establishment=notice.establishment,
                code=good,
                given_at=timezone.now(),
                **{name: answers[name] for name in cls.ANSWERS if answers.get(name) not in (None, "")},
            )
            receipt.uid = uid or receipt.uid
            with signed(by=Bearer(notice), verb="give"):
                receipt.save()
        return receipt


def _phone(notice: FilingNotice) -> dict[str, str]:
    return {"phone": notice.county.supervision_phone}
