from django.urls import include, path

from . import views

app_name = "receipts"

#: behind the address of a notice
behind = [
    path("<str:token>", views.scan, name="scan"),
    path("<str:token>/", views.scan),
    path("<str:token>/notice.pdf", views.notice_pdf, name="notice-pdf"),
    path("<str:token>/receipt", views.give, name="give"),
    path("<str:token>/receipt/<uuid:uid>", views.given, name="given"),
    path("<str:token>/report", views.complain, name="complain"),
]
# A QR is smaller in capitals: what is printed begins with /R/, links with /r/ (the last of two equal names is the one that is linked).
public = [path("R/", include(behind)), path("r/", include(behind))]
office = [
    path("notices/<uuid:uid>/receipt-code/", views.hand_out, name="hand-out"),
    path("receipts/", views.office_list, name="list"),
    path("complaints/", views.complaint_list, name="complaints"),
]
urlpatterns = public + office
