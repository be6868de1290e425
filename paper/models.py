"""The face of ``paper``.

StoredFile    a file kept by its SHA-256       keep · read
render_pdf · digest_of · faces_digest · qr_svg · codes_on · unprintable · workbook
"""

from .faces import digest as faces_digest
from .faces import unprintable
from .files import StoredFile
from .pdf import digest_of, render_pdf
from .qr import codes_on, qr_svg
from .sheets import workbook

__all__ = ["StoredFile", "codes_on", "digest_of", "faces_digest", "qr_svg", "render_pdf", "unprintable", "workbook"]
