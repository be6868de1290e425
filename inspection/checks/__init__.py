"""What is wrong with a filing, said before it is sent: one file a law.

``findings(Filing.of(plan))`` asks them all. A law reads the facts of the filing, the public lists, other filings and visits, and
the rule values of the day. None reads a receipt or a complaint (tests/inspection/checks/test_what_no_check_may_know.py).
"""

from .filing import Filing
from .finding import LAWS, Finding, Law, Level, Said, findings, key_of

# Importing a law registers it; the order of the laws is the order of the form.
from . import subject, act, objects, territory, items, words, demands, window, people, telling  # noqa: F401 # isort: skip
from . import drawn, referral, special, quiet, undisturbed, joining, often, streak, cap  # noqa: F401 # isort: skip

__all__ = ["LAWS", "Filing", "Finding", "Law", "Level", "Said", "findings", "key_of"]
