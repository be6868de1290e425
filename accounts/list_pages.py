"""The pages of the lists: what is in force on a day, what it was before, and the way in and out for whole files."""

import csv
import datetime
import io
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.models import Refused
from paper.sheets import workbook

from .forms import CalendarDayForm, ListFileForm
from .importing import LISTS, ListKind, Result, import_list
from .models import CalendarDay, County, Duty, Enterprise, ListImport
from .paging import Page, page_of

#: files up to so many bytes are carried out at once; larger ones by the sweep
AT_ONCE = 400_000
#: rows of an XLSX made while somebody waits; more go out as CSV, row by row
SHEET_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _county(request: HttpRequest) -> County:
    for post in request.user.posts_now:
        return post.county
    raise Http404


def _kind(code: str) -> ListKind:
    if code not in LISTS:
        raise Http404
    return LISTS[code]


def _day(request: HttpRequest, county: County) -> datetime.date:
    try:
        return datetime.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return county.today()


def _may_see(request: HttpRequest, kind: ListKind, county: County) -> bool:
    """Lists are public in the county; some are for its Office alone: certificates, referrals."""
    return not kind.for_office or county.pk in request.user.office_counties()


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All lists of the county, and for their keeper what was sent in."""
    county = _county(request)
    kept = request.user.holding(Duty.LIST_KEEP, county=county)
    sent = ListImport.objects.visible_to(request.user).select_related("sent_by").order_by("-pk")[:10] if kept else []
    kinds = [kind for kind in LISTS.values() if _may_see(request, kind, county)]
    shown = [(kind, kind.in_force(kind.rows(county), county.today()).count()) for kind in kinds]
    named = [(row, LISTS[row.list].title if row.list in LISTS else row.list) for row in sent]
    return render(request, "accounts/lists.html", {"kinds": shown, "sent": named, "may_keep": kept})


@require_safe
def one_list(request: HttpRequest, code: str) -> HttpResponse:
    """One list: in force on a day, or with all its dates; searched."""
    kind, county = _kind(code), _county(request)
    if not _may_see(request, kind, county):
        raise Http404
    on, everything, words = _day(request, county), "all" in request.GET, request.GET.get("q", "").strip()
    rows = kind.rows(county) if everything else kind.in_force(kind.rows(county), on)
    page = _found(kind, rows, words, county, request)
    wanted = [column for column in kind.columns if not column.personal]
    cells = [(row, _cells(kind, row, wanted)) for row in page.rows]
    return render(
        request,
        "accounts/list.html",
        {
            "kind": kind,
            "columns": wanted,
            "cells": cells,
            "page": page,
            "on": on,
            "everything": everything,
            "words": words,
            "may_keep": request.user.holding(Duty.LIST_KEEP, county=county),
            "not_announced": CalendarDay.not_announced(county, county.today()) if code == "calendar" else [],
            "last_used": code == "inspection-items",
        },
    )


def _found(kind: ListKind, rows: models.QuerySet, words: str, county: County, request: HttpRequest) -> Page:
    if words and rows.model is Enterprise:
        return Page(rows.select_related("county").search(words, counties=[county.pk], limit=50), None, True)
    return page_of(kind.looked_for(rows, words) if words else rows, request)


def _cells(kind: ListKind, row: Any, wanted: list[Any]) -> list[Any]:
    said = dict(zip((column.name for column in kind.columns), kind.cells_of(row), strict=True))
    return [said[column.name] for column in wanted]


@require_safe
def one_line(request: HttpRequest, code: str, uid: uuid.UUID) -> HttpResponse:
    """One line: what it says, its other dates, and every signed change of it."""
    kind, county = _kind(code), _county(request)
    if not _may_see(request, kind, county):
        raise Http404
    row = get_object_or_404(kind.rows(county), uid=uid)
    versions = kind.rows(county).filter(code=row.code) if hasattr(row, "code") and hasattr(row, "starts") else []
    labels = type(row).VERBS
    changes = [
        {
            "at": h.history_date,
            "act": labels.get(h.verb, h.verb),
            "name": h.actor_name,
            "agency": h.actor_agency,
            "note": h.history_change_reason,
        }
        for h in type(row).history.filter(uid=row.uid).order_by("-history_id")[:50]
    ]
    shown = [(c.heading, value) for c, value in zip(kind.columns, kind.cells_of(row), strict=True) if not c.personal]
    parts = [(part, [getattr(part, name) for name in kind.ROW]) for part in row.rows.all()] if code == "check-sheets" else []
    return render(
        request,
        "accounts/list_line.html",
        {"kind": kind, "row": row, "shown": shown, "versions": versions, "changes": changes, "parts": parts},
    )


# --- out --------------------------------------------------------------------------------------------
@require_safe
def list_file(request: HttpRequest, code: str, what: str, form: str) -> HttpResponse:
    """The template, or what is in force on a day, as XLSX or CSV: a file that can be sent in again unchanged."""
    kind, county = _kind(code), _county(request)
    if not _may_see(request, kind, county) or what not in ("template", "export") or form not in ("xlsx", "csv"):
        raise Http404
    headings = [str(column.heading) for column in kind.columns]
    on = _day(request, county)
    name = f"{county.name}{kind.title}{_('模板') if what == 'template' else on.isoformat()}.{form}"
    rows = [] if what == "template" else kind.exported(county, on)
    if form == "csv":
        answer = StreamingHttpResponse(_csv(headings, rows), content_type="text/csv; charset=utf-8")
    else:
        if what == "export" and kind.in_force(kind.rows(county), on).count() > SHEET_ROWS:
            raise Refused(_("这份清单超过 %(most)d 行，请导出 CSV。") % {"most": SHEET_ROWS})
        required = "、".join(str(column.heading) for column in kind.columns if column.required)
        note = _("必填：%(required)s。每列怎样填写，见导入页面。") % {"required": required}
        answer = HttpResponse(workbook(title=f"{county.name}{kind.title}", headings=headings, rows=rows, note=note), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _csv(headings: list[str], rows: Any) -> Iterator[bytes]:
    yield "\ufeff".encode()
    yield _csv_line(headings)
    for row in rows:
        yield _csv_line(row)


def _csv_line(row: list[Any]) -> bytes:
    """Return one line; what a spreadsheet would take for a formula gets the mark that the import takes off again."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@" and cell else cell for cell in row])
    return out.getvalue().encode()


