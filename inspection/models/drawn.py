"""抽中的企业和人员: the lines of a draw, from which filings begin."""

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Enterprise, Establishment, Officer, User
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, WrongMoment
from audit.steps import Step, Stepped, status_field

from .. import drawing, rules
from .plan import InspectionPlan
from .visit import Visit


class DrawnLineQuerySet(AuditedQuerySet):
    """Questions about drawn lines."""

    def visible_to(self, user: Any) -> "DrawnLineQuerySet":
        """Return the lines of the user's agencies, or of the county for its Office: nobody else knows who was drawn."""
        return self.filter(Q(draw__agency__in=user.agencies()) | Q(draw__county__in=user.office_counties()))

    def unfinished(self) -> "DrawnLineQuerySet":
        """Return the lines still to be visited: neither dropped, nor visited under a filing with the visit ended."""
        visits = Visit.objects.filter(notice__plan__drawn_line=OuterRef("pk"))
        ended, going_on = visits.filter(status=Visit.Status.CLOSED), visits.filter(status=Visit.Status.OPEN)
        return self.filter(Q(Exists(going_on)) | Q(status=DrawnLine.Status.STANDING) & ~Q(Exists(ended)))

    def awaiting_filing(self) -> "DrawnLineQuerySet":
        """Return the standing lines for which no filing is under way or done."""
        living = InspectionPlan.objects.filter(drawn_line=OuterRef("pk")).exclude(status__in=InspectionPlan.ENDED)
        return self.filter(~Q(Exists(living)), status=DrawnLine.Status.STANDING)


class DrawnLine(Stepped):
    """抽中的一家: an enterprise at one place, in the order of the draw."""

    class Status(models.TextChoices):
        STANDING = "STANDING", _("待检查")
        DROPPED = "DROPPED", _("不再检查")

    draw = models.ForeignKey("inspection.Draw", models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField(_("次序"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", verbose_name=_("经营场所"))
    name = models.CharField(_("名称"), max_length=200)
    status = status_field(Status, Status.STANDING)
    drop_reason = models.CharField(_("不再检查的理由"), max_length=500, blank=True)

    objects = DrawnLineQuerySet.as_manager()

    STEPS = {
        "drop": Step(_("不再检查"), (Status.STANDING,), Status.DROPPED, who=rules.head_who_draws, needs_note=True, grave=True),
        "excuse": Step(_("更换人员"), (Status.STANDING,), None, who=rules.head_who_draws, needs_note=True),
    }

    class Meta:
        verbose_name = _("抽中的企业")
        ordering = ["draw", "place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="one_drawn_line_a_place"),
            models.UniqueConstraint(fields=["draw", "enterprise"], name="no_enterprise_is_drawn_twice"),
            models.CheckConstraint(condition=~Q(status="DROPPED") | ~Q(drop_reason=""), name="a_dropped_line_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.name}"

    @classmethod
    def make_for(cls, draw: Any, record: dict[str, Any]) -> None:
        """Write down the lines of a record, inside the running act that draws."""
        entries = {row["enterprise"]: row for row in record["frozen"]["enterprises"]}
        drawn = [row["enterprise"] for row in record["drawn"]]
        places = {str(e.uid): e for e in Establishment.objects.filter(uid__in=[entries[uid]["establishment"] for uid in drawn])}
        people = {str(o.uid): o for o in Officer.objects.filter(agency=draw.agency_id)}
        for number, row in enumerate(record["drawn"], start=1):
            entry = entries[row["enterprise"]]
            place = places[entry["establishment"]]
            line = cls.objects.create(draw=draw, place=number, enterprise_id=place.enterprise_id, establishment=place, name=entry["name"])
            for officer in row["officers"]:
                DrawnOfficer.objects.create(line=line, officer=people[officer], name=people[officer].name)

    @property
    def standing_officers(self) -> list["DrawnOfficer"]:
        """Return the officers who are to go."""
        return [row for row in self.officers.all() if not row.excused]

    @property
    def filing(self) -> InspectionPlan | None:
        """Return the filing under way or done for this line."""
        return next((plan for plan in self.plans.all() if plan.status not in InspectionPlan.ENDED), None)

    def begin_filing(self, *, by: User, uid: uuid.UUID | None = None) -> InspectionPlan:
        """起草备案 from the line: enterprise, officers, dates and source are those of the draw."""
        draw = self.draw
        if not by.holding(Duty.PLAN_FILE, agency=draw.agency):
            raise NotYours(_now("只有本单位的经办人可以起草备案。"))
        if self.status != self.Status.STANDING:
            raise WrongMoment(_now("“%(name)s”已经不再检查。") % {"name": self.name})
        facts = {
            "task_source": InspectionPlan.TaskSource.RANDOM,
            "task_number": f"{draw} 第 {self.place} 家"[:100],
            "purpose": draw.purpose,
            "starts_on": max(draw.starts_on, draw.county.today()),
            "ends_on": max(draw.ends_on, draw.county.today()),
            "targets": [self.establishment],
            "officers": [row.officer for row in self.officers.filter(excused=False).select_related("officer").order_by("pk")],
        }
        return InspectionPlan.draft(by=by, agency=draw.agency, facts=facts, uid=uid, drawn_line=self)

    def drop(self, *, by: User, note: str) -> None:
        """不再检查, by the head, with a reason that is public after the opening."""
        if not note.strip():
            raise Refused(_now("请写明不再检查的理由。"), field="note")
        with self.step("drop", by=by, note=note.strip()):
            if self.filing and self.filing.status != InspectionPlan.Status.DRAFT:
                raise WrongMoment(_now("这一家的备案已经提交，请先撤回或者撤销备案。"))
            self.drop_reason = note.strip()

    def excuse(self, *, by: User, officer: Officer, note: str) -> Officer:
        """更换人员: a drawn officer can't come; the next in the order of the draw stands in, whom nobody chooses. Returns that one."""
        if not note.strip():
            raise Refused(_now("请写明更换的理由。"), field="note")
        with self.step("excuse", by=by, note=note.strip()):
            rows = {str(row.officer.uid): row for row in self.officers.select_related("officer")}
            gone = rows.get(str(officer.uid))
            if gone is None or gone.excused:
                raise Refused(_now("“%(name)s”不是这一家抽中的检查人员。") % {"name": officer}, field="officer")
            record = json.loads(self.draw.record.text)
            order = drawing.officers_in_order(record["frozen"], record["seed"], str(self.enterprise.uid))
            following = next((uid for uid in order if uid not in rows), None)
            if following is None:
                raise Refused(_now("人员名单里已经没有可以替换的人。"), field="officer")
            gone.excused, gone.excuse_reason = True, note.strip()
            gone.save()
            stand_in = Officer.objects.get(uid=following)
            DrawnOfficer.objects.create(line=self, officer=stand_in, name=stand_in.name)
        return stand_in


class DrawnOfficer(Audited):
    """抽中的检查人员 of one line; who is excused stays written down with the reason."""

    line = models.ForeignKey(DrawnLine, models.PROTECT, related_name="officers")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    name = models.CharField(_("姓名"), max_length=60)
    excused = models.BooleanField(default=False, editable=False)
    excuse_reason = models.CharField(_("更换的理由"), max_length=500, blank=True)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽中的检查人员")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["line", "officer"], name="no_officer_twice_a_line")]

    def __str__(self) -> str:
        return self.name
