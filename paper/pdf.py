"""HTML to PDF, the same bytes for the same input. Nothing is fetched; a missing glyph stops the document."""

import base64
import datetime
import hashlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.template import engines

from .faces import FACES, font_faces_css, with_chains
from .qr import qr_png

_OFFICIAL = Path(__file__).with_name("official.css")
_one_at_a_time = threading.Lock()


@lru_cache
def style() -> str:
    """Return ``official.css`` with the faces that stand in for each other."""
    return with_chains(_OFFICIAL.read_text(encoding="utf-8"))


def digest_of(*templates: Path) -> str:
    """Return a short digest of the stylesheet and of the templates a document is made with."""
    whole = hashlib.sha256(style().encode())
    for template in templates:
        whole.update(hashlib.sha256(template.read_bytes()).digest())
    return whole.hexdigest()[:16]


@lru_cache
def _kit() -> tuple[Any, Any, Any]:
    """Return WeasyPrint, and one font configuration and stylesheet kept for the whole process."""
    import weasyprint  # slow import
    from weasyprint.text import ffi
    from weasyprint.text.fonts import FontConfiguration

    if ffi.harfbuzz_subset is None:
        raise ImproperlyConfigured("libharfbuzz-subset0 is missing (a notice would take 10 s): apt-get install libharfbuzz-subset0")
    fonts = FontConfiguration()
    css = weasyprint.CSS(string=font_faces_css() + style(), font_config=fonts)
    return weasyprint, fonts, css


@dataclass(frozen=True)
class Part:
    """One part of a document, with pages of its own: ``settings(page)`` gives its HTML from roomy to close, told its first page.

    The first setting that takes one page is made, else the last. ``goes_on``: its pages are counted on from the part before.
    ``alike``: many documents have it in the same words, so it is laid out once.
    """

    settings: Callable[[int], Iterable[str]]
    goes_on: bool = False
    alike: bool = False

    def laid_out(self, page: int) -> Any:
        """Return the part as laid out in its setting."""
        for html in self.settings(page):
            found = (_laid_out_once if self.alike else _laid_out)(html)
            if len(found.pages) == 1:
                break
        return found


def render_pdf(
    html: str | list[Part],
    *,
    data: tuple[str, bytes] | None = None,
    dated: datetime.date | None = None,
    variant: str = "pdf/a-3a",
) -> bytes:
    """Return the PDF of ``html``, styled by ``official.css``. A template that asks for a file or address fails.

    ``data``: name and bytes of what is attached as the same facts for machines; ``dated``: its day.
    """
    parts = [Part(lambda page: [html])] if isinstance(html, str) else html
    with _one_at_a_time:  # Pango's font map is shared by the process
        documents, page = [], 1
        for part in parts:
            documents.append(part.laid_out(page if part.goes_on else 1))
            page = (page if part.goes_on else 1) + len(documents[-1].pages)
        attached = [_attachment(*data, dated or datetime.date(1970, 1, 1))] if data else []
        pages = [page for document in documents for page in document.pages]
        return documents[0].copy(pages).write_pdf(pdf_variant=variant, attachments=attached)


def warm_up() -> None:
    """Load templates, WeasyPrint and the faces: what a process that makes documents does once, before somebody waits for one."""
    engines.all()
    faces = "".join(f'<p style="font-family: {family}">明检 0</p>' for family in FACES)
    code = base64.b64encode(qr_png("0")).decode()
    render_pdf(f'<html lang="zh-CN"><title>0</title><table><tr><td>{faces}<img src="data:image/png;base64,{code}" alt="0"></table></html>')


def _laid_out(html: str) -> Any:
    weasyprint, fonts, css = _kit()

    class DataOnly(weasyprint.urls.URLFetcher):
        """Serves ``data:`` addresses and the cut type faces; refuses everything else."""

    fetcher = DataOnly(allowed_protocols=["data"], fail_on_errors=True)
    return weasyprint.HTML(string=html, url_fetcher=fetcher).render(stylesheets=[css], font_config=fonts)


#: overleaf all notices of a county are alike: of so many the pages are kept
_laid_out_once = lru_cache(maxsize=16)(_laid_out)


def _attachment(name: str, content: bytes, dated: datetime.date) -> Any:
    weasyprint, _fonts, _css = _kit()
    day = datetime.datetime.combine(dated, datetime.time(), datetime.UTC)
    return weasyprint.Attachment(
        string=content, name=name, description="structured data of this document", created=day, modified=day, relationship="Data"
    )
