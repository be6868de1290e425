from django.urls import include, path

from . import views
from .pages import complaint, intake, office, plate, receipt

app_name = "receipts"

#: behind the address of a notice
behind = [
    path("<str:token>", views.scan, name="scan"),
    path("<str:token>/", views.scan),
    path("<str:token>/notice.pdf", views.notice_pdf, name="notice-pdf"),
    path("<str:token>/paper", views.paper, name="paper"),
    path("<str:token>/page-<int:number>.png", views.page_picture, name="page-picture"),
    path("<str:token>/seen", views.seen, name="seen"),
    path("<str:token>/receipt", receipt.give, name="give"),
    path("<str:token>/receipt.pdf", intake.receipt_paper, name="receipt-paper"),
    path("<str:token>/receipt/<uuid:uid>", receipt.given, name="given"),
    path("<str:token>/receipt/<uuid:uid>.png", receipt.picture, name="picture"),
    path("<str:token>/report", complaint.complain, name="complain"),
]
# A QR is smaller in capitals: what is printed begins with /R/, links with /r/ (the last of two equal names is the one that is linked).
public = [
    path("R/", include(behind)),
    path("r/", include(behind)),
    path("c/<str:link>", receipt.own_link, name="own-link"),
    path("C/<str:link>", receipt.own_link, name="own-link-capitals"),
    path("c/<str:link>/stop", receipt.stop_reminding, name="stop-reminding"),
    path("code", receipt.by_number, name="by-number"),
    path("kept", receipt.kept, name="kept"),
    path("p/<str:token>", plate.plate, name="plate"),
    path("P/<str:token>", plate.plate, name="plate-capitals"),
    path("p/<str:token>/answer", plate.answer, name="plate-answer"),
    path("p/<str:token>/report", complaint.complain_at_plate, name="plate-complain"),
    path("k/<str:link>", plate.card_link, name="card-link"),
    path("K/<str:link>", plate.card_link, name="card-link-capitals"),
    path("report", complaint.complain_publicly, name="complain-publicly"),
    path("report.pdf", intake.complaint_paper, name="complaint-paper"),
    path("follow", complaint.follow, name="follow"),
    path("follow/<str:link>", complaint.follow_link, name="follow-link"),
    path("elder", views.elder, name="elder"),
]
desk = [
    path("notices/<uuid:uid>/receipt-code/", office.hand_out, name="hand-out"),
    path("receipts/", office.receipt_list, name="list"),
    path("receipts/<uuid:uid>/scan/", office.scan_of_receipt, name="receipt-scan"),
    path("complaints/", office.complaint_list, name="complaints"),
    path("complaints/<uuid:uid>/", office.complaint, name="complaint"),
    path("complaints/<uuid:uid>/picture/<int:nth>/", office.complaint_picture, name="complaint-picture"),
    path("complaints/<uuid:uid>/<str:verb>/", office.complaint_act, name="complaint-act"),
    path("claims/", office.claims, name="claims"),
    path("intake/", intake.desk, name="intake"),
    path("intake/receipt/", intake.receipt_in, name="receipt-in"),
    path("intake/complaint/", intake.complaint_in, name="complaint-in"),
    path("intake/cards/<uuid:uid>/", intake.card_handed, name="card-handed"),
    path("intake/plates/", intake.plates, name="plates"),
    path("establishments/<uuid:uid>/plate.pdf", intake.plate_pdf, name="plate-pdf"),
    path("establishments/<uuid:uid>/plate/replace/", intake.plate_replaced, name="plate-replaced"),
    path("establishments/<uuid:uid>/card.pdf", intake.card_pdf, name="card-pdf"),
]
urlpatterns = public + desk
