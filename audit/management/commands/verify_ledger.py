import json
import re
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from audit.ledger.verify import Root, verify

MOST = 1000


def a_root(text: str) -> Root:
    """Parse a root written down elsewhere: SIZE:HEX."""
    if not re.fullmatch(r"\d+:[0-9a-f]{64}", text):
        raise ArgumentTypeError("write the root as SIZE:HEX, with 64 hexadecimal digits")
    size, _, root = text.partition(":")
    return int(size), bytes.fromhex(root)


class Command(BaseCommand):
    """Verify the ledger. Exit 0: everything fits. Exit 1: each wrong thing is named by table and key."""

    help = "verify leaves, order, tree, history and the rows of today"
    requires_system_checks = []  # it has to run, and to say so, when a seal is missing

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--since", type=int, default=0, metavar="N", help="from place N on (the rows of today are always checked)")
        parser.add_argument("--root", type=a_root, action="append", default=[], metavar="SIZE:HEX", help="a root written down elsewhere")
        parser.add_argument("--order", action="store_true", help="only order and tree")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, since: int, root: list[Root], order: bool, **options: Any) -> None:
        def tell(line: str) -> None:
            print(line, file=sys.stderr, flush=True)

        report = verify(since=since, roots=root, order_only=order, tell=tell)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_facts(), ensure_ascii=False, indent=2))
        else:
            for fault in report.faults[:MOST]:
                self.stdout.write(f"WRONG  {fault}")
            self.stdout.write(
                f"{report.places} places, {report.leaves} leaves, {report.rows} rows in {report.seconds:.1f} s; "
                f"{report.waiting} leaves wait for their place"
            )
            self.stdout.write(f"root {report.size}:{report.root}")
            self.stdout.write("everything fits" if not report.faults else f"{len(report.faults)} things are wrong")
        if report.faults:
            sys.exit(1)
