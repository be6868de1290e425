from django.urls import path, re_path

from .pages import bearer, charges, collection, months

app_name = "fees"
urlpatterns = [
    path("fee-items/", charges.catalogue, name="catalogue"),
    path("charges/", charges.charge_list, name="charges"),
    path("charges/new/", charges.charge_new, name="charge-new"),
    path("charges/months/", months.this_month, name="months"),
    re_path(r"^charges/months/(?P<year>\d{4})-(?P<month>\d{2})/$", months.month, name="month"),
    re_path(r"^charges/months/(?P<year>\d{4})-(?P<month>\d{2})\.(?P<form>xlsx|pdf)$", months.month_file, name="month-file"),
    re_path(r"^charges/months/(?P<year>\d{4})-(?P<month>\d{2})/confirm/$", months.month_confirm, name="month-confirm"),
    path("charges/<uuid:uid>/", charges.charge, name="charge"),
    path("charges/<uuid:uid>/<slug:verb>/", charges.charge_act, name="charge-act"),
    path("payment-notices/", collection.notice_list, name="notices"),
    path("payment-notices/gather/", collection.gather, name="gather"),
    path("payment-notices/<uuid:uid>/", collection.notice, name="notice"),
    path("payment-notices/<uuid:uid>/notice.pdf", collection.notice_pdf, name="notice-pdf"),
    path("payment-notices/<uuid:uid>/<slug:verb>/", collection.notice_act, name="notice-act"),
    path("treasury/", collection.treasury, name="treasury"),
    path("refunds/", collection.refunds, name="refunds"),
    path("refunds/<uuid:uid>/<slug:verb>/", collection.refund_act, name="refund-act"),
    path("pay/<str:token>/", bearer.pay, name="pay"),
    path("pay/<str:token>/notice.pdf", bearer.pay_pdf, name="pay-pdf"),
    path("pay/<str:token>/dispute/<uuid:line>/", bearer.dispute, name="pay-dispute"),
]
