"""Pages of a kept PDF as pictures: for a phone that would have to download a PDF. Made when first asked for, then kept beside the file."""

import io
import os
import secrets
import threading
from pathlib import Path

import pypdfium2
from django.conf import settings

from .files import StoredFile

DPI = 110
_one_at_a_time = threading.Lock()  # PDFium is not made for threads


def page_count(document: StoredFile) -> int:
    """Return how many pages a kept PDF has; 0 of a file that is none."""
    with _one_at_a_time:
        try:
            return len(pypdfium2.PdfDocument(document.read()))
        except pypdfium2.PdfiumError:
            return 0


def page_picture(document: StoredFile, number: int) -> bytes | None:
    """Return page ``number`` (from 1) of a kept PDF as PNG in sixteen greys and their red; None where there is no such page."""
    kept = Path(settings.FILES_DIR) / "pictures" / f"{document.digest}-{number}.png"
    if kept.exists():
        return kept.read_bytes()
    if not 1 <= number <= page_count(document):
        return None
    with _one_at_a_time:
        picture = pypdfium2.PdfDocument(document.read())[number - 1].render(scale=DPI / 72).to_pil()
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    aside = kept.with_suffix(f".{secrets.token_hex(4)}")
    aside.write_bytes(out.getvalue())
    os.replace(aside, kept)
    return out.getvalue()
