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


class EnterpriseItself:
    """Signs as an enterprise that came in through its own door."""

    def __init__(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name=str(self.enterprise)[:100], post="企业", county=self.enterprise.county.code)


class DoorKey(Capability):
    """One key sent to one contact. Whoever asks learns nothing: the answer is the same whether a letter left or not."""

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
            # A letter each twenty minutes is enough for the enterprise, and too few to pester it with.
            if Knock.count(f"letter:{enterprise.uid}") < 3:
                cls._send(enterprise, address)

    @classmethod
    def _send(cls, enterprise: Enterprise, address: str) -> None:
        contact = Contact.objects.filter(enterprise=enterprise).exclude(phone="").first()
        if contact is None:
            return hash_in_vain()
        made, county = Secret.fresh(), enterprise.county
        minutes = county.rule("enterprise.key_minutes")
        with transaction.atomic(), signed(by=EnterpriseItself(enterprise), verb="send"):
            for old in cls.objects.standing().filter(enterprise=enterprise, used_at__isnull=True):
                with signed(by=EnterpriseItself(enterprise), verb="replace"):
                    old.replaced_at = timezone.now()
                    old.save()
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
    def enter(cls, *, link: str = "", identifier: str = "", digits: str = "", address: str) -> Enterprise:
        """Come in, once. Raises Refused (wrong), Gone (used, replaced or too old), TooMany."""
        Knock.refuse_too_many("wrong-key:", address, 20, _now("试错次数过多，请一小时后再试。"))
        key = cls.objects.by_link(link) if link else cls._by_digits(identifier, digits_in(digits))
        if key is None:
            Knock.keep("wrong-key:", address)
            raise Refused(_now("登录码不对，请与收到的短信核对，或者重新获取。"), field="code")
        with transaction.atomic():
            key = cls.objects.select_for_update().select_related("enterprise__county").get(pk=key.pk)
            age = timezone.now() - key.made_at
            if key.used_at or key.replaced_at or age > datetime.timedelta(minutes=key.enterprise.county.rule("enterprise.key_minutes")):
                raise Gone(_now("这个登录码已经用过或者过期，请重新获取。"))
            with signed(by=EnterpriseItself(key.enterprise), verb="enter"):
                key.used_at = timezone.now()
                key.save()
        return key.enterprise

    @classmethod
    def _by_digits(cls, identifier: str, digits: str) -> "DoorKey | None":
        keys: Any = cls.objects.standing().filter(enterprise__identifier=identifier.strip().upper(), used_at__isnull=True)
        keys = list(keys.exclude(enterprise__identifier="").select_related("enterprise")[:5])
        if not keys:
            hash_in_vain()
        return next((key for key in keys if key.is_opened_by(digits)), None)
