"""What the QR of a payment notice opens: to whoever holds the paper, without signing in. It carries 128 random bits."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.models import County

from ..forms import DisputeForm
from ..models import Dispute, PayerOf, PaymentNotice
from .collection import paper_of


def for_the_holder(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the notice of the address; an unknown one says how to check, with 404."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def held(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        notices = PaymentNotice.objects.select_related("county", "enterprise__county", "document")
        notice = notices.filter(token=token.lower()).first()
        if notice is None:
            return render(request, "fees/pay_unknown.html", {"counties": County.objects.order_by("code")[:5]}, status=404)
        return view(request, notice, **kwargs)

    return held


def lines_of(notice: PaymentNotice) -> list[Any]:
    """Return the lines of a notice, each with the computation that its paper prints (``how``); of one taken off as it was printed."""
    lines = notice.lines.select_related("charge__sums", "charge__item", "charge__cash", "charge__county", "agency")
    found = list(lines.prefetch_related("charge__disputes").order_by("pk"))
    printed = {line["uid"]: line["explained"] for line in (*notice.snapshot.get("lines", ()), *notice.snapshot.get("elsewhere", ()))}
    for line in found:
        line.how = printed.get(str(line.uid), line.charge.explained) if line.dropped else line.worked_out
    return found


@for_the_holder
@require_safe
def pay(request: HttpRequest, notice: PaymentNotice) -> HttpResponse:
    """Is the paper real, what does it ask for, how was it counted, what of it came in. Changes nothing; 410 when void."""
    void = notice.status == notice.Status.VOID
    lines = lines_of(notice)
    return render(
        request,
        "fees/pay.html",
        {
            "notice": notice,
            "county": notice.county,
            "facts": notice.snapshot,
            "lines": lines,
            "settled": any(not line.dropped and not line.elsewhere and line.charge.open <= 0 for line in lines),
            "held": any(line.charge.in_hand for line in lines if not line.dropped),
            "left": sum({line.charge_id: line.charge.to_pay for line in lines if not line.dropped}.values()),
            "state": {"ISSUED": "good", "VOIDING": "good", "VOID": "void"}.get(notice.status, "numbered"),
        },
        status=410 if void else 200,
    )


@for_the_holder
@require_safe
def pay_pdf(request: HttpRequest, notice: PaymentNotice) -> HttpResponse:
    """The paper, byte for byte as kept."""
    return paper_of(notice)


@for_the_holder
def dispute(request: HttpRequest, notice: PaymentNotice, line: uuid.UUID) -> HttpResponse:
    """提出异议 about one line: GET shows the form, POST keeps it for the agency that charged."""
    found = get_object_or_404(notice.lines.select_related("charge__county", "charge__sums", "agency"), uid=line)
    form = DisputeForm(request.POST or None, initial={"uid": uuid.uuid4()})
    payer = PayerOf(notice.enterprise)
    if request.method == "POST" and form.carry_out(request, lambda said: Dispute.make(found.charge, by=payer, **said)):
        return redirect("fees:pay", notice.token)
    context = {"notice": notice, "county": notice.county, "line": found, "form": form}
    return render(request, "fees/pay_dispute.html", context, status=form.http_status)
