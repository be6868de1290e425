"""The face of ``paper``.

StoredFile    a file kept by its SHA-256       keep · read
render_pdf · qr_svg · codes_on · unprintable · workbook
"""

from .faces import unprintable
from .files import StoredFile
from .pdf import render_pdf
from .qr import codes_on, qr_svg
from .sheets import workbook

__all__ = ["StoredFile", "codes_on", "qr_svg", "render_pdf", "unprintable", "workbook"]
