"""Floor 0, upper: files by content, QR codes, type faces, tables."""

import datetime
import hashlib
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from weasyprint.urls import FatalURLFetchingError

from paper.files import FileSpoiled
from paper.models import StoredFile, codes_on, qr_svg, render_pdf, unprintable, workbook
from paper.qr import qr_terminal


def test_a_file_is_kept_under_the_hash_of_its_content_and_read_back(db):
    content = b"\x00\xff" * 1000
    kept = StoredFile.keep(content, "application/octet-stream")
    assert (kept.digest, kept.size, kept.read()) == (hashlib.sha256(content).hexdigest(), 2000, content)
    assert (kept.path.name, kept.path.parent.name) == (kept.digest, kept.digest[:2])


def test_the_same_content_is_kept_once(db):
    first, again = StoredFile.keep(b"same", "text/plain"), StoredFile.keep(b"same", "text/plain")
    assert (first, StoredFile.objects.count()) == (again, 1)
    beside = [f.name for f in first.path.parent.iterdir() if first.digest in f.name]  # others may share its folder
    assert beside == [first.digest], "nothing half-written lies beside it"


@pytest.mark.parametrize("spoil", [lambda p: p.unlink(), lambda p: p.write_bytes(b"other"), lambda p: p.write_bytes(b"")])
def test_a_file_missing_or_changed_is_never_given_out(db, spoil):
    kept = StoredFile.keep(b"original", "text/plain")
    spoil(kept.path)
    with pytest.raises(FileSpoiled, match=kept.digest):
        kept.read()


def test_a_file_once_lost_is_whole_again_when_kept_anew(db):
    kept = StoredFile.keep(b"come back", "text/plain")
    kept.path.unlink()
    assert StoredFile.keep(b"come back", "text/plain").read() == b"come back"


def test_a_file_once_spoiled_is_whole_again_when_kept_anew(db):
    kept = StoredFile.keep(b"heal me", "text/plain")
    kept.path.write_bytes(b"rotten")
    assert StoredFile.keep(b"heal me", "text/plain").read() == b"heal me"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(token=st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26), port=st.integers(1, 65535))
def test_every_address_reads_back_from_paper(token, port):
    import base64

    address = f"http://127.0.0.1:{port}/r/{token}"
    svg = base64.b64encode(qr_svg(address).encode()).decode()
    pdf = render_pdf(f"<title>x</title><img style='width:30mm' src='data:image/svg+xml;base64,{svg}'>")
    assert codes_on(pdf) == [address]


def test_a_page_without_a_code_has_none():
    assert codes_on(render_pdf("<title>x</title><p>没有二维码</p>")) == []


def test_a_qr_takes_plain_addresses_only():
    with pytest.raises(UnicodeEncodeError):
        qr_svg("http://例子/")
    assert "█" in qr_terminal("http://127.0.0.1:8000/r/x")


@pytest.mark.parametrize("text", ["涉企检查备案通知书", "〔2026〕17号《》（）·—…", "A1 b2\n\t", "䶮㛃喆𠮷", "○、，。；：！？％￥"])
def test_ordinary_and_rare_characters_can_be_printed(text):
    assert unprintable(text) == []


@pytest.mark.parametrize("character", ["\U0010fffd", "\ue000", "\uf8ff", "\u200b", "\ufffe", "😀", "ཀ"])
def test_a_character_without_outline_is_named(character):
    assert unprintable(f"好{character}好{character}") == [character]


@pytest.mark.parametrize(
    "html",
    [
        "<img src='http://192.0.2.1/x.png'>",
        "<img src='file:///etc/passwd'>",
        "<link rel='stylesheet' href='https://192.0.2.1/x.css'>",
        "<style>@import url(file:///etc/passwd);</style>",
    ],
)
def test_a_paper_that_asks_for_anything_from_outside_is_not_made(html):
    with pytest.raises(FatalURLFetchingError, match="Error fetching"):
        render_pdf(f"<title>x</title>{html}<p>字</p>")


def test_a_table_holds_numbers_as_numbers_and_never_a_formula():
    content = workbook(
        title="收费[2026]/11", headings=["项目", "金额", "日期"], money=[1],
        rows=[["=1+1", 12345, datetime.date(2026, 11, 2)], ["@SUM(A1)", None, None], ["http://192.0.2.1", 1, None]],
    )  # fmt: skip
    book = zipfile.ZipFile(io.BytesIO(content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<v>123.45</v>" in sheet
    assert "=1+1" in book.read("xl/sharedStrings.xml").decode()
