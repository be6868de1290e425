from django.contrib.auth.views import LogoutView
from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("password/", views.password, name="password"),
    path("enterprises/", views.enterprise_list, name="enterprises"),
    path("enterprises/<uuid:uid>/contact/", views.contact_change, name="contact"),
    path("agencies/", views.agency_list, name="agencies"),
    path("officers/", views.officer_list, name="officers"),
    path("rules/", views.rule_list, name="rules"),
]
