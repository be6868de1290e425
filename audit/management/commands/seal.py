from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.ledger import seals


class Command(BaseCommand):
    """The owner's procedure for sealed tables (docs/ledger.md). Each use leaves a leaf."""

    help = "put the seals on the tables of the ledger; --lift takes them off for a repair"
    requires_system_checks = []  # a missing seal is what this command mends

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--lift", action="store_true", help="take the seals off; web and workers will not start")
        parser.add_argument("--note", default="", help="why; kept in the ledger")
        parser.add_argument("--by", default="", help="who; kept in the ledger (default: the account of this shell)")
        parser.add_argument("--check", action="store_true", help="only report; exit 1 when a seal is missing or weakened")

    def handle(self, *args: Any, lift: bool, note: str, by: str, check: bool, **options: Any) -> None:
        """Report, lift or put on; what was done and by whom stands in the ledger."""
        if check:
            for fault in (found := seals.faults()):
                self.stdout.write(str(fault))
            if found:
                raise CommandError(f"{len(found)} faults of seals")
            self.stdout.write(f"{len(seals.sealed_tables())} tables are sealed")
        elif lift:
            if not note:
                raise CommandError("say why: --note")
            seals.lift(note=note, by=by)
            self.stdout.write("The seals are off. Put them on again with `manage.py seal --note …`.")
        else:
            for line in seals.put_on(note=note, by=by):
                self.stdout.write(f"mended: {line}")
            self.stdout.write(f"{len(seals.sealed_tables())} tables are sealed")
