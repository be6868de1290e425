"""检查回执: facts first, then one overall word. Goes to the Office alone."""

import datetime
import json
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressKey, Agency, County, Duty, Enterprise, Establishment, Knock
from audit.actor import Actor
from audit.ledger.canonical import canonical
from audit.models import Audited, AuditedQuerySet, Gone, NotYours, Personal, Refused, WrongMoment, harmless_twice, signed
from inspection.models import FilingNotice
from paper.models import StoredFile

from .card import ReceiptCard
from .code import ReceiptCode
from .opened import Assurance, Opened
from .promise import Promised
from .question import QuestionSet
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

    def asking_for_a_call(self) -> "ReceiptQuerySet":
        """Return those whose giver ticked “请给我回个电话”."""
        return self.filter(more__contains='"callback":true')

    def counted(self) -> "ReceiptQuerySet":
        """Return the receipts that count: the last one of each notice.

        One typed in from paper never stands before one that the enterprise gave with its own secret: else whoever types
        could replace it.
        """
        same = Receipt.objects.filter(notice=OuterRef("notice"))
        later = same.filter(Q(pk__gt=OuterRef("pk")) & (~Q(assurance=Assurance.PAPER) | Q(assurance=OuterRef("assurance"))))
        own = same.exclude(assurance=Assurance.PAPER)
        return self.filter(~Exists(later)).exclude(Q(assurance=Assurance.PAPER) & Exists(own))


