"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from audit.ledger.seals import refuse_to_start_unsealed  # noqa: E402  needs the applications loaded

refuse_to_start_unsealed()
