"""双随机抽查 before the public: commitment, sizes and dates at once; pool, seed and who was drawn after the last visit.

Before the opening nothing here may tell who will be visited, nor whether a visit has taken place.
"""

import json
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.paging import page_of
from audit.ledger.canonical import canonical
from inspection.models import Draw

#: so many entries of a pool are named on the page; the record holds all
SHOWN = 500


@login_not_required
@require_safe
def draw_list(request: HttpRequest) -> HttpResponse:
    """Every pool that was ever frozen, those thrown away too, newest first."""
    draws = Draw.objects.public().select_related("agency", "county")
    return render(request, "disclosure/draws.html", {"page": page_of(draws, request)})


@login_not_required
@require_safe
def draw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One draw: what was promised and when; after the opening everything."""
    found = get_object_or_404(Draw.objects.public().select_related("agency", "county", "witness_agency"), uid=uid)
    parts = list(found.parts.all())
    context: dict[str, Any] = {
        "draw": found,
        "county": found.county,
        "parts": parts,
        "units": {"A": found.agency.name, "B": found.witness_name},
        "earlier": found.earlier.filter(freeze_number__lt=found.freeze_number),
        "freezes": Draw.objects.public().filter(agency=found.agency, year=found.year).count(),
        "overdue": not found.opened_at and found.drawn_at and found.county.today() > found.ends_on,
    }
    if found.opened_at:
        frozen = json.loads(found.pool.text)
        context |= {
            "frozen": frozen,
            "entries": frozen["enterprises"][:SHOWN],
            "nonce": found.pool.nonce,
            "record": json.loads(found.record.text) if found.drawn_at else None,
            "lines": found.lines.prefetch_related("officers"),
        }
    return render(request, "disclosure/draw.html", context)


@login_not_required
@require_safe
def record(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The record as JSON: byte for byte as written when the lot fell; before the opening only what was promised."""
    found = get_object_or_404(Draw.objects.public().select_related("agency", "county"), uid=uid)
    if found.opened_at and found.drawn_at:
        body = found.record.text.encode()
    elif found.opened_at:
        body = canonical(
            {
                **_promised(found),
                "nonce": found.pool.nonce,
                "frozen": json.loads(found.pool.text),
                "discarded": found.discard_reason,
            }
        )
    else:
        body = canonical(_promised(found))
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="draw-{found.uid}.json"'
    return answer


def _promised(found: Draw) -> dict[str, Any]:
    """Return what may be known of a draw before it is opened."""
    return {
        "format": "mingjian-draw/1/promise",
        "uid": found.uid,
        "county": found.county.code,
        "agency": found.agency.name,
        "title": found.title,
        "year": found.year,
        "status": found.status,
        "commitment": found.commitment,
        "frozen_at": found.frozen_at,
        "freeze_number": found.freeze_number,
        "enterprises": found.pool_size,
        "officers": found.officer_pool_size,
        "to_draw": found.draw_size,
        "seed": {
            "way": found.way,
            "by": found.seed_by,
            "lottery": [found.lottery_name, found.lottery_issue, found.lottery_on] if found.way == Draw.Way.LOTTERY else None,
            "digests": {row.part: row.digest for row in found.parts.all() if row.digest},
        },
        "drawn_at": found.drawn_at,
        "record_digest": found.record_digest,
    }
