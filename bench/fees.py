"""What fee card, board and monthly register cost: one million charges against ten thousand, on PostgreSQL. Prints JSON.

    python -m bench.fees postgres://…/postgres [--large 1000000] [--small 10000] [--rounds 15] [--keep]

Makes two databases, ``mingjian_fees_small`` and ``mingjian_fees_large``, fills both with charges of 40 departments over two
years, twenty to an enterprise, and asks both in turn for the three pages' figures. Reported: median and p95 in ms, and
the ratio large ÷ small of the medians; goal 1.7. Charges, entries and sums are put in without history: the pages read no
history. In the small one the sums are then made anew from the entries and compared to the fen.
"""

import argparse
import datetime
import json
import multiprocessing
import os
import random
import statistics
import time
import uuid
from typing import Any

from bench.ledger import django_at

EACH = 20
AGENCIES, ITEMS, DAYS = 40, 4, 730


def facts_of(n: int, today: datetime.date) -> tuple[int, int, int, datetime.date]:
    """Return agency, item, fen and day of the n-th charge; an enterprise's twenty come one after another."""
    chance = random.Random(n)
    return (
        chance.randrange(AGENCIES),
        chance.randrange(ITEMS),
        chance.randrange(100, 5_000_000),
        today - datetime.timedelta(chance.randrange(DAYS)),
    )


