"""投诉举报: said to the Office by anyone, with or without a notice, under a name, in confidence, or by nobody."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AddressKey,
    Agency,
    Capability,
    CapabilityQuerySet,
    County,
    Duty,
    Enterprise,
    Knock,
    Secret,
    add_working_days,
    digits_in,
    hash_in_vain,
)
from audit.models import Gone, NotYours, Personal, Refused, WrongMoment, harmless_twice, signed
from audit.steps import Step, Stepped, status_field
from inspection.models import FilingNotice, Referral
from paper.models import StoredFile

from .complaint_rows import ComplaintMessage, ComplaintPhoto
from .complaint_steps import Follower, Somebody, named_for_good, not_named_yet, oversight_of_the_county, who_follows
from .complaint_words import Category
from .photo import drawn_anew
from .promise import Promised


class ComplaintQuerySet(CapabilityQuerySet):
    """Questions about complaints."""

    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """Return the complaints of the counties in which the user carries 稽核."""
        return self.filter(county__in=user.counties_carrying(Duty.OVERSEE))

    def waiting(self) -> "ComplaintQuerySet":
        """Return those that wait for the Office."""
        return self.filter(status__in=(Complaint.Status.RECEIVED, Complaint.Status.ACCEPTED, Complaint.Status.REOPENED))

    def overdue(self, on: datetime.date) -> "ComplaintQuerySet":
        """Return those whose term (to accept, to decide) has passed by the legal day ``on``."""
        late = Q(status=Complaint.Status.RECEIVED, accept_by__lt=on)
        return self.filter(late | Q(status__in=(Complaint.Status.ACCEPTED, Complaint.Status.REOPENED), decide_by__lt=on))


class Complaint(Promised, Capability, Stepped):
    """One complaint. Its follow-up code (link or number and digits) lets its maker read and write without an account."""

    Category = Category

    class Status(models.TextChoices):
        RECEIVED = "RECEIVED", _("已收到，待受理")
        ACCEPTED = "ACCEPTED", _("已受理，办理中")
        REFUSED = "REFUSED", _("不予受理")
        DECIDED = "DECIDED", _("已办结")
        REOPENED = "REOPENED", _("申请复核，重新办理")

    class Stance(models.TextChoices):
        NAMED = "NAMED", _("实名")
        CONFIDENTIAL = "CONFIDENT", _("要求保密")
        ANONYMOUS = "ANONYMOUS", _("匿名")

    class Way(models.TextChoices):
        NOTICE = "NOTICE", _("扫通知书")
        PLATE = "PLATE", _("扫企业码牌")
        PUBLIC = "PUBLIC", _("公开网页")
        OWN = "OWN", _("企业自己的页面")
        PHONE = "PHONE", _("电话，备案机关代录")
        PAPER = "PAPER", _("纸质，代录")
        AGENT = "AGENT", _("村级代办员代录")

    county = models.ForeignKey(County, models.PROTECT, related_name="complaints")
    notice = models.ForeignKey(FilingNotice, models.PROTECT, null=True, related_name="complaints", verbose_name=_("通知书"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="complaints", verbose_name=_("涉及企业"))
    made_by = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="own_complaints", verbose_name=_("提出的企业"))
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name=_("被投诉单位"))
    agency_said = models.CharField(_("被投诉单位（自述）"), max_length=100, blank=True)
    happened_on = models.DateField(_("哪一天"), null=True)
    stance = models.CharField(_("身份"), max_length=10, choices=Stance.choices, default=Stance.ANONYMOUS)
    way = models.CharField(_("途径"), max_length=8, choices=Way.choices, default=Way.NOTICE)
    category = models.CharField(_("情况"), max_length=14, choices=Category.choices)
    words = models.TextField(_("说明"), blank=True, max_length=2000)
    person = models.CharField(_("姓名"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话（可不填）"), max_length=40, blank=True)
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("纸质举报扫描件"))
    came_from = models.CharField(max_length=32, blank=True, editable=False)
    status = status_field(Status, Status.RECEIVED)
    accept_by = models.DateField(_("受理期限"), null=True)
    decide_by = models.DateField(_("办结期限"), null=True)
    extended = models.BooleanField(_("已延长"), default=False)
    reopened = models.BooleanField(_("已复核"), default=False)
    decided_on = models.DateField(_("答复日期"), null=True)
    answer = models.TextField(_("答复"), blank=True, max_length=2000)
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="+", verbose_name=_("线索移送"))

    LEAF_DAILY = True
    PERSONAL = {
        "words": Personal(_("核查举报"), _("办结之日"), days=5 * 365),
        "person": Personal(_("向举报人核实、反馈"), _("办结之日"), days=365),
        "phone": Personal(_("向举报人核实、反馈"), _("办结之日"), days=365),
        "answer": Personal(_("答复举报人"), _("办结之日"), days=5 * 365),
    }
    objects = ComplaintQuerySet.as_manager()

    STEPS = {
        "accept": Step(_("受理"), (Status.RECEIVED,), Status.ACCEPTED, who=oversight_of_the_county),
        "refuse": Step(_("不予受理"), (Status.RECEIVED,), Status.REFUSED, who=oversight_of_the_county, needs_note=True),
        "extend": Step(_("延长办理"), (Status.ACCEPTED, Status.REOPENED), None, who=oversight_of_the_county, needs_note=True),
        "identify": Step(
            _("认定被反映单位"),
            (Status.RECEIVED, Status.ACCEPTED, Status.REOPENED),
            None,
            who=oversight_of_the_county,
            needs_note=True,
            unless=named_for_good,
        ),
        "refer": Step(_("移交线索"), (Status.ACCEPTED, Status.REOPENED), None, who=oversight_of_the_county, unless=not_named_yet),
        "decide": Step(_("办结答复"), (Status.ACCEPTED, Status.REOPENED), Status.DECIDED, who=oversight_of_the_county, needs_note=True),
        "reopen": Step(_("申请复核"), (Status.REFUSED, Status.DECIDED), Status.REOPENED, who=who_follows, needs_note=True),
    }
    VERBS = {"complain": _("举报"), "take_in": _("代录举报"), "write": _("留言"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("投诉举报")
        constraints = [
            models.CheckConstraint(
                condition=~Q(stance="ANONYMOUS") | Q(person="", made_by__isnull=True), name="an_anonymous_complaint_names_nobody"
            )
        ]

    def __str__(self) -> str:
        return self.get_category_display()

    @property
    def due_on(self) -> datetime.date | None:
        """Return the last day of the term that runs: to accept, then to decide."""
        return self.accept_by if self.status == self.Status.RECEIVED else self.decide_by

    @property
    def scope(self) -> str:
        return f"complaint:{self.uid}"

    def sent(self) -> dict[str, Any]:
        return {
            "at": self.made_at,
            "category": self.category,
            "words": self.words,
            "agency": self.agency_said,
            "happened_on": self.happened_on,
            "notice": self.notice.label if self.notice else "",
        }

    @property
    def sent_at(self) -> datetime.datetime:
        return self.made_at

    # --- complaining -------------------------------------------------------------------------------
    @classmethod
    def make(cls, notice: FilingNotice, *, category: str, words: str = "", phone: str = "", address: str = "") -> "Complaint":
        """Keep a complaint about ``notice``. Void and closed notices can be complained of too."""
        facts = {"category": category, "words": words, "phone": phone, "notice": notice, "enterprise": notice.enterprise}
        return cls.complain(notice.county, facts={**facts, "agency": notice.plan.agency}, way=cls.Way.NOTICE, address=address)[0]

    @classmethod
    @harmless_twice
    def complain(
        cls,
        county: County,
        *,
        facts: dict[str, Any],
        way: str,
        photos: Sequence[Any] = (),
        own: Enterprise | None = None,
        by: Any = None,
        scan: StoredFile | None = None,
        address: str = "",
        uid: uuid.UUID | None = None,
    ) -> "tuple[Complaint, Secret | None]":
        """Keep a complaint. Returns it with its follow-up secret, which exists in this answer alone: the same ``uid`` again has none.

        ``facts``: category; words, happened_on, agency, agency_said, notice, enterprise, stance, person, phone as far as given.
        ``photos``: the files as they came in; they are drawn anew when all else is right and the network has not sent too many.
        ``own``: the enterprise that makes it on its own page. ``by``: who types it in for somebody (the Office, a village agent).
        """
        facts = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
        facts["stance"] = facts.get("stance") or (cls.Stance.NAMED if facts.get("person") or own else cls.Stance.ANONYMOUS)
        cls._refuse_wrong(county, facts, own)
        post = cls._post_to_take_in(county, by, scan, way) if by is not None else None
        if by is not None and facts.get("enterprise") and facts["stance"] == cls.Stance.ANONYMOUS:
            raise Refused(_now("匿名的举报不登记是哪家企业：移交线索时会写出企业名称。"), field="enterprise")
        if before := cls.sent_before(uid, county_id=county.pk, way=way, category=facts["category"], words=facts.get("words", "")):
            return before, None
        if address:
            said = _now("这个网络提交得太多，请过一会儿再试，或者拨打监督电话 %(phone)s。") % {"phone": county.supervision_phone}
            Knock.refuse_too_many("complaint", address, county.rule("public.sends_per_hour"), said)
            Knock.keep("complaint", address)  # whatever becomes of the pictures: to look at them costs, too
        # Outside the transaction, which nobody should wait for; all of them before one is kept, else it would stay behind.
        pictures = [drawn_anew(photo.read()) for photo in photos]
        made, now = Secret.fresh(), timezone.now()
        complaint = cls(county=county, way=way, made_by=own, scan=scan, made_at=now, **facts)
        complaint.uid = uid or complaint.uid
        complaint.accept_by = add_working_days(county, county.day_of(now), county.rule("complaint.accept_days"))
        complaint.came_from = AddressKey.digest(address) if address else ""
        complaint.lock_with(made)
        complaint.sign_promise()
        verb = "take_in" if by is not None else "complain"
        with transaction.atomic(), signed(by=by or Somebody(county), verb=verb, post=post):
            complaint.save()
            for picture in pictures:
                ComplaintPhoto.objects.create(complaint=complaint, picture=StoredFile.keep(picture, "image/jpeg"))
        return complaint, made

    @classmethod
    def _refuse_wrong(cls, county: County, facts: dict[str, Any], own: Enterprise | None) -> None:
        if facts.get("category") not in cls.Category.values:
            raise Refused(_now("请选择是什么情况。"), field="category")
        if facts["stance"] not in cls.Stance.values:
            raise Refused(_now("请选择实名、要求保密或者匿名。"), field="stance")
        if facts["stance"] == cls.Stance.ANONYMOUS and (facts.get("person") or own):
            raise Refused(_now("选择匿名的，请不要填姓名；想留姓名的，请选择实名或者要求保密。"), field="person")
        if facts["stance"] != cls.Stance.ANONYMOUS and not (facts.get("person") or own):
            raise Refused(_now("选择实名或者要求保密的，请填写姓名；不想留姓名的，请选择匿名。"), field="person")
        if facts.get("happened_on") and facts["happened_on"] > county.today():
            raise Refused(_now("日期还没有到，请核对。"), field="happened_on")
        for name in ("agency", "enterprise", "notice"):
            if facts.get(name) is not None and facts[name].county_id != county.pk:
                raise Refused(_now("所选的单位、企业或者通知书不在本县。"), field=name)

    @classmethod
    def _post_to_take_in(cls, county: County, by: Any, scan: StoredFile | None, way: str) -> Any:
        post = by.holding(Duty.CODE_HAND_OUT, county=county) or by.holding(Duty.OVERSEE, county=county)
        post = post or by.holding(Duty.PAPER_INTAKE, county=county)
        if not post:
            raise NotYours(_now("举报由备案机关或者村级代办员代录，检查单位不能代录。"))
        if way == cls.Way.PAPER and scan is None:
            raise Refused(_now("请附上纸质举报的扫描件或者照片。"), field="scan")
        return post

    # --- following it ------------------------------------------------------------------------------
    @classmethod
    def follow(cls, *, link: str = "", number: str = "", digits: str = "", address: str = "") -> "Complaint":
        """Return the complaint that a follow-up code opens. The same words for a wrong number and wrong digits."""
        Knock.refuse_too_many("wrong-follow", address, 20, _now("试错次数过多，请一小时后再试。"))
        if link:
            found = cls.objects.select_related("county").by_link(link)
        else:
            rows = cls.objects.filter(short=number.strip().upper().replace(" ", "")).select_related("county")
            found = next((row for row in rows if row.is_opened_by(digits_in(digits))), None)
            if not rows:
                hash_in_vain()
        if found is None:
            Knock.keep("wrong-follow", address)
            raise Refused(_now("编号或者查询码不对，请核对。"), field="code")
        return found

    def write(self, words: str, *, by: Any) -> "ComplaintMessage":
        """留言: by its maker (a Follower) or by 稽核."""
        from_office = not isinstance(by, Follower)
        post = oversight_of_the_county(by, self) if from_office else who_follows(by, self)
        if not post:
            raise NotYours(_now("只有举报人和稽核岗位可以留言。"))
        words = words.strip()
        if not words or len(words) > 1000:
            raise Refused(_now("请写下要说的话，不超过 1000 字。"), field="words")
        if not from_office and self.messages.filter(from_office=False, at__gte=timezone.now() - datetime.timedelta(days=1)).count() >= 20:
            raise WrongMoment(_now("今天留言已经很多，请明天再写。"))
        with signed(by=by, verb="write", post=post):
            return ComplaintMessage.objects.create(complaint=self, from_office=from_office, words=words, at=timezone.now())

    # --- the Office's steps ------------------------------------------------------------------------
    def accept(self, *, by: Any, note: str = "") -> None:
        """受理; the term to decide begins."""
        with self.step("accept", by=by, note=note):
            self._begin_term()

    def _begin_term(self) -> None:
        self.extended = False
        self.decide_by = add_working_days(self.county, self.county.today(), self.county.rule("complaint.decide_days"))

    def refuse(self, *, by: Any, note: str) -> None:
        """不予受理, with the reason, which the maker reads."""
        with self.step("refuse", by=by):
            self.decided_on, self.answer = self.county.today(), _answer(note, _now("请写明不予受理的理由，举报人会看到。"))

    def extend(self, *, by: Any, note: str) -> None:
        """延长办理, once, with a reason."""
        if not note.strip():
            raise Refused(_now("请写明延长的理由。"), field="note")
        with self.step("extend", by=by, note=note):
            if self.extended:
                raise WrongMoment(_now("已经延长过一次，不能再延长。"))
            self.extended = True
            self.decide_by = add_working_days(self.county, self.decide_by, self.county.rule("complaint.extend_days"))

    def identify(self, *, by: Any, agency: Agency, note: str) -> None:
        """认定被反映单位: which agency a complaint is about that came without a notice; the note says how it was found.

        From now on it is a sign when that agency comes again, and its matter is never handed down to it. Until something was
        handed down, a mistake is mended by naming another.
        """
        if agency.county_id != self.county_id:
            raise Refused(_now("请选择本县的单位。"), field="agency")
        if not note.strip():
            raise Refused(_now("请写明根据什么认定的。"), field="note")
        with self.step("identify", by=by, note=note.strip()):
            self.agency = agency

    def refer(self, *, by: Any, agency: Agency, matter: str) -> Referral:
        """移交线索: an agency is to look into it. What goes down says neither who complained nor that anybody did:
        its number is that of any instruction of the Office.

        Refused for the agency complained of, which must be named before: it would come in search of who complained.
        """
        if agency.county_id != self.county_id:
            raise Refused(_now("请选择本县的单位。"), field="agency")
        if any(word and word in matter for word in (self.person, self.phone)):
            raise Refused(_now("事由里不能出现举报人的姓名、电话。"), field="matter")
        with self.step("refer", by=by):
            if self.referral_id:
                raise WrongMoment(_now("已经移交过线索。"))
            if agency.pk == self.agency_id:
                raise Refused(_now("不能移交给被投诉的单位自己核查。"), field="agency")
            self.referral = Referral.hand_down(
                by=by,
                agency=agency,
                enterprise=self.enterprise,
                received_on=self.county.today(),
                source=self.county.office_name,
                matter=matter,
            )
        return self.referral

    def decide(self, *, by: Any, note: str) -> None:
        """办结, with the answer that its maker reads."""
        with self.step("decide", by=by):
            self.decided_on, self.answer = self.county.today(), _answer(note, _now("请写明办理结果，举报人会看到。"))

    def reopen(self, *, by: Follower, note: str) -> None:
        """申请复核: by its maker, once, within the days after the answer."""
        words = _answer(note, _now("请写明为什么不满意这次答复。"))
        with self.step("reopen", by=by):
            if self.reopened:
                raise WrongMoment(_now("已经复核过一次，不能再申请。"))
            last = add_working_days(self.county, self.decided_on, self.county.rule("complaint.reopen_days"))
            if self.county.today() > last:
                raise Gone(_now("申请复核的期限已过。有新情况的，请重新举报。"))
            self.reopened = True
            self._begin_term()
            ComplaintMessage.objects.create(complaint=self, from_office=False, words=words, at=timezone.now())


def _answer(note: str, missing: str) -> str:
    if not note.strip():
        raise Refused(missing, field="note")
    return note.strip()[:2000]
