from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Letters out."""

    name = "delivery"
