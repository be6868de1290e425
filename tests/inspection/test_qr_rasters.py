"""The QR is read from bad pictures of the paper: coarse, turned, blurred, squeezed."""

import base64
import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from inspection import documents, statement
from inspection.statement import LONGEST_ADDRESS
from paper.models import codes_on, qr_png, render_pdf
from tests import make

from .test_statement import CERTIFICATES, SAID, SIGNER


def sheet(address):
    """An A4 page with the symbol at the size of the notice, and some text."""
    data = base64.b64encode(qr_png(address)).decode()
    style = "width:30mm;height:30mm;margin:6mm;image-rendering:pixelated"
    return render_pdf(f"<title>x</title><p>涉企检查备案通知书</p><img alt='' style='{style}' src='data:image/png;base64,{data}'>")


def picture(pdf, dpi, *, turned=0.0, blurred=0.0, quality=0):
    """The page as a bad copier or a bad phone gives it."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72, grayscale=True).to_pil()
    if turned:
        page = page.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if blurred:
        page = page.filter(ImageFilter.GaussianBlur(blurred))
    if quality:
        out = io.BytesIO()
        page.save(out, "JPEG", quality=quality)
        page = Image.open(out)
    return page


def read(page):
    return [code.text for code in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)]


@pytest.fixture(scope="module")
def largest():
    """The fullest symbol there may be: version 8, to the last character but a few."""
    host = "Y" * 19
    before = f"HTTPS://{host}/R/"
    address = before + statement.seal_for(SAID, CERTIFICATES, SIGNER, before=before)
    assert LONGEST_ADDRESS - 6 <= len(address) <= LONGEST_ADDRESS
    return address, sheet(address)


HARMS = {
    "plain": {},
    "turned": {"turned": 7},
    "blurred": {"blurred": 0.7},
    "squeezed": {"quality": 40},
    "all three": {"turned": 7, "blurred": 0.7, "quality": 40},
    "turned the other way": {"turned": -7, "quality": 40},
}


@pytest.mark.parametrize("dpi", [96, 150, 300])
@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_the_largest_symbol_is_read_from_each_raster(largest, dpi, harm):
    address, pdf = largest
    assert read(picture(pdf, dpi, **harm)) == [address]


def test_the_notice_itself_is_read_from_96_dpi_turned_blurred_and_squeezed(desk):
    notice = desk.numbered()
    notice.sign()
    pdf = documents.notice_pdf(notice)
    assert codes_on(pdf) == [notice.scan_url]
    for dpi in (96, 150, 300):
        assert read(picture(pdf, dpi, turned=7, blurred=0.7, quality=40)) == [notice.scan_url], dpi


def test_the_symbol_is_30_mm_wide_on_the_notice(desk):
    notice = desk.numbered()
    notice.sign()
    page = pypdfium2.PdfDocument(documents.notice_pdf(notice))[0].render(scale=300 / 72, grayscale=True).to_pil()
    (code,) = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
    corners = code.position
    wide = ((corners.top_right.x - corners.top_left.x) ** 2 + (corners.top_right.y - corners.top_left.y) ** 2) ** 0.5 / 300 * 25.4
    assert 29 < wide < 31


def test_a_chain_of_officers_keeps_the_symbol_small():
    before = "HTTP://127.0.0.1:8000/R/"
    for officers in (0, 2, 8, 9, 40):
        address = before + statement.seal_for(SAID, [str(n) for n in range(officers)], SIGNER, before=before)
        assert len(address) <= LONGEST_ADDRESS
        assert make.credit_code(42) in (statement.check(address.removeprefix(before), {7: None}).enterprise,)
