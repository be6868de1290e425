"""The desk's pages of random draws: list, preparation, one draw with its steps, and the lines that were drawn."""

import json
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty
from accounts.paging import page_of
from audit.forms import NoteForm
from audit.models import NotYours

from ..forms.draw import SEED_FORMS, DrawForm, ExcuseForm
from ..models import Draw, DrawnLine
from ..models.draw_pool import enterprises_of, officers_of

#: so many names of a pool are shown on the page
FEW = 30


@require_safe
def draw_list(request: HttpRequest) -> HttpResponse:
    """The draws this person may see, newest first."""
    draws = Draw.objects.visible_to(request.user).select_related("agency", "county")
    status = request.GET.get("status", "")
    if status in Draw.Status.values:
        draws = draws.filter(status=status)
    may_prepare = request.user.holding(Duty.PLAN_FILE)
    context = {"page": page_of(draws, request), "statuses": Draw.Status.choices, "status": status, "may_prepare": may_prepare}
    return render(request, "inspection/draw_list.html", context)


def draw_new(request: HttpRequest) -> HttpResponse:
    """Prepare a draw."""
    post = request.user.holding(Duty.PLAN_FILE)
    if not post:
        raise NotYours(_("只有检查单位的经办人可以准备抽查名单。"))
    agency = post.agency
    form = DrawForm(request.POST or None, agency=agency, initial={"uid": uuid.uuid4(), **DrawForm.initial_for(agency)})
    if request.method == "POST" and form.carry_out(
        request, lambda said: Draw.prepare(by=request.user, agency=agency, facts=form.facts(), uid=said["uid"])
    ):
        return redirect(form.result)
    return render(request, "inspection/draw_form.html", {"form": form, "agency": agency}, status=form.http_status)


def draw_edit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change what is prepared."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).select_related("agency__county"), uid=uid)
    form = DrawForm(request.POST or None, agency=draw.agency, initial=DrawForm.initial_of(draw))
    if request.method == "POST" and form.carry_out(request, lambda said: draw.revise(by=request.user, facts=form.facts())):
        return redirect(draw)
    return render(request, "inspection/draw_form.html", {"form": form, "agency": draw.agency, "draw": draw}, status=form.http_status)


@require_safe
def draw_page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One draw: what it is, how far it is, and what is open to this person now."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).select_related("agency", "county", "witness_agency"), uid=uid)
    return render(request, "inspection/draw.html", _shown(request, draw))


def _shown(request: HttpRequest, draw: Draw) -> dict[str, object]:
    user = request.user
    steps = draw.steps_open_to(user)
    mine = draw.part_of(user) if draw.status == draw.Status.FROZEN else None
    sees = draw.shows_lines_to(user)
    context: dict[str, object] = {
        "draw": draw,
        "may_revise": "revise" in steps,
        "steps": {verb: step for verb, step in steps.items() if verb in ("freeze", "drop")},
        "asked": {verb: steps[verb] for verb in steps if verb in SEED_FORMS},
        "forms": {verb: SEED_FORMS[verb]() for verb in steps if verb in SEED_FORMS},
        "mine": mine,
        "parts": [(part, unit) for part, unit in zip(_both(draw), (draw.agency.name, draw.witness_name), strict=True)],
        "earlier": draw.earlier,
        "sees_lines": sees,
    }
    if draw.status == draw.Status.PREPARED:
        pool = enterprises_of(draw)
        context |= {"pool": pool[:FEW], "pool_size": len(pool), "officers": officers_of(draw)}
    elif draw.agency_id in user.agencies():
        frozen = json.loads(draw.pool.text) if draw.frozen_at else {"enterprises": [], "officers": []}
        context |= {"pool": frozen["enterprises"][:FEW], "pool_size": draw.pool_size, "officers": frozen["officers"]}
    if sees:
        lines = draw.lines.select_related("enterprise", "establishment", "draw__agency").prefetch_related("officers", "plans__agency")
        context["lines"] = [(line, line.steps_open_to(user)) for line in lines]
        context["may_file"] = user.holding(Duty.PLAN_FILE, agency=draw.agency)
    return context


def _both(draw: Draw) -> list[object]:
    kept = {row.part: row for row in draw.parts.select_related("sealed_by", "said_by")}
    return [kept.get("A"), kept.get("B")]


@require_POST
def draw_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """One step: ``/draws/<uid>/<verb>/`` with freeze, drop, seal, reveal or tell."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user), uid=uid)
    if verb in SEED_FORMS:
        form = SEED_FORMS[verb](request.POST)
        done = form.carry_out(request, lambda said: getattr(draw, verb)(by=request.user, **said))
    elif verb in ("freeze", "drop"):
        form = NoteForm(request.POST)
        done = form.carry_out(request, lambda said: getattr(draw, verb)(by=request.user, **({} if verb == "freeze" else said)))
    else:
        raise Http404
    if done:
        return redirect(draw)
    context = {"row": draw, "form": form, "step": Draw.STEPS[verb], "back": draw.get_absolute_url()}
    return render(request, "inspection/draw_act.html" if verb in SEED_FORMS else "inspection/act.html", context, status=form.http_status)


@require_POST
def line_file(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Begin the filing of a drawn line, and open it for the rest to be filled in."""
    line = get_object_or_404(DrawnLine.objects.visible_to(request.user).select_related("draw__agency__county"), uid=uid)
    if line.filing:
        return redirect(line.filing)
    return redirect("inspection:plan-edit", line.begin_filing(by=request.user).uid)


@require_POST
def line_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """Let a drawn enterprise go, or an officer, with a reason."""
    line = get_object_or_404(DrawnLine.objects.visible_to(request.user).select_related("draw__agency", "draw__county"), uid=uid)
    if verb == "drop":
        form = NoteForm(request.POST)
        done = form.carry_out(request, lambda said: line.drop(by=request.user, note=said["note"]))
    elif verb == "excuse":
        form = ExcuseForm(request.POST, line=line)
        done = form.carry_out(request, lambda said: line.excuse(by=request.user, **said))
    else:
        raise Http404
    if done:
        return redirect(line.draw)
    context = {"row": line, "form": form, "step": DrawnLine.STEPS[verb], "back": line.draw.get_absolute_url()}
    return render(request, "inspection/act.html" if verb == "drop" else "inspection/draw_act.html", context, status=form.http_status)
