"""What finding an enterprise costs, on PostgreSQL databases of its own: one million against ten thousand. Prints JSON.

    python -m bench.search postgres://…/postgres [--large 1000000] [--small 10000] [--rounds 15] [--keep]

Makes two databases, ``mingjian_bench_small`` and ``mingjian_bench_large``, fills both with the same family of invented
names (all of one county, most of one ending), and asks both in turn, as the picker of the filing form does: the eight
best. Reported: median and p95 in ms by kind of word, and the ratio large ÷ small of the medians; goal 1.7.
Rows are put in without history: the search looks at enterprises and its index only.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import time
from typing import Any

from bench.ledger import django_at

BRANDS = "春山泉金穗瑞禾东岭安泰青石百顺河源蒙红丰里云鑫恒达通宏盛华福康宁祥和广德永利众合信诚远航晟凯嘉润佳美天地人长乐兴旺"
TRADES = [
    "食品",
    "糕点",
    "罐头",
    "木业",
    "铝业",
    "化工",
    "建设工程",
    "物流",
    "商贸",
    "酒店管理",
    "大药房",
    "机械",
    "旅行社",
    "塑料制品",
    "服饰",
    "燃气",
    "饲料",
    "面粉",
    "电子",
    "农资",
]
ENDS = ["有限公司"] * 12 + ["农民专业合作社"] * 2 + ["经营部"] * 3 + ["饭店"] * 2 + ["加工厂"]
#: kind of word -> words; all are found in both, the common ones nearly everywhere
WORDS = {
    "two characters, common": ["沂水", "公司", "食品"],
    "two characters, ordinary": ["青石", "瑞禾", "药房"],
    "name": ["沂水县瑞禾", "春山泉食品", "泉金"],
    "pinyin": ["yishui", "shipin", "ruihe"],
    "initials": ["ys", "yxgs", "rhsp"],
    "code": ["91371323MA00000", "91371323MA000017", "9137"],
    "rare": ["独一号", "duyihao", "dyh"],
    "not there": ["鼋鼍", "qqqzz", "913799"],
    "two words": ["沂水 面粉", "瑞禾 公司"],
}


def name_of(n: int) -> str:
    """Return the n-th invented name; the last of the first ten thousand is one of its kind."""
    if n == 9_999:
        return "沂水县独一号食品有限公司"
    chance = random.Random(n)
    brand = "".join(chance.sample(BRANDS, chance.choice((2, 2, 3))))
    return f"沂水县{brand}{chance.choice(TRADES)}{chance.choice(ENDS)}"


def fill(address: str, many: int) -> None:
    """Make the tables, ``many`` enterprises and their words. The key of the index is built at the end."""
    django_at(address)
    from django.core.management import call_command
    from django.db import connection

    from accounts.founding import found_county
    from accounts.models import Enterprise, EnterpriseWord
    from accounts.models.words import keys_of
    from audit import bulk

    call_command("migrate", verbosity=0)
    facts = {"office_name": "演示办公室", "notice_prefix": "演", "supervision_phone": "0"}
    county = found_county(code="371323", name="沂水县", **facts)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        cursor.execute("ALTER TABLE accounts_enterpriseword DROP CONSTRAINT accounts_enterpriseword_pkey")
        cursor.execute("ALTER TABLE accounts_enterpriseword SET UNLOGGED")
    for first in range(0, many, 20_000):
        rows = [
            Enterprise(
                county=county, kind="COMPANY", name=name_of(n), identifier_kind="USCC", identifier=f"91371323MA{n:08d}", region="371323"
            )
            for n in range(first, min(first + 20_000, many))
        ]
        bulk.insert(rows)
        bulk.load(EnterpriseWord, [(county.pk, place, key, row.pk) for row in rows for place, key in keys_of(row)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_enterpriseword ADD PRIMARY KEY (county_id, place, word, enterprise_id)")
        cursor.execute("VACUUM ANALYZE accounts_enterpriseword")
        cursor.execute("VACUUM ANALYZE accounts_enterprise")


def asker(address: str, pipe: Any) -> None:
    """Answer each word that comes through the pipe with the milliseconds it took and how many were found."""
    django_at(address)
    from accounts.models import County, Enterprise

    county = County.objects.get()
    rows = Enterprise.objects.filter(county=county, closed_on=None).select_related("county")
    while (word := pipe.recv()) is not None:
        began = time.perf_counter()
        found = rows.search(word, counties=[county.pk], limit=8)
        pipe.send(((time.perf_counter() - began) * 1000, len(found)))


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
            name = f"mingjian_bench_{side}"
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                admin.execute(f"CREATE DATABASE {name}")
                began = time.monotonic()
                filling = spawn.Process(target=fill, args=(f"{base}/{name}", many))
                filling.start()
                filling.join()
                seconds[side] = round(time.monotonic() - began, 1)
            pipes[side], there = spawn.Pipe()
            spawn.Process(target=asker, args=(f"{base}/{name}", there), daemon=True).start()
        answer = {"load": os.getloadavg(), "filled in seconds": seconds, "words": measure(pipes, asked.rounds)}
        medians = [kind["ratio"] for kind in answer["words"].values()]
        answer["ratio, worst kind"] = max(medians)
        answer["ratio, all words"] = answer["words"]["all"]["ratio"]
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        for pipe in pipes.values():
            pipe.send(None)
        if not asked.keep:
            time.sleep(1)
            for side in pipes:
                admin.execute(f"DROP DATABASE mingjian_bench_{side} WITH (FORCE)")


def measure(pipes: dict[str, Any], rounds: int) -> dict[str, Any]:
    """Ask both sides every word in turn; the first round warms up and does not count."""
    times: dict[str, dict[str, list[float]]] = {kind: {side: [] for side in pipes} for kind in [*WORDS, "all"]}
    for turn in range(rounds + 1):
        for kind, words in WORDS.items():
            for word in words:
                for side in pipes if turn % 2 else reversed(pipes):
                    pipes[side].send(word)
                    took, _many = pipes[side].recv()
                    if turn:
                        times[kind][side].append(took)
                        times["all"][side].append(took)
    answer = {}
    for kind, sides in times.items():
        told = {side: figures(took) for side, took in sides.items()}
        ratio = statistics.median(sides["large"]) / statistics.median(sides["small"])
        answer[kind] = {"ratio": round(ratio, 2), **told}
    return answer


def figures(took: list[float]) -> dict[str, float]:
    return {"median ms": round(statistics.median(took), 2), "p95 ms": round(sorted(took)[int(len(took) * 0.95)], 2)}


if __name__ == "__main__":
    main()
