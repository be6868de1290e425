from django.urls import path

from . import fee_card, home, is_it_lawful, letters, programmes, views

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("plans/<uuid:uid>/", views.plan, name="plan"),
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
]
