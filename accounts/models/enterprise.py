"""Those who are visited: enterprises of every kind, the places where they are met, how they are reached."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, NotYours, Personal, Refused, signed
from delivery.models import knows_addresses

from .county import County
from .identifier import IdentifierKind, check_identifier
from .post import Duty
from .words import EnterpriseWord, cut, search, wanted


class EnterpriseKind(models.TextChoices):
    """经营主体: 个体工商户 and 农民专业合作社 are handled by reference to enterprises; the unregistered exist too."""

    COMPANY = "COMPANY", _("企业")
    HOUSEHOLD = "HOUSEHOLD", _("个体工商户")
    COOPERATIVE = "COOPERATIVE", _("农民专业合作社")
    SMALL = "SMALL", _("小作坊、小餐饮、摊点")
    UNREGISTERED = "UNREGISTERED", _("未登记主体")


class EnterpriseQuerySet(AuditedQuerySet):
    """Questions about enterprises."""

    def visible_to(self, user: "object") -> "EnterpriseQuerySet":
        """Return the enterprises of the user's counties: the business register is public."""
        return self.filter(county__in=user.counties())

    def matching(self, words: str, counties: Iterable[int]) -> "EnterpriseQuerySet":
        """Return all in ``counties`` with ``words`` in name or operator (as written, in pinyin, initials), or at the start of the number.

        One run of at least two characters is looked for; where order and speed count, ask ``search``.
        """
        word = wanted(words)
        found = self.filter(pk__in=EnterpriseWord.objects.beginning(word, counties).values("enterprise"))
        if cut(word) == word.encode():
            return found
        return found.filter(Q(name__icontains=words) | Q(operator__icontains=words) | Q(identifier__istartswith=words.upper()))

    def search(self, words: str, *, counties: Iterable[int], limit: int = 20) -> "list[Enterprise]":
        """Return at most ``limit`` of these enterprises in ``counties``, best first: exact, beginning with ``words``, containing them.

        Words apart by spaces must all be found. Fewer than two characters find nothing. The time does not grow
        with the number of enterprises: see ``EnterpriseWord.candidates``.
        """
        return search(self, words, counties, limit)


