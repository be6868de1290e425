from django.urls import path

from . import views

app_name = "receipts"

public = [
    path("r/<str:token>", views.scan, name="scan"),
    path("r/<str:token>/", views.scan),
    path("r/<str:token>/notice.pdf", views.notice_pdf, name="notice-pdf"),
    path("r/<str:token>/receipt", views.give, name="give"),
    path("r/<str:token>/receipt/<uuid:uid>", views.given, name="given"),
    path("r/<str:token>/report", views.complain, name="complain"),
]
office = [
    path("notices/<uuid:uid>/receipt-code/", views.hand_out, name="hand-out"),
    path("receipts/", views.office_list, name="list"),
    path("complaints/", views.complaint_list, name="complaints"),
]
urlpatterns = public + office
