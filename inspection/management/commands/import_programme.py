import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Agency, User
from audit.actor import acting_through
from audit.models import Refusal, Refused
from inspection.importing.show import name_of
from inspection.models import InspectionProgramme
from paper.incoming import MOST_BYTES


class Command(BaseCommand):
    """Import a published programme (XLSX, CSV) as a draft of an agency: ``import_programme FILE --agency CODE --year Y``.

    0: the table was found and every row of data became a line. 1, with a sentence: no table found, file not
    readable, agency not known. With ``--json`` stdout holds one JSON object and nothing else, in both cases.
    ``--dry-run`` reads and shows, and writes nothing.
    """

    requires_system_checks = []  # their warnings would bury the one sentence
    help = "import a published inspection programme (XLSX or CSV) as a draft of an agency"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="XLSX or CSV")
        parser.add_argument("--agency", required=True, metavar="CODE", help="code of the agency (Agency.code)")
        parser.add_argument("--year", required=True, type=int, metavar="Y", help="year of the programme; may be past")
        parser.add_argument("--county", default="", help="code of the county, where two counties have an agency of that code")
        parser.add_argument("--kind", choices=InspectionProgramme.Kind.values, default=InspectionProgramme.Kind.YEARLY)
        parser.add_argument("--by", default="", metavar="USERNAME", help="whose act it is; without it the system's")
        parser.add_argument("--dry-run", action="store_true", help="read and show; write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with acting_through("command"):
                answer = self._import(options)
        except Refusal as refusal:
            if options["json"]:
                self._print_json({"lines": [], "error": refusal.message})
            raise CommandError(refusal.message) from None
        if options["json"]:
            self._print_json(answer)
        else:
            self._print(answer)

    def _import(self, options: dict[str, Any]) -> dict[str, Any]:
        agency, content = _agency(options["agency"], options["county"]), _content(options["file"])
        name, year = Path(options["file"]).name, options["year"]
        read = InspectionProgramme.look_at(content, name=name, agency=agency, year=year)
        answer = {"agency": agency.code, "year": year, "file": name, "programme": None, **read.as_json()}
        if not options["dry_run"]:
            programme = InspectionProgramme.import_file(
                by=_person(options["by"]), agency=agency, year=year, content=content, name=name, kind=options["kind"]
            )
            answer["programme"] = str(programme.uid)
        return answer

    def _print_json(self, answer: dict[str, Any]) -> None:
        sys.stdout.flush()
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))

    def _print(self, answer: dict[str, Any]) -> None:
        if answer["title"]:
            self.stdout.write(answer["title"])
        for line in answer["lines"]:
            self.stdout.write(_("第 %(row)s 行：%(what)s") % {"row": line["row"], "what": name_of(line["values"])[:60]})
            for point in line["open"]:
                self.stdout.write(f"  {point['column']} {point['heading']}“{point['text'][:40]}”：{point['what']}")
        for row in answer["left_out"]:
            self.stdout.write(_("第 %(row)s 行不是计划行（%(why)s）：%(text)s") % {**row, "text": row["text"][:60]})
        for warning in answer["warnings"]:
            self.stdout.write(warning)
        done = _("已导入为草稿 %(uid)s") % {"uid": answer["programme"]} if answer["programme"] else _("只是查看，没有写入")
        self.stdout.write(
            _("%(lines)d 行，%(open)d 处待补充。%(done)s") % {"lines": len(answer["lines"]), "open": answer["open"], "done": done}
        )


def _agency(code: str, county: str) -> Agency:
    found = list(Agency.objects.filter(code=code, **({"county__code": county} if county else {})).select_related("county")[:2])
    if not found:
        raise Refused(_("没有代码为“%(code)s”的检查单位，请核对。") % {"code": code})
    if len(found) > 1:
        raise Refused(_("不止一个县有代码为“%(code)s”的检查单位，请用 --county 写明行政区划代码。") % {"code": code})
    return found[0]


def _content(name: str) -> bytes:
    path = Path(name)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(_("文件超过 %(most)d MB，请分成几个文件上传。") % {"most": MOST_BYTES // 1_000_000})
        return path.read_bytes()
    except OSError:
        raise Refused(_("无法读取文件“%(name)s”，请核对路径。") % {"name": name}) from None


def _person(username: str) -> User:
    if not username:
        return User.objects.system()
    person = User.objects.filter(username=username).first()
    if person is None:
        raise Refused(_("没有账户“%(name)s”。") % {"name": username})
    return person
