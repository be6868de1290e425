"""The pool of a draw: gathered from the registers, frozen once with a random string, opened after the last visit."""

import hashlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Certificate, Enterprise, EnterpriseKind, Establishment, Officer
from audit.models import Audited, AuditedQuerySet, Refused

from .. import drawing

#: what a clerk fills in
FACTS = (
    "title", "year", "purpose", "programme_reference", "starts_on", "ends_on", "kind", "trade", "township", "exclusions", "recusals",
    "ratio", "number", "officers_each", "way", "witness", "witness_agency", "lottery_name", "lottery_issue", "lottery_on",
)  # fmt: skip


def establishments_of(draw: Any) -> models.QuerySet:
    """Return the open establishments that the filter of ``draw`` names, exclusions apart, in a fixed order."""
    excluded = [row["enterprise"] for row in draw.exclusions]
    where = Q(closed_on=None, enterprise__county=draw.county_id, enterprise__closed_on=None)
    for field, value in (("enterprise__kind", draw.kind), ("enterprise__trade", draw.trade), ("township", draw.township)):
        if value:
            where &= Q(**{field: value})
    return Establishment.objects.filter(where).exclude(enterprise__uid__in=excluded).order_by("enterprise_id", "pk")


def public_name(name: str, kind: str, operator: str) -> str:
    """Return what the record calls an enterprise: a household business without a trade name not by its owner's full name."""
    return name or f"{dict(EnterpriseKind.choices).get(kind, kind)}（{operator[:1]}某）"


def exclusion(enterprise: Enterprise, reason: str) -> dict[str, str]:
    """Return one line of ``Draw.exclusions``."""
    name = public_name(enterprise.name, enterprise.kind, enterprise.operator)
    return {"enterprise": str(enterprise.uid), "name": name, "reason": reason}


def recusal(enterprise: Enterprise, officer: Officer, reason: str) -> dict[str, str]:
    """Return one line of ``Draw.recusals``: this officer never goes to that enterprise."""
    return exclusion(enterprise, reason) | {"officer": str(officer.uid), "officer_name": officer.name}


def enterprises_of(draw: Any) -> list[dict[str, Any]]:
    """Return the entries of the pool: each enterprise once, at its first establishment within the filter."""
    rows = establishments_of(draw).values_list(
        "enterprise__uid", "uid", "enterprise__name", "enterprise__kind", "enterprise__operator", "enterprise__identifier"
    )
    entries: dict[str, dict[str, Any]] = {}
    for uid, place, name, kind, operator, number in rows:
        entries.setdefault(
            str(uid),
            {
                "enterprise": str(uid),
                "establishment": str(place),
                "name": public_name(name, kind, operator),
                "number_digest": hashlib.sha256(f"{uid}:{number}".encode()).hexdigest() if number else "",
            },
        )
    return sorted(entries.values(), key=lambda entry: entry["enterprise"])


def officers_of(draw: Any) -> list[dict[str, Any]]:
    """Return the officers who serve, and hold one valid certificate, through the whole window of ``draw``."""
    serving = draw.agency.officers.serving_on(draw.starts_on).serving_on(draw.ends_on)
    valid = Certificate.objects.valid_for(draw.starts_on, draw.ends_on).filter(officer__in=serving).order_by("valid_to")
    rows = {str(c.officer.uid): {"officer": str(c.officer.uid), "name": c.officer.name, "certificate": c.number}
            for c in valid.select_related("officer")}  # fmt: skip
    return sorted(rows.values(), key=lambda row: row["officer"])


