"""A full set of checks on one enterprise, among 10,000 and among 1,000,000 filings, on a PostgreSQL of its own. Prints JSON.

    python -m bench.checks [--small 10000] [--large 1000000] [--asked 200]

Each enterprise has ten filings, each with its notice and closed visit, over two years and twenty agencies. The filings are
copies of one made by the verbs, put in by SQL: what is timed is the checks, not the filling.
"""

import argparse
import datetime
import json
import random
import statistics
import time
from typing import Any

from bench.ledger import django_at

TEN = 10


def insert_copies(table: str, row: int, count: str, **changed: str) -> None:
    """Insert copies of the row ``row`` of ``table``: one for each n of ``count`` (an SQL range), with the ``changed`` columns."""
    from django.db import connection

    with connection.cursor() as cursor:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table) if c.name != "id"]
        values = ", ".join(changed.get(c, "gen_random_uuid()" if c == "uid" else f't."{c}"') for c in columns)
        names = ", ".join(f'"{c}"' for c in columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, generate_series({count}) n WHERE t.id = {row}")


def first_id(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
        return cursor.fetchone()[0]


def fill(desk: Any, visit: Any, agencies: list[int], start: int, end: int) -> None:
    """Put in the filings from number ``start`` until before ``end``, ten to an enterprise."""
    from django.db import connection

    notice, plan = visit.notice, visit.notice.plan
    enterprise, place, target = visit.enterprise, visit.establishment, notice.target
    e0, s0 = first_id("accounts_enterprise"), first_id("accounts_establishment")
    wide = f"{start // TEN}, {end // TEN - 1}"
    insert_copies("accounts_enterprise", enterprise.pk, wide, identifier="'B' || lpad(n::text, 17, '0')", name="t.name || n")
    insert_copies("accounts_establishment", place.pk, wide, enterprise_id=f"{e0} + n - {start // TEN}")
    deep, own = f"{start}, {end - 1}", f"(ARRAY{agencies})[n % {len(agencies)} + 1]"
    p0, t0, n0 = (first_id(f"inspection_{name}") for name in ("inspectionplan", "plantarget", "filingnotice"))
    day = "(DATE '2026-10-01' - (n::bigint * 7919 % 700)::int)"
    where = {"enterprise_id": f"{e0} + n / {TEN} - {start // TEN}", "establishment_id": f"{s0} + n / {TEN} - {start // TEN}"}
    insert_copies("inspection_inspectionplan", plan.pk, deep, agency_id=own, starts_on=day, ends_on=day)
    insert_copies("inspection_plantarget", target.pk, deep, plan_id=f"{p0} + n - {start}", **where)
    insert_copies("inspection_planitem", plan.items.get().pk, deep, plan_id=f"{p0} + n - {start}")
    insert_copies(
        "inspection_filingnotice", notice.pk, deep, plan_id=f"{p0} + n - {start}", target_id=f"{t0} + n - {start}",
        number="n + 1000", token="md5(n::text)", starts_on=day, ends_on=day, **where,
    )  # fmt: skip
    v0 = first_id("inspection_visit")
    arrived = f"({day} + TIME '01:00') AT TIME ZONE 'UTC'"
    insert_copies(
        "inspection_visit", visit.pk, deep, agency_id=own, notice_id=f"{n0} + n - {start}", arrived_at=arrived,
        left_at=f"{arrived} + interval '1 hour'", **where,
    )  # fmt: skip
    insert_copies("inspection_visitperson", visit.people.get().pk, deep, visit_id=f"{v0} + n - {start}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def ask(desk: Any, count: int) -> dict[str, float]:
    """Run all checks of a filing typed for ``count`` random enterprises. Returns milliseconds and the most queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Establishment
    from inspection.checks import findings
    from inspection.models import InspectionPlan

    keys = list(Establishment.objects.values_list("pk", flat=True))
    dice, took, most, said = random.Random(1), [], 0, 0
    for key in dice.sample(keys, count):
        place = Establishment.objects.select_related("enterprise").get(pk=key)
        facts = {
            "type": "DAILY", "task_source": "PROGRAMME", "purpose": "核查", "requirements": "备查", "items": [desk.item],
            "officers": [desk.officer_row, desk.second_officer_row], "targets": [place], "telling": "ADVANCE",
            "starts_on": datetime.date(2026, 12, 1), "ends_on": datetime.date(2026, 12, 1), "tell_on": datetime.date(2026, 12, 1),
        }  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            said += len(findings(InspectionPlan.typed(agency=desk.agency, facts=facts)))
            took.append((time.perf_counter() - began) * 1000)
        most = max(most, len(queries))
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    return {"median_ms": round(statistics.median(took), 2), "p95_ms": round(p95, 2), "queries": most, "findings": said}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=200)
    options = parser.parse_args()
    from tests.ledger.cluster import Cluster

    with Cluster() as cluster:
        django_at(cluster.url("postgres"))
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        from audit import keys
        from tests import make

        keys.make_missing()
        desk = make.Desk()
        visit = desk.visited()
        visit.leave(by=desk.officer, result="NONE")
        agencies = [make.an_agency(desk.county).pk for _n in range(20)]
        fill(desk, visit, agencies, 0, options.small)
        ask(desk, 20)  # warm
        small = ask(desk, options.asked)
        fill(desk, visit, agencies, options.small, options.large)
        ask(desk, 20)
        large = ask(desk, options.asked)
        connection.close()
    ratio = round(large["median_ms"] / small["median_ms"], 2)
    print(json.dumps({"small": small, "large": large, "ratio_of_medians": ratio, "goal": 1.7}, indent=2))


if __name__ == "__main__":
    main()
