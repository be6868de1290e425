"""Signing in and out, and the lists of who is who."""

import datetime
import uuid

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .forms import ContactForm, RuleForm, SignInForm
from .models import RULES, Agency, Contact, Duty, Enterprise, Officer, RuleValue
from .paging import Page, page_of

#: enterprises shown for one search; who wants others types another character
FOUND = 50


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Sign in by user name and password."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; the session goes on."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.user.change_password(form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已修改。"))
        return redirect("desk:home")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """The enterprises of the county, newest first; searched, the best found first."""
    words = request.GET.get("words", "").strip()
    enterprises = Enterprise.objects.visible_to(request.user).prefetch_related("establishments", "undisturbed").select_related("county")
    if words:
        found = enterprises.search(words, counties=request.user.counties(), limit=FOUND + 1)
        page, more = Page(found[:FOUND], None, True), len(found) > FOUND
    else:
        page, more = page_of(enterprises, request), False
    return render(request, "accounts/enterprise_list.html", {"page": page, "words": words, "more": more, "most": FOUND})


@require_POST
def contact_change(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change how an enterprise is reached: the Office's act."""
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("county"), uid=uid)
    form = ContactForm(request.POST)
    contact = Contact.of(enterprise)
    if form.carry_out(request, lambda said: contact.change(by=request.user, **said)):
        return redirect(enterprise)
    return render(request, "accounts/contact.html", {"form": form, "enterprise": enterprise}, status=form.http_status)


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """Who may inspect in the county, and what a filing by each leads to."""
    agencies = Agency.objects.visible_to(request.user).select_related("delegator").order_by("code")
    return render(request, "accounts/agency_list.html", {"agencies": agencies})


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """The officers and their certificates: of the own agency, or for the Office of the county."""
    officers = Officer.objects.visible_to(request.user).select_related("agency").prefetch_related("certificates")
    return render(request, "accounts/officer_list.html", {"page": page_of(officers, request), "today": request.user.today()})


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """The county's rule values in force, and the defaults that stand where it has none."""
    county = next((post.county for post in request.user.posts_now), None)
    own = {r.code: r for r in RuleValue.objects.filter(county=county).in_force(request.user.today()).order_by("starts")}
    rules = [(code, rule, own.get(code), rule.shown(own[code].value if code in own else rule.default)) for code, rule in RULES.items()]
    others = [r for c, r in sorted(own.items()) if c not in RULES]
    may_set = county is not None and request.user.holding(Duty.LIST_KEEP, county=county)
    return render(request, "accounts/rule_list.html", {"rules": rules, "others": others, "may_set": may_set})


def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: its values by date, and for the keeper of lists a new one from a day on."""
    if code not in RULES:
        raise Http404
    keeping, definition = request.user.holding(Duty.LIST_KEEP), RULES[code]
    county = keeping.county if keeping else next((post.county for post in request.user.posts_now), None)
    in_force = county.rule(code) if county else definition.default
    initial = {"value": in_force, "starts": request.user.today() + datetime.timedelta(days=1)}
    form = RuleForm(request.POST or None, definition=definition, initial=initial)
    if request.method == "POST" and form.carry_out(
        request, lambda said: RuleValue.set_value(by=request.user, county=county, code=code, **said)
    ):
        return redirect("accounts:rules")
    values = [(row, definition.shown(row.value)) for row in RuleValue.objects.filter(county=county, code=code).order_by("-starts")]
    context = {"code": code, "definition": definition, "default": definition.shown(definition.default), "values": values}
    return render(request, "accounts/rule.html", {**context, "form": form if keeping else None}, status=form.http_status)
