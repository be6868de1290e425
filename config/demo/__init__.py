"""The demo county: 沂水县 at work, all persons, enterprises and events invented. ``manage.py demo`` tells it."""
