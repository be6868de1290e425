"""HTML to PDF, the same bytes for the same input. Nothing is fetched; a missing glyph stops the document."""

import datetime
import hashlib
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from .faces import font_faces_css, with_chains

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


def render_pdf(
    html: str | Iterable[str],
    *,
    pages: int = 0,
    data: tuple[str, bytes] | None = None,
    dated: datetime.date | None = None,
    variant: str = "pdf/a-3a",
) -> bytes:
    """Return the PDF of ``html``, styled by ``official.css``. A template that asks for a file or address fails.

    ``html`` may be several settings of one document, roomy ones first: the first that takes at most ``pages`` pages is
    made, else the last. ``data``: name and bytes of what is attached as the same facts for machines; ``dated``: its day.
    """
    weasyprint, fonts, css = _kit()

    class DataOnly(weasyprint.urls.URLFetcher):
        """Serves ``data:`` addresses and the cut type faces; refuses everything else."""

    fetcher = DataOnly(allowed_protocols=["data"], fail_on_errors=True)
    settings = [html] if isinstance(html, str) else html
    with _one_at_a_time:  # Pango's font map is shared by the process
        for setting in settings:
            laid_out = weasyprint.HTML(string=setting, url_fetcher=fetcher).render(stylesheets=[css], font_config=fonts)
            if len(laid_out.pages) <= pages:
                break
        attached = [_attachment(weasyprint, *data, dated or datetime.date(1970, 1, 1))] if data else []
        return laid_out.write_pdf(pdf_variant=variant, attachments=attached)


def _attachment(weasyprint: Any, name: str, content: bytes, dated: datetime.date) -> Any:
    day = datetime.datetime.combine(dated, datetime.time(), datetime.UTC)
    return weasyprint.Attachment(
        string=content, name=name, description="structured data of this document", created=day, modified=day, relationship="Data"
    )
