"""A non-tax system for the demo: codes follow from the line, payments are lines of a file that ``pay`` writes.

No bank knows these codes: they begin with 演.
"""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from . import FeedLine


def code_for(line: Any) -> str:
    """Return the code of a line: twenty digits that follow from its uid, with a check digit."""
    digits = str(int(hashlib.sha256(line.uid.bytes).hexdigest(), 16))[:18]
    return f"演{digits}{sum(int(d) * (n % 9 + 1) for n, d in enumerate(digits)) % 10}"


def withdraw(code: str) -> None:
    """Note that a code is good no longer."""
    _append("withdrawn.jsonl", {"code": code})


def refund(refund: Any) -> None:
    """Give back at once what was asked for: one line of the feed, below nothing."""
    _append(
        "feed.jsonl",
        {
            "number": f"TF-{refund.uid}", "code": refund.code, "amount": -refund.amount, "institution": "演示国库",
            "paid_on": refund.charge.county.today().isoformat(), "ticket": "",
        },
    )  # fmt: skip


def pay(code: str, amount: int, on: datetime.date, *, institution: str = "演示代收银行", ticket: str = "") -> None:
    """Play the payer at the bank: what is paid under ``code`` stands in the feed from now on."""
    number = f"{on:%Y%m%d}-{hashlib.sha256(f'{code}/{amount}/{on}'.encode()).hexdigest()[:10]}"
    said = {"number": number, "code": code, "amount": amount, "paid_on": on.isoformat(), "institution": institution}
    _append("feed.jsonl", {**said, "ticket": ticket or f"演票{number[-8:]}"})


def arrived() -> list[FeedLine]:
    """Return every line of the feed so far."""
    path = Path(settings.NONTAX_DIR) / "feed.jsonl"
    if not path.exists():
        return []
    said = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [FeedLine(**{**line, "paid_on": datetime.date.fromisoformat(line["paid_on"])}) for line in said]


def _append(name: str, facts: dict[str, Any]) -> None:
    folder = Path(settings.NONTAX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "a", encoding="utf-8") as file:
        file.write(json.dumps(facts, ensure_ascii=False) + "\n")
