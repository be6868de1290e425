"""年度检查计划: what an agency means to inspect in a year, filed with the Office by the end of March and public from then on."""

import datetime
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Post, User
from audit.models import AuditedQuerySet, NotYours, Refused, harmless_twice, signed, signed_bulk
from audit.steps import Step, Stepped, status_field
from paper import incoming
from paper.models import StoredFile

from .. import rules
from ..importing.programme import ReadProgramme, read_programme
from .programme_line import Done, ProgrammeLine

#: text fields a clerk fills in beside the lines
PLAIN_FACTS = ("title", "approver", "approval_number", "approved_on")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
#: most rows of an uploaded sheet: a programme has some tens of lines, a province's joint list some hundreds
MOST_ROWS = 10_000


class ProgrammeQuerySet(AuditedQuerySet):
    """Questions about programmes."""

    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        """Return those of the user's agencies, for an Office those that have left their agency, and all that are public."""
        office = Q(county__in=user.office_counties(), endorsed_at__isnull=False)
        return self.filter(Q(agency__in=user.agencies()) | office | Q(county__in=user.counties(), status="ACCEPTED"))

    def public(self) -> "ProgrammeQuerySet":
        """Return those that were filed: anyone may read them."""
        return self.filter(status=InspectionProgramme.Status.ACCEPTED)

    def in_force(self, on: datetime.date) -> "ProgrammeQuerySet":
        """Return the filed ones that no later version has replaced on ``on``."""
        return self.public().filter(Q(replaced_on__isnull=True) | Q(replaced_on__gt=on))

    def awaiting_clerk(self) -> "ProgrammeQuerySet":
        """Return those that wait for the clerk."""
        return self.filter(status__in=InspectionProgramme.EDITABLE)

    def awaiting_head(self) -> "ProgrammeQuerySet":
        """Return those that wait for the head of their agency."""
        return self.filter(status=InspectionProgramme.Status.SUBMITTED)

    def awaiting_office(self) -> "ProgrammeQuerySet":
        """Return those that wait for the Office."""
        return self.filter(status=InspectionProgramme.Status.ENDORSED)


