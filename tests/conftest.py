"""The cast and the house of the tests: keys, files and letters in a folder of their own."""

from contextlib import nullcontext

import pytest

from audit import issuing, keys

from .ledger.unsealed import _seals_lifted_to_empty_the_database  # noqa: F401
from .migrated import copied
from .standing import two_counties


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_blocker, django_db_keepdb, django_db_createdb, django_db_modify_db_settings
):
    """A test database of this worker's own, as pytest-django makes it, but copied from a migrated one (tests/migrated.py)."""
    from django.test.utils import setup_databases, teardown_databases

    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock(), nullcontext() if keep else copied():
        made = setup_databases(verbosity=request.config.option.verbose, interactive=False, keepdb=True, serialized_aliases=set())
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=request.config.option.verbose)


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
        PADES_P12="",
    ):
        keys.make_missing()
        issuing.make_first()
        yield var


@pytest.fixture
def _both(db):
    return two_counties()


@pytest.fixture
def desk(_both):
    """A county at work. A second county always stands beside it, so that nothing leaks across in silence."""
    return _both[1]


@pytest.fixture
def elsewhere(_both):
    """The second county at work (郯城县)."""
    return _both[0]


@pytest.fixture
def signed_in(client):
    """Sign somebody in: ``signed_in(user)`` returns the client."""

    def sign_in(user):
        client.force_login(user, backend="accounts.signin.ByUsername")
        return client

    return sign_in
