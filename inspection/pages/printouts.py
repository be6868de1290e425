"""The pages of papers that are printed: asking for one, watching it being made, taking it away."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency

from ..models import FilingNotice, InspectionOrder, InspectionPlan, Printout, Visit

#: kind -> what it is about, among what this person may see
ABOUT: dict[str, Callable[[Any], Any]] = {
    "plan": lambda user: InspectionPlan.objects.visible_to(user).select_related("county", "agency__delegator"),
    "notice": lambda user: FilingNotice.objects.visible_to(user).select_related("county", "plan__agency"),
    "visit": lambda user: Visit.objects.visible_to(user).select_related("county", "agency", "notice__plan"),
    "agency": lambda user: Agency.objects.visible_to(user).select_related("county", "delegator"),
}


@require_POST
def printout_ask(request: HttpRequest, about: str, uid: uuid.UUID, kind: str) -> HttpResponse:
    """Ask for a paper: 打印, and a second time 重新打印."""
    if about not in ABOUT or kind not in Printout.Kind.values:
        raise Http404
    found = get_object_or_404(ABOUT[about](request.user), uid=uid)
    return redirect("inspection:printout", Printout.ask(by=request.user, kind=kind, about=found).uid)


@require_safe
def printout(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A paper that was asked for: how far it is, and when it is made, the way to it."""
    found = get_object_or_404(
        Printout.objects.visible_to(request.user).select_related("notice", "plan__agency", "visit__agency", "agency", "asked_by"), uid=uid
    )
    page = "inspection/_printout.html" if "HX-Request" in request.headers else "inspection/printout.html"
    return render(request, page, {"printout": found, "percent": found.progress * 100 // found.total})


@require_safe
def printout_file(request: HttpRequest, uid: uuid.UUID, form: str) -> FileResponse:
    """The finished paper, or the archive of a batch, as kept."""
    found = get_object_or_404(Printout.objects.visible_to(request.user).select_related("document", "archive"), uid=uid)
    file = {"pdf": found.document, "zip": found.archive}.get(form)
    if file is None:
        raise Http404
    return _served(file, f"{found.get_kind_display()} {found.snapshot.get('number', found.pk)}.{form}", as_attachment=form == "zip")


@require_safe
def order_file(request: HttpRequest, uid: uuid.UUID) -> FileResponse:
    """A 《行政检查通知书》, as kept."""
    order = get_object_or_404(InspectionOrder.objects.visible_to(request.user).select_related("document"), uid=uid)
    if order.document is None:
        raise Http404
    return _served(order.document, f"{order.label}.pdf", as_attachment=False)


def _served(file: Any, name: str, *, as_attachment: bool) -> FileResponse:
    file.read()  # checked against its name before the first byte leaves
    return FileResponse(open(file.path, "rb"), content_type=file.content_type, filename=name, as_attachment=as_attachment)
