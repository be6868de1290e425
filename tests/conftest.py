"""The cast and the house of the tests: keys, files and letters in a folder of their own."""

from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, settings

from audit import issuing, keys

from .ledger.unsealed import _seals_lifted_to_empty_the_database  # noqa: F401
from .migrated import copied
from .standing import two_counties
from .turns import PROVE, runs_on

#: ``make test`` asks the same examples each time, ``make prove`` new ones; how quick the machine was is no result
settings.register_profile("suite", derandomize=not PROVE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

#: what takes longest begins first, so that the workers end together
LONGEST = ("tests/journeys/", "tests/ledger/test_crash.py", "tests/demo/", "tests/inspection/test_at_once.py", "tests/desk/test_lists.py")


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="leave out what asks for no database: for the second of two databases")


def pytest_collection_modifyitems(config, items):
    """Longest first; what is for the other database waits for it (tests/turns.py).

    The second suite of ``make test`` repeats what meets its database, and no more.
    """
    from django.db import connection

    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    again = config.getoption("--database-only")
    kept = [item for item in items if runs_on(item, connection.vendor) and (not again or asks_for_database(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_sessionfinish(session, exitstatus):
    """Nothing to repeat is no failure."""
    if session.config.getoption("--database-only") and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def asks_for_database(item):
    """Tell whether a test asks for the suite's database, by a fixture or a mark."""
    return bool(
        item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server", "django_db_setup"} & set(item.fixturenames)
    )


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
        NONTAX_DIR=var / "nontax",
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


@pytest.fixture(autouse=True)
def _an_empty_bank(settings, tmp_path):
    """Each test has a non-tax system of its own: what one test paid is no feed of another."""
    settings.NONTAX_DIR = tmp_path / "nontax"
