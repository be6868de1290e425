from django.urls import path

from . import enterprise, fee_card, home, inbox, is_it_lawful, letters, programmes, review, views

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("plans/<uuid:uid>/", views.plan, name="plan"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("review/", review.queue, name="review"),
    path("review/take/", review.take, name="review-take"),
    path("review/batch/", review.batch, name="review-batch"),
    path("review/batch/sign/", review.sign, name="review-sign"),
    path("review/<uuid:uid>/", review.one, name="review-one"),
    path("review/<uuid:uid>/<slug:verb>/", review.decide, name="review-decide"),
    path("programmes/<uuid:uid>/", programmes.programme, name="programme"),
    path("notices/<uuid:uid>/", views.notice, name="notice"),
    path("visits/<uuid:uid>/", views.visit, name="visit"),
    path("enterprises/<uuid:uid>/", views.enterprise, name="enterprise"),
    path("enterprises/<uuid:uid>/fees/", fee_card.fee_card, name="fee-card"),
    path("lawful/", is_it_lawful.lawful, name="lawful"),
    path("letters/", letters.letters, name="letters"),
    path("letters/print/", letters.print_out, name="letters-print"),
    path("letters/<uuid:uid>/again/", letters.again, name="letter-again"),
    path("language/<str:code>/", views.language, name="language"),
    path("mine/", enterprise.own, name="own"),
    path("mine/sign-in", enterprise.sign_in, name="own-sign-in"),
    path("mine/key", enterprise.key, name="own-key"),
    path("mine/in/<str:link>", enterprise.enter, name="own-enter"),
    path("mine/out", enterprise.sign_out, name="own-sign-out"),
    path("mine/receipt/<uuid:uid>", enterprise.answer, name="own-answer"),
    path("mine/report", enterprise.complain, name="own-complain"),
    path("mine/report/<uuid:uid>", enterprise.complaint, name="own-complaint"),
    path("mine/claim", enterprise.claim, name="own-claim"),
    path("mine/settle", enterprise.settle, name="own-settle"),
    path("mine/record.json", enterprise.take_away, name="own-record"),
    path("mine/record.pdf", enterprise.print_out, name="own-record-paper"),
]
