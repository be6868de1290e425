"""One line an app."""

from django.urls import include, path

from . import api

handler404 = "config.errors.not_found"
handler500 = "config.errors.fault"

urlpatterns = [
    path("", include("desk.urls")),
    path("", include("accounts.urls")),
    path("", include("inspection.urls")),
    path("", include("receipts.urls")),
    path("", include("fees.urls")),
    path("", include("oversight.urls")),
    path("public/", include("disclosure.urls")),
    path("api/v1/", include(api.urlpatterns())),
]
