from django.urls import path, re_path

from . import views

app_name = "oversight"
urlpatterns = [
    path("oversight/", views.board, name="board"),
    re_path(r"^oversight/(?P<year>\d{4})-(?P<month>\d{2})\.(?P<form>xlsx|pdf)$", views.month, name="month"),
    path("oversight/overdue/", views.overdue, name="overdue"),
    path("oversight/differences/", views.differences, name="differences"),
    path("oversight/callbacks/", views.callbacks, name="callbacks"),
    path("oversight/attempts/", views.attempts, name="attempts"),
]