def fill(address: str, many: int) -> None:
    """Make the tables, the charges, their entries, and the sums as they would have been kept."""
    django_at(address)
    from django.core.management import call_command
    from django.db import connection

    from accounts.founding import found_county
    from accounts.models import Agency, Enterprise, Establishment, User
    from audit import bulk
    from audit.models import signed_bulk
    from fees.models import Charge, Entry

    call_command("migrate", verbosity=0)
    county = found_county(code="371323", name="沂水县", office_name="演示办公室", notice_prefix="演", supervision_phone="0")
    system, today = User.objects.system(), county.today()
    agencies = [
        Agency(
            county=county, code=f"XS-{n:02d}", name=f"演示局{n}", kind="市场监管", standing="COUNTY", legal_status="AUTHORITY",
            effect="REVIEW", starts=datetime.date(2020, 1, 1),
        )
        for n in range(AGENCIES)
    ]  # fmt: skip
    signed_bulk(agencies, by=system, verb="found")
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
    for first in range(0, many, 20_000):
        last = min(first + 20_000, many)
        firms = [
            Enterprise(
                county=county, kind="COMPANY", name=f"演示企业{n}", identifier_kind="USCC", identifier=f"91371323MA{n:08d}", region="371323"
            )
            for n in range(first // EACH, (last - 1) // EACH + 1)
        ]  # fmt: skip
        bulk.insert(firms)
        places = [Establishment(enterprise=firm, address="演示路1号") for firm in firms]
        bulk.insert(places)
        charges, entries = [], []
        for n in range(first, last):
            a, i, fen, day = facts_of(n, today)
            firm = firms[n // EACH - first // EACH]
            at = datetime.datetime.combine(day, datetime.time(4), datetime.UTC)
            charges.append(
                Charge(
                    county=county, agency=agencies[a], enterprise=firm, establishment=places[n // EACH - first // EACH], year=2000 + n % 90,
                    number=n + 1, kind="FINE", item_name=f"罚款{i}", basis="某法第1条", decision_number=f"第{n}号", decision_date=day,
                    charged_on=day, amount=fen, explained=[], registered_by=system, registered_at=at, uid=uuid.uuid4(),
                )
            )  # fmt: skip
        bulk.settle(charges)
        bulk.insert(charges)
        for charge in charges:
            day = charge.charged_on
            same = {
                "county": county,
                "charge": charge,
                "agency": charge.agency,
                "enterprise": charge.enterprise,
                "on": day,
                "valued_on": day,
            }
            entries.append(Entry(kind="DUE", amount=charge.amount, **same))
            if charge.number % 3:
                entries.append(Entry(kind="RECEIVED", amount=charge.amount, **same))
        bulk.settle(entries)
        bulk.insert(entries)
    sum_up()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def sum_up() -> None:
    """Put in the sums in one statement each: what ``rebuild`` makes row by row."""
    from django.db import connection

    money = ("SUM(CASE WHEN e.kind='DUE' THEN e.amount ELSE 0 END), 0, SUM(CASE WHEN e.kind='RECEIVED' THEN e.amount ELSE 0 END), 0, "
             "SUM(CASE WHEN e.kind='DUE' THEN e.amount ELSE -e.amount END)")  # fmt: skip
    many, named = "SUM(CASE WHEN e.kind='DUE' THEN 1 ELSE 0 END)", "due, reduced, received, returned, open"
    joined = "FROM fees_entry e JOIN fees_charge c ON c.id = e.charge_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO fees_chargesum (charge_id, enterprise_id, {named}) "
            f"SELECT e.charge_id, e.enterprise_id, {money} {joined} GROUP BY 1, 2"
        )
        cursor.execute(
            f"INSERT INTO fees_enterprisesum (enterprise_id, {named}, charges) SELECT e.enterprise_id, {money}, {many} {joined} GROUP BY 1"
        )
        cursor.execute(
            f"INSERT INTO fees_monthsum (county_id, month, agency_id, kind, item_name, {named}, charges) SELECT e.county_id, "
            f"date_trunc('month', e.\"on\")::date, e.agency_id, c.kind, c.item_name, {money}, {many} {joined} GROUP BY 1, 2, 3, 4, 5"
        )
        cursor.execute(
            f"INSERT INTO fees_daysum (county_id, day, agency_id, {named}, charges) "
            f"SELECT e.county_id, c.charged_on, e.agency_id, {money}, {many} {joined} GROUP BY 1, 2, 3"
        )


def asker(address: str, pipe: Any) -> None:
    """Answer each page that is asked for with the milliseconds it took."""
    django_at(address)
    from accounts.models import County, Enterprise
    from desk.fee_card import card_of
    from fees.models import month_register
    from fees.models.sums import ALL
    from oversight.scoreboard import board

    county = County.objects.get()
    today = county.today()
    last_month = (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    keys = list(Enterprise.objects.order_by("pk").values_list("pk", flat=True)[:400])
    pages = {
        "fee card": lambda n: len(card_of(Enterprise.objects.select_related("county").get(pk=keys[n % len(keys)])).lines),
        "board": lambda n: len(board(county, today - datetime.timedelta(days=29), today).rows),
        "monthly register": lambda n: len(month_register(county, last_month).rows),
    }
    n = 0
    while (page := pipe.recv()) is not None:
        n += 1
        if page == "differences":
            pipe.send((0.0, sum(len(list(sums.differences())) for sums in ALL)))
            continue
        began = time.perf_counter()
        found = pages[page](n * 37)
        pipe.send(((time.perf_counter() - began) * 1000, found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cluster")
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use those that are there")
    asked = parser.parse_args()
    import psycopg

    base = asked.cluster.rsplit("/", 1)[0]
    spawn, pipes, seconds = multiprocessing.get_context("spawn"), {}, {}
    with psycopg.connect(asked.cluster, autocommit=True) as admin:
        for side, many in (("small", asked.small), ("large", asked.large)):
            name = f"mingjian_fees_{side}"
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                admin.execute(f"CREATE DATABASE {name}")
                began = time.monotonic()
                filling = spawn.Process(target=fill, args=(f"{base}/{name}", many))
                filling.start()
                filling.join()
                seconds[side] = round(time.monotonic() - began, 1)
            pipes[side], there = spawn.Pipe()
            spawn.Process(target=asker, args=(f"{base}/{name}", there), daemon=True).start()
        pipes["small"].send("differences")
        differing = pipes["small"].recv()[1]
        answer = {"load": os.getloadavg(), "filled in seconds": seconds, "sums that differ from their entries": differing}
        answer["pages"] = measure(pipes, asked.rounds)
        answer["ratio, worst page"] = max(page["ratio"] for page in answer["pages"].values())
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        for pipe in pipes.values():
            pipe.send(None)
        if not asked.keep:
            time.sleep(1)
            for side in pipes:
                admin.execute(f"DROP DATABASE mingjian_fees_{side} WITH (FORCE)")


def measure(pipes: dict[str, Any], rounds: int) -> dict[str, Any]:
    """Ask both sides for every page in turn; the first round warms up and does not count."""
    times: dict[str, dict[str, list[float]]] = {page: {side: [] for side in pipes} for page in ("fee card", "board", "monthly register")}
    for turn in range(rounds + 1):
        for page, sides in times.items():
            for _again in range(5):
                for side in pipes if turn % 2 else reversed(pipes):
                    pipes[side].send(page)
                    took, _many = pipes[side].recv()
                    if turn:
                        sides[side].append(took)
    answer = {}
    for page, sides in times.items():
        told = {
            side: {"median ms": round(statistics.median(took), 2), "p95 ms": round(sorted(took)[int(len(took) * 0.95)], 2)}
            for side, took in sides.items()
        }
        answer[page] = {"ratio": round(statistics.median(sides["large"]) / statistics.median(sides["small"]), 2), **told}
    return answer


if __name__ == "__main__":
    main()
