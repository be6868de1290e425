"""委托代签: a head names who signs in their place, for a term, and may end it early. Page and API twin."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.forms import ActForm
from audit.models import NotYours

from .models import Duty, Post, User
from .rest import ByUid, Json, NoteSent, documented, found, read

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DeputyForm(ActForm):
    """Who signs, until when, why."""

    user = forms.ModelChoiceField(label=_l("代签人"), queryset=User.objects.none(), empty_label="—", help_text=_l("本单位在岗人员"))
    ends = forms.DateField(label=_l("截止（当日起不再代签）"), widget=DATE)
    note = forms.CharField(label=_l("事由"), max_length=200, required=False, help_text=_l("例如：外出学习"))

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues(post)


def colleagues(post: Post) -> Any:
    """Return who holds a post today in the agency of ``post``, but for the head."""
    here = Post.objects.held_on(post.county.today()).filter(agency=post.agency)
    return User.objects.filter(pk__in=here.values("user"), is_active=True).exclude(pk=post.user_id).order_by("pk")


def own_head_post(user: User) -> Post:
    """Return the head's post of this person's own, not one held for another; NotYours for who has none."""
    for post in user.posts_now:
        if Duty.PLAN_ENDORSE in post.role.duties and post.deputises_for_id is None:
            return post
    raise NotYours(_("只有负责人本人可以委托代签。"))


def deputies(request: HttpRequest) -> HttpResponse:
    """Who signs in this head's place: now and before; name another."""
    post = own_head_post(request.user)
    form = DeputyForm(request.POST or None, post=post)
    if request.method == "POST" and form.carry_out(
        request, lambda said: Post.give(by=request.user, role=post.role, agency=post.agency, deputises_for=post, **said)
    ):
        messages.success(request, _("已委托代签，到期自动失效。"))
        return redirect("accounts:deputies")
    rows = Post.objects.filter(deputises_for=post).select_related("user").order_by("-starts", "-pk")[:50]
    context = {"form": form, "post": post, "rows": rows, "today": post.county.today()}
    return render(request, "accounts/deputies.html", context, status=form.http_status)


@require_POST
def deputy_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """End a deputy's term today: from their next click on."""
    post = get_object_or_404(Post.objects.filter(deputises_for__in=request.user.posts_now), uid=uid)
    post.end(by=request.user, on=max(post.starts, post.county.today()), note=request.POST.get("note", "")[:200])
    return redirect("accounts:deputies")


# --- for machines ---------------------------------------------------------------------------------
class DeputyShown(serializers.Serializer):
    """Who signs in a head's place, from a day until before a day."""

    uid = serializers.UUIDField()
    user = serializers.UUIDField(source="user.uid")
    name = serializers.CharField(source="user.name")
    starts = serializers.DateField()
    ends = serializers.DateField()


class DeputySent(NoteSent):
    """Who is to sign, until before which day."""

    user = ByUid(lambda user: colleagues(own_head_post(user)), help_text=_l("本单位在岗人员的 uid"))
    ends = serializers.DateField()


class Deputies(APIView):
    """委托代签 by the head who is signed in."""

    parser_classes = [Json]

    @extend_schema(responses=DeputyShown(many=True), operation_id="deputies_list")
    def get(self, request: Request) -> Response:
        """Return who signs in this head's place, now and before."""
        rows = Post.objects.filter(deputises_for=own_head_post(request.user)).select_related("user").order_by("-starts", "-pk")
        return Response(DeputyShown(rows[:50], many=True).data)

    @documented(DeputyShown, request=DeputySent, refused=(403, 422))
    def post(self, request: Request) -> Response:
        """委托: name a colleague for a term."""
        own = own_head_post(request.user)
        said = read(DeputySent, request, request.data)
        given = Post.give(by=request.user, role=own.role, agency=own.agency, deputises_for=own, **said)
        return Response(DeputyShown(given).data)


class DeputyEnd(APIView):
    """The end of a deputy's term."""

    parser_classes = [Json]

    @documented(DeputyShown, request=NoteSent, refused=(403, 404))
    def post(self, request: Request, uid: str) -> Response:
        """End it today."""
        given = found(Post.objects.filter(deputises_for__in=request.user.posts_now), uid)
        given.end(by=request.user, on=max(given.starts, given.county.today()), note=read(NoteSent, request, request.data)["note"])
        return Response(DeputyShown(given).data)
