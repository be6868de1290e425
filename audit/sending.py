"""Sending twice is harmless: the sender names the thing, and the second sending gives back the first."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError


def harmless_twice(act: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a making verb that takes ``uid=``: of two sendings at the same moment the later one finds the first.

    The verb itself asks ``sent_before`` at its start; only when both got past that together does the
    database refuse the second, which is then asked once more.
    """

    @wraps(act)
    def once(cls: type, *args: Any, **kwargs: Any) -> Any:
        try:
            return act(cls, *args, **kwargs)
        except IntegrityError:
            if not kwargs.get("uid") or not cls.objects.filter(uid=kwargs["uid"]).exists():
                raise
            return act(cls, *args, **kwargs)

    return once
