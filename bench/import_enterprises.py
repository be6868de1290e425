"""100,000 enterprises, each with a place and a contact, out of one file by the bulk door, on a PostgreSQL of its own. Prints JSON.

python -m bench.import_enterprises [--rows 100000] [--form xlsx|csv]
"""

import argparse
import io
import json
import time

from bench.ledger import django_at

HEADINGS = ["名称", "类型", "证件种类", "证件号码", "经营者", "地址", "乡镇（街道）", "行业", "联系人", "手机"]
FIRST, SECOND = "沂蒙东岭金穗瑞禾春山泉明", "食品机械化工商贸建材物流医药"


def rows(count: int) -> list[list[str]]:
    from tests import make

    found = []
    for n in range(count):
        name = f"沂水{FIRST[n % 12]}{FIRST[n // 12 % 12]}{SECOND[n % 14]}{n}有限公司"
        code, place = make.credit_code(n + 1), f"沂水县演示路{n}号"
        found.append([name, "企业", "统一社会信用代码", code, f"王{n % 997}", place, "沂城街道", "食品", f"王{n % 997}", f"129{n:08d}"])
    return found


def file_of(count: int, form: str) -> bytes:
    """Return the file to be sent in."""
    if form == "csv":
        return "\n".join(",".join(row) for row in [HEADINGS, *rows(count)]).encode()
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    for r, row in enumerate([HEADINGS, *rows(count)]):
        for c, text in enumerate(row):
            sheet.write_string(r, c, text)
    book.close()
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--form", choices=["xlsx", "csv"], default="xlsx")
    options = parser.parse_args()
    from tests.ledger.cluster import Cluster

    with Cluster() as cluster:
        django_at(cluster.url("postgres"))
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        from accounts.importing import import_list
        from accounts.models import Contact
        from audit import keys
        from tests import make

        keys.make_missing()
        desk, told = make.Desk(), []
        content = file_of(options.rows, options.form)
        began, cpu = time.perf_counter(), time.process_time()
        result = import_list(
            desk.county, "enterprises", content, name=f"企业.{options.form}", by=desk.issuer, progress=lambda *at: told.append(at)
        )
        took = time.perf_counter() - began
        facts = {"rows": result.new, "contacts": Contact.objects.count(), "bytes": len(content), "told": len(told)}
        connection.close()
    print(json.dumps({**facts, "seconds": round(took, 1), "own_cpu_s": round(time.process_time() - cpu, 1), "goal_s": 60}, indent=2))


if __name__ == "__main__":
    main()
