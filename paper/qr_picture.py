"""A QR as a picture for a phone's album, and the face that writes beside it."""

from functools import lru_cache

import qrcode
from PIL import Image, ImageFont

from .faces import file_of


def qr_picture(text: str, side: int) -> Image.Image:
    """Return a QR of ``text`` as a black and white picture of ``side`` pixels, quiet zone included."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text.encode())
    code.make(fit=True)
    rows = code.get_matrix()
    picture = Image.new("L", (len(rows), len(rows)), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((side, side), Image.Resampling.NEAREST)


@lru_cache
def face(size: int) -> ImageFont.FreeTypeFont:
    """Return the type face 黑体 in a size of pixels."""
    return ImageFont.truetype(str(file_of("MJ Hei")), size)
