"""The pages on which programmes are imported, typed, completed and moved. What one looks like stands in desk."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty, Post
from accounts.paging import page_of
from audit.forms import NoteForm
from audit.models import NotYours

from ..forms.programme import ImportForm, LineForm, OpenPointsForm, ProgrammeForm
from ..models import InspectionProgramme, ProgrammeLine

#: rows of a preview; the rest is counted
SHOWN = 200


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """The programmes this person may see, newest first; by year and state."""
    found = InspectionProgramme.objects.visible_to(request.user).select_related("agency", "county")
    year, status = request.GET.get("year", ""), request.GET.get("status", "")
    years = list(found.order_by("-year").values_list("year", flat=True).distinct())
    if year.isdecimal() and len(year) == 4:
        found = found.filter(year=int(year))
    if status in InspectionProgramme.Status.values:
        found = found.filter(status=status)
    context = {
        "page": page_of(found, request), "years": years, "year": year, "status": status,
        "statuses": InspectionProgramme.Status.choices, "may_file": request.user.holding(Duty.PLAN_FILE),
    }  # fmt: skip
    return render(request, "inspection/programme_list.html", context)


def _clerks_post(request: HttpRequest) -> Post:
    post = request.user.holding(Duty.PLAN_FILE)
    if not post:
        raise NotYours(_("只有检查单位的经办人可以起草检查计划。"))
    return post


def programme_import(request: HttpRequest) -> HttpResponse:
    """Choose a file, look at what was understood, import it. Nothing is written before the second step."""
    agency = _clerks_post(request).agency
    initial = {"year": agency.county.today().year, "kind": InspectionProgramme.Kind.YEARLY}
    form = ImportForm(request.POST or None, request.FILES or None, agency=agency, initial=initial)
    read = held = None
    if request.method == "POST":
        facts = ("year", "content", "name")
        if "import" in request.POST and form.carry_out(
            request,
            lambda said: InspectionProgramme.import_file(
                by=request.user, agency=agency, kind=said["kind"], **{name: said[name] for name in facts}
            ),
        ):
            return redirect(form.result)
        if "import" not in request.POST and form.carry_out(
            request, lambda said: InspectionProgramme.look_at(agency=agency, **{name: said[name] for name in facts})
        ):
            read, held = form.result, form.hold(form.cleaned_data)
    context = {"form": form, "agency": agency, "read": read, "held": held, "lines": read.lines[:SHOWN] if read else []}
    return render(request, "inspection/programme_import.html", context, status=form.http_status)


def programme_new(request: HttpRequest) -> HttpResponse:
    """Begin a programme whose lines are typed in."""
    agency = _clerks_post(request).agency
    initial = {"year": agency.county.today().year, "kind": InspectionProgramme.Kind.YEARLY}
    form = ProgrammeForm(request.POST or None, initial=initial)

    def begin(said: dict) -> InspectionProgramme:
        facts = {name: said[name] for name in ("title", "approver", "approval_number", "approved_on")}
        return InspectionProgramme.draft(by=request.user, agency=agency, year=said["year"], kind=said["kind"], facts=facts, uid=said["uid"])

    if request.method == "POST" and form.carry_out(request, begin):
        return redirect(form.result)
    return render(request, "inspection/programme_form.html", {"form": form, "agency": agency}, status=form.http_status)


def _programme(request: HttpRequest, uid: uuid.UUID) -> InspectionProgramme:
    return get_object_or_404(InspectionProgramme.objects.visible_to(request.user).select_related("agency__county"), uid=uid)


def programme_edit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change the title, or who approved a special programme."""
    programme = _programme(request, uid)
    initial = {name: getattr(programme, name) for name in ("title", "approver", "approval_number", "approved_on")}
    form = ProgrammeForm(request.POST or None, initial=initial, programme=programme)
    if request.method == "POST" and form.carry_out(request, lambda said: programme.revise(by=request.user, facts=said)):
        return redirect(programme)
    context = {"form": form, "agency": programme.agency, "programme": programme}
    return render(request, "inspection/programme_form.html", context, status=form.http_status)


def line_new(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Type a line in."""
    programme = _programme(request, uid)
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: programme.add_line(by=request.user, words=said)):
        return redirect(f"{programme.get_absolute_url()}#line-{form.result.position}")
    return render(request, "inspection/programme_line.html", {"form": form, "programme": programme}, status=form.http_status)


def line_complete(request: HttpRequest, uid: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Complete the open points of one line, with its published words in sight; or take it out, saying why."""
    programme = _programme(request, uid)
    row = get_object_or_404(ProgrammeLine, programme=programme, uid=line, dropped=False)
    form = OpenPointsForm(request.POST if "drop" not in request.POST else None, line=row) if request.POST else OpenPointsForm(line=row)
    drop = NoteForm(request.POST) if "drop" in request.POST else NoteForm()
    if "drop" in request.POST:
        if drop.carry_out(request, lambda said: programme.drop_line(by=request.user, line=row, note=said["note"])):
            return redirect(programme)
    elif request.method == "POST" and form.carry_out(
        request, lambda said: programme.complete_line(by=request.user, line=row, answers=form.answers(said))
    ):
        following = programme.standing_lines.exclude(open=[]).filter(position__gt=row.position).first()
        return redirect(f"{programme.get_absolute_url()}#{f'line-{following.position}' if following else 'lines'}")
    context = {"form": form, "drop": drop, "programme": programme, "line": row}
    return render(request, "inspection/programme_line.html", context, status=max(form.http_status, drop.http_status))


@require_POST
def programme_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """One step of the table: ``/programmes/<uid>/<verb>/``."""
    programme = _programme(request, uid)
    if verb not in InspectionProgramme.STEPS or verb in InspectionProgramme.BY_THEMSELVES:
        raise Http404
    form = NoteForm(request.POST)
    note = {} if verb == "submit" else {"note": request.POST.get("note", "")[:500]}
    if form.carry_out(request, lambda said: getattr(programme, verb)(by=request.user, **note)):
        return redirect(programme)
    context = {"row": programme, "form": form, "step": InspectionProgramme.STEPS[verb], "back": programme.get_absolute_url()}
    return render(request, "inspection/act.html", context, status=form.http_status)


@require_safe
def programme_file(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The file from which a programme was imported, as it came."""
    programme = _programme(request, uid)
    if programme.file is None:
        raise Http404
    programme.file.read()
    return FileResponse(
        open(programme.file.path, "rb"), content_type="application/octet-stream", filename=programme.file_name, as_attachment=True
    )
