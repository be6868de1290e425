"""What a signed QR costs: drawing the symbol, signing and checking a statement, checking a mutated one.

    .venv/bin/python bench/statement.py [--rounds 500]

Needs no database. Limits of issue 6: symbol at most 5 ms, signing and checking together at most 2 ms. Prints JSON, medians of the rounds.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - the path comes first

django.setup()

from inspection import statement  # noqa: E402 - needs the applications loaded, as all below
from paper.models import qr_png  # noqa: E402
from tests.inspection.test_statement import CERTIFICATES, KEYS, SAID, SIGNER  # noqa: E402

BEFORE = "HTTPS://YHB.YISHUI.GOV.CN/R/"


def ms(act: Callable[[], object], rounds: int) -> float:
    """Return the median time of one round in milliseconds of this process: what else runs on the machine does not count."""
    times = []
    for _round in range(rounds):
        begun = time.process_time()
        act()
        times.append((time.process_time() - begun) * 1000)
    return round(statistics.median(times), 3)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=500)
    rounds = p.parse_args().rounds
    text = statement.seal_for(SAID, CERTIFICATES, SIGNER, before=BEFORE)

    def sign_and_verify() -> None:
        statement.check(statement.seal_for(SAID, CERTIFICATES, SIGNER, before=BEFORE), KEYS)

    print(
        json.dumps(
            {
                "characters": len(BEFORE + text),
                "qr_ms": ms(lambda: qr_png(BEFORE + text), min(rounds, 100)),
                "sign_and_verify_ms": ms(sign_and_verify, rounds),
                "verify_ms": ms(lambda: statement.check(text, KEYS), rounds),
            }
        )
    )
