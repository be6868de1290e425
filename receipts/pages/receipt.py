"""The receipt: by its own link, by the digits at the notice or with its number, by the card at the plate."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Knock
from audit.models import Refusal, Refused
from inspection.models import FilingNotice

from ..forms import ByNumberForm, ReceiptForm, TypedCodeForm
from ..models import Complaint, Opened, QuestionSet, Receipt, ReceiptCode, ReminderStop, Window, is_good, public_key
from ..models.receipt import Bearer
from ..views import for_the_bearer
from .bearer import address_of, closed, open_to_all, unknown
from .picture import promise_png

#: a form that only opened the receipt bears no such mark: nothing is missing in it yet
SENDING = "send"


@for_the_bearer
@open_to_all
def give(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """The receipt behind the QR of the notice: the digits are typed. Nothing typed is lost when something is to be mended."""
    try:
        Receipt.refuse_at_wrong_time(notice)
    except Refusal as refusal:
        return closed(request, refusal, notice.county, notice=notice)
    form = TypedCodeForm(request.POST or None, questions=QuestionSet.in_force(notice.county.today()), initial={"uid": uuid.uuid4()})
    if request.method == "POST" and form.carry_out(
        request,
        lambda said: Receipt.give(notice, code=said["code"], answers=form.answers, uid=said["uid"], address=address_of(request)),
    ):
        return redirect("receipts:given", token=notice.address, uid=form.result.uid)
    return the_form(request, notice, form)


def the_form(request: HttpRequest, notice: FilingNotice, form: ReceiptForm, **more: Any) -> HttpResponse:
    """Draw the form of a receipt."""
    context = {"notice": notice, "county": notice.county, "form": form, **more}
    return render(request, "receipts/give.html", context, status=form.http_status)


def answered(request: HttpRequest, opened: Opened, hidden: dict[str, str], **more: Any) -> HttpResponse:
    """Show the form of an opened receipt, or keep what was sent with it. ``hidden`` is what opens it again at sending."""
    notice = opened.notice
    try:
        Receipt.refuse_at_wrong_time(notice)
    except Refusal as refusal:
        return closed(request, refusal, notice.county, notice=notice)
    sent = request.POST if request.method == "POST" and request.POST.get("step") == SENDING else None
    form = ReceiptForm(sent, questions=QuestionSet.in_force(notice.county.today()), initial={"uid": uuid.uuid4()})
    if sent is not None and form.carry_out(
        request, lambda said: Receipt.keep(opened, answers=form.answers, uid=said["uid"], address=address_of(request))
    ):
        return redirect("receipts:given", token=notice.address, uid=form.result.uid)
    return the_form(request, notice, form, hidden={**hidden, "step": SENDING}, **more)


@open_to_all
def own_link(request: HttpRequest, link: str) -> HttpResponse:
    """The enterprise's own link out of its message: the form, with nothing to type. Looking changes nothing."""
    code = ReceiptCode.objects.select_related("notice__county", "notice__plan__agency", "notice__enterprise").by_link(link)
    if code is None:
        return unknown(request)
    try:
        opened = code.opened()
    except Refusal as refusal:
        return closed(request, refusal, code.notice.county, notice=code.notice)
    return answered(request, opened, {}, link=link)


@open_to_all
@require_POST
def stop_reminding(request: HttpRequest, link: str) -> HttpResponse:
    """不再提醒: by whoever holds the link out of a reminder."""
    code = ReceiptCode.objects.select_related("notice__county", "notice__enterprise").by_link(link)
    if code is None:
        return unknown(request)
    ReminderStop.stop(code.notice.enterprise, by=Bearer(code.notice))
    return render(
        request, "receipts/said.html", {"county": code.notice.county, "title": _("以后不再提醒"), "words": _("需要时仍然可以填写回执。")}
    )


@open_to_all
def by_number(request: HttpRequest) -> HttpResponse:
    """For whoever can't or won't tap a link: the number of the notice and the digits, then the form."""
    form = ByNumberForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: _opened_by_number(said, address_of(request))):
        opened = form.result
        hidden = {name: str(request.POST.get(name, "")) for name in ("county", "year", "number", "code")}
        return answered(request, opened, hidden)
    return render(request, "receipts/by_number.html", {"form": form}, status=form.http_status)


def _opened_by_number(said: dict[str, Any], address: str) -> Opened:
    """Return what number and digits open. A number that is not there is answered like wrong digits."""
    county = said["county"]
    notices = FilingNotice.objects.answerable().select_related("county", "plan__agency", "enterprise")
    notice = notices.filter(county=county, year=said["year"], number=said["number"]).first()
    if notice is None:
        most = county.rule("receipt.tries_per_hour")
        Knock.refuse_too_many(
            "wrong-number",
            address,
            most,
            _("试错次数过多，请一小时后再试，或者拨打监督电话 %(phone)s。") % {"phone": county.supervision_phone},
        )
        Knock.keep("wrong-number", address)
        raise Refused(
            _("回执码不对，请与收到的短信或回执单核对；没有回执码的，请拨打监督电话 %(phone)s。") % {"phone": county.supervision_phone},
            field="code",
        )
    code = ReceiptCode.match(notice, said["code"], address)
    return Opened(notice, code.assurance, code=code)


@for_the_bearer
@open_to_all
@require_safe
def given(request: HttpRequest, notice: FilingNotice, uid: uuid.UUID) -> HttpResponse:
    """The promise: that it was kept, its number and time; nothing of what was said."""
    receipt = get_object_or_404(Receipt.objects.select_related("county"), notice=notice, uid=uid)
    context = {"notice": notice, "county": notice.county, "receipt": receipt, "window": Window.of(notice)}
    return render(request, "receipts/given.html", context)


@for_the_bearer
@open_to_all
@require_safe
def picture(request: HttpRequest, notice: FilingNotice, uid: uuid.UUID) -> HttpResponse:
    """The promise as a picture, to be kept on the phone."""
    receipt = get_object_or_404(Receipt.objects.select_related("county"), notice=notice, uid=uid)
    return HttpResponse(promise_png(receipt), content_type="image/png")


@open_to_all
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What a number answers: kept, signed; and that proofs are not published yet. Neither when, nor about whom, nor what.

    Nor whether it is that of a receipt or of a complaint: both were promised it.
    """
    number = request.GET.get("number", "").strip().upper().replace(" ", "")[:20]
    kinds = [kind.objects.filter(short=number).select_related("county").first() for kind in (Receipt, Complaint)] if number else []
    found = next((row for row in kinds if row), None)
    good = found is not None and is_good(found.promise, public_key())
    return render(request, "receipts/kept.html", {"number": number, "good": good}, status=200 if good or not number else 404)
