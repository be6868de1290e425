"""The door of the public pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import County


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What anyone may read, by county."""
    return render(request, "disclosure/home.html", {"counties": County.objects.filter(agencies__isnull=False).distinct().order_by("code")})