class Enterprise(Audited):
    """企业（经营主体). A household business may have no trade name: then its operator's name stands for it."""

    county = models.ForeignKey(County, models.PROTECT, related_name="enterprises", verbose_name=_("县"))
    kind = models.CharField(_("类型"), max_length=14, choices=EnterpriseKind.choices)
    name = models.CharField(_("名称"), max_length=120, blank=True)
    operator = models.CharField(_("经营者（法定代表人）"), max_length=60, blank=True)
    identifier_kind = models.CharField(_("证件种类"), max_length=8, choices=IdentifierKind.choices)
    identifier = models.CharField(_("证件号码"), max_length=40, blank=True)
    trade = models.CharField(_("行业"), max_length=60, blank=True)
    region = models.CharField(_("行政区划代码"), max_length=6, blank=True, help_text=_("GB/T 2260；不填为所在县"))
    risk_class = models.CharField(_("风险等级"), max_length=10, blank=True)
    closed_on = models.DateField(_("注销日期"), null=True, blank=True)

    objects = EnterpriseQuerySet.as_manager()
    VERBS = {"found": _("录入经营主体"), "register": _("登记经营主体"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("经营主体")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") | ~Q(operator=""), name="an_enterprise_has_a_name_or_an_operator"),
            models.CheckConstraint(
                condition=Q(identifier_kind="NONE", identifier="") | (~Q(identifier_kind="NONE") & ~Q(identifier="")),
                name="a_kind_of_number_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["county", "identifier_kind", "identifier"], condition=~Q(identifier=""), name="one_enterprise_a_number"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save under the running signature, and keep the search index true in the same transaction."""
        self.region = self.region or self.county.code
        with transaction.atomic():
            before = None if self._state.adding else type(self).objects.filter(pk=self.pk).first()
            super().save(*args, **kwargs)
            EnterpriseWord.follow(self, before)

    @classmethod
    def written_in_bulk(cls, rows: "Sequence[Enterprise]") -> None:
        """Put rows that came by the bulk door into the search index."""
        EnterpriseWord.add(rows)

    @property
    def undisturbed_now(self) -> bool:
        """Tell whether the enterprise stands on the 无事不扰清单 today."""
        return self.undisturbed.in_force(self.county.today()).exists()

    @property
    def display_name(self) -> str:
        """Return what to call it: the name, or 个体工商户 followed by the operator."""
        return self.name or f"{self.get_kind_display()}（{self.operator}）"

    @classmethod
    def prepare(cls, **facts: Any) -> "Enterprise":
        """Return an unsaved enterprise with its number checked (GB 32100-2015 for the credit code)."""
        facts["identifier"] = check_identifier(facts["identifier_kind"], facts.get("identifier", ""))
        if not facts.get("name") and not facts.get("operator"):
            raise Refused(_("名称和经营者至少填写一项。"), field="name")
        return cls(**{"region": facts["county"].code, **facts})

    @classmethod
    def register(cls, *, by: Any, address: str, **facts: Any) -> "Enterprise":
        """Register an enterprise with its first establishment. For the keeper of lists, or at the door by an officer."""
        county = facts["county"]
        post = by.holding(Duty.LIST_KEEP, county=county) or by.holding(Duty.VISIT_LOG, county=county)
        if not post:
            raise NotYours(_("只有维护清单的岗位或者现场执法人员可以登记经营主体。"))
        enterprise = cls.prepare(**facts)
        with signed(by=by, verb="register", post=post):
            enterprise.save()
            Establishment.objects.create(enterprise=enterprise, address=address)
        return enterprise


class Establishment(Audited):
    """经营场所: where an enterprise is met. Plans, notices, visits, receipts and charges name both."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="establishments", verbose_name=_("经营主体"))
    name = models.CharField(_("场所名称"), max_length=120, blank=True)
    address = models.CharField(_("地址"), max_length=200)
    township = models.CharField(_("乡镇（街道）"), max_length=60, blank=True)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"found": _("录入经营场所"), "register": _("登记经营场所"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("经营场所")

    def __str__(self) -> str:
        return self.name or self.address


class Contact(Audited):
    """How the enterprise is reached. An agency can't change it: else it could have receipt codes sent to itself."""

    class Origin(models.TextChoices):
        ENTERPRISE = "ENTERPRISE", _("企业确认")
        OFFICE = "OFFICE", _("备案机关核对")
        REGISTER = "REGISTER", _("市场主体登记")

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, related_name="contact", verbose_name=_("经营主体"))
    person = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("手机"), max_length=40, blank=True)
    origin = models.CharField(_("来源"), max_length=10, choices=Origin.choices)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    PERSONAL = {
        "person": Personal(_("送达通知书、回执码和缴款通知"), _("更换联系人或企业注销为止")),
        "phone": Personal(_("送达通知书、回执码和缴款通知"), _("更换联系人或企业注销为止")),
    }
    objects = AuditedQuerySet.as_manager()
    VERBS = {
        "found": _("录入联系方式"),
        "change": _("变更联系方式"),
        "confirm": _("企业确认联系方式"),
        "import": _("导入清单"),
        "erase": _("删除个人信息"),
    }

    class Meta:
        verbose_name = _("联系方式")

    def __str__(self) -> str:
        return str(self.enterprise)

    @classmethod
    def of(cls, enterprise: Enterprise) -> "Contact":
        """Return the contact of an enterprise; where there is none yet, an empty one that ``change`` fills in."""
        return cls.objects.filter(enterprise=enterprise).first() or cls(enterprise=enterprise)

    @staticmethod
    @knows_addresses
    def address_of(uid: uuid.UUID) -> str:
        """Return where letters to the enterprise of this uid go today, or ""."""
        return Contact.objects.filter(enterprise__uid=uid).values_list("phone", flat=True).first() or ""

    @classmethod
    def changed_lately(cls, enterprises: Iterable[Enterprise]) -> dict[int, datetime.datetime]:
        """Return key of enterprise -> when its contact was last changed, for those within the days of the rule ``contact.fresh_days``.

        The Office is shown it: a code sent to a number that is new may have gone to the wrong person.
        """
        by_key = {enterprise.pk: enterprise for enterprise in enterprises}
        rows = cls.history.model.objects.filter(enterprise_id__in=by_key, history_type="~").exclude(verb__in=("erase", "confirm"))
        found = dict(rows.order_by("history_id").values_list("enterprise_id", "history_date"))
        counties = {by_key[key].county for key in found}
        since = {county: timezone.now() - datetime.timedelta(days=county.rule("contact.fresh_days")) for county in counties}
        return {key: at for key, at in found.items() if at > since[by_key[key].county]}

    @classmethod
    def _entered(cls, enterprise: Enterprise) -> Any:
        """Return the acts by which a contact was entered, newest first."""
        acts = cls.history.filter(id__in=cls.objects.filter(enterprise=enterprise).values("pk")).exclude(verb__in=("confirm", "erase"))
        return acts.order_by("-history_id")

    @classmethod
    def replaced_since(cls, enterprise: Enterprise, moment: datetime.datetime) -> bool:
        """Tell whether another contact was entered after ``moment``: what was sent before went to the one that stood then."""
        return cls._entered(enterprise).filter(history_date__gt=moment).exists()

    @classmethod
    def unchecked_since(cls, enterprise: Enterprise) -> datetime.datetime | None:
        """Return since when the contact is the one it is, where it came in with a list; None where the Office has checked it.

        That its holder confirmed it says nothing of whether it is the enterprise's.
        """
        entered = cls._entered(enterprise).values_list("history_date", "origin").first()
        return entered[0] if entered and entered[1] != cls.Origin.OFFICE else None

    def change(self, *, by: Any, person: str, phone: str, note: str = "") -> None:
        """Change the contact: by the Office of the county, after checking who asks (the note says how)."""
        post = by.holding(Duty.CODE_HAND_OUT, county=self.enterprise.county)
        if not post:
            raise NotYours(_("联系方式只能由企业、备案机关或者登记机关变更，检查单位不能变更。"))
        if not note.strip():
            raise Refused(_("请写明如何核实了申请人身份。"), field="note")
        with signed(by=by, verb="change", note=note, post=post):
            self.person, self.phone, self.origin, self.confirmed_at = person, phone, self.Origin.OFFICE, timezone.now()
            self.save()

    def confirm(self, *, by: Any) -> None:
        """The enterprise itself, having come in through this contact, says that it is right."""
        with signed(by=by, verb="confirm"):
            self.origin, self.confirmed_at = self.Origin.ENTERPRISE, timezone.now()
            self.save()

    @property
    def is_fresh(self) -> bool:
        """Tell whether it was changed within the days (rule value) in which the Office wants to know of it."""
        return self.pk is not None and bool(self.changed_lately([self.enterprise]))

    def erase(self, *, by: Any, note: str, post: object | None = None) -> None:
        """Erase the contact: never by an agency, since no code would leave for the enterprise any more."""
        county = self.enterprise.county
        post = by.holding(Duty.CODE_HAND_OUT, county=county) or by.holding(Duty.SYSTEM, county=county)
        if not post:
            raise NotYours(_("联系方式只能由企业、备案机关或者登记机关变更，检查单位不能变更。"))
        super().erase(by=by, note=note, post=post)
