"""The router of ``/api/v1/``: each room brings its own twin of its pages."""

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView
from rest_framework.routers import DefaultRouter

router = DefaultRouter()
router.include_root_view = False


def urlpatterns() -> list[Any]:
    """Return the addresses of the API."""
    from accounts import api as accounts
    from desk import api as desk
    from fees import api as fees
    from inspection import api as inspection
    from oversight import api as oversight
    from receipts import api as receipts

    rooms = (accounts, inspection, receipts, fees, oversight, desk)
    for room in rooms:
        for prefix, viewset, basename in room.VIEWSETS:
            router.register(prefix, viewset, basename)
    return [
        path("schema/", SpectacularAPIView.as_view(), name="schema"),
        path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="swagger"),
        path("redoc/", SpectacularRedocView.as_view(url_name="schema"), name="redoc"),
        *(address for room in rooms for address in room.urlpatterns),
        path("", include(router.urls)),
    ]
