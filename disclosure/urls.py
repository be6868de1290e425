from django.urls import path

from . import programmes, views

app_name = "disclosure"
urlpatterns = [
    path("", views.home, name="home"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<uuid:uid>/", programmes.programme, name="programme"),
]
