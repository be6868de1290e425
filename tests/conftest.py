"""The cast and the house of the tests: keys, files and letters in a folder of their own."""

import pytest

from audit import keys

from . import make
from .ledger.unsealed import _seals_lifted_to_empty_the_database  # noqa: F401


@pytest.fixture(autouse=True, scope="session")
def _house(tmp_path_factory):
    """Everything a test writes outside the database goes into a temporary folder; cheap passwords."""
    from django.test import override_settings

    var = tmp_path_factory.mktemp("var")
    with override_settings(
        KEYS_DIR=var / "keys",
        FILES_DIR=var / "files",
        OUTBOX_DIR=var / "outbox",
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        AXES_ENABLED=False,
    ):
        keys.make_missing()
        yield var


@pytest.fixture
def desk(db):
    """A county at work. A second county always stands beside it, so that nothing leaks across in silence."""
    other_county_at_work()
    return make.Desk()


@pytest.fixture
def elsewhere(desk):
    """The second county at work."""
    return other_county_at_work()


_other: dict[str, make.Desk] = {}


def other_county_at_work() -> make.Desk:
    """Make the second county (郯城县) once for each test."""
    from accounts.models import County

    if not County.objects.filter(code="371322").exists():
        _other["desk"] = make.Desk("371322", "郯城县")
    return _other["desk"]


@pytest.fixture
def signed_in(client):
    """Sign somebody in: ``signed_in(user)`` returns the client."""

    def sign_in(user):
        client.force_login(user, backend="accounts.signin.ByUsername")
        return client

    return sign_in
