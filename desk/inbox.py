"""站内消息: what the steps of filings told this person, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.paging import page_of
from delivery.models import Letter


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The letters on the desk of this person alone."""
    return render(request, "desk/inbox.html", {"page": page_of(Letter.objects.in_inbox_of(request.user.pk), request)})
