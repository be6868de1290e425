"""入企登记、离企登记: who came, when, what was found. What really happened, whether filed or not."""

import datetime
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Enterprise, Establishment, Officer, User
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, WrongMoment, harmless_twice, signed
from audit.steps import Step, Stepped, status_field

from .. import rules
from .notice import FilingNotice
from .plan import InspectionPlan


class VisitQuerySet(AuditedQuerySet):
    """Questions about visits."""

    def visible_to(self, user: Any) -> "VisitQuerySet":
        """Return the visits of the user's agencies, or of the county for its Office."""
        return self.filter(Q(agency__in=user.agencies()) | Q(county__in=user.office_counties()))

    def unfiled(self) -> "VisitQuerySet":
        """Return visits without a filing."""
        return self.filter(notice__isnull=True)


class Visit(Stepped):
    """One stay at one establishment. Caps and streaks count visits."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("在企业现场")
        CLOSED = "CLOSED", _("已离企")

    class Result(models.TextChoices):
        NONE = "NONE", _("未发现问题")
        MENDED = "MENDED", _("当场改正")
        ORDERED = "ORDERED", _("责令改正")
        TRANSFERRED = "TRANSFERRED", _("移送")
        CASE = "CASE", _("立案")

    county = models.ForeignKey(County, models.PROTECT, related_name="visits", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="visits", verbose_name=_("检查单位"))
    notice = models.ForeignKey(FilingNotice, models.PROTECT, null=True, related_name="visits", verbose_name=_("通知书"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="visits", verbose_name=_("被检查企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", verbose_name=_("经营场所"))
    platform_task = models.CharField(_("省平台任务号"), max_length=60, blank=True)
    platform_code = models.CharField(_("省平台检查码"), max_length=60, blank=True)
    unfiled_ground = models.CharField(_("未备案的原因"), max_length=300, blank=True)
    status = status_field(Status, Status.OPEN)
    arrived_at = models.DateTimeField(_("入企时间"))
    left_at = models.DateTimeField(_("离企时间"), null=True)
    result = models.CharField(_("检查结果"), max_length=12, choices=Result.choices, blank=True)
    result_note = models.CharField(_("结果说明"), max_length=500, blank=True)

    objects = VisitQuerySet.as_manager()

    STEPS = {
        "leave": Step(_("离企登记"), (Status.OPEN,), Status.CLOSED, who=rules.officer_of_the_visit),
    }
    VERBS = {"arrive": _("入企登记"), "record_unfiled": _("补记未备案入企")}

    class Meta:
        verbose_name = _("入企登记")
        constraints = [
            models.CheckConstraint(condition=Q(notice__isnull=False) | ~Q(unfiled_ground=""), name="a_visit_without_notice_says_why"),
            models.CheckConstraint(
                condition=Q(status="OPEN", left_at__isnull=True) | (Q(status="CLOSED", left_at__gte=F("arrived_at")) & ~Q(result="")),
                name="a_closed_visit_has_its_end_and_result",
            ),
            models.UniqueConstraint(fields=["notice"], condition=Q(status="OPEN"), name="one_open_visit_a_notice"),
        ]

    def __str__(self) -> str:
        return _now("%(agency)s 入企 %(enterprise)s") % {"agency": self.agency, "enterprise": self.enterprise}

    @property
    def minutes(self) -> int | None:
        """Return the minutes on site, once it has ended."""
        return self.left_at and int((self.left_at - self.arrived_at).total_seconds() // 60)

    @classmethod
    @harmless_twice
    def arrive(
        cls,
        *,
        by: User,
        notice: FilingNotice,
        officers: list[Officer],
        others: str = "",
        arrived_at: datetime.datetime | None = None,
        uid: uuid.UUID | None = None,
    ) -> "Visit":
        """入企登记 under a notice: the officers named on it who came, and other people by name.

        ``arrived_at``: of what was filed by hand while the system was down, when they came; of all else it is now.
        Raises NotYours unless ``by`` stands on the notice, Gone or WrongMoment when the notice is not good on that day.
        """
        with transaction.atomic():
            if before := cls.sent_before(uid, notice_id=notice.pk):
                return before
            notice.refresh_from_db(from_queryset=FilingNotice._base_manager.select_for_update(of=("self",)))
            post = rules.officer_named_on(by, notice)
            if not post:
                raise NotYours(_now("只有通知书上载明的检查人员可以办理入企登记。"))
            if notice.status != FilingNotice.Status.ISSUED:
                raise WrongMoment(_now("这份通知书%(status)s，不能凭它入企。") % {"status": notice.get_status_display()})
            if arrived_at:
                cls._refuse_instant(notice, arrived_at, field="arrived_at")
                if arrived_at < notice.plan.began_at:
                    raise Refused(_now("入企时间早于手工备案的时间，请核对。"), field="arrived_at")
            arrived_at = arrived_at or timezone.now()
            if not notice.covers(notice.county.day_of(arrived_at)):
                raise WrongMoment(
                    _now("今天不在通知书载明的检查期间（%(from)s 至 %(to)s）内，不能办理入企登记。")
                    % {"from": notice.starts_on, "to": notice.ends_on}
                )
            if notice.visits.filter(status=cls.Status.OPEN).exists():
                raise WrongMoment(_now("已经办理过入企登记，请先办理离企登记。"))
            named = {row.officer_id: row for row in notice.plan.officers.standing()}
            if not officers:
                raise Refused(_now("请选择实际到场的检查人员。"), field="officers")
            if any(officer.pk not in named for officer in officers):
                raise Refused(_now("到场人员不在通知书载明的检查人员之列。"), field="officers")
            visit = cls(
                county=notice.county,
                agency=notice.plan.agency,
                notice=notice,
                enterprise=notice.enterprise,
                establishment=notice.establishment,
                platform_task=notice.plan.platform_task,
                platform_code=notice.plan.platform_code,
                arrived_at=arrived_at,
            )
            visit.uid = uid or visit.uid
            with signed(by=by, verb="arrive", post=post):
                visit.save()
                for officer in officers:
                    row = named[officer.pk]
                    VisitPerson.objects.create(
                        visit=visit, officer=officer, name=row.name, certificate_number=row.certificate_number, named_on_notice=True
                    )
                for name in _names(others):
                    VisitPerson.objects.create(visit=visit, name=name, named_on_notice=False)
        return visit

    @staticmethod
    def may_be_dated_back(notice: FilingNotice | None) -> bool:
        """Tell whether a visit under this notice took place while nobody could enter it."""
        return notice is not None and notice.plan.before == InspectionPlan.Before.OUTAGE

    @classmethod
    def _refuse_instant(cls, notice: FilingNotice | None, at: datetime.datetime, *, field: str) -> None:
        if not cls.may_be_dated_back(notice):
            raise Refused(_now("只有系统中断期间的手工备案可以补填当时的时间，其他的以登记时间为准。"), field=field)
        if at > timezone.now():
            raise Refused(_now("这个时间还没有到，请核对。"), field=field)

    @classmethod
    @harmless_twice
    def record_unfiled(
        cls,
        *,
        by: User,
        agency: Agency,
        establishment: Establishment,
        officers: list[Officer],
        arrived_at: datetime.datetime,
        ground: str,
        uid: uuid.UUID | None = None,
    ) -> "Visit":
        """补记 a visit that had no filing. It is kept, and marked."""
        post = by.holding(Duty.VISIT_LOG, agency=agency)
        if not post:
            raise NotYours(_now("只有本单位的执法人员可以登记入企。"))
        if not ground.strip():
            raise Refused(_now("请写明为什么没有备案。"), field="ground")
        if arrived_at > timezone.now():
            raise Refused(_now("入企时间还没有到，请核对。"), field="arrived_at")
        if not officers or any(officer.agency_id != agency.pk for officer in officers):
            raise Refused(_now("请选择本单位实际到场的检查人员。"), field="officers")
        with transaction.atomic():
            if before := cls.sent_before(uid, agency_id=agency.pk):
                return before
            visit = cls(
                county=agency.county,
                agency=agency,
                enterprise=establishment.enterprise,
                establishment=establishment,
                arrived_at=arrived_at,
                unfiled_ground=ground.strip(),
            )
            visit.uid = uid or visit.uid
            day = agency.county.day_of(arrived_at)
            with signed(by=by, verb="record_unfiled", post=post):
                visit.save()
                for officer in officers:
                    certificate = officer.certificate_for(day, day)
                    VisitPerson.objects.create(
                        visit=visit,
                        officer=officer,
                        name=officer.name,
                        certificate_number=certificate.number if certificate else "",
                        named_on_notice=False,
                    )
        return visit

    def leave(self, *, by: User, result: str, note: str = "", left_at: datetime.datetime | None = None) -> None:
        """离企登记 with one of five results; other than 未发现问题 it is explained. ``left_at`` as ``arrived_at`` in ``arrive``."""
        if result not in self.Result.values:
            raise Refused(_now("请选择检查结果。"), field="result")
        if result != self.Result.NONE and not note.strip():
            raise Refused(_now("请说明发现的问题和处理方式。"), field="note")
        with self.step("leave", by=by):
            if left_at:
                self._refuse_instant(self.notice, left_at, field="left_at")
                if left_at < self.arrived_at:
                    raise Refused(_now("离企时间早于入企时间，请核对。"), field="left_at")
            self.left_at, self.result, self.result_note = left_at or timezone.now(), result, note.strip()


class VisitPerson(Audited):
    """Someone who came: an officer with a certificate, or another person by name."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="people")
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("姓名"), max_length=60)
    certificate_number = models.CharField(_("执法证号"), max_length=40, blank=True)
    named_on_notice = models.BooleanField(_("通知书载明"))

    objects = AuditedQuerySet.as_manager()

    class Meta:
        verbose_name = _("到场人员")

    def __str__(self) -> str:
        return self.name


def _names(text: str) -> list[str]:
    """Return the names in a free line: split at commas of either width, spaces and line breaks."""
    for mark in "，、；;\n\r\t ":
        text = text.replace(mark, ",")
    return [name for name in (part.strip() for part in text.split(",")) if name]
