"""The PAdES signature of a finished PDF: optional, whole, and marked where nobody vouches for it."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from inspection import documents
from paper import signing
from paper.models import render_pdf, with_signature
from tests import make
from tests.inspection.test_notice_paper import anew

PAGE = "<html lang='zh'><title>x</title><p>涉企检查备案通知书</p></html>"


@pytest.fixture
def certificate(settings, tmp_path):
    settings.PADES_P12 = str(tmp_path / "demo.p12")
    assert signing.make_certificate(tmp_path / "demo.p12", "沂水县优化经济发展环境办公室")
    return tmp_path / "demo.p12"


def judged(pdf):
    """Return (digest stands, signature is genuine, covers the whole file) as an independent reader finds it."""
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
    with ThreadPoolExecutor(max_workers=1) as aside:  # it runs a loop of its own; the browser's tests may have one here
        status = aside.submit(validate_pdf_signature, found, context).result()
    return status.intact, status.valid, status.coverage.name == "ENTIRE_FILE"


def test_without_a_certificate_the_paper_stays_as_it_is(settings):
    settings.PADES_P12 = ""
    assert with_signature(b"%PDF as it is") == b"%PDF as it is"


def test_the_bytes_before_the_signature_stay(certificate):
    pdf = render_pdf(PAGE)
    signed = with_signature(pdf)
    assert signed.startswith(pdf)
    assert judged(signed) == (True, True, True)
    assert b"/ETSI.CAdES.detached" in signed


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.85])
def test_one_altered_byte_is_noticed(certificate, share):
    signed = bytearray(with_signature(render_pdf(PAGE)))
    place = int(len(render_pdf(PAGE)) * share)
    signed[place] ^= 1
    try:
        whole = all(judged(bytes(signed)))
    except Exception:  # what no longer reads as a PDF is noticed, too
        whole = False
    assert not whole


def test_a_self_made_certificate_says_so(certificate):
    signed = PdfFileReader(io.BytesIO(with_signature(render_pdf(PAGE))))
    (found,) = signed.embedded_signatures
    assert found.sig_object["/Reason"] == signing.SELF_MADE
    assert signing.SELF_MADE in found.signer_cert.subject.human_friendly
    assert found.signer_cert.self_issued
    assert not signing.make_certificate(certificate, "别的机关"), "one that is there is left alone"
    assert certificate.stat().st_mode & 0o077 == 0


def test_a_certificate_that_is_named_but_missing_stops_the_paper(settings, tmp_path):
    settings.PADES_P12 = str(tmp_path / "gone.p12")
    with pytest.raises(ImproperlyConfigured, match=r"gone\.p12"):
        with_signature(b"%PDF")


def test_an_issued_notice_is_signed_where_a_certificate_is_set(desk, certificate):
    notice = desk.numbered()
    assert documents.issue_due(by=make.system()) == 1
    content = anew(notice).document.read()
    assert judged(content) == (True, True, True)
    assert content.startswith(documents.notice_pdf(anew(notice))), "what was made from the snapshot stands in it, byte for byte"
    assert len(content) <= 170_000
