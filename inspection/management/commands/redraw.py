import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from inspection.drawing import first_difference


class Command(BaseCommand):
    """Repeat a random draw from its public record, without a database. Exit 0: the same result; 1: the first difference."""

    help = "repeat a draw from the JSON of its public page; no database is asked"
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", metavar="FILE", help="the record as downloaded from /public/draws/<uid>.json")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            data = Path(file).read_bytes()
        except OSError as fault:
            raise CommandError(_("读不到文件 %(file)s：%(fault)s") % {"file": file, "fault": fault.strerror}) from None
        if difference := first_difference(data):
            raise CommandError(difference)
        record = json.loads(data)
        self.stdout.write(
            _("重抽结果相同：%(title)s，%(pool)d 家中抽取 %(n)d 家。")
            % {
                "title": record["frozen"]["title"],
                "pool": len(record["frozen"]["enterprises"]),
                "n": len(record["drawn"]),
            }
        )
        self.stdout.write(_("承诺值 %(commitment)s") % {"commitment": record["commitment"]})
        self.stdout.write(_("记录摘要 %(digest)s（请与抽取当日公布的核对）") % {"digest": record["digest"]})
