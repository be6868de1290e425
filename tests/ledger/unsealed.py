"""The one way in which tests empty a sealed database. Import the fixture in ``tests/conftest.py``."""

import pytest

from audit.ledger import seals


@pytest.fixture(autouse=True)
def _seals_lifted_to_empty_the_database(request):
    """Tests that commit end by emptying every table: lift the seals just before that. Migrating's signal restores them."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if not commits and not (marker and (marker.kwargs.get("transaction") or True in marker.args[:1])):
        yield
        return
    request.getfixturevalue("transactional_db")  # set up before us, so that it is taken down after us
    assert [f for f in seals.faults() if not f.absent] == [], "the test before has left the seals off"
    yield
    seals.take_off()
