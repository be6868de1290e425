"""The pages of the platform above: its tasks come in as drafts, the visits made go back as its sheet."""

import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from audit.models import Refused

from ..forms.fields import DATE
from ..forms.office import PlatformForm
from ..models import PlatformProfile
from ..platform import result_sheet, take_tasks
from .filing import filing_agency

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SpanForm(forms.Form):
    """From which day to which."""

    since = forms.DateField(label=_l("从"), widget=DATE)
    until = forms.DateField(label=_l("到"), widget=DATE)


def platform(request: HttpRequest) -> HttpResponse:
    """Send in a platform's task table, or take out the sheet of visits it takes in."""
    agency = filing_agency(request)
    today = agency.county.today()
    form = PlatformForm(request.POST or None, request.FILES or None, county=agency.county)
    if request.method == "POST":
        form.carry_out(
            request,
            lambda said: take_tasks(said["profile"], said["file"].read(), name=said["file"].name, by=request.user, agency=agency),
        )
    context = {
        "form": form,
        "taken": form.result,
        "profiles": PlatformProfile.objects.filter(county=agency.county).order_by("pk"),
        "span": SpanForm(initial={"since": today - datetime.timedelta(days=30), "until": today}),
    }
    return render(request, "inspection/platform.html", context, status=form.http_status)


@require_safe
def platform_results(request: HttpRequest, uid: str) -> HttpResponse:
    """The visits of a span of days as the sheet the platform takes in."""
    profile = get_object_or_404(PlatformProfile.objects.visible_to(request.user).select_related("county"), uid=uid)
    span = SpanForm(request.GET)
    if not span.is_valid():
        raise Refused(_("请填写起止日期。"), field="since")
    body = result_sheet(profile, user=request.user, **span.cleaned_data)
    return HttpResponse(body, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="results.xlsx"'})
