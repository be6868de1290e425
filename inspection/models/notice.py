"""《涉企检查备案通知书》: numbered when the plan is accepted, issued when its document is made and checked."""

import base64
import datetime
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Enterprise, Establishment, User
from audit import issuing
from audit.models import AuditedQuerySet, Refused, Series, WrongMoment, signed
from audit.steps import Step, Stepped, status_field
from paper.models import StoredFile

from .. import letters, rules, statement
from ..snapshots import Common, versions_of
from .order import InspectionOrder
from .plan import InspectionPlan
from .plan_rows import PlanTarget

#: a token has 26 characters, a statement well over a hundred
LONGEST_TOKEN = 40


class NoticeQuerySet(AuditedQuerySet):
    """Questions about notices."""

    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """Return the notices of the user's agencies, or of the county for its Office."""
        return self.filter(Q(plan__agency__in=user.agencies()) | Q(county__in=user.office_counties()))

    def awaiting_document(self) -> "NoticeQuerySet":
        """Return those whose document is still to be made."""
        return self.filter(status=FilingNotice.Status.NUMBERED)

    def issued(self) -> "NoticeQuerySet":
        """Return those that count."""
        return self.filter(status=FilingNotice.Status.ISSUED)

    def by_address(self, text: str) -> "FilingNotice | None":
        """Return the notice that is reached by ``text``, in upper or lower case; None for any other word."""
        if not (text.isascii() and text.isalnum()):
            return None
        if len(text) <= LONGEST_TOKEN:
            return self.filter(token=text.lower()).first()
        return self.filter(statement_digest=statement.digest_of(text)).first()

    def void(self) -> "NoticeQuerySet":
        """Return those that count no more."""
        return self.filter(status=FilingNotice.Status.VOID)

    def answerable(self) -> "NoticeQuerySet":
        """Return those under which somebody may have come: issued, and not void before their first day."""
        return self.filter(Q(status=FilingNotice.Status.ISSUED) | _void_since_its_days())

    def may_be_confirmed(self) -> "NoticeQuerySet":
        """Return those of which a stranger may learn that they exist: not unannounced, or begun, or with their days over."""
        told = Q(unannounced=False) | Exists(FilingNotice.objects.filter(pk=OuterRef("pk"), visits__isnull=False))
        return self.exclude(status=FilingNotice.Status.NUMBERED).filter(told | Q(ends_on__lt=timezone.localdate()))

    def held_up(self) -> "NoticeQuerySet":
        """Return those whose paper could not be made or signed."""
        return self.awaiting_document().exclude(held_up_by="")

    def for_the_day(self, day: datetime.date) -> "NoticeQuerySet":
        """Return those whose dates include ``day``."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


def _void_since_its_days() -> Q:
    return Q(status="VOID", issued_at__isnull=False, voided_at__date__gte=F("starts_on"))


def _somebody_came(notice: Any) -> str:
    """What its own unit has carried out, it does not take back; the Office may void what it filed, unless people are on site."""
    if notice.plan.status == "NOTIFIED" and notice.visits.exists():
        return _now("已经有人凭它入企登记，本单位不能再作废。")
    return ""


class FilingNotice(Stepped):
    """One notice for one enterprise at one place. The number never changes hands; a void keeps its own."""

    class Status(models.TextChoices):
        NUMBERED = "NUMBERED", _("已编号，待制发")
        ISSUED = "ISSUED", _("有效")
        VOID = "VOID", _("已作废")

    county = models.ForeignKey(County, models.PROTECT, related_name="notices", verbose_name=_("县"))
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="notices", verbose_name=_("备案"))
    target = models.ForeignKey(PlanTarget, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="notices", verbose_name=_("被检查企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", verbose_name=_("经营场所"))
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("序号"))
    label = models.CharField(_("文号"), max_length=80)
    token = models.CharField(max_length=LONGEST_TOKEN, unique=True, null=True, editable=False)
    statement_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    starts_on = models.DateField(_("检查开始"))
    ends_on = models.DateField(_("检查结束"))
    unannounced = models.BooleanField(_("不事先告知"))
    numbered_at = models.DateTimeField(_("编号时间"))
    snapshot = models.JSONField(editable=False)
    status = status_field(Status, Status.NUMBERED)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("文书"))
    issued_at = models.DateTimeField(_("制发时间"), null=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=500, blank=True)
    held_up_by = models.CharField(_("制发受阻的原因"), max_length=500, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="replaced_by", verbose_name=_("代替的通知书")
    )

    objects = NoticeQuerySet.as_manager()

    STEPS = {
        "issue": Step(_("制发"), (Status.NUMBERED,), Status.ISSUED, who=rules.the_system),
        "hold_up": Step(_("制发受阻"), (Status.NUMBERED,), None, who=rules.the_system, needs_note=True),
        "void": Step(
            _("作废"),
            (Status.NUMBERED, Status.ISSUED),
            Status.VOID,
            who=rules.who_may_void,
            needs_note=True,
            grave=True,
            unless=_somebody_came,
        ),
        # Not pressed by themselves: the notice follows what its unit does to the filing.
        "replace": Step(_("由新通知书代替"), (Status.NUMBERED, Status.ISSUED), Status.VOID, who=rules.head_of_its_agency),
        "withdraw": Step(_("随备案撤回"), (Status.NUMBERED, Status.ISSUED), Status.VOID, who=rules.agency_of_the_notice),
    }
    VERBS = {
        **{verb: _("编号") for verb in ("accept", "notify", "name", "recheck", "count_as_notice", "begin_urgent", "amend", "postpone")},
        "revoke": _("作废"),
    }

    class Meta:
        verbose_name = _("涉企检查备案通知书")
        constraints = [
            models.UniqueConstraint(fields=["county", "year", "number"], name="no_two_notices_bear_one_number"),
            models.UniqueConstraint(fields=["target"], condition=~Q(status="VOID"), name="one_standing_notice_a_target"),
            models.CheckConstraint(
                condition=~Q(status="ISSUED") | Q(document__isnull=False, issued_at__isnull=False),
                name="an_issued_notice_has_its_document",
            ),
            models.CheckConstraint(
                condition=Q(token__isnull=False, statement_digest__isnull=True) | Q(token__isnull=True, statement_digest__isnull=False),
                name="a_notice_has_one_address_token_or_statement",
            ),
            models.CheckConstraint(
                condition=~Q(status="VOID") | (Q(voided_at__isnull=False) & ~Q(void_reason="")), name="a_void_says_when_and_why"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def number_all(cls, plan: InspectionPlan, targets: list[PlanTarget]) -> "list[FilingNotice]":
        """Make the numbered notices of many targets of one plan, gathering once what they say alike."""
        with translation.override(settings.LANGUAGE_CODE):
            common = Common(plan, targets, plan.county.today())
        return [cls.number_for(plan, target, common) for target in targets]

    @classmethod
    def number_for(
        cls, plan: InspectionPlan, target: PlanTarget, common: Common | None = None, *, replaces: "FilingNotice | None" = None
    ) -> "FilingNotice":
        """Make the numbered notice of one target, inside the running act that files the plan.

        An inspection also gets its 《行政检查通知书》, the inspecting agency's own: each names the other's number.
        ``common``: what all notices of the plan say alike, where there are many. ``replaces``: the one in whose place it comes.
        """
        county, now = plan.county, timezone.now()
        year = county.day_of(now).year
        number = Series.next(owner=county.code, kind="filing-notice", year=year)
        notice = cls(
            county=county,
            plan=plan,
            target=target,
            enterprise=target.enterprise,
            establishment=target.establishment,
            year=year,
            number=number,
            label=f"{county.notice_prefix}〔{year}〕{number}号",
            token=base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower(),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            unannounced=plan.telling == plan.Telling.UNANNOUNCED,
            numbered_at=now,
            replaces=replaces,
        )
        # What is printed is Chinese, whatever language the person who decides reads.
        with translation.override(settings.LANGUAGE_CODE):
            notice.snapshot = notice._facts(common or Common(plan, [target], county.day_of(now)))
        order = InspectionOrder.number_for(notice) if plan.is_inspection else None
        notice.snapshot["order"] = order.label if order else ""
        notice.save()
        if order:
            order.notice = notice
            order.save()
        return notice

    def _facts(self, common: Common) -> dict[str, Any]:
        """Return all that the paper and the scan page say, as it stands now."""
        said = {**common.of(self.target), **self._beside_the_ordinary()}
        return {"number": self.label, **said, **versions_of("notice"), "scan_url": self.scan_url}

    def _beside_the_ordinary(self) -> dict[str, Any]:
        """Return what only some notices say: begun before its filing, made by hand, in place of another."""
        plan = self.plan
        how = "by_hand" if plan.before == plan.Before.OUTAGE else "provisional"
        return {
            **({how: True, "provisional_ground": plan.urgent_ground} if plan.status == plan.Status.PROVISIONAL else {}),
            **({"paper_number": plan.paper_number} if plan.paper_number else {}),
            **({"replaces": self.replaces.label} if self.replaces else {}),
        }

    @property
    def address(self) -> str:
        """Return the last part of the public links to this notice: who holds it may read them.

        The signed statement; until the notice is issued, and for those issued before there were statements, 128 random bits.
        """
        return self.snapshot["statement"] if self.statement_digest else self.token

    @property
    def scan_url(self) -> str:
        """Return the full address printed in the QR, kept as it was printed; of a notice not yet issued, where it can be looked at."""
        if self.snapshot:
            return self.snapshot["scan_url"]
        return settings.BASE_URL + reverse(settings.QR_LANDS_ON, args=[self.address])

    @property
    def pdf_url(self) -> str:
        """Return the full address of the document, open to whoever holds the address."""
        return self.scan_url + "/notice.pdf"

    def covers(self, day: datetime.date) -> bool:
        """Tell whether the notice is good on ``day``."""
        return self.starts_on <= day <= self.ends_on

    @property
    def never_began(self) -> bool:
        """Tell whether it was void before its first day, or before it was issued: nobody can have come under it.

        A later void takes nothing from the enterprise: from the first day on, whoever made it void may have been there.
        """
        if self.status != self.Status.VOID:
            return False
        return self.issued_at is None or self.voided_at < self.county.start_of(self.starts_on)

    def sign(self) -> None:
        """Complete the snapshot with the signed statement and the address made of it. Nothing is saved: ``issue`` does that.

        Raises CannotSign when there is no key to sign with: then the notice stays numbered.
        """
        today = self.county.today()
        kind, code = statement.code_of(self.enterprise.identifier_kind, self.snapshot["identifier"], self.snapshot["enterprise"])
        said = statement.Statement(
            county=self.county.code,
            agency=statement.agency_code(self.plan.agency.code),
            year=self.year,
            number=self.number,
            kind=kind,
            enterprise=code,
            starts_on=datetime.date.fromisoformat(self.snapshot["starts_on"]),
            ends_on=datetime.date.fromisoformat(self.snapshot["ends_on"]),
            issued_on=today,
            certificates=(),
            facts=statement.facts_digest(self.snapshot),
        )
        before = (settings.BASE_URL + reverse(settings.QR_LANDS_ON, args=["x"])).upper().removesuffix("X")
        certificates = [officer["certificate"] for officer in self.snapshot["officers"]]
        text = statement.seal_for(said, certificates, issuing.signer(today), before=before)
        self.snapshot = {**self.snapshot, "statement": text, "scan_url": before + text}

    def state_on(self, day: datetime.date) -> str:
        """Return the one word for whoever stands at the gate: good, early, late, numbered, void; altered: not what was signed."""
        if self.status != self.Status.ISSUED:
            return self.status.lower()
        if self.statement_digest and not self._is_as_signed():
            return "altered"
        if day < self.starts_on:
            return "early"
        return "late" if day > self.ends_on else "good"

    def _is_as_signed(self) -> bool:
        """Tell whether the kept facts are those of the kept statement, and its signature ours: a changed row can't change that."""
        try:
            said = statement.check(self.address, issuing.published().keys)
        except statement.NotGenuine as fault:
            # A key that was lost later: this row is our own proof that we signed then.
            return fault.why == "REVOKED"
        except issuing.CannotSign:
            return True  # the list of keys is lost, not the notice: desks say so
        kept = (self.county.code, self.year, self.number, self.starts_on, self.ends_on, statement.facts_digest(self.snapshot))
        return kept == (said.county, said.year, said.number, said.starts_on, said.ends_on, said.facts)

    def issue(self, *, by: User, document: StoredFile) -> None:
        """制发 of a notice that has been signed: its document has been made and its QR read back; from now on it counts.

        Never unsigned: a statement that is missing, or over other facts than those kept, is a fault of the program.
        """
        stated = self.snapshot
        with self.step("issue", by=by):
            facts = statement.check(stated.get("statement", ""), issuing.published().keys).facts
            if not facts == statement.facts_digest(stated) == statement.facts_digest(self.snapshot):
                raise WrongMoment(_now("通知书的内容已有变动，请重新制发。"))
            self.snapshot, self.statement_digest, self.token = stated, statement.digest_of(stated["statement"]), None
            self.document, self.issued_at, self.held_up_by = document, timezone.now(), ""

    def hold_up(self, *, by: User, note: str) -> None:
        """制发受阻: its paper could not be made or signed; the Office sees why. Kept once for each reason, the sweep tries again."""
        if self.held_up_by != note[:500]:
            with self.step("hold_up", by=by, note=note[:500]):
                self.held_up_by = note[:500]

    def void(self, *, by: User, note: str, alone: bool = True) -> None:
        """作废 with a reason. The number stays taken; the scan page says so at once.

        Not ``alone``: with its filing, whose own letter tells the people of the unit.
        """
        if not note.strip():
            raise Refused(_now("请写明作废原因。"), field="note")
        with self.step("void", by=by, note=note):
            if self.visits.filter(status="OPEN").exists():
                raise WrongMoment(_now("检查人员正在企业现场，请先办理离企登记再作废。"))
            self._end(note, _("已经作废"), note)
            if alone:
                letters.tell_void(self, note, by=by)

    def replace(self, *, by: User, note: str, plan: InspectionPlan | None = None) -> "FilingNotice":
        """由新通知书代替, as part of a change that the head approved: ``plan`` as it is being changed. Returns the new notice."""
        with signed(by=by, verb="replace", note=note, post=rules.head_of_its_agency(by, self)):
            # Void first: a target has one standing notice.
            with self.step("replace", by=by, note=note):
                self._refuse_visited()
                self._end(_now("由新通知书代替：%(why)s") % {"why": note.strip()}, _("已经变更，由新的通知书代替，请以新的为准"))
            return self.number_for(plan or self.plan, self.target, replaces=self)

    def withdraw(self, *, by: User, note: str) -> None:
        """随备案撤回: the unit withdrew the filing."""
        with self.step("withdraw", by=by, note=note):
            self._refuse_visited()
            self._end(_now("单位撤回备案：%(why)s") % {"why": note.strip()}, _("已经撤回，检查不再进行"))

    def _refuse_visited(self) -> None:
        """Under the lock that an arrival takes as well: of the two at one moment, one has happened first."""
        if self.visits.exists():
            raise WrongMoment(_now("检查人员刚刚办理了入企登记，%(what)s不能再变更或者撤回。") % {"what": self})

    def _end(self, why: str, said_to_enterprise: Any, why_to_enterprise: str = "") -> None:
        letters.tell_enterprise(self, said_to_enterprise, why_to_enterprise)
        self.voided_at, self.void_reason = timezone.now(), why[:500]
