"""Nothing off the list (优化营商环境条例 Art. 25), nothing by the wrong unit, nothing above the standard."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agency, yuan
from audit.models import Refused

from ..days import DAY
from ..models.catalogue import FeeItem
from ..standard import Sum, Way


def item_in_force(agency: Agency, words: str, on: datetime.date, asked: dict[str, Any]) -> FeeItem:
    """Return the item named ``words`` in force on the day ``on`` and collected by ``agency``, or refuse."""
    known = FeeItem.objects.filter(county=agency.county).named(words)
    item = known.in_force(on).first()
    if item is None and known.exists():
        raise Refused(
            _("“%(item)s”在 %(day)s 已不在收费目录有效期内（停征或者改税），不得收取。") % {"item": words, "day": on.isoformat()},
            field="item",
            facts=asked,
        )
    if item is None:
        raise Refused(
            _("“%(item)s”不在收费目录清单内。清单之外一律不得收费（优化营商环境条例第25条）。") % {"item": words or _("未填写")},
            field="item",
            facts=asked,
        )
    if not item.may_be_collected_by(agency):
        raise Refused(
            _("“%(item)s”的执收单位是%(unit)s，不由本单位收取。") % {"item": item.name, "unit": item.collecting_unit},
            field="item",
            facts=asked,
        )
    return item


def not_dated_back(item: FeeItem, charged_on: datetime.date, asked: dict[str, Any]) -> None:
    """Refuse an item that is no longer charged, dated back further than the county lets be registered late.

    One that is in force today may be registered late: its standard is that of its day.
    """
    county = item.county
    today, days = county.today(), county.rule("register.back_days")
    now = FeeItem.objects.filter(county=county).in_force(today)
    if charged_on >= today - days * DAY or (now.named(item.code) | now.named(item.name)).exists():
        return
    raise Refused(
        _("“%(item)s”现已停征或者改税，只能补登最近 %(days)d 日以内的收费，%(day)s 的不得再登记、收取。")
        % {"item": item.name, "days": days, "day": charged_on.isoformat()},
        field="charged_on",
        facts={**asked, "charged_on": charged_on.isoformat()},
    )


def sum_of(item: FeeItem, *, quantity: int | None, base: int | None, amount: int | None, asked: dict[str, Any]) -> Sum:
    """Return the sum by the standard of ``item``. A typed ``amount`` must be that sum; one that documents state, within the ceiling."""
    standard = item.as_standard
    if standard.asks_quantity and not quantity:
        raise Refused(_("这个项目按数量计算，请填写数量（单位：%(unit)s）。") % {"unit": standard.unit}, field="quantity", facts=asked)
    if standard.way == Way.RATE and not base:
        raise Refused(_("这个项目按费率计算，请填写计费基数（元）。"), field="base", facts=asked)
    found = standard.of(quantity or 0, base or 0)
    if found is None:
        if not amount:
            raise Refused(_("请填写金额：这个项目按文件核定数额。"), field="amount", facts=asked)
        if item.ceiling is not None and amount > item.ceiling:
            raise Refused(
                _("“%(item)s”最高 %(top)s 元，不得超标准收取（山东省企业权益保护条例第14条）。")
                % {"item": item.name, "top": yuan(item.ceiling)},
                field="amount",
                facts=asked,
            )
        return Sum(amount, [_("按文件核定 %(sum)s 元（%(basis)s）") % {"sum": yuan(amount), "basis": item.basis}])
    if amount is not None and amount != found.fen:
        raise Refused(
            _("按标准应为 %(right)s 元（%(how)s），填写的是 %(typed)s 元。不得超标准收取，也不必填写：系统自行计算。")
            % {"right": yuan(found.fen), "how": "；".join(found.lines), "typed": yuan(amount)},
            field="amount",
            facts=asked,
        )
    return found
