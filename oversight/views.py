"""The Office's own pages: board, month sheet, what was refused."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import County, Duty
from accounts.paging import page_of
from audit.models import Attempt, NotYours, Reading, Refused

from . import callback, month_sheet
from .discrepancies.said import differences as differences_of
from .overdue import overdue_in
from .retaliation import Again
from .retaliation import calls_again as calls_again_in
from .scoreboard import board as board_of
from .scoreboard import month_of


def _county_overseen(request: HttpRequest) -> County:
    post = request.user.holding(Duty.OVERSEE)
    if not post:
        raise NotYours(_("这里只有备案机关的稽核岗位可以查阅。"))
    return post.county


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The last days (rule value ``board.period_days``) by agency."""
    county = _county_overseen(request)
    today = county.today()
    first = today - datetime.timedelta(days=county.rule("board.period_days") - 1)
    months = []
    for back in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        months.append((year, month + 1))
    return render(request, "oversight/board.html", {"board": board_of(county, first, today), "months": months})


@require_safe
def month(request: HttpRequest, year: str, month: str, form: str) -> HttpResponse:
    """The sheet of a month: ``xlsx`` or ``pdf``."""
    county = _county_overseen(request)
    if not (2000 <= int(year) <= 2100 and 1 <= int(month) <= 12):
        raise Refused(_("月份不对。"))
    sheet = month_of(county, int(year), int(month))
    if form == "xlsx":
        content, kind = month_sheet.as_workbook(sheet), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        content, kind = month_sheet.as_page(sheet, county.today()), "application/pdf"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{county.code}-{year}-{month}.{form}"'
    return response


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """超期清单: what is over its term, for the whole Office."""
    post = next((p for p in request.user.posts_now if p.county_id in request.user.office_counties()), None)
    if not post:
        raise NotYours(_("超期清单只有备案机关可以查阅。"))
    return render(request, "oversight/overdue.html", {"rows": overdue_in(post.county), "county": post.county})


@require_safe
def attempts(request: HttpRequest) -> HttpResponse:
    """What was tried and refused in the county: what the Office looks for."""
    county = _county_overseen(request)
    return render(request, "oversight/attempts.html", {"page": page_of(Attempt.objects.filter(county=county.code), request)})


@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    """What receipts say beside what was logged: the last ninety days. Each receipt shown is recorded as read."""
    county = _county_overseen(request)
    found = differences_of(county, county.today() - datetime.timedelta(days=90))
    Reading.record(by=request.user, what="receipt", rows={d.receipt.pk: d.receipt for d in found}.values())
    return render(request, "oversight/differences.html", {"differences": found})


@require_safe
def calls_again(request: HttpRequest) -> HttpResponse:
    """再次上门提示: who comes again to an enterprise that spoke ill of it. For 稽核 alone; what is shown is recorded as read."""
    county = _county_overseen(request)
    found = calls_again_in(county)
    record_calls_again(request.user, found)
    return render(request, "oversight/calls_again.html", {"rows": found, "days": county.rule("retaliation.days")})


def record_calls_again(user: Any, found: list[Again]) -> None:
    """Keep that ``user`` is shown these filings and visits, and the receipts and complaints beside them."""
    said = {word.said.uid: word for row in found for word in row.words}
    Reading.record(by=user, what="retaliation", rows=[row.thing for row in found])
    for kind in ("receipt", "complaint"):
        Reading.record(by=user, what=kind, rows=[word.said for word in said.values() if word.kind == kind])


@require_safe
def callbacks(request: HttpRequest) -> HttpResponse:
    """Whom to call back: by lot, out of the visits of last month, of none of which it says whether it has answered; and who asked for it.

    Who asked is for 稽核 alone, since it is said in a receipt; that it was shown is kept.
    """
    overseer = request.user.holding(Duty.OVERSEE)
    post = overseer or request.user.holding(Duty.CODE_HAND_OUT)
    if not post:
        raise NotYours(_("随机回访由备案机关办理。"))
    last = post.county.today().replace(day=1) - datetime.timedelta(days=1)
    visits = callback.drawn(post.county, last.year, last.month)
    asked = callback.asked_for(overseer.county) if overseer else []
    Reading.record(by=request.user, what="receipt", rows=asked)
    context = {"visits": visits, "month": last, "asked": asked, "overseer": overseer}
    return render(request, "oversight/callbacks.html", context)
