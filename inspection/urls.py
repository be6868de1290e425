from django.urls import path

from . import programmes, views

app_name = "inspection"
urlpatterns = [
    path("plans/", views.plan_list, name="plans"),
    path("plans/new/", views.plan_new, name="plan-new"),
    path("plans/<uuid:uid>/edit/", views.plan_edit, name="plan-edit"),
    path("plans/<uuid:uid>/<slug:verb>/", views.plan_act, name="plan-act"),
    path("papers/<uuid:uid>/", views.plan_paper, name="plan-paper"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/import/", programmes.programme_import, name="programme-import"),
    path("programmes/new/", programmes.programme_new, name="programme-new"),
    path("programmes/<uuid:uid>/edit/", programmes.programme_edit, name="programme-edit"),
    path("programmes/<uuid:uid>/file/", programmes.programme_file, name="programme-file"),
    path("programmes/<uuid:uid>/lines/new/", programmes.line_new, name="programme-line-new"),
    path("programmes/<uuid:uid>/lines/<uuid:line>/", programmes.line_complete, name="programme-line"),
    path("programmes/<uuid:uid>/<slug:verb>/", programmes.programme_act, name="programme-act"),
    path("notices/", views.notice_list, name="notices"),
    path("notices/<uuid:uid>/void/", views.notice_void, name="notice-void"),
    path("notices/<uuid:uid>/arrive/", views.arrive, name="arrive"),
    path("visits/", views.visit_list, name="visits"),
    path("visits/unfiled/", views.visit_unfiled, name="visit-unfiled"),
    path("visits/<uuid:uid>/leave/", views.leave, name="leave"),
    path("lists/", views.lists, name="lists"),
    path("enterprises/suggest/", views.suggest, name="suggest"),
]
