"""What the Office does: codes, receipts, complaints. Every reading of a receipt or complaint is recorded before it is shown."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty
from accounts.paging import page_of
from audit.models import NotYours, Reading
from inspection.models import FilingNotice

from ..forms import AnswerForm, HandOutForm, IdentifyForm, ReferForm, WordsForm
from ..models import Claim, Complaint, Receipt, ReceiptCode, by_assurance, kept_and_counted, marks_of, spaced


@require_POST
def hand_out(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out a new receipt code at the counter or on the telephone (shown once, on this answer alone), or send one anew."""
    notice = get_object_or_404(FilingNotice.objects.visible_to(request.user).select_related("county", "enterprise"), uid=uid)
    form = HandOutForm(request.POST)
    sending = request.POST.get("way") == ReceiptCode.Way.LETTER

    def act(said: dict[str, Any]) -> Any:
        if sending:
            return ReceiptCode.send_anew(notice, by=request.user, note=said["note"])
        return ReceiptCode.hand_out(notice, by=request.user, note=said["note"], way=said["way"] or ReceiptCode.Way.COUNTER)

    done = form.carry_out(request, act)
    context = {"notice": notice, "form": form, "digits": spaced(form.result) if done and not sending else "", "sent": done and sending}
    return render(request, "receipts/handed_out.html", context, status=form.http_status)


@require_safe
def receipt_list(request: HttpRequest) -> HttpResponse:
    """All receipts of the county, for 稽核 alone."""
    county = only_for_oversight(request)
    rows = Receipt.objects.visible_to(request.user).counted().select_related("county", "notice", "agency", "enterprise", "code", "scan")
    grade = request.GET.get("overall", "")
    if grade.isdecimal() and len(grade) < 3:
        rows = rows.filter(overall=int(grade))
    page = page_of(rows, request)
    Reading.record(by=request.user, what="receipt", rows=page.rows)
    marks = marks_of(page.rows)
    for row in page.rows:
        row.marks = marks[row.pk]
    context = {
        "page": page,
        "grades": Receipt.Overall.choices,
        "grade": grade,
        "sums": kept_and_counted(county),
        "levels": by_assurance(county),
    }
    return render(request, "receipts/list.html", context)


@require_safe
def scan_of_receipt(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The scan of a paper receipt, for 稽核 alone."""
    only_for_oversight(request)
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user).select_related("scan"), uid=uid, scan__isnull=False)
    Reading.record(by=request.user, what="receipt", rows=[receipt])
    return HttpResponse(receipt.scan.read(), content_type=receipt.scan.content_type)


@require_safe
def complaint_list(request: HttpRequest) -> HttpResponse:
    """All complaints of the county, for 稽核 alone; those that wait first asked for."""
    county = only_for_oversight(request)
    rows = Complaint.objects.visible_to(request.user).select_related("notice", "enterprise", "agency")
    shown = request.GET.get("show", "")
    if shown == "waiting":
        rows = rows.waiting()
    elif shown == "late":
        rows = rows.overdue(county.today())
    page = page_of(rows, request)
    Reading.record(by=request.user, what="complaint", rows=page.rows)
    return render(request, "receipts/complaints.html", {"page": page, "shown": shown, "today": county.today()})


@require_safe
def complaint(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One complaint, for 稽核 alone."""
    only_for_oversight(request)
    return _the_complaint(request, _found(request, uid), {})


@require_POST
def complaint_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """受理, 不予受理, 延长, 认定被反映单位, 移交, 办结, or a message."""
    only_for_oversight(request)
    found = _found(request, uid)
    if verb == "refer":
        form = ReferForm(request.POST, complaint=found)
        done = form.carry_out(request, lambda said: found.refer(by=request.user, **said))
    elif verb == "identify":
        form = IdentifyForm(request.POST, complaint=found)
        done = form.carry_out(request, lambda said: found.identify(by=request.user, **said))
    elif verb == "write":
        form = WordsForm(request.POST)
        done = form.carry_out(request, lambda said: found.write(said["words"], by=request.user))
    elif verb in ("accept", "refuse", "extend", "decide"):
        form = AnswerForm(request.POST)
        done = form.carry_out(request, lambda said: getattr(found, verb)(by=request.user, note=said["note"]))
    else:
        raise NotYours(_("没有这个办理动作。"))
    return redirect("receipts:complaint", uid=uid) if done else _the_complaint(request, found, {verb: form}, form.http_status)


def _found(request: HttpRequest, uid: uuid.UUID) -> Complaint:
    rows = Complaint.objects.visible_to(request.user).select_related("county", "notice", "enterprise", "agency", "scan", "referral")
    return get_object_or_404(rows, uid=uid)


def _the_complaint(request: HttpRequest, found: Complaint, forms: dict[str, Any], status: int = 200) -> HttpResponse:
    Reading.record(by=request.user, what="complaint", rows=[found])
    steps = found.steps_open_to(request.user)
    context = {
        "complaint": found,
        "messages_of": found.messages.all(),
        "photos": found.photos.all(),
        "steps": {verb: step for verb, step in steps.items() if verb not in ("identify", "refer")},
        "identify": forms.get("identify") or IdentifyForm(complaint=found) if "identify" in steps else None,
        "refer": forms.get("refer") or ReferForm(complaint=found) if "refer" in steps and not found.referral_id else None,
        "words_form": forms.get("write") or WordsForm(),
        "failed": next((form for form in forms.values() if form.errors), None),
    }
    return render(request, "receipts/complaint.html", context, status=status)


@require_safe
def complaint_picture(request: HttpRequest, uid: uuid.UUID, nth: int) -> HttpResponse:
    """One picture of a complaint (0: its scan), for 稽核 alone."""
    only_for_oversight(request)
    found = _found(request, uid)
    pictures = [found.scan, *(photo.picture for photo in found.photos.select_related("picture"))]
    if nth >= len(pictures) or pictures[nth] is None:
        return render(request, "404.html", status=404)
    Reading.record(by=request.user, what="complaint", rows=[found])
    return HttpResponse(pictures[nth].read(), content_type=pictures[nth].content_type)


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """What enterprises say they were asked for, for 稽核 alone."""
    only_for_oversight(request)
    page = page_of(Claim.objects.visible_to(request.user).select_related("enterprise", "agency", "visit__agency"), request)
    Reading.record(by=request.user, what="claim", rows=page.rows)
    return render(request, "receipts/claims.html", {"page": page})


def only_for_oversight(request: HttpRequest) -> Any:
    """Return the county in which this person carries 稽核, or refuse."""
    post = request.user.holding(Duty.OVERSEE)
    if not post:
        raise NotYours(_("回执和举报只有备案机关的稽核岗位可以查阅。"))
    return post.county
