"""Who may read the API's schema."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import BasePermission


class SchemaIsOpen(BasePermission):
    """The schema is open where ``OPEN_SCHEMA`` says so (in the demo); else to whoever is signed in."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return settings.OPEN_SCHEMA or request.user.is_authenticated
