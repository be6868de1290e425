"""What a notice costs, beside the same page set by typst: ratios of one run, taken in turn.

    FLOORS=<folder with typst_notice.py> FLOOR_PYTHON=<a Python with typst and segno> [FLOOR_FONTS=<folder>] python -m bench.notice
    python -m bench.notice --memory 1000        # resident memory while so many notices are made

Prints JSON: ms of a warm notice and of the floor, their ratio, notices a second with the release check, bytes, first to warm.
Goals: ratio at most 8, two notices a second and core with the check, 170 kB, first at most 2.5 times warm, memory flat.
"""

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
FLOOR = """
import sys, time
sys.path.insert(0, sys.argv[1])
import typst_notice
one = typst_notice.maker(sys.argv[2], "Noto Serif CJK SC")
one(0)
for line in sys.stdin:
    began = time.perf_counter()
    one(int(line))
    print((time.perf_counter() - began) * 1000, flush=True)
"""


def facts(number: int) -> dict:
    """The snapshot of an ordinary notice of the demo county."""
    names = ["王秀梅", "李长河", "张喆", "刘守成", "陈玉兰"]
    return {
        "number": f"沂优环检备〔2026〕{number}号",
        "order": f"沂市监检通〔2026〕{number}号",
        "office": "沂水县优化经济发展环境办公室",
        "county": "沂水县",
        "supervision_phone": "0539-0000000",
        "filing": "审查备案",
        "enterprise": f"沂水县演示食品有限公司第{number}分公司",
        "identifier": f"91371323MAYX{number:06d}",
        "operator": names[number % len(names)],
        "address": f"沂水县沂城街道演示路{number}号",
        "agency": "沂水县市场监督管理局",
        "carried_out_by": "沂水县市场监督管理局",
        "partners": ["沂水县应急管理局"],
        "act": "",
        "type": "日常检查",
        "task_source": f"年度检查计划 2026-{number}",
        "platform": "",
        "purpose": "核查食品生产许可和出厂检验记录",
        "requirements": "请准备近三个月台账、健康证明和进货查验记录",
        "items": [
            {"name": "食品生产经营监督检查", "basis": "《食品安全法》第110条", "content": "许可和资质、进货查验、从业人员、出厂检验"},
            {"name": "安全生产监督检查", "basis": "《安全生产法》第65条", "content": "责任制、教育培训、隐患排查、应急预案"},
        ],
        "starts_on": "2026-11-23",
        "ends_on": "2026-11-25",
        "minutes_on_site": 120,
        "officers": [{"name": "张演示", "certificate": "37132300123"}, {"name": "李演示", "certificate": "37132300456"}],
        "assistants": ["周演示（检测中心）"],
        "year": 2026,
        "visits_this_year": 1,
        "visits_cap": 2,
        "rights": rights(),
        "numbered_on": "2026-11-22",
        "demo": True,
        "scan_url": f"HTTPS://JC.EXAMPLE.GOV.CN/R/{number:06d}" + "ABCDEFGHJKLMNPQRSTUVWXYZ234567" * 4,
    }


def rights() -> list[dict[str, str]]:
    """What the demo county prints overleaf."""
    from config.demo.lists import ON_PAGE

    with open(ROOT / "config" / "demo" / "data" / "visit-rights.csv", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] in ON_PAGE]
    grades = ("可以拒绝", "请先核实", "请先配合")
    return [{key: row[key] for key in ("grade", "sentence", "law", "article")} for grade in grades for row in rows if row["grade"] == grade]


def timed(act: Callable[[], bytes]) -> tuple[float, bytes]:
    began = time.perf_counter()
    made = act()
    return (time.perf_counter() - began) * 1000, made


def resident_kb() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def memory(runs: int) -> dict:
    """Make so many notices with their release check and tell the resident memory on the way."""
    from inspection.papers import notice_paper
    from paper.models import codes_on

    seen = {}
    for number in range(1, runs + 1):
        codes_on(notice_paper(facts(number)))
        if number in (50, 100) or number % max(1, runs // 10) == 0:
            seen[number] = resident_kb() // 1024
    return {"resident_mb": seen}


def against_the_floor(runs: int) -> dict:
    """Make notices and floors in turn; the figures are medians of all turns."""
    from inspection.papers import notice_paper
    from paper.models import codes_on, warm_up

    warm_up()  # as the sweep does at its start: loading is not the first notice

    snapshots = [facts(number) for number in range(runs + 1)]
    first, pdf = timed(lambda: notice_paper(snapshots[0]))  # before the floor starts beside it
    sizes, floors, warm, checks = [len(pdf)], [], [], []
    fonts = os.environ.get("FLOOR_FONTS", "/usr/share/fonts/opentype/noto")
    floor = subprocess.Popen(
        [os.environ.get("FLOOR_PYTHON", sys.executable), "-c", FLOOR, os.environ["FLOORS"], fonts],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for number in range(1, runs + 1):
        print(number, file=floor.stdin, flush=True)
        floors.append(float(floor.stdout.readline()))
        ms, pdf = timed(lambda number=number: notice_paper(snapshots[number]))
        warm.append(ms)
        sizes.append(len(pdf))
        checks.append(timed(lambda pdf=pdf: codes_on(pdf))[0])
    floor.stdin.close()
    floor.wait()
    middle = statistics.median
    return {
        "notice_ms": round(middle(warm)),
        "floor_ms": round(middle(floors)),
        "ratio": round(middle(ours / theirs for ours, theirs in zip(warm, floors, strict=True)), 2),
        "check_ms": round(middle(checks)),
        "with_check_per_second": round(1000 / (middle(warm) + middle(checks)), 2),
        "first_to_warm": round(first / middle(warm), 2),
        "bytes_max": max(sizes),
    }


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--runs", type=int, default=30)
    p.add_argument("--memory", type=int)
    a = p.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(memory(a.memory) if a.memory else against_the_floor(a.runs)))
