"""Writes the letter as a text file into ``OUTBOX_DIR``: for the demo and for trying out."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings

from .hopeless import Hopeless


def send(letter: Any) -> None:
    """Write one letter. Its name is its uid: sending again writes the same file."""
    if not re.fullmatch(r"\+?[0-9 -]{3,20}|[^@\s]+@[^@\s]+", letter.address):
        raise Hopeless("收信地址不是手机号码，也不是电子邮箱")
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{letter.uid}"
    aside.write_text(f"致：{letter.address}\n主题：{letter.subject}\n\n{letter.unsealed()}\n", encoding="utf-8")
    aside.rename(folder / f"{letter.uid}.txt")
