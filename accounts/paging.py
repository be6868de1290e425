"""Lists, newest first, page by page: by the key of the last row seen, never by counting."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.pagination import CursorPagination

SIZE = 25


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows and the address of the next older ones, if any."""

    rows: list[Any]
    older: str | None
    first: bool


def page_of(rows: QuerySet, request: HttpRequest, size: int = SIZE) -> Page:
    """Return the page of ``rows`` that ``?before=<key>`` asks for."""
    before = request.GET.get("before", "")
    wanted = rows.order_by("-pk")
    if before.isdecimal():
        wanted = wanted.filter(pk__lt=int(before[:18]))
    found = list(wanted[: size + 1])
    older = None
    if len(found) > size:
        query = request.GET.copy()
        query["before"] = found[size - 1].pk
        older = "?" + query.urlencode()
    return Page(found[:size], older, not before)


class NewestFirst(CursorPagination):
    """Pages by key, newest first; ``page_size`` up to 200."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
