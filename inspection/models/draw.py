"""双随机抽查: a draw that anyone can repeat and nobody can steer. The method stands in ``inspection/drawing.py``."""

import hmac
import json
import secrets
import uuid
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, EnterpriseKind, User, add_working_days
from audit.ledger.canonical import canonical
from audit.models import AuditedQuerySet, NotYours, Refused, WrongMoment, harmless_twice, signed
from audit.steps import Step, Stepped, status_field

from .. import drawing, rules
from ..checks.drawing import refuse_nonsense
from .draw_pool import FACTS, DrawRecord, FrozenPool, SeedPart, gather
from .drawn import DrawnLine

#: steps that are open only while that half of the seed is asked for; the lot itself falls with the second half
SEED_VERBS = ("seal", "reveal", "tell", "draw")


class DrawQuerySet(AuditedQuerySet):
    """Questions about draws."""

    def visible_to(self, user: Any) -> "DrawQuerySet":
        """Return the draws of the user's agencies; once frozen also those of the Office's county and where one's unit is the second."""
        frozen = Q(county__in=user.office_counties()) | Q(witness_agency__in=user.agencies())
        frozen |= Q(witness=Draw.Witness.FINANCE, county__in=user.counties_carrying(Duty.MONEY_READ))
        return self.filter(Q(agency__in=user.agencies()) | Q(frozen, frozen_at__isnull=False))

    def public(self) -> "DrawQuerySet":
        """Return what the public may know of: every pool that was ever frozen, those thrown away too."""
        return self.filter(frozen_at__isnull=False)

    def awaiting_seed(self) -> "DrawQuerySet":
        """Return those that wait for a half of their seed."""
        return self.filter(status=Draw.Status.FROZEN)


