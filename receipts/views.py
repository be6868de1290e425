"""The scan page behind the QR, and the paper."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import County
from audit import issuing
from audit.models import Gone, Refusal, WrongMoment
from inspection import statement
from inspection.models import LONGEST_TOKEN, FilingNotice, Scan, VisitRight
from paper.models import page_count
from paper.models import page_picture as picture_of

from .models import Window


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
            context = {"counties": County.objects.order_by("code")[:5], "why": why_unknown(token)}
            return render(request, "receipts/unknown.html", context, status=404)
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
            "state": notice.state_on(today),
            "scans": Scan.of(notice),
            "grades": [(grade, [r for r in rights if r.grade == grade]) for grade in VisitRight.Grade.values],
            "receipt_open": window.is_open(today),
            "window": window,
        },
        status=410 if notice.status == notice.Status.VOID else 200,
    )


def why_unknown(address: str) -> str:
    """Return why no notice is reached: FORGED, KEY, REVOKED of what looks like a statement; LOST: signed by us, but no row; else ""."""
    if len(address) <= LONGEST_TOKEN:
        return ""
    try:
        statement.check(address.upper(), issuing.published().keys)
    except statement.NotGenuine as fault:
        return "FORGED" if fault.why in ("MALFORMED", "SIGNATURE") else fault.why
    except issuing.CannotSign:
        return ""
    return "LOST"


@for_the_bearer
@require_POST
def seen(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """Count that somebody looked: sent by the page once a person has touched it, so that no preview of a chat app counts."""
    Scan.count(notice)
    return HttpResponse(status=204)


@for_the_bearer
@require_safe
def notice_pdf(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """The paper, byte for byte as kept. 404 before it is issued, 410 when void."""
    if (refused := _without_paper(request, notice)) is not None:
        return refused
    response = HttpResponse(notice.document.read(), content_type=notice.document.content_type)
    response["Content-Disposition"] = f'inline; filename="notice-{notice.year}-{notice.number}.pdf"'
    response["ETag"] = f'"{notice.document_id}"'
    return response


def _without_paper(request: HttpRequest, notice: FilingNotice) -> HttpResponse | None:
    """Return the answer where there is no paper to show: void (410) or not issued yet (404)."""
    if notice.status == notice.Status.VOID:
        return _refuse(request, notice, Gone(str(notice.get_status_display())))
    if notice.document is None:
        context = {"notice": notice, "county": notice.county, "refusal": WrongMoment(str(notice.get_status_display()))}
        return render(request, "receipts/closed.html", context, status=404)
    return None


@for_the_bearer
@require_safe
def paper(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """The paper as pictures of its pages: nothing to download, no other window."""
    if (refused := _without_paper(request, notice)) is not None:
        return refused
    pages = range(1, page_count(notice.document) + 1)
    return render(request, "receipts/paper.html", {"notice": notice, "county": notice.county, "pages": pages})


@for_the_bearer
@require_safe
def page_picture(request: HttpRequest, notice: FilingNotice, number: int) -> HttpResponse:
    """One page of the paper as PNG."""
    if (refused := _without_paper(request, notice)) is not None:
        return refused
    picture = picture_of(notice.document, number)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")


@login_not_required
@require_safe
def elder(request: HttpRequest) -> HttpResponse:
    """长者模式 on or off, and back."""
    back = request.GET.get("next", "/")
    response = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "/")
    if request.COOKIES.get("elder"):
        response.delete_cookie("elder")
    else:
        response.set_cookie("elder", "1", max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def _refuse(request: HttpRequest, notice: FilingNotice, refusal: Refusal) -> HttpResponse:
    return render(
        request,
        "receipts/closed.html",
        {"notice": notice, "county": notice.county, "refusal": refusal},
        status=refusal.status,
    )
