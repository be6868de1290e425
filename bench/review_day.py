"""A day of the Office: 720 filings decided by six people at the desk, on a PostgreSQL of its own. Prints JSON.

    python -m bench.review_day [--filings 720] [--people 6]

Half of the filings are ordinary and go by signed batches of fifty; the others come one by one, each with its screen, its decision and
the next one. Six threads press the keys of six people as fast as the server answers: what is left of the day is for reading.
The filings are copies of one made by the verbs, each for an enterprise of its own.
"""

import argparse
import json
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.ledger import django_at
from bench.review import fill

#: seconds of a working day
DAY = 8 * 3600


def sign_batches(browser: Any) -> list[float]:
    """Sign what is ordinary, fifty at a time, until nothing is. Returns the seconds each filing took."""
    took: list[float] = []
    while True:
        began = time.perf_counter()
        wanted = re.findall(r'name="plan" value="([0-9a-f-]{36})"', browser.get("/review/batch/").content.decode())
        if not wanted:
            return took
        browser.post("/review/batch/sign/", {"plan": wanted})
        took += [(time.perf_counter() - began) / len(wanted)] * len(wanted)


def review_one_by_one(browser: Any) -> list[float]:
    """Take the next filing, look at its screen, accept it, until none is left. Returns the seconds each took."""
    took: list[float] = []
    address = browser.post("/review/take/")["Location"]
    while re.fullmatch("/review/[0-9a-f-]{36}/", address):
        began = time.perf_counter()
        if browser.get(address).status_code != 200:
            raise SystemExit(f"{address} did not open")
        answer = browser.post(f"{address}accept/", {"note": "材料齐全"})
        took.append(time.perf_counter() - began)
        if answer.status_code != 302:
            # A colleague was faster: the next one, as a person would do.
            answer = browser.post("/review/take/")
        address = answer["Location"]
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--filings", type=int, default=720)
    parser.add_argument("--people", type=int, default=6)
    options = parser.parse_args()
    from tests.ledger.cluster import Cluster

    with Cluster() as cluster:
        django_at(cluster.url("postgres"))
        from django.core.management import call_command
        from django.db import connection
        from django.test import Client

        call_command("migrate", verbosity=0)
        from audit import keys
        from inspection.models import FilingNotice
        from tests import make

        keys.make_missing()
        desk = make.Desk()
        fill(desk.endorsed(), 1, options.filings, each=1)
        people = [make.a_user("REVIEWER", county=desk.county) for _n in range(options.people)]

        def work(person: Any) -> tuple[list[float], list[float]]:
            browser = Client(HTTP_HOST="127.0.0.1")
            browser.force_login(person, backend="accounts.signin.ByUsername")
            try:
                # One of them signs the batches; the others begin with what must be read.
                return (sign_batches(browser) if person == people[0] else []), review_one_by_one(browser)
            finally:
                connection.close()

        began = time.perf_counter()
        with ThreadPoolExecutor(options.people) as pool:
            found = list(pool.map(work, people))
        whole = time.perf_counter() - began
        decided = FilingNotice.objects.filter(county=desk.county).count()
        connection.close()
    batch, single = ([second for each in found for second in each[n]] for n in (0, 1))
    left = DAY * options.people / options.filings
    print(
        json.dumps(
            {
                "filings": options.filings,
                "people": options.people,
                "decided": decided,
                "by_batch": {"filings": len(batch), "seconds_each": round(statistics.mean(batch), 3)},
                "one_by_one": {"filings": len(single), "seconds_each": round(statistics.median(single), 3)},
                "all_decided_in_seconds": round(whole, 1),
                "seconds_of_a_person_for_each": left,
                "share_of_the_day_spent_waiting": round(whole / DAY, 4),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
