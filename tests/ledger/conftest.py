"""A ledger with something in it."""

import pytest

from audit.ledger.sealer import seal_due
from audit.models import Attempt, Reading, Refused
from tests import make


@pytest.fixture
def sealed_desk(desk):
    """A county at work, its leaves all in place: acts, a bulk act, an attempt."""
    plan = desk.endorsed()
    plan.accept(by=desk.reviewer)
    Attempt.record(by=desk.clerk, act="POST /plans/", refusal=Refused("不行", facts={"why": "测试\t制表", "n": 1}))
    seal_due()
    return desk


@pytest.fixture
def read(desk):
    """Let the Office read the desk's contact: a leaf that is taken in once a day."""
    return lambda: Reading.record(by=desk.reviewer, what="contact", rows=[desk.establishment.enterprise.contact])


@pytest.fixture
def other_clerk(desk):
    """Somebody else of the same agency."""
    return make.a_user("CLERK", agency=desk.agency)
