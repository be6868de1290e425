import contextlib
import datetime
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.founding import found_installation
from accounts.models import User
from audit.actor import acting_through
from audit.ledger.sealer import seal_due
from config.demo import county, enterprises, lists, people, programmes, today
from config.demo.clock import told_at
from config.demo.data import uid_of
from config.demo.desk import Desk
from config.demo.narrator import narrate
from config.demo.stories import all_of_them
from inspection.models import InspectionPlan
from paper.signing import make_certificate

#: the county was founded this long before the day of the first telling
BEFORE = datetime.timedelta(weeks=12)


class Command(BaseCommand):
    """Tell the demo county: its people, lists and enterprises, ten weeks of filings, and work for today.

    Safe to repeat: each part puts in only what is missing, the told past stands or falls as a whole,
    and a later day only gets work for that day.
    """

    help = "make the demo county (沂水县): all persons, enterprises and events are invented"

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO_MARK:
            raise CommandError("this installation issues in its own name (ISSUER_NAME, ISSUER_KEY): the demo has no place in it")
        with acting_through("command"):
            self._tell()

    def _tell(self) -> None:
        told = InspectionPlan.objects.filter(uid=uid_of("plan", "食品小作坊年度检查")).exists()
        with contextlib.nullcontext() if told else told_at(timezone.now() - BEFORE):
            with self._part("county and agencies"):
                found_installation()
                system = User.objects.system()
                place = county.found(system)
                make_certificate(settings.KEYS_DIR / "demo-pades.p12", place.office_name)
            with self._part("people and certificates"):
                people.found(system, place)
            with self._part("public lists"):
                lists.found(system, place)
            with self._part("enterprises"):
                enterprises.found(system, place)
            with self._part("programmes of the year"):
                programmes.found(Desk(place))
        desk = Desk(place)
        if not told:
            with self._part("ten weeks of stories"):
                narrate(all_of_them(desk))
            with self._part("order of the ledger"):
                seal_due()  # what was told happened weeks ago: without this the server would begin by warning of it
        with self._part("work for today"):
            for made in today.top_up(desk):
                self.stdout.write(f"  {made}")
        names = "clerk, head, officer, registrar, intake, agent, reviewer, issuer, auditor or finance"
        self.stdout.write(f"sign in as {names}: {people.PASSWORD}")

    @contextlib.contextmanager
    def _part(self, name: str):  # noqa: ANN202
        began = time.monotonic()
        with transaction.atomic():
            yield
        self.stdout.write(f"{name}: {time.monotonic() - began:.1f} s")
