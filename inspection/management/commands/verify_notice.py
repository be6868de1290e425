import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inspection.verification import CHECKS, verify_pdf


class Command(BaseCommand):
    """Tells whether a PDF is the notice it says it is. Ends with 0 when every check is good, else with 1."""

    help = "check the PDF of a notice: QR, signature, attached data, record and bytes"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            found = verify_pdf(file.read_bytes())
        except OSError as fault:
            raise CommandError(f"{file} can't be read: {fault}") from fault
        if options["json"]:
            checks = {name: {"good": good, "said": words} for name, (good, words) in found.checks.items()}
            said = {"genuine": found.genuine, "sha256": found.sha256, "checks": checks, "facts": found.facts}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        else:
            for name, meaning in CHECKS.items():
                good, words = found.checks.get(name, (False, "前面的不成立，没有核对"))
                self.stdout.write(f"{'✓' if good else '✗'} {meaning}：{words}")
            self.stdout.write("真实有效" if found.genuine else "不能证明是真的：请拨打监督电话核实")
        if not found.genuine:
            raise SystemExit(1)
