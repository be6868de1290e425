"""Marks (加注) on receipts: what makes the Office look twice. They never take a receipt out of any count."""

import datetime
from collections.abc import Sequence
from enum import Enum

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from inspection.models import Visit

from .opened import Assurance
from .receipt import Receipt

#: texts shorter than this are equal by chance
LONG_ENOUGH = 6


class Mark(Enum):
    """Why the Office looks twice."""

    QUICK = _("到场不久就提交")
    SAME_WORDS = _("与其他企业的文字相同")
    SAME_NETWORK = _("与其他企业同日同一网络")
    FRESH_CONTACT = _("联系方式刚变更过")
    MADE_TO = _("被现场要求填写")


def marks_of(receipts: Sequence[Receipt]) -> dict[int, list[Mark]]:
    """Return the marks of each receipt by its key, by four questions however many there are."""
    arrived = dict(Visit.objects.filter(notice__in={r.notice_id for r in receipts}).values_list("notice").annotate(at=Min("arrived_at")))
    words = {r.words for r in receipts if len(r.words) >= LONG_ENOUGH}
    networks = {r.came_from for r in receipts if r.came_from}
    same_words = set(Receipt.objects.filter(words__in=words).values_list("words", "enterprise"))
    same_network = set(Receipt.objects.filter(came_from__in=networks).values_list("came_from", "enterprise"))
    changed = _contacts_changed(receipts)
    found: dict[int, list[Mark]] = {}
    soon = {county: datetime.timedelta(minutes=county.rule("receipt.quick_minutes")) for county in {r.county for r in receipts}}
    for r in receipts:
        quick = soon[r.county]
        found[r.pk] = [
            mark
            for mark, holds in (
                (Mark.QUICK, r.notice_id in arrived and r.given_at - arrived[r.notice_id] < quick),
                (Mark.SAME_WORDS, r.words in words and any(w == r.words and e != r.enterprise_id for w, e in same_words)),
                (Mark.SAME_NETWORK, any(n == r.came_from and e != r.enterprise_id for n, e in same_network if r.came_from)),
                (Mark.FRESH_CONTACT, r.code.fresh_contact if r.code_id else r.pk in changed),
                (Mark.MADE_TO, r.made_to),
            )
            if holds
        ]
    return found


def _contacts_changed(receipts: Sequence[Receipt]) -> set[int]:
    """Return the keys of the receipts given on an enterprise's own page within days of a change of the contact that opened it."""
    own = [r for r in receipts if r.assurance in (Assurance.OWN, Assurance.OWN_REGISTER)]
    contacts = Contact.objects.filter(enterprise__in={r.enterprise_id for r in own})
    acts = Contact.history.filter(id__in=contacts.values("pk"), history_type="~").exclude(verb__in=("erase", "confirm"))
    changes: dict[int, list[datetime.datetime]] = {}
    for enterprise, at in acts.values_list("enterprise_id", "history_date"):
        changes.setdefault(enterprise, []).append(at)
    fresh = {county: datetime.timedelta(days=county.rule("contact.fresh_days")) for county in {r.county for r in own}}
    return {r.pk for r in own if any(r.given_at - fresh[r.county] < at <= r.given_at for at in changes.get(r.enterprise_id, []))}
