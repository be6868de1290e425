"""What anyone may know of receipts: the cells that were released, an agency's own people no more than anybody else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.paging import page_of
from receipts.models import Release


@login_not_required
@require_safe
def satisfaction(request: HttpRequest) -> HttpResponse:
    """The released cells, newest first: receipts, and beside them how many answered at all."""
    page = page_of(Release.objects.select_related("agency", "county"), request)
    return render(request, "disclosure/satisfaction.html", {"page": page})
