"""Brings the database up to date, tells the demo county, and makes sure of a notice for today.

One process for three commands: each start of Django costs a second, and ``make run`` should serve in ten.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - the path comes first
from django.core.management import CommandError, call_command  # noqa: E402

django.setup()
try:
    call_command("migrate", verbosity=0)
    call_command("demo")
    # deploy/run shows it when the server answers
    with (ROOT / "var" / "live_notice.txt").open("w", encoding="utf-8") as said:
        call_command("live_notice", stdout=said)
except CommandError as fault:
    sys.exit(str(fault))
