"""The reviewer's desk among 100 and among 10,000 waiting filings, on a PostgreSQL of its own. Prints JSON.

    python -m bench.review [--small 100] [--large 10000] [--asked 40]

The filings are copies of one made by the verbs, put in by SQL: what is timed is the pages of the desk (queue, one filing, batch) as the
server answers them, without the network and the browser.
"""

import argparse
import json
import statistics
import time
from typing import Any

from bench.checks import first_id, insert_copies
from bench.ledger import django_at

#: filings that wait for one enterprise
TEN = 10


def fill(plan: Any, start: int, end: int, each: int = TEN) -> None:
    """Put in waiting filings from number ``start`` until before ``end``, ``each`` to an enterprise; every second is ordinary (快速备案)."""
    from django.db import connection

    p0, target = first_id("inspection_inspectionplan"), plan.targets.get()
    e0, s0 = first_id("accounts_enterprise"), first_id("accounts_establishment")
    deep, wide = f"{start}, {end - 1}", f"{start // each}, {(end - 1) // each}"
    identifier = "'B' || lpad(n::text, 11, '0') || lpad((t.id + random() * 100000)::int::text, 6, '0')"
    insert_copies("accounts_enterprise", target.enterprise_id, wide, identifier=identifier, name="t.name || n")
    insert_copies("accounts_establishment", target.establishment_id, wide, enterprise_id=f"{e0} + n - {start // each}")
    insert_copies("inspection_inspectionplan", plan.pk, deep, fast="n % 2 = 0", endorsed_at="t.endorsed_at + n * interval '1 second'")
    whose = {name: f"{first} + n / {each} - {start // each}" for name, first in (("enterprise_id", e0), ("establishment_id", s0))}
    insert_copies("inspection_plantarget", target.pk, deep, plan_id=f"{p0} + n - {start}", **whose)
    for table, row in (("planitem", plan.items.get()), ("planagency", plan.agencies.get())):
        insert_copies(f"inspection_{table}", row.pk, deep, plan_id=f"{p0} + n - {start}")
    for row in plan.officers.all():
        insert_copies("inspection_planofficer", row.pk, deep, plan_id=f"{p0} + n - {start}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def ask(browser: Any, addresses: list[str], count: int) -> dict[str, dict[str, float]]:
    """Open each page ``count`` times. Returns milliseconds and queries by page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for address in addresses:
        took, asked = [], 0
        for _n in range(count):
            with CaptureQueriesContext(connection) as queries:
                began = time.perf_counter()
                if browser.get(address).status_code != 200:
                    raise SystemExit(f"{address} did not open")
                took.append((time.perf_counter() - began) * 1000)
            asked = len(queries)
        found[address.split("/")[2] or "queue"] = {"median_ms": round(statistics.median(took), 1), "queries": asked}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--asked", type=int, default=40)
    options = parser.parse_args()
    from tests.ledger.cluster import Cluster

    with Cluster() as cluster:
        django_at(cluster.url("postgres"))
        from django.core.management import call_command
        from django.db import connection
        from django.test import Client

        call_command("migrate", verbosity=0)
        from audit import keys
        from tests import make

        keys.make_missing()
        desk = make.Desk()
        plan = desk.endorsed()
        browser = Client(HTTP_HOST="127.0.0.1")
        browser.force_login(desk.reviewer, backend="accounts.signin.ByUsername")
        addresses = ["/review/", f"/review/{plan.uid}/", "/review/batch/"]
        fill(plan, 1, options.small)
        ask(browser, addresses, 5)  # warm
        small = ask(browser, addresses, options.asked)
        fill(plan, options.small, options.large)
        ask(browser, addresses, 5)
        large = ask(browser, addresses, options.asked)
        connection.close()
    pages = zip(small.values(), large.values(), strict=True)
    ratios = [round(after["median_ms"] / before["median_ms"], 2) for before, after in pages]
    print(json.dumps({"small": small, "large": large, "ratios": ratios, "goal": 1.5}, indent=2))


if __name__ == "__main__":
    main()