class Draw(Stepped):
    """One draw: a pool of enterprises and officers, frozen; a seed of two halves; the lines that were drawn."""

    class Status(models.TextChoices):
        PREPARED = "PREPARED", _("准备名单")
        FROZEN = "FROZEN", _("已冻结，待抽取")
        DRAWN = "DRAWN", _("已抽取")
        DISCARDED = "DISCARDED", _("已废弃")

    class Way(models.TextChoices):
        SECRETS = "SECRETS", _("双方暗语")
        LOTTERY = "LOTTERY", _("公开彩票开奖号码")

    class Witness(models.TextChoices):
        OFFICE = "OFFICE", _("备案机关")
        FINANCE = "FINANCE", _("财政部门")
        AGENCY = "AGENCY", _("其他检查单位")

    county = models.ForeignKey(County, models.PROTECT, related_name="draws", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="draws", verbose_name=_("抽取单位"))
    title = models.CharField(_("抽查名称"), max_length=100)
    year = models.PositiveSmallIntegerField(_("年度"))
    purpose = models.CharField(_("抽查目的"), max_length=300)
    programme_reference = models.CharField(_("年度计划条目"), max_length=200, blank=True)
    starts_on = models.DateField(_("检查开始"))
    ends_on = models.DateField(_("检查结束"))
    kind = models.CharField(_("企业类型"), max_length=14, choices=EnterpriseKind.choices, blank=True)
    trade = models.CharField(_("行业"), max_length=60, blank=True)
    township = models.CharField(_("乡镇（街道）"), max_length=60, blank=True)
    exclusions = models.JSONField(_("不列入名单的企业"), default=list, blank=True)
    recusals = models.JSONField(_("回避"), default=list, blank=True)
    ratio = models.PositiveSmallIntegerField(_("抽取比例（%）"), null=True, blank=True)
    number = models.PositiveIntegerField(_("抽取户数"), null=True, blank=True)
    officers_each = models.PositiveSmallIntegerField(_("每户检查人员"))
    way = models.CharField(_("种子来源"), max_length=8, choices=Way.choices)
    witness = models.CharField(_("另一单位"), max_length=8, choices=Witness.choices)
    witness_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("其他检查单位"))
    lottery_name = models.CharField(_("彩票名称"), max_length=60, blank=True)
    lottery_issue = models.CharField(_("期号"), max_length=40, blank=True)
    lottery_on = models.DateField(_("开奖日期"), null=True, blank=True)

    status = status_field(Status, Status.PREPARED)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("准备人"))
    prepared_at = models.DateTimeField(_("准备时间"))
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("冻结人"))
    frozen_at = models.DateTimeField(_("冻结时间"), null=True)
    freeze_number = models.PositiveSmallIntegerField(_("第几次冻结"), null=True)
    commitment = models.CharField(_("承诺值"), max_length=64, blank=True)
    pool_size = models.PositiveIntegerField(_("名单户数"), null=True)
    officer_pool_size = models.PositiveIntegerField(_("人员名单人数"), null=True)
    draw_size = models.PositiveIntegerField(_("应抽户数"), null=True)
    seed_by = models.DateField(_("给出种子的期限"), null=True)
    mismatch = models.CharField(_("号码不一致"), max_length=500, blank=True)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True)
    record_digest = models.CharField(_("记录摘要"), max_length=64, blank=True)
    discarded_at = models.DateTimeField(_("废弃时间"), null=True)
    discard_reason = models.CharField(_("废弃原因"), max_length=500, blank=True)
    opened_at = models.DateTimeField(_("公开时间"), null=True)

    objects = DrawQuerySet.as_manager()

    STEPS = {
        "revise": Step(_("修改"), (Status.PREPARED,), None, who=rules.clerk_of_its_agency),
        "freeze": Step(_("冻结名单"), (Status.PREPARED,), Status.FROZEN, who=rules.another_head_who_freezes, grave=True),
        "seal": Step(_("封存暗语"), (Status.FROZEN,), None, who=rules.either_unit_of_the_draw),
        "reveal": Step(_("揭示暗语"), (Status.FROZEN,), None, who=rules.either_unit_of_the_draw),
        "tell": Step(_("录入开奖号码"), (Status.FROZEN,), None, who=rules.either_unit_of_the_draw),
        "draw": Step(_("抽取"), (Status.FROZEN,), Status.DRAWN, who=rules.either_unit_of_the_draw),
        "drop": Step(_("废弃"), (Status.PREPARED, Status.FROZEN), Status.DISCARDED, who=rules.clerk_or_head, needs_note=True, grave=True),
        "lapse": Step(_("逾期作废"), (Status.FROZEN,), Status.DISCARDED, who=rules.the_system),
        "open": Step(_("公开"), (Status.DRAWN, Status.DISCARDED), None, who=rules.the_system),
    }
    VERBS = {"prepare": _("准备名单")}

    class Meta:
        verbose_name = _("双随机抽查")
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "title"], condition=Q(status="FROZEN"), name="one_frozen_pool_a_title"),
            models.UniqueConstraint(fields=["agency", "year", "title", "freeze_number"], name="no_two_freezes_bear_one_number"),
            models.CheckConstraint(
                condition=Q(ratio__isnull=False, number__isnull=True, ratio__gte=1, ratio__lte=100)
                | Q(ratio__isnull=True, number__isnull=False, number__gte=1),
                name="a_draw_is_by_ratio_or_by_number",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="a_draw_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(witness="AGENCY", witness_agency__isnull=False) & ~Q(witness_agency=F("agency"))
                | ~Q(witness="AGENCY") & Q(witness_agency__isnull=True),
                name="the_other_unit_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("FROZEN", "DRAWN"))
                | (Q(frozen_by__isnull=False, frozen_at__isnull=False, freeze_number__isnull=False) & ~Q(commitment="")),
                name="a_frozen_pool_has_its_commitment",
            ),
            models.CheckConstraint(
                condition=Q(frozen_by__isnull=True) | ~Q(frozen_by=F("prepared_by")), name="nobody_freezes_their_own_pool"
            ),
            models.CheckConstraint(
                condition=~Q(status="DRAWN") | (Q(drawn_at__isnull=False) & ~Q(record_digest="")), name="a_draw_has_its_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.year}）"

    # --- what one may ask ------------------------------------------------------------------------
    @property
    def earlier(self) -> models.QuerySet:
        """Return the pools frozen before for the same agency, year and title."""
        return (
            Draw.objects.public().filter(agency=self.agency_id, year=self.year, title=self.title).exclude(pk=self.pk).order_by("frozen_at")
        )

    @property
    def witness_name(self) -> str:
        """Return what the second unit is called."""
        names = {self.Witness.OFFICE: self.county.office_name, self.Witness.FINANCE: _now("%(county)s财政部门") % {"county": self.county}}
        return names.get(self.witness) or str(self.witness_agency)

    def shows_lines_to(self, user: Any) -> bool:
        """Tell whether the person may know who was drawn: the agency that draws and the Office, nobody else before the opening."""
        return self.agency_id in user.agencies() or self.county_id in user.office_counties()

    def part_of(self, user: Any) -> SeedPart | None:
        """Return the half of the seed that is this person's to give, made ready; nobody has a hand in both."""
        kept = {row.part: row for row in self.parts.all()} if self.pk else {}
        sides = ((SeedPart.Part.OWN, rules.clerk_or_head), (SeedPart.Part.OTHER, rules.other_unit_of_the_draw))
        for part, who in sides:
            if who(user, self) and not any(user.pk in row.people for row in kept.values() if row.part != part):
                return kept.get(part) or SeedPart(draw=self, part=part)
        return None

    def asks(self, user: Any) -> str | None:
        """Return what is asked of this person now: ``seal``, ``reveal``, ``tell``, or nothing."""
        mine = self.part_of(user) if self.status == self.Status.FROZEN and self.county.today() <= self.seed_by else None
        if mine is None or mine.said:
            return None
        if self.way == self.Way.LOTTERY:
            return "tell" if self.county.today() >= self.lottery_on else None
        if not mine.digest:
            return "seal"
        return "reveal" if sum(bool(row.digest) for row in self.parts.all()) == 2 else None

    def steps_open_to(self, user: Any) -> dict[str, Step]:
        """Return the steps this person may take now; of those that make the seed only the one that is asked for."""
        asked = self.asks(user)
        return {verb: step for verb, step in super().steps_open_to(user).items() if verb not in SEED_VERBS or verb == asked}

    # --- the pool ------------------------------------------------------------------------------------
    @classmethod
    @harmless_twice
    def prepare(cls, *, by: User, agency: Agency, facts: dict[str, Any], uid: uuid.UUID | None = None) -> "Draw":
        """准备名单: what to draw from, how many, and what the seed will be made of. ``facts``: the names in ``FACTS``."""
        post = by.holding(Duty.PLAN_FILE, agency=agency)
        if not post:
            raise NotYours(_now("只有本单位的经办人可以准备抽查名单。"))
        with transaction.atomic():
            if before := cls.sent_before(uid, prepared_by_id=by.pk, agency_id=agency.pk):
                return before
            draw = cls(county=agency.county, agency=agency, prepared_by=by, prepared_at=timezone.now())
            draw.uid = uid or draw.uid
            draw._take(facts)
            with signed(by=by, verb="prepare", post=post):
                draw.save()
        return draw

    def revise(self, *, by: User, facts: dict[str, Any]) -> None:
        """Change what is prepared, before the freeze. A key left out stays as it is."""
        with self.step("revise", by=by):
            self._take(facts)

    def _take(self, facts: dict[str, Any]) -> None:
        for name in FACTS:
            if name in facts:
                setattr(self, name, facts[name])
        self.title = " ".join(self.title.split())
        refuse_nonsense(self)

    def freeze(self, *, by: User) -> None:
        """冻结名单: the pool is gathered now and for good, and its commitment is public from this moment.

        Refused when the pool is empty or too small, when officers are too few, when a lottery is not of a later day.
        """
        with self.step("freeze", by=by):
            today = self.county.today()
            refuse_nonsense(self)
            if self.way == self.Way.LOTTERY and self.lottery_on <= today:
                raise Refused(_now("开奖日期应当晚于冻结之日：号码出来以前名单必须已经冻结。请改用以后的一期。"), field="lottery_on")
            if self.ends_on < today:
                raise Refused(_now("检查期间已经过去，请修改日期。"), field="ends_on")
            if self.earlier.filter(status=self.Status.FROZEN).exists():
                raise WrongMoment(_now("同一年度、同一名称的名单已经冻结，尚未抽取；请先抽取，或者写明理由废弃。"))
            self.freeze_number = (self.earlier.aggregate(last=models.Max("freeze_number"))["last"] or 0) + 1
            self.frozen_by, self.frozen_at = by, timezone.now()
            base = self.lottery_on if self.way == self.Way.LOTTERY else today
            self.seed_by = add_working_days(self.county, base, self.county.rule("draw.seed_days"))
            with _in_chinese():
                frozen = gather(self)
            nonce = secrets.token_hex(32)
            self.commitment = drawing.commitment_of(nonce, frozen)
            FrozenPool.objects.create(draw=self, nonce=nonce, text=canonical(frozen).decode())

    # --- the seed --------------------------------------------------------------------------------------
    def seal(self, *, by: User, digest: str) -> None:
        """封存暗语: hand in the digest of a secret (``drawing.digest_of_secret``). It can't be changed afterwards."""
        with self.step("seal", by=by):
            mine = self._half_of(by, self.Way.SECRETS)
            if mine.digest:
                raise WrongMoment(_now("本方的暗语已经封存，不能更换。"))
            if not drawing.HASH.fullmatch(digest.strip().lower()):
                raise Refused(_now("暗语摘要应为 64 位十六进制数（SHA-256）。"), field="digest")
            if self.parts.filter(digest=digest.strip().lower()).exists():
                raise Refused(_now("这个摘要与另一方的相同，请使用自己的暗语。"), field="digest")
            mine.digest, mine.sealed_by, mine.sealed_at = digest.strip().lower(), by, timezone.now()
            mine.save()

    def reveal(self, *, by: User, secret: str) -> bool:
        """揭示暗语, once both sides have sealed. The second reveal makes the lot fall at once. Returns whether it fell."""
        with transaction.atomic():
            with self.step("reveal", by=by):
                mine = self._half_of(by, self.Way.SECRETS)
                if not mine.digest or self.parts.exclude(digest="").count() < 2:
                    raise WrongMoment(_now("双方都封存暗语以后才能揭示。"))
                said = drawing.digest_of_secret(self.commitment, mine.part, secret.strip())
                if not drawing.SECRET.fullmatch(secret.strip()) or not hmac.compare_digest(said, mine.digest):
                    raise Refused(_now("这个暗语与本方封存的摘要对不上，请逐字核对（区分大小写）。"), field="secret")
                self._say(mine, by, secret.strip())
            return self._fall(by)

    def tell(self, *, by: User, number: str) -> bool:
        """录入开奖号码 of the lottery named at the freeze. The second typing makes the lot fall, if both agree.

        Where the two differ, neither counts, both are shown, and both sides type again. Returns whether the lot fell.
        """
        with transaction.atomic():
            with self.step("tell", by=by):
                mine = self._half_of(by, self.Way.LOTTERY)
                if self.county.today() < self.lottery_on:
                    raise WrongMoment(_now("还没有到开奖日期（%(day)s）。") % {"day": self.lottery_on})
                digits = drawing.lottery_digits(number)
                if not 3 <= len(digits) <= 100:
                    raise Refused(_now("请按开奖公告的次序录入全部号码，数字之间用空格隔开。"), field="number")
                self._say(mine, by, digits)
                self.mismatch = self._unlike()
            return self._fall(by)

    def _half_of(self, by: User, way: str) -> SeedPart:
        """Return the half that ``by`` may give now, inside the running step."""
        if self.way != way:
            raise WrongMoment(_now("这次抽查的种子来源是“%(way)s”。") % {"way": self.get_way_display()})
        if self.county.today() > self.seed_by:
            raise WrongMoment(_now("给出种子的期限（%(day)s）已过，这次抽查作废。") % {"day": self.seed_by})
        mine = self.part_of(by)
        if mine is None:
            raise NotYours(_now("双方的种子应当由两个人分别给出，您不能办理这一方的。"))
        if mine.said:
            raise WrongMoment(_now("本方已经给出，请等待另一方。"))
        return mine

    @staticmethod
    def _say(mine: SeedPart, by: User, said: str) -> None:
        mine.said, mine.said_by, mine.said_at = said, by, timezone.now()
        mine.save()

    def _unlike(self) -> str:
        """Take back two numbers that differ, and return the words for it."""
        said = {row.part: row for row in self.parts.exclude(said="")}
        if len(said) < 2 or said["A"].said == said["B"].said:
            return ""
        with _in_chinese():
            words = _now("两人录入的号码不一致：甲方 %(a)s，乙方 %(b)s。请核对开奖公告后双方重新录入。")
        words %= {"a": said["A"].said, "b": said["B"].said}
        for row in said.values():
            row.said, row.said_by, row.said_at = "", None, None
            row.save()
        return words

    def _fall(self, by: User) -> bool:
        """抽取: with both halves there the lot falls in the same transaction; nobody can hold it back."""
        parts = [row for row in self.parts.order_by("part") if row.said]
        if len(parts) < 2:
            return False
        with self.step("draw", by=by):
            self.drawn_at = timezone.now()
            frozen = json.loads(self.pool.text)
            units = frozen["seed"]["units"]
            inputs = [{"part": p.part, "unit": u, "digest": p.digest, "said": p.said} for p, u in zip(parts, units, strict=True)]
            record = drawing.record_of(frozen, self.pool.nonce, inputs, canonical(self.drawn_at).decode().strip('"'))
            self.record_digest = record["digest"]
            DrawRecord.objects.create(draw=self, text=canonical(record).decode())
            DrawnLine.make_for(self, record)
        return True

    # --- the end ---------------------------------------------------------------------------------------
    def drop(self, *, by: User, note: str) -> None:
        """废弃 before the lot has fallen, with a reason. A pool that was frozen stays on the public page."""
        if not note.strip():
            raise Refused(_now("请写明废弃的理由。"), field="note")
        with self.step("drop", by=by, note=note.strip()):
            self.discarded_at, self.discard_reason = timezone.now(), note.strip()

    @classmethod
    def lapse_due(cls, *, by: User) -> int:
        """Derived from state: draws whose seed was not given in time are void, and stay visible as such. Returns how many."""
        lapsed = 0
        for draw in cls.objects.awaiting_seed().select_related("county", "agency", "witness_agency"):
            if draw.county.today() <= draw.seed_by:
                continue
            with suppress(WrongMoment), draw.step("lapse", by=by):  # drawn or dropped meanwhile
                draw.discarded_at = timezone.now()
                draw.discard_reason = _now("期限内没有给出种子：%(who)s。") % {"who": draw._silent()}
                lapsed += 1
        return lapsed

    def _silent(self) -> str:
        """Return who owes a half of the seed."""
        given = set(self.parts.exclude(said="").values_list("part", flat=True))
        units = (("A", self.agency.name), ("B", self.witness_name))
        return "、".join(unit for part, unit in units if part not in given)

    @classmethod
    def open_due(cls, *, by: User) -> int:
        """Derived from state: pool, nonce and seed are opened after the last line has been visited or dropped. Returns how many.

        A pool thrown away is opened once no other of the same title is still to be visited.
        """
        opened = 0
        closed = cls.objects.filter(status__in=(cls.Status.DRAWN, cls.Status.DISCARDED), frozen_at__isnull=False, opened_at=None)
        for draw in closed.select_related("county", "agency"):
            if not draw._may_open():
                continue
            with suppress(WrongMoment), draw.step("open", by=by):
                if draw.opened_at:
                    raise WrongMoment(_now("已经公开。"))  # by another sweep
                draw.opened_at = timezone.now()
                opened += 1
        return opened

    def _may_open(self) -> bool:
        if self.status == self.Status.DRAWN:
            return not self.lines.unfinished().exists()
        family = Draw.objects.filter(agency=self.agency_id, year=self.year, title=self.title)
        return not family.exclude(status=self.Status.DISCARDED).filter(opened_at=None).exists()


def _in_chinese() -> Any:
    """What is kept and published is Chinese, whatever language the person who acts reads."""
    return translation.override(settings.LANGUAGE_CODE)
