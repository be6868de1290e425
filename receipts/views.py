"""The public pages behind the QR, and what the Office does with codes and receipts."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import County, Duty
from accounts.paging import page_of
from audit.models import Gone, NotYours, Reading, Refusal, WrongMoment
from inspection.models import FilingNotice, VisitRight

from .forms import ComplaintForm, HandOutForm, ReceiptForm
from .models import Complaint, Receipt, ReceiptCode, Window, spaced


# --- open to whoever holds the token --------------------------------------------------------------
def for_the_bearer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the notice that bears the token; an unknown token is answered in large type, with whom to call.

    Nothing here signs anyone in, so there is no session to forge a request with.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def held(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        notices = FilingNotice.objects.select_related("county", "plan__agency", "enterprise", "establishment", "document")
        notice = notices.by_address(token)
        if notice is None:
            return render(request, "receipts/unknown.html", {"counties": County.objects.order_by("code")[:5]}, status=404)
        return view(request, notice, **kwargs)

    return held


@for_the_bearer
@require_safe
def scan(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """Is it real, for whom, by whom, what, when; and what the owner may do. Changes nothing.

    200 for a good one, before, during and after its days; 410 when void; 404 when unknown.
    """
    window, today = Window.of(notice), notice.county.today()
    rights = VisitRight.objects.filter(county=notice.county, on_page=True).in_force(today)
    return render(
        request,
        "receipts/scan.html",
        {
            "notice": notice,
            "facts": notice.snapshot,
            "county": notice.county,
            "state": _state(notice),
            "grades": [(grade, [r for r in rights if r.grade == grade]) for grade in VisitRight.Grade.values],
            "receipt_open": not window.is_before() and not window.is_after(today),
            "window": window,
        },
        status=410 if notice.status == notice.Status.VOID else 200,
    )


def _state(notice: FilingNotice) -> str:
    today = notice.county.today()
    if notice.status != notice.Status.ISSUED:
        return notice.status.lower()
    if today < notice.starts_on:
        return "early"
    return "late" if today > notice.ends_on else "good"


@for_the_bearer
@require_safe
def notice_pdf(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """The paper, byte for byte as kept. 404 before it is issued, 410 when void."""
    if notice.status == notice.Status.VOID:
        return _refuse(request, notice, Gone(str(notice.get_status_display())))
    if notice.document is None:
        return render(
            request,
            "receipts/closed.html",
            {"notice": notice, "county": notice.county, "refusal": WrongMoment(str(notice.get_status_display()))},
            status=404,
        )
    response = HttpResponse(notice.document.read(), content_type=notice.document.content_type)
    response["Content-Disposition"] = f'inline; filename="notice-{notice.year}-{notice.number}.pdf"'
    response["ETag"] = f'"{notice.document_id}"'
    return response


@for_the_bearer
def give(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """The receipt: GET shows the form, POST keeps it. What is wrong is said at its field and nothing typed is lost."""
    try:
        Receipt.refuse_at_wrong_time(notice)
    except Refusal as refusal:
        return _refuse(request, notice, refusal)
    form = ReceiptForm(request.POST or None, initial={"uid": uuid.uuid4()})
    if request.method == "POST" and form.carry_out(
        request,
        lambda said: Receipt.give(
            notice,
            code=said["code"],
            answers={name: said[name] for name in Receipt.ANSWERS},
            uid=said["uid"],
            address=request.META["REMOTE_ADDR"],
        ),
    ):
        return redirect("receipts:given", token=notice.address, uid=form.result.uid)
    return render(request, "receipts/give.html", {"notice": notice, "county": notice.county, "form": form}, status=form.http_status)


@for_the_bearer
@require_safe
def given(request: HttpRequest, notice: FilingNotice, uid: uuid.UUID) -> HttpResponse:
    """Says that it has been kept, with its number; nothing of what was said."""
    receipt = get_object_or_404(Receipt, notice=notice, uid=uid)
    return render(
        request,
        "receipts/given.html",
        {"notice": notice, "county": notice.county, "receipt": receipt, "window": Window.of(notice)},
    )


@for_the_bearer
def complain(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """Report something about the notice or those who came: no code, no name."""
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: Complaint.make(notice, **said)):
        return render(request, "receipts/complained.html", {"notice": notice, "county": notice.county, "complaint": form.result})
    return render(request, "receipts/complain.html", {"notice": notice, "county": notice.county, "form": form}, status=form.http_status)


def _refuse(request: HttpRequest, notice: FilingNotice, refusal: Refusal) -> HttpResponse:
    return render(
        request,
        "receipts/closed.html",
        {"notice": notice, "county": notice.county, "refusal": refusal},
        status=refusal.status,
    )


# --- the Office -----------------------------------------------------------------------------------
@require_POST
def hand_out(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out a new receipt code at the counter: shown once, on this answer alone."""
    notice = get_object_or_404(FilingNotice.objects.visible_to(request.user), uid=uid)
    form = HandOutForm(request.POST)
    done = form.carry_out(request, lambda said: ReceiptCode.hand_out(notice, by=request.user, note=said["note"]))
    return render(
        request,
        "receipts/handed_out.html",
        {"notice": notice, "form": form, "digits": spaced(form.result) if done else ""},
        status=form.http_status,
    )


@require_safe
def office_list(request: HttpRequest) -> HttpResponse:
    """All receipts of the county, for 稽核 alone."""
    _only_for_oversight(request)
    rows = Receipt.objects.visible_to(request.user).counted().select_related("notice", "agency", "enterprise")
    grade = request.GET.get("overall", "")
    if grade.isdecimal() and len(grade) < 3:
        rows = rows.filter(overall=int(grade))
    page = page_of(rows, request)
    Reading.record(by=request.user, what="receipt", rows=page.rows)
    return render(request, "receipts/list.html", {"page": page, "grades": Receipt.Overall.choices, "grade": grade})


@require_safe
def complaint_list(request: HttpRequest) -> HttpResponse:
    """All complaints of the county, for 稽核 alone."""
    _only_for_oversight(request)
    rows = Complaint.objects.visible_to(request.user).select_related("notice__enterprise", "notice__plan__agency")
    page = page_of(rows, request)
    Reading.record(by=request.user, what="complaint", rows=page.rows)
    return render(request, "receipts/complaints.html", {"page": page})


def _only_for_oversight(request: HttpRequest) -> None:
    if not request.user.holding(Duty.OVERSEE):
        raise NotYours(_("回执和举报只有备案机关的稽核岗位可以查阅。"))
