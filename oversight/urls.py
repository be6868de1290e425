from django.urls import path, re_path

from . import demands, views

app_name = "oversight"
urlpatterns = [
    path("oversight/", views.board, name="board"),
    re_path(r"^oversight/(?P<year>\d{4})-(?P<month>\d{2})\.(?P<form>xlsx|pdf)$", views.month, name="month"),
    path("oversight/demands/", demands.demand_list, name="demands"),
    path("oversight/demands/new/", demands.demand_new, name="demand-new"),
    path("oversight/demands/<uuid:uid>/", demands.demand, name="demand"),
    path("oversight/demands/<uuid:uid>/evidence/", demands.demand_evidence, name="demand-evidence"),
    path("oversight/demands/<uuid:uid>/<slug:verb>/", demands.demand_act, name="demand-act"),
    path("oversight/money/", demands.money_differences, name="money-differences"),
    path("oversight/overdue/", views.overdue, name="overdue"),
    path("oversight/differences/", views.differences, name="differences"),
    path("oversight/again/", views.calls_again, name="calls-again"),
    path("oversight/callbacks/", views.callbacks, name="callbacks"),
    path("oversight/attempts/", views.attempts, name="attempts"),
]
