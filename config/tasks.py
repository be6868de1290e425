"""The work of the clock: what the sweep runs, in this order. Each finds by itself what is due and is safe to repeat."""

import logging
from collections.abc import Callable

from accounts.models import AddressKey, ListImport, User
from audit.actor import acting_through
from audit.ledger.sealer import seal_due
from audit.models import Attempt, Refusal
from delivery.models import Letter
from fees.documents import issue_due as issue_payment_notices_due
from fees.models import Charge, PaymentLine, PaymentNotice, Refund, TreasuryReceipt
from inspection.documents import issue_due, issue_orders_due
from inspection.models import Draw, InspectionPlan
from inspection.printing import print_due
from inspection.reminders import remind_desks_due
from receipts.models import ReceiptCode, release_due, remind_due

log = logging.getLogger(__name__)

#: a task is told who signs (``by=``) and returns how many things it did
Task = Callable[..., int]

TASKS: list[Task] = [
    InspectionPlan.lapse_due,  # filings nobody decided in time; before their notices are made
    remind_desks_due,  # what is due or late, once a working day to each
    issue_due,  # numbered notices get their paper
    issue_orders_due,  # and the inspecting agency's own beside it
    ReceiptCode.hand_out_due,  # issued notices get their code, written as a letter
    Charge.open_accounts_due,  # charges from before there were entries get their first
    PaymentNotice.gather_due,  # charges that waited a day are gathered into one payment notice
    issue_payment_notices_due,  # payment notices get their codes and their paper
    Refund.send_due,  # agreed refunds are told to the non-tax system
    PaymentLine.withdraw_due,  # codes of lines taken off are withdrawn
    TreasuryReceipt.take_in_due,  # what the feed says was paid or given back
    print_due,  # papers that were asked for, and batches part by part
    remind_due,  # a gentle reminder, once
    Letter.send_due,  # letters leave
    ListImport.carry_out_due,  # large lists that were sent in
    Draw.lapse_due,  # draws whose seed was not given in time are void
    Draw.open_due,  # draws whose last visit has ended are opened
    release_due,  # sums of receipts, once a month, where there are enough
    AddressKey.forget_due,  # keys of network addresses are destroyed after thirty days
    seal_due,  # every leaf gets its place in the order
]


class Faulty(RuntimeError):
    """Some task failed; the others have run all the same. The message names the failed ones."""


def sweep() -> int:
    """Run each task once, as the system's user. Returns how many things were done.

    Raises Faulty at the end when a task failed; returns 0 while the installation is not founded yet.
    """
    system = User.objects.filter(username="system").first()  # afresh: an account remembers the posts of its day
    if system is None:
        return 0
    done, failed = 0, []
    for task in TASKS:
        try:
            with acting_through("task"):
                done += task(by=system)
        except Refusal as refusal:
            failed.append(named(task))
            keep_attempt(system, task, refusal)
        except Exception:
            failed.append(named(task))
            log.exception("task %s failed", named(task))
    if failed:
        raise Faulty(f"failed: {', '.join(failed)}")
    return done


def named(task: Task) -> str:
    """Return what a task is called in logs: ``receipts.models.code.ReceiptCode.hand_out_due``."""
    return f"{getattr(task, '__module__', '')}.{getattr(task, '__qualname__', repr(task))}"


_kept: set[tuple[str, str]] = set()


def keep_attempt(system: User, task: Task, refusal: Refusal) -> None:
    """Keep what the clock was refused: once for each process, for it will try again every few seconds."""
    log.error("task %s was refused: %s", named(task), refusal)
    if (named(task), refusal.message) not in _kept:
        _kept.add((named(task), refusal.message))
        with acting_through("task"):
            Attempt.record(by=system, act=f"task {named(task)}", refusal=refusal)
