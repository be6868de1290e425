from django.contrib.auth.views import LogoutView
from django.urls import path

from . import deputies, list_pages, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("password/", views.password, name="password"),
    path("enterprises/", views.enterprise_list, name="enterprises"),
    path("enterprises/<uuid:uid>/contact/", views.contact_change, name="contact"),
    path("agencies/", views.agency_list, name="agencies"),
    path("officers/", views.officer_list, name="officers"),
    path("deputies/", deputies.deputies, name="deputies"),
    path("deputies/<uuid:uid>/end/", deputies.deputy_end, name="deputy-end"),
    path("rules/", views.rule_list, name="rules"),
    path("rules/<str:code>/", views.rule, name="rule"),
    path("lists/", list_pages.lists, name="lists"),
    path("lists/calendar/day/", list_pages.calendar_day, name="calendar-day"),
    path("lists/<slug:code>/", list_pages.one_list, name="list"),
    path("lists/<slug:code>/import/", list_pages.list_import, name="list-import"),
    path("lists/<slug:code>/<uuid:uid>/", list_pages.one_line, name="list-line"),
    path("lists/<slug:code>/<slug:what>.<slug:form>", list_pages.list_file, name="list-file"),
    path("imports/<uuid:uid>/", list_pages.list_sent, name="list-sent"),
]
