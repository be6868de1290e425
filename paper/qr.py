"""QR codes: drawn by one library, read back by another."""

import io

import pypdfium2
import qrcode
import zxingcpp
from PIL import Image
from qrcode.image.svg import SvgPathImage


def qr_svg(text: str, *, border: int = 4) -> str:
    """Return a QR of ``text`` (ASCII) at error correction M as an SVG document: one vector path."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=border, image_factory=SvgPathImage)
    code.add_data(text.encode("ascii"))
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image().save(out)
    return out.getvalue().decode()


def qr_png(text: str, *, module: int = 8) -> bytes:
    """Return a QR of ``text`` (ASCII) at error correction M as a black and white picture without its quiet zone.

    The mask is fixed, not searched for: what we print is a signature, as even as chance under any mask.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=2)
    code.add_data(text.encode("ascii"))
    code.make(fit=True)
    rows = code.get_matrix()
    picture = Image.new("1", (len(rows), len(rows)))
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    out = io.BytesIO()
    picture.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def qr_terminal(text: str) -> str:
    """Return a QR of ``text`` in characters, for a terminal."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=2)
    code.add_data(text)
    code.make(fit=True)
    out = io.StringIO()
    code.print_ascii(out=out, invert=True)
    return out.getvalue()


def codes_on(pdf: bytes, *, dpi: int = 150) -> list[str]:
    """Return the texts of all QR codes seen on the rasterised pages of a PDF, by an independent decoder."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
            found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
        return found
    finally:
        document.close()
