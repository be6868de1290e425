"""打印任务: papers asked for by a person, made by the sweep, kept as made. Each asking is signed, a reprint too."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, User
from audit.models import AuditedQuerySet, NotYours, Refused, WrongMoment, harmless_twice, signed
from audit.steps import Step, Stepped, status_field
from paper.models import StoredFile

from .. import rules
from ..snapshots import snapshot_for
from .notice import FilingNotice
from .plan import InspectionPlan
from .visit import Visit


class PrintoutQuerySet(AuditedQuerySet):
    """Questions about printouts."""

    def visible_to(self, user: Any) -> "PrintoutQuerySet":
        """Return what the user asked for, and what was made of filings and visits the user may see."""
        return self.filter(
            Q(asked_by=user)
            | Q(plan__in=InspectionPlan.objects.visible_to(user).values("pk"))
            | Q(visit__in=Visit.objects.visible_to(user).values("pk"))
        )

    def waiting(self) -> "PrintoutQuerySet":
        """Return what the sweep has still to make, small papers before whole batches."""
        return self.filter(status=Printout.Status.WAITING).order_by("total", "pk")


class Printout(Stepped):
    """One paper, or one batch. What it says stands in ``snapshot``, or in the snapshots of the notices it prints again."""

    class Kind(models.TextChoices):
        NOTICE = "NOTICE", _("通知书（两联）")
        GLOSS = "GLOSS", _("通知书英文对照页")
        APPROVAL = "APPROVAL", _("行政检查审批表")
        RECORD = "RECORD", _("现场检查笔录")
        RESULT = "RESULT", _("检查结果告知书")
        PAPER_FILING = "PAPER_FILING", _("手工备案表")
        BATCH = "BATCH", _("整批通知书")

    class Status(models.TextChoices):
        WAITING = "WAITING", _("正在制作")
        DONE = "DONE", _("已制作")
        FAILED = "FAILED", _("没有制作")

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("检查单位"))
    kind = models.CharField(_("文书"), max_length=14, choices=Kind.choices)
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, null=True, related_name="printouts", verbose_name=_("备案"))
    notice = models.ForeignKey(FilingNotice, models.PROTECT, null=True, related_name="printouts", verbose_name=_("通知书"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="printouts", verbose_name=_("入企登记"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("打印人"))
    asked_at = models.DateTimeField(_("打印时间"))
    snapshot = models.JSONField(editable=False)
    total = models.PositiveIntegerField(_("份数"), default=1)
    status = status_field(Status, Status.WAITING)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("文书"))
    archive = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("压缩包"))
    ended_at = models.DateTimeField(_("办结时间"), null=True)
    said = models.CharField(_("说明"), max_length=500, blank=True)

    objects = PrintoutQuerySet.as_manager()

    STEPS = {
        "carry_out": Step(_("制作"), (Status.WAITING,), Status.DONE, who=rules.the_system),
        "fail": Step(_("没有制作"), (Status.WAITING,), Status.FAILED, who=rules.the_system),
    }
    VERBS = {"ask": _("打印文书"), "ask_again": _("重新打印文书")}

    class Meta:
        verbose_name = _("打印任务")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="DONE") | Q(document__isnull=False), name="a_printout_that_is_done_has_its_document"
            ),
        ]

    def __str__(self) -> str:
        about = self.notice or self.plan or self.visit or self.agency
        return f"{self.get_kind_display()} {about}"

    @classmethod
    def offered(cls, user: Any, about: Any) -> "list[Printout.Kind]":
        """Return the kinds of paper this person may ask for about a plan, a notice, a visit or an agency, now."""
        if not rules.who_may_print(user, _Ground.of(about)):
            return []
        kinds, K = [], cls.Kind
        match about:
            case InspectionPlan():
                kinds = [K.APPROVAL] if about.targets.standing().exists() else []
                kinds += [K.BATCH] if about.notices.filter(status="ISSUED").exists() else []
            case FilingNotice() if about.document_id:
                kinds = [K.NOTICE, K.RECORD, K.GLOSS] if about.status == "ISSUED" else [K.NOTICE]
            case Visit():
                kinds = [K.RECORD] + ([K.RESULT] if about.status == Visit.Status.CLOSED else [])
            case Agency():
                kinds = [K.PAPER_FILING]
        return kinds

    @classmethod
    @harmless_twice
    def ask(cls, *, by: User, kind: str, about: Any, uid: uuid.UUID | None = None) -> "Printout":
        """Ask for a paper about a plan, a notice, a visit or (手工备案表) an agency. The sweep makes it; a second time is a reprint.

        Raises NotYours unless ``by`` works on it, Refused for a kind that is not made of such a thing, WrongMoment while notices of
        the batch are still being made. A batch is of the notices that count now; those held up are named and left out.
        """
        ground = _Ground.of(about)
        post = rules.who_may_print(by, ground)
        if not post:
            raise NotYours(_now("只有经办这件备案的单位和备案机关可以打印文书。"))
        if before := cls.sent_before(uid, asked_by_id=by.pk, kind=kind):
            return before
        if kind not in cls.offered(by, about):
            raise Refused(_now("现在不能打印这种文书：文书还没有制发，或者不适用。"), field="kind")
        if kind == cls.Kind.BATCH and about.notices.filter(status="NUMBERED", held_up_by="").exists():
            raise WrongMoment(_now("还有通知书正在制发，请稍后再打印整批。"))
        again = cls.objects.filter(kind=kind, plan=ground.plan, notice=ground.notice, visit=ground.visit, agency=ground.agency)
        verb = "ask_again" if kind != cls.Kind.PAPER_FILING and again.exists() else "ask"
        with signed(by=by, verb=verb, post=post):
            with translation.override(settings.LANGUAGE_CODE):
                said = snapshot_for(kind, about)
            total = len(said["notices"]) if kind == cls.Kind.BATCH else 1
            row = cls(
                county=ground.county, agency=ground.agency, kind=kind, plan=ground.plan, notice=ground.notice, visit=ground.visit,
                asked_by=by, asked_at=timezone.now(), snapshot=said, total=total, said=_left_out(said)[:500],
            )  # fmt: skip
            row.uid = uid or row.uid
            row.save()
        return row

    @property
    def folder(self) -> Path:
        """Return where the parts of a batch lie until it is whole."""
        return Path(settings.FILES_DIR) / "printing" / str(self.uid)

    @property
    def progress(self) -> int:
        """Return how many of ``total`` are made."""
        if self.status == self.Status.DONE:
            return self.total
        return min(self.total, sum(int(path.stem.split("-")[1]) for path in self.folder.glob("*.pdf")))

    def carry_out(self, *, by: User, document: StoredFile, archive: StoredFile | None = None, void: Sequence[str] = ()) -> None:
        """制作: the papers are made and kept. ``void``: the notices of a batch that were no longer good when it was made."""
        with self.step("carry_out", by=by):
            self.document, self.archive, self.ended_at = document, archive, timezone.now()
            if void:
                self.total -= len(void)
                self.said = f"{self.said}制作期间作废，没有印：{'、'.join(void)}。"[:500]

    def fail(self, *, by: User, said: str) -> None:
        """Say that nothing was made, and what to mend."""
        with self.step("fail", by=by):
            self.said, self.ended_at = said[:500], timezone.now()


def _left_out(said: dict[str, Any]) -> str:
    """Return which notices of a batch can't be in it."""
    return f"制发受阻，不在其中：{'、'.join(said['held_up'])}。" if said.get("held_up") else ""


class _Ground:
    """On what a printout rests: county and agency, and the plan, notice or visit it is about."""

    def __init__(self, county: County, agency: Agency, plan: Any = None, notice: Any = None, visit: Any = None) -> None:
        self.county, self.agency, self.plan, self.notice, self.visit = county, agency, plan, notice, visit

    @classmethod
    def of(cls, about: Any) -> "_Ground":
        match about:
            case InspectionPlan():
                return cls(about.county, about.agency, plan=about)
            case FilingNotice():
                return cls(about.county, about.plan.agency, plan=about.plan, notice=about)
            case Visit():
                return cls(about.county, about.agency, plan=about.notice and about.notice.plan, visit=about)
            case Agency():
                return cls(about.county, about)
        raise TypeError(f"no paper is made of a {type(about).__name__}")