def gather(draw: Any) -> dict[str, Any]:
    """Return all that the commitment binds, as it stands now; sets the sizes on ``draw``.

    Refused when the pool is empty or too small, or when officers are too few for some enterprise.
    """
    enterprises, officers = enterprises_of(draw), officers_of(draw)
    if not enterprises:
        raise Refused(_now("按所填条件没有找到企业，请修改条件。"))
    draw.pool_size, draw.officer_pool_size = len(enterprises), len(officers)
    draw.draw_size = drawing.size_of(draw.pool_size, ratio=draw.ratio, number=draw.number)
    if draw.draw_size > draw.pool_size:
        raise Refused(_now("名单只有 %(n)d 家，不够抽取 %(m)d 家。") % {"n": draw.pool_size, "m": draw.draw_size}, field="number")
    barred: dict[str, set[str]] = {}
    for pair in draw.recusals:
        barred.setdefault(pair["enterprise"], set()).add(pair["officer"])
    able = {row["officer"] for row in officers}
    if min([len(able), *(len(able - out) for out in barred.values())]) < draw.officers_each:
        raise Refused(
            _now("检查期间一直持有有效执法证（除去回避）的人员不足每户 %(n)d 人，请补充人员或者调整日期。") % {"n": draw.officers_each},
            field="officers_each",
        )
    lottery = {"name": draw.lottery_name, "issue": draw.lottery_issue, "on": draw.lottery_on}
    return {
        "method": {"version": drawing.FORMAT, "text": drawing.METHOD},
        "county": draw.county.code,
        "agency": {"code": draw.agency.code, "name": draw.agency.name},
        "uid": draw.uid,
        "title": draw.title,
        "year": draw.year,
        "purpose": draw.purpose,
        "programme": draw.programme_reference,
        "window": [draw.starts_on, draw.ends_on],
        "filter": {"kind": draw.kind, "trade": draw.trade, "township": draw.township},
        "exclusions": draw.exclusions,
        "recusals": draw.recusals,
        "frozen_on": draw.county.day_of(draw.frozen_at),
        "frozen_at": draw.frozen_at,
        "freeze_number": draw.freeze_number,
        "earlier": list(draw.earlier.values_list("commitment", flat=True)),
        "seed": {
            "way": draw.way,
            "units": [draw.agency.name, draw.witness_name],
            "by": draw.seed_by,
            "lottery": lottery if draw.way == draw.Way.LOTTERY else None,
        },
        "draw": {"ratio": draw.ratio, "number": draw.number, "enterprises": draw.draw_size, "officers_each": draw.officers_each},
        "enterprises": enterprises,
        "officers": officers,
    }


class FrozenPool(Audited):
    """冻结的名单: the exact text that the commitment binds, and the random string that keeps it from being guessed."""

    draw = models.OneToOneField("inspection.Draw", models.PROTECT, related_name="pool")
    nonce = models.CharField(_("随机串"), max_length=64, editable=False)
    text = models.TextField(_("名单"), editable=False)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        verbose_name = _("冻结的名单")

    def __str__(self) -> str:
        return str(self.draw)


class SeedPart(Audited):
    """One half of the seed: a secret whose digest was handed in before, or a lottery number as one unit typed it."""

    class Part(models.TextChoices):
        OWN = "A", _("甲方（抽取单位）")
        OTHER = "B", _("乙方（另一单位）")

    draw = models.ForeignKey("inspection.Draw", models.PROTECT, related_name="parts")
    part = models.CharField(_("一方"), max_length=1, choices=Part.choices)
    digest = models.CharField(_("暗语摘要"), max_length=64, blank=True)
    sealed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    sealed_at = models.DateTimeField(_("封存时间"), null=True)
    said = models.CharField(_("暗语或者号码"), max_length=200, blank=True)
    said_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(_("给出时间"), null=True)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        verbose_name = _("种子的一半")
        ordering = ["part"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "part"], name="one_half_of_the_seed_a_side"),
            models.UniqueConstraint(fields=["draw", "digest"], condition=~Q(digest=""), name="no_digest_is_handed_in_twice"),
            models.UniqueConstraint(fields=["draw", "sealed_by"], name="nobody_seals_both_halves"),
            models.UniqueConstraint(fields=["draw", "said_by"], name="nobody_gives_both_halves"),
        ]

    def __str__(self) -> str:
        return self.get_part_display()

    @property
    def people(self) -> set[int]:
        """Return the keys of those who have had a hand in this half."""
        return {key for key in (self.sealed_by_id, self.said_by_id) if key}


class DrawRecord(Audited):
    """抽取记录: all that is needed to repeat the draw, written at the moment of drawing, its digest public at once."""

    draw = models.OneToOneField("inspection.Draw", models.PROTECT, related_name="record")
    text = models.TextField(_("记录"), editable=False)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽取记录")

    def __str__(self) -> str:
        return str(self.draw)
