"""HTML to PDF, the same bytes for the same input. Nothing is fetched; a missing glyph stops the document."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from .faces import font_faces_css

_OFFICIAL = Path(__file__).with_name("official.css")
_one_at_a_time = threading.Lock()


@lru_cache
def _kit() -> tuple[Any, Any, Any]:
    """Return WeasyPrint, and one font configuration and stylesheet kept for the whole process."""
    import weasyprint  # slow import
    from weasyprint.text import ffi
    from weasyprint.text.fonts import FontConfiguration

    if ffi.harfbuzz_subset is None:
        raise ImproperlyConfigured("libharfbuzz-subset0 is missing (a notice would take 10 s): apt-get install libharfbuzz-subset0")
    fonts = FontConfiguration()
    css = weasyprint.CSS(string=font_faces_css() + _OFFICIAL.read_text(), font_config=fonts)
    return weasyprint, fonts, css


def render_pdf(html: str, *, variant: str = "pdf/a-3a") -> bytes:
    """Return the PDF of ``html``, styled by ``official.css``. A template that asks for a file or address fails."""
    weasyprint, fonts, css = _kit()

    class DataOnly(weasyprint.urls.URLFetcher):
        """Serves ``data:`` addresses and the cut type faces; refuses everything else."""

    fetcher = DataOnly(allowed_protocols=["data"], fail_on_errors=True)
    with _one_at_a_time:  # Pango's font map is shared by the process
        return weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[css], font_config=fonts, pdf_variant=variant)