class InspectionProgramme(Stepped):
    """The inspections of one agency in one year, or one special campaign (专项检查); each version a row, the next replaces it by date."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("起草中")
        SUBMITTED = "SUBMITTED", _("待负责人批准")
        SENT_BACK = "SENT_BACK", _("退回修改")
        ENDORSED = "ENDORSED", _("备案审查中")
        RETURNED = "RETURNED", _("退回补正")
        ACCEPTED = "ACCEPTED", _("已备案并公开")
        WITHDRAWN = "WITHDRAWN", _("已撤回")

    class Kind(models.TextChoices):
        YEARLY = "YEARLY", _("年度检查计划")
        SPECIAL = "SPECIAL", _("专项检查计划")

    EDITABLE = (Status.DRAFT, Status.SENT_BACK, Status.RETURNED)

    county = models.ForeignKey(County, models.PROTECT, related_name="programmes", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="programmes", verbose_name=_("检查单位"))
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices, default=Kind.YEARLY)
    title = models.CharField(_("名称"), max_length=200)
    approver = models.CharField(_("批准机关"), max_length=120, blank=True)
    approval_number = models.CharField(_("批准文号"), max_length=80, blank=True)
    approved_on = models.DateField(_("批准日期"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("导入的文件"))
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    left_out = models.JSONField(_("未作为计划行的文字"), default=list)
    warnings = models.JSONField(_("导入时的提示"), default=list)

    status = status_field(Status, Status.DRAFT)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("提交人"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    endorsed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    endorsed_at = models.DateTimeField(_("批准时间"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("审查人"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    opinion = models.CharField(_("意见"), max_length=500, blank=True)
    public_from = models.DateField(_("公开日期"), null=True)
    replaced_on = models.DateField(_("被新版本代替的日期"), null=True)

    objects = ProgrammeQuerySet.as_manager()

    STEPS = {
        "revise": Step(_("修改"), EDITABLE, None, who=rules.clerk_of_its_agency),
        "add_line": Step(_("添加一行"), EDITABLE, None, who=rules.clerk_of_its_agency),
        "complete_line": Step(_("补充一行"), EDITABLE, None, who=rules.clerk_of_its_agency),
        "drop_line": Step(_("删去一行"), EDITABLE, None, who=rules.clerk_of_its_agency, needs_note=True),
        "submit": Step(_("提交"), EDITABLE, Status.SUBMITTED, who=rules.clerk_of_its_agency),
        "endorse": Step(_("负责人批准"), (Status.SUBMITTED,), Status.ENDORSED, who=rules.another_head),
        "send_back": Step(_("退回修改"), (Status.SUBMITTED,), Status.SENT_BACK, who=rules.another_head, needs_note=True),
        "accept": Step(_("予以备案并公开"), (Status.ENDORSED,), Status.ACCEPTED, who=rules.another_pair_of_eyes, grave=True),
        "return_": Step(_("退回补正"), (Status.ENDORSED,), Status.RETURNED, who=rules.another_pair_of_eyes, needs_note=True),
        "withdraw": Step(
            _("撤回"),
            (*EDITABLE, Status.SUBMITTED, Status.ENDORSED),
            Status.WITHDRAWN,
            who=rules.clerk_or_head,
            needs_note=True,
            grave=True,
        ),
    }
    #: the steps that change lines have pages of their own
    BY_THEMSELVES = ("revise", "add_line", "complete_line", "drop_line")
    VERBS = {"draft": _("起草"), "import": _("导入"), "replace": _("由新版本代替")}

    class Meta:
        verbose_name = _("检查计划")
        ordering = ["-year", "agency", "-id"]
        indexes = [models.Index(fields=["county", "status", "-year"], name="programmes_of_a_county")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("ENDORSED", "ACCEPTED")) | Q(endorsed_by__isnull=False, submitted_by__isnull=False),
                name="no_programme_reaches_the_office_without_its_head",
            ),
            models.CheckConstraint(
                condition=~Q(status="ACCEPTED") | Q(decided_by__isnull=False, public_from__isnull=False),
                name="a_filed_programme_has_its_reviewer_and_day",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("endorsed_by"))),
                name="nobody_reviews_the_programme_they_filed",
            ),
            models.CheckConstraint(
                condition=Q(endorsed_by__isnull=True) | ~Q(endorsed_by=F("submitted_by")),
                name="nobody_endorses_the_programme_they_submitted",
            ),
            models.CheckConstraint(
                condition=~(Q(kind="SPECIAL") & Q(status__in=("SUBMITTED", "ENDORSED", "ACCEPTED")))
                | (~Q(approver="") & ~Q(approval_number="") & Q(approved_on__isnull=False)),
                name="a_special_programme_sent_says_who_approved_it",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    # --- what it is ------------------------------------------------------------------------------------
    @property
    def due_on(self) -> datetime.date | None:
        """Return the last day on which it is filed in time (yearly ones only)."""
        if self.kind != self.Kind.YEARLY:
            return None
        month, _dash, day = str(self.county.rule("programme.due")).partition("-")
        return datetime.date(self.year, int(month), int(day))

    @property
    def late(self) -> bool:
        """Return whether it was (or, unsent, already is) sent after the day on which it was due. It is shown, never blocked."""
        sent = self.county.day_of(self.submitted_at) if self.submitted_at else self.county.today()
        return bool(self.due_on and sent > self.due_on)

    @property
    def standing_lines(self) -> "models.QuerySet[ProgrammeLine]":
        """Return the lines that count, in the order of the file."""
        return self.lines.filter(dropped=False).order_by("position")

    def done(self, lines: list[ProgrammeLine]) -> list[Done]:
        """Return what came of each line. Only visits that have ended count: neither figure tells of one to come to the public."""
        here = Q(programme_line__in=[line.pk for line in lines])
        plans, filed = ProgrammeLine._meta.get_field("plans").related_model, ("ACCEPTED", "NOTIFIED")
        counted = plans.objects.filter(here, status__in=filed).values_list("programme_line")
        many = dict(counted.annotate(n=models.Count("pk")).order_by())
        ended = Q(notices__visits__status="CLOSED")
        visits = dict(
            plans.objects.filter(here).values_list("programme_line").annotate(n=models.Count("notices__visits", filter=ended)).order_by()
        )
        return [Done(many.get(line.pk, 0), visits.get(line.pk, 0)) for line in lines]

    def open_points(self) -> list[tuple["ProgrammeLine", dict[str, Any]]]:
        """Return each point that is left to be completed, with its line."""
        return [(line, point) for line in self.standing_lines.exclude(open=[]) for point in line.open]

    # --- making one --------------------------------------------------------------------------------------
    @classmethod
    @harmless_twice
    def draft(
        cls,
        *,
        by: User,
        agency: Agency,
        year: int,
        kind: str = Kind.YEARLY,
        facts: dict[str, Any] | None = None,
        uid: uuid.UUID | None = None,
    ) -> "InspectionProgramme":
        """Begin a programme without lines. ``facts``: title, approver, approval_number, approved_on; same ``uid``, same draft."""
        post = cls._post_for(by, agency, year)
        with transaction.atomic():
            if before := cls.sent_before(uid, drafted_by_id=by.pk, agency_id=agency.pk, year=year):
                return before
            programme = cls._begun(by, agency, year, kind, facts or {}, uid)
            with signed(by=by, verb="draft", post=post):
                programme.save()
        return programme

    @classmethod
    def look_at(cls, content: bytes, *, name: str, agency: Agency, year: int) -> ReadProgramme:
        """Read a published file as it would be imported; nothing is written. Refused if it holds no programme."""
        _check_year(year)
        agencies = Agency.objects.filter(county=agency.county_id).order_by("pk")
        today = agency.county.today()
        known = [a for a in agencies if a.starts <= today and (a.ends is None or a.ends > today)]
        with translation.override("zh-hans"):  # what it says is kept: in Chinese, whoever reads
            sheets = incoming.read(content, name=name, most_rows=MOST_ROWS)
            return read_programme(sheets, year=year, county_name=agency.county.name, agencies=known, filer=agency)

    @classmethod
    def import_file(
        cls, *, by: User, agency: Agency, year: int, content: bytes, name: str, kind: str = Kind.YEARLY, facts: dict[str, Any] | None = None
    ) -> "InspectionProgramme":
        """Make a draft of a published file: the file kept, one line for every row of data, open points left open.

        The same file sent again while its draft stands gives that draft.
        """
        post = cls._post_for(by, agency, year)
        read = cls.look_at(content, name=name, agency=agency, year=year)
        content_type = "application/octet-stream" if content[:2] == b"PK" else "text/csv"
        with transaction.atomic():
            file = StoredFile.keep(content, content_type)
            County.objects.select_for_update().get(pk=agency.county_id)  # two uploads of one file make one draft
            before = cls.objects.filter(agency=agency, year=year, kind=kind, file=file, status__in=cls.EDITABLE).first()
            if before:
                return before
            said = {"title": read.title[:200], **(facts or {})}
            programme = cls._begun(by, agency, year, kind, said, None)
            programme.file, programme.file_name = file, name[:200]
            programme.left_out, programme.warnings = read.as_json()["left_out"], read.warnings
            with signed(by=by, verb="import", post=post, note=f"SHA-256 {file.digest}"):
                programme.save()
                made = [ProgrammeLine.of(programme, n, line) for n, line in enumerate(read.lines, start=1)]
                signed_bulk(made, by=by, verb="import", post=post)
        return programme

    @classmethod
    def _post_for(cls, by: User, agency: Agency, year: int) -> Post:
        post = by.holding(Duty.PLAN_FILE, agency=agency) or by.holding(Duty.SYSTEM, county=agency.county)
        if not post:
            raise NotYours(_now("只有本单位的经办人可以起草检查计划。"))
        _check_year(year)
        return post

    @classmethod
    def _begun(cls, by: User, agency: Agency, year: int, kind: str, facts: dict[str, Any], uid: uuid.UUID | None) -> "InspectionProgramme":
        programme = cls(county=agency.county, agency=agency, year=year, kind=kind, drafted_by=by, drafted_at=timezone.now())
        programme.uid = uid or programme.uid
        programme._take(facts)
        if not programme.title:
            programme.title = f"{agency.name}{year}年{'度' if kind == cls.Kind.YEARLY else '专项'}检查计划"
        return programme

    def _take(self, facts: dict[str, Any]) -> None:
        for name in PLAIN_FACTS:
            if name in facts:
                setattr(self, name, facts[name])

    # --- the agency's acts ---------------------------------------------------------------------------------
    def revise(self, *, by: User, facts: dict[str, Any]) -> None:
        """Change the title, or who approved a special programme."""
        with self.step("revise", by=by):
            self._take(facts)
            if not self.title.strip():
                raise Refused(_now("请填写计划名称。"), field="title")

    def add_line(self, *, by: User, words: dict[str, str]) -> ProgrammeLine:
        """Type a line in. ``words`` by field (item, object, months …) are read like a cell; what is not understood is refused."""
        with self.step("add_line", by=by):
            line = ProgrammeLine.typed(self, words)
            line.save()
        return line

    def complete_line(self, *, by: User, line: ProgrammeLine, answers: dict[str, str]) -> ProgrammeLine:
        """Complete open points of a line: ``answers`` by column letter. The published words stay as they are."""
        with self.step("complete_line", by=by):
            line = self._own(line)
            line.complete(answers, by=by)
            line.save()
        return line

    def drop_line(self, *, by: User, line: ProgrammeLine, note: str) -> None:
        """Take a line out of the programme, saying why. It stays in the record."""
        with self.step("drop_line", by=by, note=_said(note)):
            line = self._own(line)
            line.dropped, line.drop_reason = True, _said(note)[:300]
            line.save()

    def _own(self, line: ProgrammeLine) -> ProgrammeLine:
        found = self.lines.select_for_update().filter(pk=line.pk, dropped=False).first()
        if found is None:
            raise Refused(_now("这一行不在计划中，或者已经删去。"))
        return found

    def submit(self, *, by: User) -> None:
        """提交负责人批准. Refused while points are open, naming them by row and column."""
        with self.step("submit", by=by):
            self._refuse_faults()
            self.submitted_by, self.submitted_at = by, timezone.now()
            self.endorsed_by = self.endorsed_at = self.decided_by = self.decided_at = None
            self.opinion = ""

    def faults(self) -> list[str]:
        """Return what keeps it from being submitted, in sentences: at most twenty open points and how many more."""
        found = []
        if self.kind == self.Kind.SPECIAL and not (self.approver and self.approval_number and self.approved_on):
            found.append(_now("专项检查计划应当写明批准机关、批准文号和批准日期（国办发〔2024〕54号）。"))
        if not self.standing_lines.exists():
            found.append(_now("计划还没有一行内容，请先导入或者添加。"))
        points = self.open_points()
        found += [line.say(point) for line, point in points[:20]]
        if len(points) > 20:
            found.append(_now("另有 %(n)d 处待补充。") % {"n": len(points) - 20})
        return found

    def _refuse_faults(self) -> None:
        if found := self.faults():
            raise Refused("\n".join(found), facts={"programme": str(self.uid), "open": len(found)})

    def endorse(self, *, by: User, note: str = "") -> None:
        """负责人批准: the head answers for the programme; now the Office reviews."""
        with self.step("endorse", by=by, note=note):
            self._refuse_faults()
            self.endorsed_by, self.endorsed_at, self.opinion = by, timezone.now(), note

    def send_back(self, *, by: User, note: str) -> None:
        """退回修改 by the head, saying why."""
        with self.step("send_back", by=by, note=_said(note)):
            self.opinion = note

    def withdraw(self, *, by: User, note: str) -> None:
        """撤回 by the unit, before it is filed."""
        with self.step("withdraw", by=by, note=_said(note)):
            self.opinion = note

    # --- the Office's acts -----------------------------------------------------------------------------------
    def accept(self, *, by: User, note: str = "") -> None:
        """予以备案并公开: public from today; the version before it is replaced today, and kept."""
        with self.step("accept", by=by, note=note):
            self.decided_by, self.decided_at, self.opinion = by, timezone.now(), note
            self.public_from = self.county.today()
            earlier = type(self).objects.select_for_update().filter(
                agency=self.agency_id, year=self.year, kind=self.kind, status=self.Status.ACCEPTED, replaced_on=None
            ).exclude(pk=self.pk)  # fmt: skip
            if self.kind == self.Kind.SPECIAL:
                earlier = earlier.filter(title=self.title)
            for before in earlier:
                with signed(by=by, verb="replace", note=note):
                    before.replaced_on = self.public_from
                    before.save()

    def return_(self, *, by: User, note: str) -> None:
        """退回补正: the Office sends it back, saying what to mend."""
        with self.step("return_", by=by, note=_said(note)):
            self.decided_by, self.decided_at, self.opinion = by, timezone.now(), note


def _check_year(year: int) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Refused(_now("年度应当在 %(a)d 至 %(b)d 之间。") % {"a": EARLIEST_YEAR, "b": LATEST_YEAR}, field="year")


def _said(note: str) -> str:
    if not note.strip():
        raise Refused(_now("请写明理由。"), field="note")
    return note.strip()
