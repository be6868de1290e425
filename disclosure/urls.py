from django.urls import path

from . import draws, office, programmes, satisfaction, views

app_name = "disclosure"
urlpatterns = [
    path("", views.home, name="home"),
    path("office/", office.times, name="office"),
    path("office.json", office.figures, name="office-figures"),
    path("draws/", draws.draw_list, name="draws"),
    path("draws/<uuid:uid>/", draws.draw, name="draw"),
    path("draws/<uuid:uid>.json", draws.record, name="draw-record"),
    path("satisfaction/", satisfaction.satisfaction, name="satisfaction"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<uuid:uid>/", programmes.programme, name="programme"),
]
