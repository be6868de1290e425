from django.urls import path

from . import draw_views, filing, platform_pages, views

app_name = "inspection"
urlpatterns = [
    path("plans/", views.plan_list, name="plans"),
    path("plans/begin/", views.plan_begin, name="plan-begin"),
    path("plans/new/", filing.plan_new, name="plan-new"),
    path("plans/<uuid:uid>/edit/", filing.plan_edit, name="plan-edit"),
    path("plans/check/", filing.plan_check, name="plan-check"),
    path("plans/<uuid:uid>/check/", filing.plan_check, name="plan-check-draft"),
    path("plans/<uuid:uid>/name/", filing.plan_name, name="plan-name"),
    path("plans/platform/", platform_pages.platform, name="platform"),
    path("plans/platform/<uuid:uid>/results.xlsx", platform_pages.platform_results, name="platform-results"),
    path("referrals/", filing.referrals, name="referrals"),
    path("plans/<uuid:uid>/<slug:verb>/", views.plan_act, name="plan-act"),
    path("papers/<uuid:uid>/", views.plan_paper, name="plan-paper"),
    path("notices/", views.notice_list, name="notices"),
    path("notices/<uuid:uid>/void/", views.notice_void, name="notice-void"),
    path("notices/<uuid:uid>/arrive/", views.arrive, name="arrive"),
    path("visits/", views.visit_list, name="visits"),
    path("visits/unfiled/", views.visit_unfiled, name="visit-unfiled"),
    path("visits/<uuid:uid>/leave/", views.leave, name="leave"),
    path("draws/", draw_views.draw_list, name="draws"),
    path("draws/new/", draw_views.draw_new, name="draw-new"),
    path("draws/lines/<uuid:uid>/file/", draw_views.line_file, name="line-file"),
    path("draws/lines/<uuid:uid>/<slug:verb>/", draw_views.line_act, name="line-act"),
    path("draws/<uuid:uid>/", draw_views.draw_page, name="draw"),
    path("draws/<uuid:uid>/edit/", draw_views.draw_edit, name="draw-edit"),
    path("draws/<uuid:uid>/<slug:verb>/", draw_views.draw_act, name="draw-act"),
    path("enterprises/suggest/", views.suggest, name="suggest"),
]
