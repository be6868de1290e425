from django.urls import path

from . import draws

app_name = "disclosure"
urlpatterns = [
    path("draws/", draws.draw_list, name="draws"),
    path("draws/<uuid:uid>/", draws.draw, name="draw"),
    path("draws/<uuid:uid>.json", draws.record, name="draw-record"),
]
