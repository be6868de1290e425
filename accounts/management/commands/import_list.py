import sys
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.importing import LISTS, import_list
from accounts.models import County, User
from audit.actor import acting_through
from audit.models import Attempt, Refusal


class Command(BaseCommand):
    """Take a file into one list of a county, all or nothing; or with --dry-run only say what it would do.

    Exit 1 with every fault by sheet, row, column and remedy when something has to be mended.
    """

    help = "import a list from XLSX or CSV"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", help=", ".join(sorted(LISTS)))
        parser.add_argument("file", type=Path)
        parser.add_argument("--county", help="code of the county (GB/T 2260); may be left out where there is only one")
        parser.add_argument("--as", dest="username", default="system", help="who signs: a user name (default: the system)")
        parser.add_argument("--dry-run", action="store_true", help="compare only, write nothing")

    def handle(self, *args: object, **options: object) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        counties = list(County.objects.filter(code=options["county"]) if options["county"] else County.objects.all()[:2])
        if user is None:
            raise CommandError(f"there is no account {options['username']}")
        if len(counties) != 1:
            raise CommandError("name the county with --county CODE")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"the file cannot be read: {error}") from None
        began = time.monotonic()
        with acting_through("command"):
            try:
                done = import_list(
                    counties[0],
                    options["list"],
                    content,
                    name=options["file"].name,
                    by=user,
                    dry_run=options["dry_run"],
                    progress=self._tell,
                )
            except Refusal as refusal:
                if not options["dry_run"]:
                    Attempt.record(by=user, act=f"import_list {options['list']}", refusal=refusal)
                raise CommandError(refusal.message) from None
        self.stdout.write(f"{done} {'（--dry-run）' if options['dry_run'] else ''}{time.monotonic() - began:.1f} s")

    def _tell(self, done: int, of: int) -> None:
        if sys.stderr.isatty() or of > 10_000:
            self.stderr.write(f"\r{done}/{of}", ending="")
            self.stderr.flush()
            if done >= of:
                self.stderr.write("")
