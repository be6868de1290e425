"""What frames every page: the menu of this person, and the marks of the house."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Duty


def house(request: HttpRequest) -> dict[str, Any]:
    """Return what ``base.html`` shows around a page."""
    user = getattr(request, "user", None)
    framed: dict[str, Any] = {"demo_mark": settings.DEMO_MARK}
    if user is not None and user.is_authenticated:
        framed |= {"menu": menu_of(user, request.path), "posts": user.posts_now}
    return framed


def menu_of(user: Any, path: str) -> list[dict[str, Any]]:
    """Return what this person's duties open, by section: its label (none for the first) and its entries."""
    money = (Duty.CHARGE_REGISTER, Duty.MONEY_READ, Duty.OVERSEE, Duty.PLAN_REVIEW, Duty.PLAN_ENDORSE)
    filing = (Duty.PLAN_FILE, Duty.PLAN_ENDORSE, Duty.VISIT_LOG, Duty.CHARGE_REGISTER, Duty.PLAN_RECEIVE, Duty.PLAN_REVIEW, Duty.OVERSEE)
    office = (Duty.PLAN_RECEIVE, Duty.PLAN_REVIEW)
    window = (Duty.MONEY_READ, Duty.MONEY_COLLECT, Duty.OVERSEE)
    sections = [
        (
            "",
            [
                (_("首页"), "desk:home", ()),
                (_("站内消息"), "desk:inbox", ()),
            ],
        ),
        (
            _("检查"),
            [
                (_("检查备案"), "inspection:plans", filing),
                (_("审查台"), "desk:review", office),
                (_("通知书"), "inspection:notices", filing),
                (_("入企登记"), "inspection:visits", filing),
                (_("检查计划"), "inspection:programmes", ()),
                (_("双随机抽查"), "inspection:draws", (*filing, Duty.MONEY_READ)),
                (_("线索移送"), "inspection:referrals", (Duty.PLAN_FILE, *office)),
                (_("委托代签"), "accounts:deputies", (Duty.PLAN_ENDORSE,)),
            ],
        ),
        (
            _("收费罚没"),
            [
                (_("收费罚没登记"), "fees:charges", money),
                (_("统一缴款"), "fees:notices", window),
                (_("到账核销"), "fees:treasury", (*window, Duty.CHARGE_REGISTER)),
                (_("退付"), "fees:refunds", (Duty.MONEY_COLLECT, Duty.CHARGE_REGISTER)),
                (_("收费罚没月报"), "fees:months", money),
            ],
        ),
        (
            _("企业的声音"),
            [
                (_("检查回执"), "receipts:list", (Duty.OVERSEE,)),
                (_("投诉举报"), "receipts:complaints", (Duty.OVERSEE,)),
                (_("企业自述"), "receipts:claims", (Duty.OVERSEE,)),
                (_("随机回访"), "oversight:callbacks", (Duty.OVERSEE, Duty.CODE_HAND_OUT)),
                (_("信件"), "desk:letters", (Duty.CODE_HAND_OUT, Duty.OVERSEE)),
                (_("代录与回执卡"), "receipts:intake", (Duty.PAPER_INTAKE, Duty.CODE_HAND_OUT)),
            ],
        ),
        (
            _("监督"),
            [
                (_("看板"), "oversight:board", (Duty.OVERSEE,)),
                (_("超期清单"), "oversight:overdue", (*office, Duty.OVERSEE)),
                (_("再次上门提示"), "oversight:calls-again", (Duty.OVERSEE,)),
                (_("比对差异"), "oversight:differences", (Duty.OVERSEE,)),
                (_("款项比对差异"), "oversight:money-differences", (Duty.OVERSEE,)),
                (_("违法要求登记"), "oversight:demands", (Duty.OVERSEE,)),
                (_("被拒绝的办理"), "oversight:attempts", (Duty.OVERSEE,)),
            ],
        ),
        (
            _("名录和规则"),
            [
                (_("企业"), "accounts:enterprises", ()),
                (_("检查单位"), "accounts:agencies", ()),
                (_("执法人员"), "accounts:officers", filing),
                (_("公开清单"), "accounts:lists", ()),
                (_("收费目录"), "fees:catalogue", ()),
                (_("规则"), "accounts:rules", ()),
            ],
        ),
    ]
    shown = []
    for label, entries in sections:
        opened = [
            {"label": entry, "address": reverse(name), "here": False}
            for entry, name, duties in entries
            if not duties or user.carries(duties)
        ]
        if opened:
            shown.append({"label": label, "entries": opened})
    # The most particular entry that leads to this page; the home page only by itself.
    entries = [entry for section in shown for entry in section["entries"]]
    here = [e for e in entries if path == e["address"] or (e["address"] != "/" and path.startswith(e["address"]))]
    if here:
        max(here, key=lambda e: len(e["address"]))["here"] = True
    return shown
