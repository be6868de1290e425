"""The monthly register of fees and fines: page with charts and their table, Excel, PDF; confirmed by each department's head."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency, County, Duty
from audit.models import NotYours

from .. import month_sheet
from ..models import MonthReturn, month_register
from ..models.month import MonthRegister

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def reader_of(user: Any) -> tuple[County, list[int] | None]:
    """Return the county and, for a department, its own agencies; None: all of the county."""
    for duty in (Duty.MONEY_READ, Duty.MONEY_COLLECT, Duty.OVERSEE, Duty.PLAN_REVIEW):
        if post := user.holding(duty):
            return post.county, None
    post = user.holding(Duty.CHARGE_REGISTER) or user.holding(Duty.PLAN_ENDORSE)
    if not post:
        raise NotYours(_("这里由财政、备案机关和执收单位查阅。"))
    return post.county, sorted(user.agencies())


def _register(request: HttpRequest, year: str, month: str) -> MonthRegister:
    if not (2000 <= int(year) <= 2100 and 1 <= int(month) <= 12):
        raise Http404
    county, agencies = reader_of(request.user)
    return month_register(county, datetime.date(int(year), int(month), 1), agencies)


@require_safe
def this_month(request: HttpRequest) -> HttpResponse:
    """The register of the current month."""
    county, _agencies = reader_of(request.user)
    return redirect("fees:month", f"{county.today():%Y}", f"{county.today():%m}")


@require_safe
def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """One month by department and item, with its charts and who has confirmed it."""
    register = _register(request, year, month)
    mine = [post.agency for post in request.user.posts_now if post.agency_id and Duty.PLAN_ENDORSE in post.role.duties]
    returns = MonthReturn.objects.visible_to(request.user).filter(month=register.first).select_related("confirmed_by", "agency")
    confirmed = {row.agency_id: row for row in returns}
    over = register.first < register.county.today().replace(day=1)
    return render(
        request,
        "fees/month.html",
        {
            "register": register,
            "chart": month_sheet.chart_of(register),
            "confirmed": confirmed,
            "to_confirm": [agency for agency in mine if over and agency.pk not in confirmed],
            "before": register.first - datetime.timedelta(days=1),
            "after": register.last + datetime.timedelta(days=1),
            "over": over,
        },
    )


@require_safe
def month_file(request: HttpRequest, year: str, month: str, form: str) -> HttpResponse:
    """The register as XLSX or PDF."""
    register = _register(request, year, month)
    if form == "xlsx":
        content, kind = month_sheet.as_workbook(register), XLSX
    else:
        content, kind = month_sheet.as_pages(register, register.county.today()), "application/pdf"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{register.county.code}-fees-{year}-{month}.{form}"'
    return response


@require_POST
def month_confirm(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """确认月报 for one department."""
    register = _register(request, year, month)
    agency = Agency.objects.visible_to(request.user).filter(code=request.POST.get("agency", "")[:40], county=register.county).first()
    if agency is None:
        raise Http404
    MonthReturn.confirm(by=request.user, agency=agency, month=register.first)
    return redirect("fees:month", year, month)
