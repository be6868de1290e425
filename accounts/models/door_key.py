"""How an enterprise comes in without a password: a link and a code to the contact it has confirmed, good once, for minutes."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Gone, Refused, signed
from delivery.models import Letter

from .capability import Capability, Secret, digits_in, hash_in_vain, spaced
from .enterprise import Contact, Enterprise
from .knock import Knock

#: letters that one network can have sent to an enterprise in an hour, and all together in a day: enough to come in, too few to pester
MOST_AN_HOUR, MOST_A_DAY = 3, 10
DAY = datetime.timedelta(days=1)


class EnterpriseItself:
    """Signs as an enterprise that came in through its own door."""

    def __init__(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name=str(self.enterprise)[:100], post="企业", county=self.enterprise.county.code)


class DoorKey(Capability):
    """One key sent to one contact. Whoever asks learns nothing: the answer is the same whether a letter left or not.

    Anybody may ask, since the number of an enterprise is public. So a key kills no other: each is good once, for its minutes. And
    when the letters of a day are used up, by whomever, the unused keys of that day stay good: nobody is kept out by asking.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="door_keys", verbose_name=_("经营主体"))
    used_at = models.DateTimeField(_("使用时间"), null=True)

    LEAF_DAILY = True
    VERBS = {"send": _("发送登录码"), "replace": _("停用旧登录码"), "enter": _("企业登录")}

    class Meta:
        verbose_name = _("企业登录码")

    def __str__(self) -> str:
        return str(self.enterprise)

    @property
    def scope(self) -> str:
        return f"door:{self.enterprise.uid}"

    @classmethod
    def ask(cls, identifier: str, *, address: str) -> None:
        """Send a key to each enterprise of that number which has a contact. Says nothing of whether there is one.

        Raises Refused for an empty number, TooMany for whoever asks too often.
        """
        identifier = identifier.strip().upper()
        if not identifier:
            raise Refused(_now("请填写统一社会信用代码或者营业执照上的注册号。"), field="identifier")
        too_many = _now("要得太多了，请一小时后再试，或者到备案机关窗口办理。")
        Knock.refuse_too_many("sign-in:", address, 20, too_many)
        Knock.keep(f"sign-in:{identifier[:40]}", address)
        found = list(Enterprise.objects.filter(identifier=identifier).exclude(identifier="").select_related("county", "contact")[:5])
        if not found:
            hash_in_vain()
        for enterprise in found:
            if Knock.count(f"letter:{enterprise.uid}", address) < MOST_AN_HOUR and not cls._used_up(enterprise):
                cls._send(enterprise, address)
            else:
                hash_in_vain()

    @staticmethod
    def _used_up(enterprise: Enterprise) -> bool:
        return Knock.count(f"letter:{enterprise.uid}", hours=24) >= MOST_A_DAY

    @property
    def is_good(self) -> bool:
        """Tell whether it still opens: unused and young, or of a day whose letters are used up."""
        if self.used_at or self.replaced_at:
            return False
        age = timezone.now() - self.made_at
        minutes = self.enterprise.county.rule("enterprise.key_minutes")
        return age <= datetime.timedelta(minutes=minutes) or (age <= DAY and self._used_up(self.enterprise))

    @classmethod
    def _send(cls, enterprise: Enterprise, address: str) -> None:
        contact = Contact.objects.filter(enterprise=enterprise).exclude(phone="").first()
        if contact is None:
            return hash_in_vain()
        made, county = Secret.fresh(), enterprise.county
        minutes = county.rule("enterprise.key_minutes")
        with transaction.atomic(), signed(by=EnterpriseItself(enterprise), verb="send"):
            key = cls(enterprise=enterprise, made_at=timezone.now())
            key.lock_with(made)
            key.save()
            Letter.write(
                county=county.code,
                about=str(enterprise)[:100],
                address=contact.phone,
                enterprise=enterprise.uid,
                secret=f"{spaced(made)} （或打开 {settings.BASE_URL}{reverse(settings.DOOR_OPENS_AT, args=[made.link])} ）",
                subject=_now("%(office)s：企业页面登录码") % {"office": county.office_name},
                body=_now(
                    "%(office)s：您正在打开本企业的页面，登录码 {code}，%(minutes)d 分钟内有效。"
                    "不是您本人操作的，请不要告诉任何人。监督电话 %(phone)s。"
                )
                % {"office": county.office_name, "minutes": minutes, "phone": county.supervision_phone},
                kind="enterprise-key",
                facts={"office": county.office_name, "minutes": str(minutes), "phone": county.supervision_phone},
            )
        Knock.keep(f"letter:{enterprise.uid}", address)
        return None

    @classmethod
    def enter(cls, *, link: str = "", identifier: str = "", digits: str = "", address: str) -> "DoorKey":
        """Come in, once; returns the key that was used. Raises Refused (wrong), Gone (used or too old), TooMany."""
        Knock.refuse_too_many("wrong-key:", address, 20, _now("试错次数过多，请一小时后再试。"))
        key = cls.objects.by_link(link) if link else cls._by_digits(identifier, digits_in(digits))
        if key is None:
            Knock.keep("wrong-key:", address)
            raise Refused(_now("登录码不对，请与最近收到的短信核对，或者重新获取。"), field="code")
        with transaction.atomic():
            key = cls.objects.select_for_update().select_related("enterprise__county").get(pk=key.pk)
            if not key.is_good:
                raise Gone(_now("这个登录码已经用过或者过期，请重新获取。"))
            with signed(by=EnterpriseItself(key.enterprise), verb="enter"):
                key.used_at = timezone.now()
                key.save()
        return key

    @property
    def to_confirmed(self) -> bool:
        """Tell whether the contact it was sent to had been confirmed by then: what is confirmed with the key in hand comes too late."""
        contact = Contact.objects.filter(enterprise=self.enterprise_id).values("pk")
        acts = Contact.history.filter(id__in=contact, history_date__lte=self.made_at).order_by("-history_id")
        return acts.values_list("origin", flat=True).first() in (Contact.Origin.ENTERPRISE, Contact.Origin.OFFICE)

    @classmethod
    def _by_digits(cls, identifier: str, digits: str) -> "DoorKey | None":
        keys: Any = cls.objects.standing().filter(enterprise__identifier=identifier.strip().upper(), used_at__isnull=True)
        keys = keys.filter(made_at__gte=timezone.now() - DAY).exclude(enterprise__identifier="")
        keys = list(keys.select_related("enterprise").order_by("-made_at")[:MOST_A_DAY])
        for key in keys:
            if key.is_opened_by(digits):
                return key
        for _missing in range(MOST_A_DAY - len(keys)):
            hash_in_vain()  # the time tells neither whether there are keys nor how many
        return None
