"""Complaining: about a notice, at a plate, on the public page; and following it up without an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import County, Plate, spaced
from inspection.models import FilingNotice

from ..forms import ComplaintForm, FollowForm, PublicComplaintForm, WordsForm
from ..models import Complaint, Follower
from ..views import for_the_bearer
from .bearer import address_of, open_to_all, unknown


@for_the_bearer
@open_to_all
def complain(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """Report something about the notice or those who came: no code, no name."""
    about = {"notice": notice, "enterprise": notice.enterprise, "agency": notice.plan.agency}
    title = f"{notice.label} · {notice.snapshot['agency']}"
    return _complaining(request, notice.county, about, Complaint.Way.NOTICE, title=title)


@open_to_all
def complain_at_plate(request: HttpRequest, token: str) -> HttpResponse:
    """Report something at the gate, without any notice."""
    found = Plate.objects.by_token(token)
    if found is None:
        return unknown(request)
    enterprise = found.establishment.enterprise
    return _complaining(request, enterprise.county, {"enterprise": enterprise}, Complaint.Way.PLATE, title=str(enterprise))


@open_to_all
def complain_publicly(request: HttpRequest) -> HttpResponse:
    """Report something from anywhere."""
    return _complaining(request, None, {}, Complaint.Way.PUBLIC)


def _complaining(request: HttpRequest, county: County | None, about: dict[str, Any], way: str, title: str = "") -> HttpResponse:
    kind = ComplaintForm if county else PublicComplaintForm
    form = kind(request.POST or None, request.FILES or None)

    def act(said: dict[str, Any]) -> Any:
        facts = form.facts | about
        where = facts.pop("county", county)
        return Complaint.complain(where, facts=facts, way=way, photos=said["photos"], address=address_of(request))

    if request.method == "POST" and form.carry_out(request, act):
        complaint, made = form.result
        context = {"county": complaint.county, "complaint": complaint, "digits": spaced(made), "link": made.link}
        return render(request, "receipts/complained.html", context)
    context = {"county": county, "form": form, "title": title}
    return render(request, "receipts/complain.html", context, status=form.http_status)


@open_to_all
def follow(request: HttpRequest) -> HttpResponse:
    """Follow a complaint by its number and digits."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.carry_out(
        request, lambda said: Complaint.follow(number=said["number"], digits=said["code"], address=address_of(request))
    ):
        hidden = {"number": request.POST["number"], "code": request.POST["code"]}
        return _followed(request, form.result, hidden)
    return render(request, "receipts/follow.html", {"form": form}, status=form.http_status)


@open_to_all
def follow_link(request: HttpRequest, link: str) -> HttpResponse:
    """Follow a complaint by its own link. Looking changes nothing."""
    return _followed(request, Complaint.follow(link=link, address=address_of(request)), {}, back=request.path)


def _followed(request: HttpRequest, complaint: Complaint, hidden: dict[str, str], back: str = "") -> HttpResponse:
    """Show where it stands, and write or ask for another look where that was tapped."""
    form = WordsForm(request.POST if request.POST.get("act") else None)
    follower = Follower(complaint)
    if request.POST.get("act") and form.carry_out(request, lambda said: _act(complaint, request.POST["act"], said["words"], follower)):
        if back:
            return redirect(back)
        form = WordsForm()
    complaint.refresh_from_db()
    context = {
        "complaint": complaint,
        "county": complaint.county,
        "messages_of": complaint.messages.all(),
        "form": form,
        "hidden": hidden,
        "may_reopen": not complaint.reopened and "reopen" in complaint.steps_open_to(follower),
        "title": _("举报办理情况"),
    }
    return render(request, "receipts/followed.html", context, status=form.http_status)


def _act(complaint: Complaint, act: str, words: str, follower: Follower) -> None:
    if act == "reopen":
        complaint.reopen(by=follower, note=words)
    else:
        complaint.write(words, by=follower)
