"""Power cuts: every acknowledged act is there once, the order has no gap, the tree is right.

Two kills; 20 under PROVE=1. On a PostgreSQL of its own, whatever database the other tests use.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.migrated import restored
from tests.turns import PROVE

from .cluster import Cluster, binaries

KILLS = 20 if PROVE else 2
SECONDS = 3 if PROVE else 2
HOUSE = Path(__file__).resolve().parents[2]

CHECK = """
import json, sys
from audit.ledger.sealer import seal_due
from audit.ledger.verify import verify
from audit.models import Leaf, Place, Waiting
from inspection.models import InspectionItem
seal_due()
report = verify()
codes = [c for c in InspectionItem.objects.values_list("code", flat=True)]
acknowledged = open(sys.argv[1]).read().split()
history = InspectionItem.history_model._base_manager
print(json.dumps({
    "faults": [str(f) for f in report.faults][:10],
    "acknowledged": len(acknowledged),
    "lost": len(set(acknowledged) - set(codes)),
    "twice": len(codes) - len(set(codes)) + len(acknowledged) - len(set(acknowledged)),
    "unbound": InspectionItem.objects.count() - history.count(),
    "leaves": Leaf.objects.count(), "places": Place.objects.count(), "waiting": Waiting.objects.count(),
    "order": list(Place.objects.order_by("index").values_list("index", flat=True)) == list(range(Place.objects.count())),
}))
"""


@pytest.mark.skipif(binaries() is None, reason="there is no PostgreSQL on this machine")
@pytest.mark.timeout(3600 if PROVE else 240)
def test_kill_9_loses_no_acknowledged_act_and_leaves_the_order_whole(tmp_path):
    import json

    with Cluster() as cluster:
        environment = {**os.environ, "DATABASE_URL": cluster.url("postgres"), "PYTHONPATH": str(HOUSE)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)

        def python(*arguments, **kwargs):
            return subprocess.run([sys.executable, *arguments], cwd=HOUSE, env=environment, capture_output=True, text=True, **kwargs)

        if not restored(cluster.url("postgres")):
            migrated = python("manage.py", "migrate", "-v0")
            assert migrated.returncode == 0, migrated.stderr
        kept = tmp_path / "acknowledged"
        command = [sys.executable, "-m", "tests.ledger.crash", str(kept)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with (tmp_path / "log").open("w") as log:
            writers = subprocess.Popen(command, cwd=HOUSE, env=environment, stderr=log, **pipes)
            try:
                assert writers.stdout.readline() == "ready\n", (tmp_path / "log").read_text()
                for _ in range(KILLS):
                    before = kept.stat().st_size
                    end = time.monotonic() + 60
                    time.sleep(SECONDS)
                    while kept.stat().st_size == before and time.monotonic() < end:
                        time.sleep(0.1)
                    assert kept.stat().st_size > before, "nothing was acknowledged since the last kill"
                    cluster.kill()
                    cluster.start()
                time.sleep(SECONDS)
                writers.communicate("stop\n", timeout=60)
            finally:
                if writers.poll() is None:
                    writers.kill()
                    writers.wait()
        script = tmp_path / "check.py"
        script.write_text("import django; django.setup()\n" + CHECK)
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        checked = python(str(script), str(kept))
        assert checked.returncode == 0, checked.stderr
        found = json.loads(checked.stdout)
    acknowledged = found.pop("acknowledged")
    assert acknowledged > 20
    assert found.pop("leaves") == found.pop("places")
    assert found == {"faults": [], "lost": 0, "twice": 0, "unbound": 0, "waiting": 0, "order": True}
    print(f"{KILLS} kills, {acknowledged} acknowledged acts, none lost")
