"""What ``manage.py check`` says of the ledger: seals missing or weakened, leaves that wait too long."""

import sys
from typing import Any

from django.core import checks
from django.db import DatabaseError

from .ledger import seals
from .ledger.leaves import Waiting
from .ledger.sealer import overdue


def the_ledger_is_sealed(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report each seal that is missing or weakened as an error, overdue leaves in one warning.

    While the owner migrates, a missing seal is only a warning: migrating ends by sealing. A table that
    is not there yet has no seal to miss.
    """
    level = checks.Warning if sys.argv[1:2] == ["migrate"] else checks.Error
    try:
        found = [fault for fault in seals.faults() if not fault.absent]
        late = overdue() if Waiting._meta.db_table in seals.existing_tables() else []
    except DatabaseError as fault:
        return [checks.Warning(f"the database could not be asked about its seals: {fault}", id="audit.W001")]
    hint = "Find out why; then `manage.py seal` as the owner (docs/ledger.md)."
    waiting = [f"overdue: {late[0]}" + (f" (and {len(late) - 1} more)" if late[1:] else "")] if late else []
    return [level(str(fault), hint=hint, id="audit.E001") for fault in found] + [
        checks.Warning(said, hint="Is the sweep (`manage.py work`) running?", id="audit.W002") for said in waiting
    ]
