"""What the enterprise's receipt says beside what the officers logged: people, times, items, money."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import County, yuan
from fees.models import Charge
from inspection.models import Visit
from receipts.models import Receipt


@dataclass(frozen=True)
class Difference:
    """One difference: about what, what the enterprise said, what was logged."""

    receipt: Receipt
    code: str
    about: str
    said: str
    logged: str


@dataclass(frozen=True)
class Pair:
    """A receipt, the visits logged under its notice, and the charges registered with them."""

    receipt: Receipt
    visits: list[Visit]
    charges: list[Charge]


def differences(county: County, since: datetime.date) -> list[Difference]:
    """Return the differences of the county's receipts given since a day, newest receipt first."""
    receipts = Receipt.objects.counted().filter(county=county, given_at__gte=county.start_of(since))
    found = list(receipts.select_related("county", "notice", "agency", "enterprise").order_by("-pk")[:1000])
    return [difference for pair in _pairs(found) for difference in differences_of(pair)]


def _pairs(receipts: list[Receipt]) -> Iterator[Pair]:
    visits: dict[int, list[Visit]] = {}
    for visit in Visit.objects.filter(notice__in={r.notice_id for r in receipts}).prefetch_related("people").order_by("pk"):
        visits.setdefault(visit.notice_id, []).append(visit)
    charges: dict[int, list[Charge]] = {}
    for charge in Charge.objects.standing().filter(visit__notice__in={r.notice_id for r in receipts}).select_related("visit"):
        charges.setdefault(charge.visit.notice_id, []).append(charge)
    for receipt in receipts:
        yield Pair(receipt, visits.get(receipt.notice_id, []), charges.get(receipt.notice_id, []))


def differences_of(pair: Pair) -> Iterator[Difference]:
    """Yield where the two sides differ. What was not answered differs from nothing."""
    if not pair.visits:
        yield Difference(pair.receipt, "visit", _("入企登记"), _("有人来过"), _("没有登记"))
    for law in (_papers, _people, _times, _items, _money):
        for code, about, said, logged in law(pair, pair.receipt.answers):
            yield Difference(pair.receipt, code, about, said, logged)


Found = Iterable[tuple[str, str, str, str]]


def _papers(pair: Pair, said: dict[str, Any]) -> Found:
    if pair.visits and said.get("notice_shown") == Receipt.NoticeShown.NO:
        yield "notice", _("备案通知书"), _("没有出示"), _("凭通知书登记入企")
    if pair.visits and said.get("certificates") in (Receipt.Shown.SOME, Receipt.Shown.NONE):
        yield "certificates", _("执法证"), pair.receipt.get_certificates_display(), _("登记了执法证号")


def _people(pair: Pair, said: dict[str, Any]) -> Found:
    logged = {person.name for visit in pair.visits for person in visit.people.all()}
    if pair.visits and "people" in said and said["people"] != len(logged):
        yield "people", _("人数"), _("%(n)d 人") % {"n": said["people"]}, _("%(n)d 人") % {"n": len(logged)}
    certified = {p.name for visit in pair.visits for p in visit.people.all() if p.certificate_number}
    if pair.visits and "people_certified" in said and said["people_certified"] != len(certified):
        yield "people", _("持证人数"), _("%(n)d 人") % {"n": said["people_certified"]}, _("%(n)d 人") % {"n": len(certified)}
    if pair.visits and said.get("people_match") in ("SOME", "NO"):
        strangers = [p.name for visit in pair.visits for p in visit.people.all() if not p.named_on_notice]
        yield "people", _("来的人和通知书"), _("不一致"), "、".join(strangers) or _("都在通知书上")


def _times(pair: Pair, said: dict[str, Any]) -> Found:
    zone, most = pair.receipt.county, pair.receipt.county.rule("receipt.times_differ")
    if not pair.visits:
        return
    for name, about, at in (("arrived", _("入企时间"), pair.visits[0].arrived_at), ("left", _("离企时间"), pair.visits[-1].left_at)):
        if name in said and at is not None:
            told = datetime.time.fromisoformat(said[name])
            there = zone.start_of(zone.day_of(at)) + datetime.timedelta(hours=told.hour, minutes=told.minute)
            if abs((there - at).total_seconds()) > most * 60:
                yield "times", about, said[name], timezone.localtime(at).strftime("%H:%M")


def _items(pair: Pair, said: dict[str, Any]) -> Found:
    if said.get("content_match") == "NO":
        yield "items", _("内容、地点和通知书"), _("不一致"), "、".join(item["name"] for item in pair.receipt.notice.snapshot["items"])
    if said.get("sealed") in ("PAPER", "BARE") and not any(v.result in (Visit.Result.ORDERED, Visit.Result.CASE) for v in pair.visits):
        logged = "、".join(str(v.get_result_display()) for v in pair.visits if v.result) or "—"
        yield "items", _("查封、扣押、停产"), _("有"), logged


def _money(pair: Pair, said: dict[str, Any]) -> Found:
    registered = sum(charge.amount for charge in pair.charges)
    amount = said.get("money_amount")
    if said.get("money") == Receipt.YesNo.YES and not pair.charges:
        told = _("要了 %(yuan)s 元") % {"yuan": yuan(amount)} if amount else _("要钱了")
        yield "money", _("要钱"), told, _("没有登记收费罚没")
    elif amount is not None and amount != registered:
        yield "money", _("金额（元）"), yuan(amount), yuan(registered)
    elif said.get("money") == Receipt.YesNo.NO and pair.charges:
        yield "money", _("要钱"), _("没有"), _("登记了 %(yuan)s 元") % {"yuan": yuan(registered)}
