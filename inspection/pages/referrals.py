"""The page of referrals (线索移送)."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import Duty
from accounts.paging import page_of
from audit.models import NotYours

from ..forms.office import ReferralForm
from ..models import Referral


def referrals(request: HttpRequest) -> HttpResponse:
    """线索移送: those made to the own agency; the Office enters them."""
    post = request.user.holding(Duty.PLAN_RECEIVE)
    form = (
        ReferralForm(request.POST or None, county=post.county, initial={"uid": uuid.uuid4(), "received_on": post.county.today()})
        if post
        else None
    )
    if request.method == "POST":
        if form is None:
            raise NotYours(_("线索移送由备案机关登记，检查单位不能自己登记。"))

        def enter(said: dict[str, Any]) -> Referral:
            places = said.pop("target")
            return Referral.enter(by=request.user, enterprise=places[0].enterprise if places else None, **said)

        if form.carry_out(request, enter):
            return redirect("inspection:referrals")
    rows = Referral.objects.visible_to(request.user).select_related("agency", "enterprise").order_by("-received_on", "-pk")
    context = {"page": page_of(rows, request), "form": form}
    return render(request, "inspection/referrals.html", context, status=form.http_status if form else 200)
