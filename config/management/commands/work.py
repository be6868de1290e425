import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from audit.ledger.seals import refuse_to_start_unsealed
from config.tasks import Faulty, sweep
from paper.models import warm_up

log = logging.getLogger("config.work")


class Command(BaseCommand):
    """The sweep: papers, codes, letters. Ends after its running round on SIGTERM or Ctrl-C; a kill loses nothing."""

    help = "do what is due, again and again"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end; fails when a task failed")
        parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="rest between two idle rounds (2)")

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        refuse_to_start_unsealed()
        if once:
            try:
                self.stdout.write(f"did {sweep()}")
            except Faulty as fault:
                raise CommandError(str(fault)) from fault
            return
        self.asked_to_stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        warm_up()
        log.info("the sweep begins")
        while not self.asked_to_stop.is_set():
            if not self.round():
                self.asked_to_stop.wait(every)
        log.info("the sweep has ended")

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop.set()

    def round(self) -> int:
        """Run one round, whatever happens in it. Returns how many things were done."""
        close_old_connections()
        try:
            return sweep()
        except Faulty:
            return 0  # each fault is in the log already
        except Exception:
            log.exception("no round: is the database there?")
            return 0
        finally:
            close_old_connections()
