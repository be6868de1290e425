"""Refusals turned into answers, once for pages and once for the API; what was refused is recorded here."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.models import Attempt, Refusal, WrongMoment

log = logging.getLogger(__name__)


class Refusals:
    """Answers a refusal with a page that says what is wrong, and keeps the attempt for the Office.

    By the time it is recorded, the act's own transaction has rolled back.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.refusal = None
        response = self.get_response(request)
        if request.refusal is not None:
            record(request, request.refusal)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            request.refusal = exception
            return render(request, "refused.html", {"refusal": exception}, status=exception.status)
        if isinstance(exception, IntegrityError):
            log.warning("refused by the database: %s", exception)
            request.refusal = WrongMoment(_just_done_by_another())
            return render(request, "refused.html", {"refusal": request.refusal}, status=409)
        if isinstance(exception, OperationalError) and "lock" in str(exception):
            log.warning("busy: %s", exception)
            busy = Refusal(_("系统正忙，您的操作没有生效，请稍后再试。"))
            response = render(request, "refused.html", {"refusal": busy}, status=503)
            response["Retry-After"] = "3"
            return response
        return None


def _just_done_by_another() -> str:
    return _("刚刚有人办理了同一件事，您的操作没有生效，请刷新后查看。")


def record(request: HttpRequest, refusal: Refusal) -> None:
    """Keep what a signed-in person tried and was refused."""
    if request.user.is_authenticated:
        Attempt.record(by=request.user, act=f"{request.method} {request.path}", refusal=refusal)


def answer_api(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return the API's answer: ``code`` (the class), ``detail`` (for the person), ``errors`` (by field)."""
    if isinstance(exception, IntegrityError):
        log.warning("refused by the database: %s", exception)
        exception = WrongMoment(_just_done_by_another())
    if isinstance(exception, Refusal):
        context["request"]._request.refusal = exception
        errors = {exception.field: exception.message.split("\n")} if exception.field else {}
        body = {"code": type(exception).__name__, "detail": exception.message, "errors": errors}
        return Response(body, status=exception.status)
    if isinstance(exception, RequestDataTooBig):
        return Response({"code": "TooLarge", "detail": _("内容太大，一次最多 5 MB，请缩小后再传。"), "errors": {}}, status=413)
    response = exception_handler(exception, context)
    if response is not None and response.status_code == 400:
        response.status_code = 422
        response.data = {"code": "Refused", "detail": _("有些内容需要改正。"), "errors": response.data}
    elif response is not None:
        code = "NotFound" if isinstance(exception, Http404) else type(exception).__name__
        response.data = {"code": code, "detail": response.data.get("detail", ""), "errors": {}}
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing for this person."""
    return render(request, "404.html", status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """500: ours. No stack trace reaches a person."""
    return render(request, "500.html", status=500)