# --- in ---------------------------------------------------------------------------------------------
def list_import(request: HttpRequest, code: str) -> HttpResponse:
    """Send in a file: a small one is taken in at once, a large one by the sweep, with its progress on a page."""
    kind, county = _kind(code), _county(request)
    form = ListFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"kind": kind, "form": form}
    if request.method == "POST" and form.carry_out(request, lambda said: _send(request, county, code, said)):
        if isinstance(form.result, Result):
            return render(request, "accounts/list_import.html", {**context, "tried": form.result})
        return redirect("accounts:list-sent", form.result.uid)
    return render(request, "accounts/list_import.html", context, status=form.http_status)


def _send(request: HttpRequest, county: County, code: str, said: dict[str, Any]) -> Result | ListImport:
    file = said["file"]
    content, name = file.read(), file.name
    if said["dry_run"]:
        return import_list(county, code, content, name=name, by=request.user, dry_run=True)
    if len(content) > AT_ONCE:
        return ListImport.send(by=request.user, county=county, code=code, content=content, name=name)
    return ListImport.carry_out_at_once(by=request.user, county=county, code=code, content=content, name=name)


@require_safe
def list_sent(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """What became of a file that was sent in; while it waits, how far it is."""
    sent = get_object_or_404(ListImport.objects.visible_to(request.user).select_related("sent_by"), uid=uid)
    done, total = sent.progress
    context = {"sent": sent, "kind": LISTS.get(sent.list), "done": done, "total": total, "part": done * 100 // total if total else 0}
    return render(request, "accounts/_list_progress.html" if "HX-Request" in request.headers else "accounts/list_sent.html", context)


def calendar_day(request: HttpRequest) -> HttpResponse:
    """Say whether one day is worked: the keeper's act."""
    county = _county(request)
    form = CalendarDayForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: CalendarDay.set(by=request.user, county=county, **said)):
        return redirect("accounts:list", "calendar")
    return render(request, "accounts/calendar_day.html", {"form": form, "county": county}, status=form.http_status)
