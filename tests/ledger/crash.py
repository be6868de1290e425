"""32 writers, a fifth of their acts rolled back, while the server is killed again and again. Run by test_crash.py.

    python -m tests.ledger.crash FILE

reads DATABASE_URL, prints ``ready`` when all write, ends when a line comes in. Each act that was acknowledged, and only
that, is in FILE before its writer begins the next one. Two sealers run beside the writers.
"""

import os
import random
import sys
import threading
import time
import uuid
from typing import Any

WRITERS = 32


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import DatabaseError, connection, transaction

    from accounts.founding import found_county
    from accounts.models import User
    from audit.ledger.sealer import seal_due
    from audit.models import signed
    from inspection.models import InspectionItem

    county = found_county(code="371323", name="沂水县", office_name="优化办", notice_prefix="沂优环检备", supervision_phone="0539")
    system = User.objects.system()
    actor = system.as_actor()

    class Writer:
        def as_actor(self, post: Any = None) -> Any:
            return actor

    acknowledged = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    stop, lock = threading.Event(), threading.Lock()

    class Rollback(Exception):
        pass

    def write() -> None:
        dice = random.Random()
        while not stop.is_set():
            code = uuid.uuid4().hex[:16]
            facts = {"code": code, "name": f"试{code}", "agency_kind": "x", "law": "x", "article": "1", "basis_kind": "法律"}
            try:
                with transaction.atomic(), signed(by=Writer(), verb="found"):
                    InspectionItem.objects.create(county=county, **facts, starts="2020-01-01")
                    if dice.random() < 0.2:
                        raise Rollback
            except Rollback:
                continue
            except DatabaseError:
                connection.close()
                time.sleep(0.05)
                continue
            with lock:
                os.write(acknowledged, f"{code}\n".encode())
                os.fsync(acknowledged)
        connection.close()

    def seal() -> None:
        while not stop.is_set():
            try:
                seal_due()
            except DatabaseError:
                connection.close()
            time.sleep(0.05)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)] + [threading.Thread(target=seal) for _ in range(2)]
    for each in threads:
        each.start()
    print("ready", flush=True)
    sys.stdin.readline()
    stop.set()
    for each in threads:
        each.join()
    print("stopped", flush=True)


if __name__ == "__main__":
    main()
