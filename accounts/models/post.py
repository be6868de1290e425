"""What a person may do: posts, held from a day to a day. Nobody holds a flag."""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed


class Duty(models.TextChoices):
    """What rules ask for. A role is a row that names some of these; a new role needs no code."""

    PLAN_FILE = "plan.file", _("起草、提交备案")
    PLAN_ENDORSE = "plan.endorse", _("负责人批准")
    VISIT_LOG = "visit.log", _("入企、离企登记")
    CHARGE_REGISTER = "charge.register", _("登记收费、罚没")
    PLAN_RECEIVE = "plan.receive", _("受理备案")
    PLAN_REVIEW = "plan.review", _("审核、作出备案决定")
    PLAN_ISSUE = "plan.issue", _("签发通知书")
    OVERSEE = "oversee", _("稽核：查阅回执、收费和全部留痕")
    CODE_HAND_OUT = "code.hand_out", _("发放回执码")
    PAPER_INTAKE = "paper.intake", _("代录纸质回执和举报、转交回执卡")
    LIST_KEEP = "list.keep", _("维护清单与机构人员")
    MONEY_READ = "money.read", _("查阅收费罚没")
    MONEY_COLLECT = "money.collect", _("统一缴款：归集、开具合并缴款通知单")
    SYSTEM = "system", _("系统自动办理")


class Role(Audited):
    """A role: its name, where it sits, and the duties it carries. Rows, not code."""

    class Seat(models.TextChoices):
        AGENCY = "AGENCY", _("检查单位")
        OFFICE = "OFFICE", _("备案机关")
        FINANCE = "FINANCE", _("财政部门")
        VILLAGE = "VILLAGE", _("村（社区）、便民服务点")
        SYSTEM = "SYSTEM", _("系统")

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    seat = models.CharField(_("所在"), max_length=10, choices=Seat.choices)
    duties = models.JSONField(_("职责"), default=list)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"found": _("设立")}

    class Meta:
        verbose_name = _("岗位类型")

    def __str__(self) -> str:
        return self.name


#: code, name, seat, duties: what founding an installation puts in
STANDARD_ROLES: list[tuple[str, Any, str, list[str]]] = [
    ("CLERK", "经办人", Role.Seat.AGENCY, [Duty.PLAN_FILE]),
    ("HEAD", "负责人", Role.Seat.AGENCY, [Duty.PLAN_ENDORSE]),
    ("OFFICER", "执法人员", Role.Seat.AGENCY, [Duty.VISIT_LOG]),
    ("REGISTRAR", "收费登记员", Role.Seat.AGENCY, [Duty.CHARGE_REGISTER]),
    ("INTAKE", "受理", Role.Seat.OFFICE, [Duty.PLAN_RECEIVE, Duty.CODE_HAND_OUT]),
    ("REVIEWER", "审核", Role.Seat.OFFICE, [Duty.PLAN_RECEIVE, Duty.PLAN_REVIEW]),
    ("ISSUER", "签发", Role.Seat.OFFICE, [Duty.PLAN_REVIEW, Duty.PLAN_ISSUE, Duty.LIST_KEEP]),
    ("AUDITOR", "稽核", Role.Seat.OFFICE, [Duty.OVERSEE]),
    ("FINANCE", "财政", Role.Seat.FINANCE, [Duty.MONEY_READ, Duty.MONEY_COLLECT]),
    ("AGENT", "村级代办员", Role.Seat.VILLAGE, [Duty.PAPER_INTAKE]),
    ("SYSTEM", "系统", Role.Seat.SYSTEM, [Duty.SYSTEM]),
]


class PostQuerySet(AuditedQuerySet):
    """Questions about posts."""

    def held_on(self, day: datetime.date) -> "PostQuerySet":
        """Return the posts held on ``day``: from ``starts``, until before ``ends``."""
        return self.filter(starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gt=day))


class Post(Audited):
    """One person in one role, for one agency or for the Office of a county, from a day to a day.

    A deputy (委托代签) holds a head's post for a term: ``deputises_for`` names whose.
    """

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="posts", verbose_name=_("人员"))
    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("岗位"))
    county = models.ForeignKey("accounts.County", models.PROTECT, verbose_name=_("县"))
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("单位"))
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    given_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("授予人"))
    deputises_for = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("代行"))

    objects = PostQuerySet.as_manager()
    VERBS = {"give": _("授予岗位"), "end": _("终止岗位")}

    class Meta:
        verbose_name = _("岗位")
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="post_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(deputises_for__isnull=True) | Q(ends__isnull=False), name="a_deputy_serves_for_a_term"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_name} {self.role.name}"

    @property
    def seat_name(self) -> str:
        """Return the name of the agency, or of the Office."""
        if self.agency_id:
            return self.agency.name
        return self.county.office_name if self.role.seat == Role.Seat.OFFICE else self.county.name

    @classmethod
    def give(
        cls,
        *,
        by: Any,
        user: Any,
        role: Role,
        county: Any = None,
        agency: Any = None,
        starts: datetime.date | None = None,
        ends: datetime.date | None = None,
        deputises_for: "Post | None" = None,
        note: str = "",
    ) -> "Post":
        """Give a post. An agency role needs an agency of the same county; a deputy needs a term.

        Raises NotYours unless the giver keeps the lists of that county (or is the head who is deputised for).
        """
        county = county or agency.county
        if (role.seat == Role.Seat.AGENCY) != (agency is not None):
            raise Refused(
                _("“%(role)s”应当%(where)s。") % {"role": role, "where": _("指定检查单位") if agency is None else _("不指定检查单位")}
            )
        if agency is not None and agency.county_id != county.pk:
            raise Refused(_("该单位不属于所选的县。"))
        if deputises_for and ends is None:
            raise Refused(_("委托代签应当写明截止日期。"), field="ends")
        if deputises_for and ends <= (starts or county.today()):
            raise Refused(_("截止日期应当在开始以后。"), field="ends")
        # Only a post held now, and no other role than that post's own.
        as_head = (
            deputises_for in by.posts_now
            and agency is not None
            and (deputises_for.role_id, deputises_for.agency_id) == (role.pk, agency.pk)
        )
        post = by.holding(Duty.LIST_KEEP, county=county) or by.holding(Duty.SYSTEM)
        if not post and not as_head:
            raise NotYours(_("只有维护机构人员的岗位可以授予岗位。"))
        with signed(by=by, verb="give", note=note, post=post or deputises_for):
            return cls.objects.create(
                user=user,
                role=role,
                county=county,
                agency=agency,
                starts=starts or county.today(),
                ends=ends,
                given_by=by,
                deputises_for=deputises_for,
            )

    def end(self, *, by: Any, on: datetime.date, note: str = "") -> None:
        """End the post before the day ``on``. Rights fall away at the person's next click.

        By the keeper of people, and a deputy's by the head who is deputised for.
        """
        post = by.holding(Duty.LIST_KEEP, county=self.county) or next((p for p in by.posts_now if p.pk == self.deputises_for_id), None)
        if not post:
            raise NotYours(_("只有维护机构人员的岗位可以终止岗位。"))
        if on < self.starts:
            raise Refused(_("终止日期早于开始日期，请改正。"), field="on")
        with signed(by=by, verb="end", note=note, post=post):
            self.ends = on
            self.save()
