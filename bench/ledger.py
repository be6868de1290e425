"""What the ledger costs, on a PostgreSQL of its own: ratios of one run, the two sides interleaved. Prints JSON.

    python -m bench.ledger [--seconds 3] [--rounds 3] [--leaves 300000] [--only acts|bulk|verify]

acts     audited acts a second of 8 writers, with leaf ÷ with history alone
bulk     rows a second through the bulk door, with history and leaf
verify   leaves a second on one core: order and tree alone; with the comparison to history rows

The acts are the smallest there are (one row saved), so that the leaf weighs most. Verification is timed in
a process held to one core; the server's share runs on whatever core the system gives it, and is told apart.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from typing import Any

WRITERS = 8


def django_at(address: str) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("SECRET_KEY", "bench")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def item(county: Any, n: int) -> Any:
    from inspection.models import InspectionItem

    return InspectionItem(
        county=county,
        code=f"B-{n:07d}",
        name=f"食品生产经营监督检查{n}",
        agency_kind="市场监管",
        law="食品安全法",
        article="第110条",
        basis_kind="法律",
        starts="2020-01-01",
    )


# --- acts -----------------------------------------------------------------------------------------


def writer(address: str, key: int, turns: Any, results: Any, seconds: float) -> None:
    """Save one row again and again: in odd turns with history alone, in even ones with the leaf too."""
    django_at(address)
    from accounts.models import User
    from audit.models import signed
    from audit.signing import Act
    from inspection.models import InspectionItem

    system, row = User.objects.system(), InspectionItem.objects.get(pk=key)
    with_leaf = Act.bind, Act.write_leaf
    for turn in iter(turns.get, None):
        Act.bind, Act.write_leaf = with_leaf if turn % 2 == 0 else (lambda *a, **k: None,) * 2
        end, acts = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            with signed(by=system, verb="found"):
                row.note = f"turn {turn} act {acts}"
                row.save()
            acts += 1
        results.put(acts)


def bench_acts(address: str, keys: list[int], rounds: int, seconds: float) -> dict[str, Any]:
    spawn = multiprocessing.get_context("spawn")
    turns = [spawn.Queue() for _ in keys]
    results = spawn.Queue()
    writers = [spawn.Process(target=writer, args=(address, key, turn, results, seconds)) for key, turn in zip(keys, turns, strict=True)]
    for each in writers:
        each.start()
    rates: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(-2, rounds * 2):  # the first two warm up
        for queue in turns:
            queue.put(turn)
        acts = sum(results.get() for _ in writers)
        if turn >= 0:
            rates[turn % 2].append(acts / seconds)
    for queue in turns:
        queue.put(None)
    for each in writers:
        each.join()
    ratios = [a / b for a, b in zip(rates[0], rates[1], strict=True)]
    return {
        "writers": WRITERS,
        "with_leaf_per_s": [round(r) for r in rates[0]],
        "history_alone_per_s": [round(r) for r in rates[1]],
        "ratio_median": round(statistics.median(ratios), 3),
        "goal": 0.75,
    }


# --- bulk -----------------------------------------------------------------------------------------


def bench_bulk(county: Any, rounds: int, numbers: Any) -> dict[str, Any]:
    from accounts.models import User
    from audit.models import signed_bulk

    system, rates = User.objects.system(), []
    for _ in range(rounds):
        rows = [item(county, next(numbers)) for _ in range(6000)]
        start = time.perf_counter()
        signed_bulk(rows, by=system, verb="found")
        rates.append(len(rows) / (time.perf_counter() - start))
    return {"rows_per_s": [round(r) for r in rates], "median": round(statistics.median(rates)), "goal": 3000}


# --- verify ---------------------------------------------------------------------------------------


def fill(county: Any, leaves: int, numbers: Any) -> None:
    """Write many acts of one row each: the bytes the product would write, put in by the thousand, sealed 500 at a time."""
    import hashlib

    from django.db import connection, models, transaction
    from django.utils import timezone

    from accounts.models import User
    from audit.actor import Channel
    from audit.ledger import sealer
    from audit.ledger.canonical import canonical, instant
    from audit.models import Leaf, Waiting
    from audit.signing import Act, Signature
    from inspection.models import InspectionItem

    actor, channel = User.objects.system().as_actor(), Channel("bench", "bench")
    history = InspectionItem.history.model
    records, patience, sealer.BATCH = history.written_by, sealer.PATIENCE, 500
    last_row = history._base_manager.aggregate(last=models.Max("history_id"))["last"] or 0
    row_keys = itertools.count(last_row + 1)
    for start in range(0, leaves, 5000):
        size = min(5000, leaves - start)
        with transaction.atomic():
            rows = models.QuerySet(InspectionItem).bulk_create([item(county, next(numbers)) for _ in range(size)])
            past, written = [], []
            for row in rows:
                act = Act(actor=actor, channel=channel, verb="found")
                past.append(records.history_row(row, "+", Signature(act=act, actor=actor, verb="found", note="")))
                past[-1].history_id = next(row_keys)
                at = timezone.now()
                facts = {"v": 2, "uid": act.leaf, "kind": "act", "at": instant(at), "salt": act.salt}
                body = canonical({**facts, **act.facts([act.entry(past[-1])])})
                written.append(Leaf(uid=act.leaf, kind="act", at=at, body=body, digest=hashlib.sha256(body).digest()))
            models.QuerySet(history).bulk_create(past)
            models.QuerySet(Leaf).bulk_create(written)
            Waiting.objects.bulk_create([Waiting(leaf=leaf, due=leaf.at, daily=False) for leaf in written])
        sealer.seal_due()
    sealer.PATIENCE = patience
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{history._meta.db_table}', 'history_id'), %s)", [next(row_keys)])
        cursor.execute("VACUUM ANALYZE")


def bench_verify(rounds: int) -> dict[str, Any]:
    from audit.ledger import verify

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    order, whole, own = [], [], []
    for _ in range(rounds):
        report = verify.verify(order_only=True)
        assert not report.faults, report.faults[:3]
        order.append(report.places / report.seconds)
        cpu = time.process_time()
        report = verify.verify()
        assert not report.faults, report.faults[:3]
        whole.append(report.leaves / report.seconds)
        own.append(report.leaves / (time.process_time() - cpu))
    return {
        "leaves": report.leaves,
        "order_and_tree_per_s": [round(r) for r in order],
        "with_history_per_s": [round(r) for r in whole],
        "with_history_per_own_cpu_s": [round(r) for r in own],
        "medians": [round(statistics.median(order)), round(statistics.median(whole))],
        "goals": [200_000, 50_000],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--leaves", type=int, default=200_000)
    parser.add_argument("--only", choices=["acts", "bulk", "verify"])
    options = parser.parse_args()
    if options.only is None:  # each on a cluster of its own: what is sealed is not emptied
        found: dict[str, Any] = {}
        for part in ("acts", "bulk", "verify"):
            told = subprocess.run([sys.executable, "-m", "bench.ledger", *sys.argv[1:], "--only", part], stdout=subprocess.PIPE, check=True)
            found |= json.loads(told.stdout)
        print(json.dumps(found, indent=2))
        return
    from tests.ledger.cluster import Cluster

    with Cluster() as cluster:
        address = cluster.url("postgres")
        django_at(address)
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        from accounts.founding import found_county
        from accounts.models import User
        from audit.models import signed

        county = found_county(
            code="371323", name="沂水县", office_name="沂水县优化经济发展环境办公室", notice_prefix="沂优环检备", supervision_phone="0539"
        )
        numbers, keys, found = itertools.count(1), [], {}
        for _ in range(WRITERS):
            with signed(by=User.objects.system(), verb="found"):
                row = item(county, next(numbers))
                row.save()
            keys.append(row.pk)
        connection.close()
        if options.only == "acts":
            found["acts"] = bench_acts(address, keys, options.rounds, options.seconds)
        if options.only == "bulk":
            found["bulk"] = bench_bulk(county, options.rounds, numbers)
        if options.only == "verify":
            fill(county, options.leaves, numbers)
            found["verify"] = bench_verify(options.rounds)
        connection.close()
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