class Receipt(Promised, Audited):
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

    county = models.ForeignKey(County, models.PROTECT, related_name="receipts")
    notice = models.ForeignKey(FilingNotice, models.PROTECT, related_name="receipts", verbose_name=_("通知书"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("检查单位"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="receipts", verbose_name=_("企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    code = models.ForeignKey(ReceiptCode, models.PROTECT, null=True, related_name="+")
    card = models.ForeignKey(ReceiptCard, models.PROTECT, null=True, related_name="+")
    assurance = models.CharField(_("可信程度"), max_length=10, choices=Assurance.choices, default=Assurance.REGISTER)
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("纸质回执扫描件"))
    given_at = models.DateTimeField(_("提交时间"), db_index=True)
    came_from = models.CharField(max_length=32, blank=True, editable=False)
    questions = models.PositiveSmallIntegerField(default=1)
    certificates = models.CharField(_("执法证"), max_length=4, choices=Shown.choices, blank=True)
    notice_shown = models.CharField(_("备案通知书"), max_length=4, choices=NoticeShown.choices)
    people = models.PositiveSmallIntegerField(_("来了几个人"), null=True, blank=True)
    money = models.CharField(_("要钱"), max_length=4, choices=YesNo.choices, blank=True)
    goods = models.CharField(_("要物、吃请、赞助、订阅等"), max_length=4, choices=YesNo.choices, blank=True)
    disturbed = models.CharField(_("影响生产经营"), max_length=4, choices=YesNo.choices, blank=True)
    overall = models.PositiveSmallIntegerField(_("总体评价"), choices=Overall.choices)
    made_to = models.BooleanField(_("我是被现场要求填写的"), default=False)
    words = models.TextField(_("想说的话"), blank=True, max_length=1000)
    more = models.TextField(_("其他回答"), blank=True)

    LEAF_DAILY = True  # taken into the order once a day, so that its growth tells nobody
    PERSONAL = {
        "words": Personal(_("核对企业所述，改进检查"), _("回执之日"), days=3 * 365),
        "more": Personal(_("核对企业所述，改进检查"), _("回执之日"), days=3 * 365),
    }
    ANSWERS = ("certificates", "notice_shown", "people", "money", "goods", "disturbed", "overall", "made_to", "words")
    objects = ReceiptQuerySet.as_manager()
    VERBS = {"give": _("提交回执"), "take_in": _("代录纸质回执"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("检查回执")
        constraints = [
            models.CheckConstraint(condition=Q(overall__gte=1, overall__lte=5), name="five_grades"),
            models.CheckConstraint(
                condition=Q(code__isnull=False) | Q(card__isnull=False) | Q(assurance__in=["OWN", "OWN_REG", "PAPER"]),
                name="a_receipt_says_what_opened_it",
            ),
        ]
        indexes = [models.Index(fields=["notice", "-id"], name="receipts_of_a_notice")]

    def __str__(self) -> str:
        return _now("%(notice)s 的回执") % {"notice": self.notice}

    # --- what was said -----------------------------------------------------------------------------
    @property
    def more_answers(self) -> dict[str, Any]:
        """Return the answers beyond the first screen, by the codes of their questions."""
        return json.loads(self.more) if self.more else {}

    @property
    def answers(self) -> dict[str, Any]:
        """Return all that was answered, by the codes of the questions."""
        core = {name: getattr(self, name) for name in self.ANSWERS}
        return {name: value for name, value in core.items() if value not in ("", None, False)} | self.more_answers

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return question and answer in words, as they were asked then."""
        given = self.answers
        return [(q.label, q.shown(given[q.code])) for q in QuestionSet.of_version(self.questions) if q.code in given]

    def sent(self) -> dict[str, Any]:
        return {"notice": self.notice.label, "at": self.given_at, "questions": self.questions, "answers": self.answers}

    @property
    def sent_at(self) -> datetime.datetime:
        return self.given_at

    # --- giving ------------------------------------------------------------------------------------
    @staticmethod
    def refuse_at_wrong_time(notice: FilingNotice) -> None:
        """Raise Gone when the notice was void before its days or the window closed, WrongMoment when it has not opened."""
        window = Window.of(notice)
        if window.never:
            raise Gone(_now("这份通知书在检查开始以前就已经作废，不接收回执。有情况要反映，请拨打监督电话 %(phone)s。") % _phone(notice))
        if window.is_before():
            raise WrongMoment(_now("检查还没有开始，开始以后才能填写回执。"))
        if window.is_after(notice.county.today()):
            raise Gone(
                _now("回执已于 %(day)s 截止。有情况仍要反映的，请拨打监督电话 %(phone)s。")
                % {"day": window.last_day.isoformat(), **_phone(notice)}
            )

    @classmethod
    def give(
        cls,
        notice: FilingNotice,
        *,
        code: str,
        answers: dict[str, Any],
        uid: uuid.UUID | None = None,
        address: str = "",
    ) -> "Receipt":
        """Keep a receipt by whoever typed the digits of ``code``. The same ``uid`` sent twice is kept once.

        ``answers`` by the codes of the questions; ``notice_shown`` and ``overall`` are asked of everybody, the rest is free.
        """
        cls.refuse_at_wrong_time(notice)
        opened = ReceiptCode.match(notice, code, address).opened()
        return cls.keep(Opened(notice, opened.assurance, code=opened.code), answers=answers, uid=uid, address=address)

    @classmethod
    @harmless_twice
    def keep(cls, opened: Opened, *, answers: dict[str, Any], uid: uuid.UUID | None = None, address: str = "") -> "Receipt":
        """Keep a receipt that a link, a code, a card or the enterprise's own page has opened. Returns it with its signed promise.

        ``address`` is the network address it came from; only a digest that is forgotten after thirty days is kept of it.
        """
        notice = opened.notice
        cls.refuse_at_wrong_time(notice)
        questions = QuestionSet.in_force(notice.county.today())
        given = questions.read(answers)
        with transaction.atomic():
            if before := cls.sent_before(uid, notice_id=notice.pk):
                return before
            cls._refuse_too_many(opened, address)
            receipt = cls._drawn_up(opened, questions.version, given)
            receipt.uid = uid or receipt.uid
            receipt.came_from = AddressKey.digest(address) if address else ""
            receipt.sign_promise()
            with signed(by=Bearer(notice), verb="give"):
                receipt.save()
            Knock.keep(opened.door, address)
            Knock.keep(f"receipt:{notice.uid}", address)
        return receipt

    @classmethod
    def _drawn_up(cls, opened: Opened, version: int, given: dict[str, Any]) -> "Receipt":
        notice = opened.notice
        more = {name: value for name, value in given.items() if name not in cls.ANSWERS}
        return cls(
            county=notice.county,
            notice=notice,
            agency=notice.plan.agency,
            enterprise=notice.enterprise,
            establishment=notice.establishment,
            code=opened.code,
            card=opened.card,
            assurance=opened.assurance,
            given_at=timezone.now(),
            questions=version,
            more=canonical(more).decode() if more else "",
            **{name: value for name, value in given.items() if name in cls.ANSWERS},
        )

    @staticmethod
    def _refuse_too_many(opened: Opened, address: str) -> None:
        county, most = opened.notice.county, opened.notice.county.rule("receipt.sends_per_day")
        said = _now("今天已经提交了很多次，请明天再改，或者拨打监督电话 %(phone)s。") % _phone(opened.notice)
        Knock.refuse_too_many(opened.door, "", most, said, hours=24)
        Knock.refuse_too_many(f"receipt:{opened.notice.uid}", "", most, said, hours=24)
        if address:
            crowded = _now("这个网络提交得太多，请过一会儿再试，或者换一个网络。")
            Knock.refuse_too_many("receipt:", address, county.rule("public.sends_per_hour"), crowded)

    @classmethod
    @harmless_twice
    def take_in(
        cls, notice: FilingNotice, *, by: Any, answers: dict[str, Any], scan: StoredFile | None, uid: uuid.UUID | None = None
    ) -> "Receipt":
        """代录 a paper receipt, with its scan: by the Office or a village agent. Marked so for ever; replaces none given by code."""
        county = notice.county
        post = by.holding(Duty.PAPER_INTAKE, county=county) or by.holding(Duty.CODE_HAND_OUT, county=county)
        if not post:
            raise NotYours(_now("纸质回执由备案机关或者村级代办员代录，检查单位不能代录。"))
        cls.refuse_at_wrong_time(notice)
        if scan is None:
            raise Refused(_now("请附上纸质回执的扫描件或者照片。"), field="scan")
        questions = QuestionSet.in_force(county.today())
        given = questions.read(answers)
        with transaction.atomic():
            if before := cls.sent_before(uid, notice_id=notice.pk):
                return before
            receipt = cls._drawn_up(Opened(notice, Assurance.PAPER), questions.version, given)
            receipt.uid, receipt.scan = uid or receipt.uid, scan
            receipt.sign_promise()
            with signed(by=by, verb="take_in", post=post):
                receipt.save()
        return receipt


def _phone(notice: FilingNotice) -> dict[str, str]:
    return {"phone": notice.county.supervision_phone}
