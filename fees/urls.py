from django.urls import path

from . import views

app_name = "fees"
urlpatterns = [
    path("fee-items/", views.catalogue, name="catalogue"),
    path("charges/", views.charge_list, name="charges"),
    path("charges/new/", views.charge_new, name="charge-new"),
    path("charges/<uuid:uid>/", views.charge, name="charge"),
    path("charges/<uuid:uid>/void/", views.charge_void, name="charge-void"),
]
