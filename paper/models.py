"""The face of ``paper``.

StoredFile    a file kept by its SHA-256       keep · read
render_pdf · Part · digest_of · faces_digest · page_count · page_picture · qr_png · qr_svg · codes_on
unprintable · warm_up · with_signature · workbook
"""

from .faces import digest as faces_digest
from .faces import unprintable
from .files import StoredFile
from .pdf import Part, digest_of, render_pdf, warm_up
from .pictures import page_count, page_picture
from .qr import codes_on, qr_png, qr_svg
from .sheets import workbook
from .signing import with_signature

__all__ = [
    "Part",
    "StoredFile",
    "codes_on",
    "digest_of",
    "faces_digest",
    "page_count",
    "page_picture",
    "qr_png",
    "qr_svg",
    "render_pdf",
    "unprintable",
    "warm_up",
    "with_signature",
    "workbook",
]
