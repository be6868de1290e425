"""The letters of the Office: what waits, what is to be printed, what could not leave, what has left.

Its words are shown nowhere here: they are the recipient's, and there may be a code among them.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Contact, County, Duty, Enterprise
from accounts.paging import page_of
from audit.forms import ActForm
from audit.models import NotYours, Refused
from delivery.models import Letter
from paper.models import render_pdf, unprintable

#: printed in one go
MOST = 50


@dataclass(frozen=True)
class Line:
    """One letter as the list shows it."""

    letter: Letter
    enterprise: Enterprise | None
    contact_changed_at: Any


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The letters of the person's counties, for intake and auditor; intake prints them and sends them again."""
    if not request.user.carries([Duty.CODE_HAND_OUT, Duty.OVERSEE]):
        raise NotYours(_now("这里只有备案机关的受理、稽核岗位可以查阅。"))
    piles = piles_of(request.user)
    shown = request.GET.get("show", "")
    if shown not in piles:
        shown = next((name for name in ("failed", "print", "waiting") if piles[name][1].exists()), "sent")
    page = page_of(piles[shown][1], request)
    return render(
        request,
        "desk/letters.html",
        {
            "piles": [(name, title, rows.count() if name != "sent" else None) for name, (title, rows) in piles.items()],
            "shown": shown,
            "page": page,
            "lines": lines_of(page.rows),
            "may_act": request.user.carries([Duty.CODE_HAND_OUT]),
        },
    )


def piles_of(user: Any) -> dict[str, tuple[Any, Any]]:
    """Return name -> title and letters, as the page divides them."""
    mine = Letter.objects.visible_to(user)
    return {
        "failed": (_("未能发出"), mine.failed()),
        "print": (_("待打印"), mine.to_print()),
        "waiting": (_("等待发出"), mine.waiting().exclude(way=Letter.Way.PAPER)),
        "sent": (_("已发出"), mine.gone()),
    }


def lines_of(found: list[Letter]) -> list[Line]:
    """Return the letters beside the enterprises they are for, and when the contact of each was changed if that is not long ago."""
    enterprises = {e.uid: e for e in Enterprise.objects.filter(uid__in=[x.enterprise for x in found]).select_related("county")}
    changed = Contact.changed_lately(enterprises.values())
    lines = []
    for letter in found:
        enterprise = enterprises.get(letter.enterprise)
        lines.append(Line(letter, enterprise, changed.get(enterprise.pk) if enterprise else None))
    return lines


@require_POST
def print_out(request: HttpRequest) -> HttpResponse:
    """Print letters: the answer is their paper, made this once."""
    try:
        wanted = [uuid.UUID(word) for word in request.POST.getlist("letter")]
    except ValueError:
        wanted = []
    return pdf_answer(Letter.objects.visible_to(request.user).filter(uid__in=wanted), by=request.user)


def pdf_answer(wanted: QuerySet, *, by: Any) -> HttpResponse:
    """Print letters and return their paper, which no cache keeps."""
    found = list(wanted.order_by("due_at")[: MOST + 1])
    if not 0 < len(found) <= MOST:
        raise Refused(_now("请选择要打印的信件，一次最多 %(most)d 封。") % {"most": MOST}, field="letters")
    response = HttpResponse(Letter.print_out(found, by=by, render=letters_pdf), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="letters.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def letters_pdf(found: list[tuple[Letter, str]]) -> bytes:
    """Return one PDF of letters and their words, each on a page of its own. Raises Refused for a character no face draws."""
    enterprises = {
        e.uid: e
        for e in Enterprise.objects.filter(uid__in=[letter.enterprise for letter, _words in found]).prefetch_related("establishments")
    }
    counties = {county.code: county for county in County.objects.filter(code__in={letter.county for letter, _words in found})}
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string(
            "desk/paper/letters.html",
            {
                "letters": [(letter, words, enterprises.get(letter.enterprise), counties[letter.county]) for letter, words in found],
                "made_on": timezone.localdate(),
                "demo_mark": settings.DEMO_MARK,
            },
        )
    if missing := unprintable(html):
        raise Refused(_now("信件里有字体画不出的字：%(signs)s。") % {"signs": " ".join(missing)})
    return render_pdf(html)


class AgainForm(ActForm):
    """Why a letter is sent again, and how."""

    note = forms.CharField(required=False, max_length=500)
    channel = forms.ChoiceField(required=False, choices=[("", _("按企业登记的联系方式")), ("paper", _("打印纸质信件，交给企业或者邮寄"))])


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Send a letter again: a new code where there was one, so that the old one is dead."""
    letter = get_object_or_404(Letter.objects.visible_to(request.user), uid=uid)
    if not request.user.carries([Duty.CODE_HAND_OUT]):
        raise NotYours(_now("信件只能由备案机关的受理岗位重新发送。"))
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: letter.again(by=request.user, **said)):
        messages.success(request, _now("已重新发送。信里有回执码的，旧的回执码已经停用。"))
        return redirect(form.result)
    return render(request, "desk/letter_again.html", {"line": lines_of([letter])[0], "form": form}, status=form.http_status)
