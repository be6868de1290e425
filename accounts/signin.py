"""Signing in: by user name and password, against accounts that hold posts."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .models import User


class ByUsername(BaseBackend):
    """Checks name and password. What the person may do is asked of posts, not of a backend."""

    def authenticate(self, request: HttpRequest | None, username: str = "", password: str = "", **kwargs: Any) -> User | None:
        user = None if "\x00" in username else User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)  # takes the same time, so that names cannot be guessed
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer when too many wrong passwords were tried for one name from one address."""
    return render(request, "accounts/locked_out.html", status=429)
