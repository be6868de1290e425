"""The window: what waits to be gathered, the payment notices, what came in, what is to be given back."""

import uuid

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty, Enterprise
from accounts.paging import page_of
from audit.models import NotYours

from ..forms import GatherForm, WhyForm
from ..models import Charge, PaymentNotice, Refund, TreasuryReceipt


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The payment notices, newest first, and for the window the enterprises whose charges wait."""
    notices = PaymentNotice.objects.visible_to(request.user).select_related("county", "enterprise")
    post = request.user.holding(Duty.MONEY_COLLECT)
    waiting = []
    if post:
        rows = Charge.objects.filter(county=post.county).ungathered().order_by().values("enterprise")
        found = list(rows.annotate(many=Count("pk"), open=Sum("sums__open")).order_by("enterprise")[:50])
        names = Enterprise.objects.in_bulk([row["enterprise"] for row in found])
        waiting = [(names[row["enterprise"]], row["many"], row["open"]) for row in found]
    return render(request, "fees/notice_list.html", {"page": page_of(notices, request), "waiting": waiting, "may_gather": post})


@require_POST
def gather(request: HttpRequest) -> HttpResponse:
    """归集 for one enterprise."""
    form = GatherForm(request.POST)
    if not form.is_valid():
        raise Http404
    rows = Enterprise.objects.visible_to(request.user).select_related("county")
    enterprise = get_object_or_404(rows, uid=form.cleaned_data["enterprise"])
    return redirect(PaymentNotice.gather(by=request.user, enterprise=enterprise))


def _notice(request: HttpRequest, uid: uuid.UUID) -> PaymentNotice:
    return get_object_or_404(PaymentNotice.objects.visible_to(request.user).select_related("county", "enterprise", "document"), uid=uid)


@require_safe
def notice(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One notice: its lines with their codes, what of each was paid, and its history."""
    found = _notice(request, uid)
    lines = found.lines.select_related("charge__sums", "charge__item", "agency").prefetch_related("receipts").order_by("pk")
    return render(
        request,
        "fees/notice.html",
        {
            "notice": found,
            "lines": lines,
            "steps": {verb.removesuffix("_waiting"): step for verb, step in found.steps_open_to(request.user).items() if verb != "issue"},
            "history": [(row, PaymentNotice.verb_labels().get(row.verb, row.verb)) for row in found.history.order_by("history_id")],
        },
    )


@require_POST
def notice_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """申请作废, 复核作废, 不予作废."""
    found = _notice(request, uid)
    name = verb.replace("-", "_")
    if name not in ("ask_void", "void", "keep"):
        raise Http404
    form = WhyForm(request.POST)
    if form.carry_out(request, lambda said: getattr(found, name)(by=request.user, **said)):
        return redirect(found)
    context = {"row": found, "form": form, "step": PaymentNotice.STEPS[name], "back": found.get_absolute_url()}
    return render(request, "inspection/act.html", context, status=form.http_status)


@require_safe
def notice_pdf(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The paper as kept."""
    return paper_of(_notice(request, uid))


def paper_of(found: PaymentNotice) -> HttpResponse:
    """Answer with the kept paper; not found before it is issued."""
    if found.document is None:
        raise Http404
    response = HttpResponse(found.document.read(), content_type=found.document.content_type)
    response["Content-Disposition"] = f'inline; filename="payment-{found.year}-{found.number}.pdf"'
    response["ETag"] = f'"{found.document_id}"'
    return response


@require_safe
def treasury(request: HttpRequest) -> HttpResponse:
    """到账核销: what the feed told, newest first. Read only: there is nothing here to mark."""
    if not request.user.carries([Duty.MONEY_READ, Duty.MONEY_COLLECT, Duty.OVERSEE, Duty.CHARGE_REGISTER, Duty.PLAN_ENDORSE]):
        raise NotYours(_("这里由财政、备案机关和执收单位查阅。"))
    rows = TreasuryReceipt.objects.visible_to(request.user).select_related("line__charge", "line__agency", "line__notice__enterprise")
    if "unmatched" in request.GET:
        rows = rows.unmatched()
    return render(request, "fees/treasury.html", {"page": page_of(rows, request), "unmatched": "unmatched" in request.GET})


@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    """Refunds: those that wait for the window first."""
    rows = Refund.objects.filter(charge__in=Charge.objects.visible_to(request.user)).select_related("charge__agency", "charge__enterprise")
    page = page_of(rows, request)
    for row in page.rows:
        row.open_steps = row.steps_open_to(request.user)
    return render(request, "fees/refunds.html", {"page": page})


@require_POST
def refund_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """报国库退付 or 不予退付."""
    found = get_object_or_404(Refund.objects.filter(charge__in=Charge.objects.visible_to(request.user)), uid=uid)
    if verb not in ("agree", "refuse"):
        raise Http404
    form = WhyForm(request.POST)
    if form.carry_out(request, lambda said: getattr(found, verb)(by=request.user, **said)):
        return redirect("fees:refunds")
    context = {"row": found, "form": form, "step": Refund.STEPS[verb], "back": "/refunds/"}
    return render(request, "inspection/act.html", context, status=form.http_status)
