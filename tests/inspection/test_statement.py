"""What the QR says: whatever is changed in it, nobody accepts it; what can't be signed is not issued."""

import base64
import dataclasses
import datetime
import random

import pytest
import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models import QuerySet
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from audit import issuing
from inspection import documents, statement
from inspection.models import FilingNotice
from inspection.statement import NotGenuine, Statement
from tests import make
from tests.turns import PROVE

MUTANTS = 1_000_000 if PROVE else 10_000
DAY = datetime.date(2026, 11, 26)
SIGNER = issuing.Ed25519Signer(7, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYS = {
    7: issuing.PublishedKey(
        7, "Ed25519", base64.b64encode(SIGNER.private.public_key().public_bytes_raw()).decode(), "2020-01-01", "2200-01-01"
    )
}
CERTIFICATES = [f"3713{n:08d}" for n in range(1, 9)]
SAID = Statement(
    county="371323", agency="XS-01", year=2026, number=17, kind="USCC", enterprise=make.credit_code(42), starts_on=DAY,
    ends_on=DAY + datetime.timedelta(days=2), issued_on=DAY, certificates=(), facts=bytes(range(8)),
)  # fmt: skip


def sealed(**facts):
    return statement.seal(dataclasses.replace(SAID, **facts).with_certificates(CERTIFICATES[:2], singly=True), SIGNER)


def raw(text):
    return base64.b32decode(text + "=" * (-len(text) % 8))


def text(content):
    return base64.b32encode(content).decode().rstrip("=")


# --- the frame ---------------------------------------------------------------------------------------
def test_what_was_said_is_read_back_and_nothing_is_left_out():
    said = statement.check(sealed(), KEYS)
    assert dataclasses.replace(said, certificates=(), key=0, algorithm=0) == SAID
    assert (said.key, said.algorithm, len(said.certificates)) == (7, 1, 2)
    assert [said.names(number) for number in (CERTIFICATES[0], f" {CERTIFICATES[1]} ", CERTIFICATES[2], "")] == [True, True, False, False]


days = st.dates(datetime.date(2020, 1, 1), datetime.date(2109, 1, 1))


@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking would take minutes
@given(
    county=st.integers(0, 999_999), agency=st.text("ABCXYZ-0123456789", min_size=1, max_size=60), number=st.integers(1, (1 << 20) - 1),
    year=st.integers(2000, 2255), starts=days, length=st.integers(0, 511), issued=days, officers=st.integers(0, 40),
    enterprise=st.one_of(
        st.integers(1, 9_999_999).map(lambda n: ("USCC", make.credit_code(n))), st.from_regex(r"\A[0-9]{15}\Z").map(lambda n: ("REG15", n)),
        st.text(min_size=1, max_size=40).map(lambda t: ("PERMIT", t)), st.text(min_size=1, max_size=40).map(lambda t: ("NONE", t)),
    ),
    host=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ.", min_size=1, max_size=24),
)  # fmt: skip
def test_whatever_a_notice_says_fits_a_qr_of_version_8_and_reads_back(
    county, agency, number, year, starts, length, issued, officers, enterprise, host
):
    kind, code = enterprise
    try:
        code.encode()
    except UnicodeEncodeError:
        return  # half a character is no text of the database
    said = dataclasses.replace(
        SAID, county=f"{county:06d}", agency=statement.agency_code(agency), number=number, year=year, starts_on=starts,
        ends_on=starts + datetime.timedelta(days=length), issued_on=issued, kind=kind, enterprise=code,
    )  # fmt: skip
    before = f"HTTPS://{host}/R/"
    found = statement.seal_for(said, [str(n) for n in range(officers)], SIGNER, before=before)
    assert qrcode.util.optimal_data_chunks(before + found)
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(before + found)
    code.make(fit=True)
    assert code.version <= 8
    back = statement.check(found, KEYS)
    assert (back.county, back.number, back.year, back.starts_on, back.ends_on, back.issued_on) == (
        said.county, number, year, said.starts_on, said.ends_on, issued,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("host", "officers", "singly"), [("YHB.YISHUI.GOV.CN", 8, True), ("YHB.YISHUI.GOV.CN", 9, False), ("A" * 33, 8, False)]
)
def test_eight_officers_stand_singly_and_more_are_bound_by_one_digest(host, officers, singly):
    numbers = [f"3713{n:08d}" for n in range(officers)]
    said = statement.check(statement.seal_for(SAID, numbers, SIGNER, before=f"HTTPS://{host}/R/"), KEYS)
    assert said.listed_singly is singly
    assert said == dataclasses.replace(SAID, key=7, algorithm=1).with_certificates(numbers[::-1] if not singly else numbers, singly=singly)


def test_an_address_too_long_for_the_symbol_is_refused_with_what_to_do():
    with pytest.raises(issuing.CannotSign, match="BASE_URL"):
        statement.seal_for(SAID, CERTIFICATES, SIGNER, before=f"HTTPS://{'A' * 80}/R/")


def test_the_frame_of_version_1_never_changes():
    """What is printed must be readable for ever. This is one, byte for byte."""
    assert sealed() == VECTOR
    assert statement.digest_of(VECTOR.lower()) == statement.digest_of(VECTOR)


#: what ``sealed()`` makes
VECTOR = (
    "CEDRJFC2U6Y2AAARCOZAECOZLBJS2MBRAVX5HJNJZ4NTNU7ZZJKIL4MBAAAQEAYEAUDAPOY2E4HSCYIO7DCCH4TJ4G"
    "JUW6UXIIUTW6IH7HIKIJZSYF7EZOC3SRTYJDFDFKRHXE4J7JGCFHMCAALXUDZODLVZ3CI7DZP44SNNSUEA"
)


# --- forgeries ---------------------------------------------------------------------------------------
def mutants(random_, genuine):
    """Yield for ever: texts that are near a genuine statement and are none."""
    other = issuing.Ed25519Signer(7, Ed25519PrivateKey.from_private_bytes(bytes(reversed(range(32)))))
    bodies = [raw(word) for word in genuine]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    while True:
        content = bytearray(random_.choice(bodies))
        match random_.randrange(9):
            case 0:  # one bit
                place = random_.randrange(len(content) * 8)
                content[place // 8] ^= 1 << place % 8
            case 1:  # some bytes
                for _n in range(random_.randint(1, 6)):
                    content[random_.randrange(len(content))] ^= random_.randint(1, 255)
            case 2:  # shorter, at either end
                cut = random_.randrange(1, len(content))
                content = content[cut:] if random_.random() < 0.3 else content[:-cut]
            case 3:  # longer
                content += random_.randbytes(random_.randint(1, 9))
            case 4:  # version, algorithm, key, type
                content[random_.choice([0, 0, 1, 2])] ^= random_.randint(1, 255)
            case 5:  # the body of one under the signature of another
                content[-64:] = random_.choice(bodies)[-64:]
            case 6:  # signed by somebody else with the same key id, or over another domain
                body = bytes(content[:-64])
                content[-64:] = other.sign(statement.DOMAIN + body) if random_.random() < 0.5 else SIGNER.sign(b"MINGJIAN-KEYS-v1\0" + body)
            case 7:  # one character of the text
                word = list(random_.choice(genuine))
                word[random_.randrange(len(word))] = random_.choice(letters + letters.lower() + "=-018 \u00df")
                yield "".join(word)
                continue
            case 8:  # issuer: another county
                content[4] ^= random_.randint(1, 255)
        yield text(bytes(content))


@pytest.mark.timeout(3600)
def test_no_mutated_statement_is_accepted_and_none_crashes():
    """A share of the million; all with PROVE=1."""
    random_ = random.Random(20261126)
    genuine = [
        sealed(number=n, kind=kind, enterprise=code)
        for n, (kind, code) in enumerate(
            [("USCC", make.credit_code(1)), ("REG15", "371323200000017"), ("PERMIT", "JY1-77"), ("NONE", "张记")]
        )
    ]
    assert all(statement.check(word, KEYS) for word in genuine)
    known, accepted, why = set(genuine), [], set()
    tried = 0
    for word in mutants(random_, genuine):
        if word in known:
            continue
        tried += 1
        try:
            statement.check(word, KEYS)
            accepted.append(word)
        except NotGenuine as refusal:
            why.add(refusal.why)
        if tried == MUTANTS:
            break
    assert accepted == []
    assert why >= {"MALFORMED", "KEY", "SIGNATURE"}


@pytest.mark.parametrize("word", ["", "A", "0", "二维码", "A" * 5000, "========", VECTOR + "=", VECTOR.lower(), " " + VECTOR, "\x00"])
def test_any_other_text_is_malformed(word):
    with pytest.raises(NotGenuine, match="MALFORMED"):
        statement.check(word, KEYS)


# --- from the notice to its paper ---------------------------------------------------------------------
def anew(row):
    return type(row).objects.get(pk=row.pk)


def test_an_issued_notice_is_its_statement(desk, client):
    numbered = desk.numbered()
    token = numbered.token
    assert FilingNotice.objects.by_address(token) == numbered
    assert documents.issue_due(by=make.system()) == 1
    notice = anew(numbered)
    said = statement.check(notice.address, issuing.published().keys)
    assert (said.county, said.agency, said.year, said.number) == ("371323", notice.plan.agency.code, notice.year, notice.number)
    assert (said.kind, said.enterprise, said.starts_on, said.ends_on) == (
        "USCC",
        notice.enterprise.identifier,
        notice.starts_on,
        notice.ends_on,
    )
    assert said.facts == statement.facts_digest(notice.snapshot)
    assert all(said.names(officer["certificate"]) for officer in notice.snapshot["officers"])
    assert notice.scan_url == f"HTTP://127.0.0.1:8000/R/{notice.address}"
    assert (notice.token, FilingNotice.objects.by_address(token)) == (None, None), "the statement takes the token's place"
    for address in (f"/R/{notice.address}", f"/r/{notice.address}", f"/r/{notice.address.lower()}", f"/R/{notice.address.lower()}"):
        assert client.get(address).status_code == 200
        assert client.get(address + "/notice.pdf")["Content-Type"] == "application/pdf"
    assert f'href="/r/{notice.address}/report"' in client.get(f"/R/{notice.address}").content.decode(), "links are in small letters"


def test_a_notice_of_the_time_before_statements_keeps_its_token(desk, client):
    notice = desk.issued()
    QuerySet(FilingNotice).filter(pk=notice.pk).update(
        token="b" * 26, statement_digest=None, snapshot={k: v for k, v in notice.snapshot.items() if k != "statement"}
    )
    assert client.get("/r/" + "B" * 26).status_code == client.get("/R/" + "b" * 26).status_code == 200
    assert anew(notice).address == "b" * 26


def test_an_unsigned_notice_can_not_be_issued(desk):
    notice = desk.numbered()
    with pytest.raises(NotGenuine):
        notice.issue(by=make.system(), document=make.StoredFile.keep(b"%PDF", "application/pdf"))
    notice.sign()
    notice.snapshot = {**notice.snapshot, "purpose": "另一目的"}
    with pytest.raises(Exception, match="变动"):
        notice.issue(by=make.system(), document=make.StoredFile.keep(b"%PDF", "application/pdf"))
    assert anew(notice).status == "NUMBERED"


# --- keys ---------------------------------------------------------------------------------------------
@pytest.fixture
def keys_of_our_own(settings, tmp_path):
    """Keys that a test may lose."""
    from audit import keys

    settings.KEYS_DIR = tmp_path / "keys"
    keys.make_missing()
    assert issuing.make_first() == ["offline-root", "issuing-1"]
    return settings.KEYS_DIR


def lose(folder):
    (folder / "issuing-1").unlink()


def confuse(folder):
    (folder / "issuing-1").write_bytes(bytes(32))


def spoil_list(folder):
    path = folder / "published-keys.json"
    path.write_text(path.read_text().replace("Ed25519", "ed25519"))


def lose_list(folder):
    (folder / "published-keys.json").unlink()


@pytest.mark.parametrize("fault", [lose, confuse, spoil_list, lose_list])
def test_what_can_not_be_signed_is_not_issued_and_the_office_sees_why(desk, signed_in, keys_of_our_own, fault):
    notice = desk.numbered()
    whole = {path.name: path.read_bytes() for path in keys_of_our_own.iterdir()}
    fault(keys_of_our_own)
    assert documents.issue_due(by=make.system()) == documents.issue_due(by=make.system()) == 0
    held = anew(notice)
    assert (held.status, held.document_id, held.statement_digest) == ("NUMBERED", None, None)
    assert "密钥" in held.held_up_by
    assert held.history.filter(verb="hold_up").count() == 1, "said once, not at each sweep"
    assert held.held_up_by in signed_in(desk.reviewer).get(f"/notices/{notice.uid}/").content.decode()
    assert "制发受阻" in signed_in(desk.reviewer).get("/").content.decode()
    for name, content in whole.items():
        (keys_of_our_own / name).write_bytes(content)
    assert documents.issue_due(by=make.system()) == 1
    assert (anew(notice).status, anew(notice).held_up_by) == ("ISSUED", "")


def test_a_certificate_that_does_not_open_holds_the_paper_up(desk, settings, tmp_path):
    settings.PADES_P12 = str(tmp_path / "gone.p12")
    notice = desk.numbered()
    assert documents.issue_due(by=make.system()) == 0
    assert (anew(notice).status, "gone.p12" in anew(notice).held_up_by) == ("NUMBERED", True)


def command(*words):
    import io

    from django.core.management import call_command

    said = io.StringIO()
    call_command("issuing_keys", *words, stdout=said)
    return said.getvalue()


def test_a_new_key_signs_from_its_day_on_and_the_old_one_stays_good(desk, keys_of_our_own):
    today = datetime.date.today()
    old = desk.issued().snapshot["statement"]
    assert "in force: list no. 2" in command("rotate", "--from", today.isoformat())
    new = desk.issued().snapshot["statement"]
    keys = issuing.published().keys
    assert [statement.check(word, keys).key for word in (old, new)] == [1, 2]
    assert keys[1].ends == (today + issuing.OVERLAP).isoformat()
    assert "key 2" in command("list")


def test_a_revoked_key_counts_no_more_from_that_day_on(desk, keys_of_our_own):
    today = datetime.date.today()
    word = desk.issued().snapshot["statement"]
    command("revoke", "1", "--since", (today + datetime.timedelta(days=1)).isoformat(), "--reason", "演练")
    assert statement.check(word, issuing.published().keys)
    command("revoke", "1", "--since", today.isoformat(), "--reason", "丢失")
    with pytest.raises(NotGenuine, match="REVOKED"):
        statement.check(word, issuing.published().keys)
    with pytest.raises(issuing.CannotSign, match="rotate"):
        issuing.signer(today)


def test_with_the_root_kept_elsewhere_a_list_is_carried_there_and_back(keys_of_our_own, tmp_path):
    root = tmp_path / "stick"
    (keys_of_our_own / "offline-root").rename(root)
    assert "nothing has changed yet" in command("rotate")
    assert issuing.published().serial == 1
    command("sign", str(keys_of_our_own / "proposed-keys.json"), "--root", str(root))
    assert "list no. 2" in command("adopt", str(keys_of_our_own / "proposed-keys.signed.json"))
    assert set(issuing.published().keys) == {1, 2}


def test_no_list_is_taken_that_the_root_did_not_sign_or_that_takes_something_back(keys_of_our_own):
    from django.core.management import CommandError

    now = issuing.published()
    root = Ed25519PrivateKey.from_private_bytes((keys_of_our_own / "offline-root").read_bytes())
    key = now.keys[1]
    changed = dataclasses.replace(key, public=base64.b64encode(bytes(32)).decode())
    for content in (
        issuing.sign_list(issuing.text_of(issuing.root_public(), 2, [key]), Ed25519PrivateKey.generate()),
        issuing.sign_list(issuing.text_of(issuing.root_public(), 1, [key]), root),
        issuing.sign_list(issuing.text_of(issuing.root_public(), 2, []), root),
        issuing.sign_list(issuing.text_of(issuing.root_public(), 2, [changed]), root),
        "{}", "[]", "", '{"list": 1, "signature": 2}',
    ):  # fmt: skip
        with pytest.raises(issuing.NotTrusted):
            issuing.adopt(content)
    assert issuing.published().text == now.text
    with pytest.raises(CommandError, match="no key 9"):
        command("revoke", "9", "--since", "2026-01-01", "--reason", "x")


def test_the_issuer_pins_its_root(keys_of_our_own, settings):
    settings.ISSUER_KEY = issuing.published().root
    assert issuing.published().keys
    settings.ISSUER_KEY = base64.b64encode(bytes(32)).decode()
    with pytest.raises(issuing.CannotSign):
        issuing.published()
    settings.ISSUER_KEY = "any text"
    with pytest.raises(issuing.CannotSign, match="ISSUER_KEY"):
        issuing.published()


def test_set_up_never_replaces_a_key(keys_of_our_own):
    before = {path.name: path.read_bytes() for path in keys_of_our_own.iterdir()}
    assert issuing.make_first() == []
    assert {path.name: path.read_bytes() for path in keys_of_our_own.iterdir()} == before
    assert {name: (keys_of_our_own / name).stat().st_mode & 0o777 for name in ("offline-root", "issuing-1")} == dict.fromkeys(
        ("offline-root", "issuing-1"), 0o600
    )
