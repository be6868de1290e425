"""How quick is the page behind the QR: p95 at 20 requests a second, and requests a second against a plain page.

    make run                                  # in another terminal; or give the address of a server with one process
    .venv/bin/python bench/scan_page.py [--seconds 20] [--rate 20] [--floor http://127.0.0.1:8901/]

Reads the scan address from var/demo.json. With ``--floor`` (a plain response by Django under the same server,
such as FLOORS/plain_app.py) both are called in turn, and the ratio is printed. Prints JSON.
"""

import argparse
import concurrent.futures
import json
import pathlib
import statistics
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def call(address: str) -> float:
    """Fetch once; return milliseconds."""
    begun = time.perf_counter()
    with urllib.request.urlopen(address, timeout=10) as answer:
        answer.read()
    return (time.perf_counter() - begun) * 1000


def at_rate(address: str, rate: int, seconds: int) -> list[float]:
    """Call at a steady rate, whatever the answers take; return all times in milliseconds."""
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        begun, calls = time.perf_counter(), []
        for n in range(rate * seconds):
            time.sleep(max(0, begun + n / rate - time.perf_counter()))
            calls.append(pool.submit(call, address))
        return [c.result() for c in calls]


def per_second(address: str, seconds: float = 4, at_once: int = 4) -> float:
    """Call as fast as ``at_once`` callers can; return requests a second."""
    end = time.perf_counter() + seconds

    def go() -> int:
        n = 0
        while time.perf_counter() < end:
            call(address)
            n += 1
        return n

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        return sum(f.result() for f in [pool.submit(go) for _n in range(at_once)]) / seconds


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--seconds", type=int, default=20)
    p.add_argument("--rate", type=int, default=20)
    p.add_argument("--floor")
    a = p.parse_args()
    address = json.loads((ROOT / "var/demo.json").read_text())["live_notice"]["scan_url"]
    for _warm in range(20):
        call(address)
    times = sorted(at_rate(address, a.rate, a.seconds))
    found = {
        "page": "/r/<token>",
        "rate": a.rate,
        "requests": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "max_ms": round(times[-1], 1),
    }
    if a.floor:
        ratios = [per_second(address) / per_second(a.floor) for _round in range(3)]
        found["requests_per_second_to_floor"] = round(statistics.median(ratios), 3)
    print(json.dumps(found))
