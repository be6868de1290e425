from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from audit.actor import acting_through
from fees.models import Charge
from fees.models.sums import ALL


class Command(BaseCommand):
    """Compare the kept sums with the entries; with ``--rebuild`` make them anew. They agree to the fen, or this says where not."""

    help = "check the sums of the fee register against its entries, to the fen"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="make the sums anew")

    def handle(self, *args: object, rebuild: bool, **options: object) -> None:
        with acting_through("command"):
            while Charge.open_accounts_due(by=User.objects.system()):
                pass
        wrong = 0
        for sums in ALL:
            found = list(sums.differences())
            wrong += len(found)
            self.stdout.write(f"{sums.__name__}: {len(found)} differences")
            for key, kept, right in found[:10]:
                self.stdout.write(f"  {key}: kept {kept}, entries say {right}")
            if rebuild:
                self.stdout.write(f"  made anew: {sums.rebuild()} rows")
        if wrong and not rebuild:
            raise CommandError(f"{wrong} sums differ from the entries: run again with --rebuild, and find out why")
