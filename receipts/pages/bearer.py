"""What the pages of whoever holds an address have in common: nobody signs in, nothing is kept by a cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from accounts.models import County
from audit.models import Refusal


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page to whoever has its address. There is no session to forge a request with, and no cache keeps it.

    What is refused before a form could say so is answered in large type, with whom to call.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = closed(request, refusal)
        response["Cache-Control"] = "no-store"
        return response

    return opened


def closed(request: HttpRequest, refusal: Refusal, county: County | None = None, **more: Any) -> HttpResponse:
    """Say in large type why not, and whom to call."""
    return render(request, "receipts/closed.html", {"refusal": refusal, "county": county, **more}, status=refusal.status)


def unknown(request: HttpRequest) -> HttpResponse:
    """Say that this address leads nowhere."""
    return render(request, "receipts/unknown.html", {"counties": County.objects.order_by("code")[:5]}, status=404)


def address_of(request: HttpRequest) -> str:
    """Return the network address that tries and sendings are counted by."""
    return request.META["REMOTE_ADDR"]
