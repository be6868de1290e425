"""The PDF in somebody's hand: the command at the Office and the one file for outsiders notice what has been changed."""

import importlib.util
import io
import itertools
import json
import random

import pikepdf
import pytest
from django.conf import settings
from django.core.management import call_command

from audit import issuing
from inspection import documents, published, statement
from inspection.verification import CHECKS, verify_pdf
from paper import signing
from tests import make
from tests.turns import PROVE

from .test_statement import KEYS, VECTOR, mutants, sealed

BYTES = 400 if PROVE else 40
MUTANTS = 50_000 if PROVE else 2_000


def outsiders():
    """The stand-alone program, as an outsider has it: loaded from its one file."""
    found = importlib.util.spec_from_file_location("verify_notice", settings.BASE_DIR / "docs" / "verify_notice.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture
def issued(desk):
    notice = desk.numbered()
    documents.issue_due(by=make.system())
    notice.refresh_from_db()
    return notice


def run(path, *words):
    said = io.StringIO()
    try:
        call_command("verify_notice", str(path), *words, stdout=said)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def with_data(content, other):
    """The same PDF with other data attached."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        facts = json.loads(pdf.attachments["notice.json"].get_file().read_bytes())
        facts.update(other)
        pdf.attachments["notice.json"] = pikepdf.AttachedFileSpec(pdf, json.dumps(facts, ensure_ascii=False).encode())
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_the_office_is_told_that_its_own_paper_is_genuine(desk, issued, tmp_path):
    path = tmp_path / "notice.pdf"
    path.write_bytes(issued.document.read())
    code, said = run(path)
    assert (code, said.count("✓"), "真实有效" in said) == (0, len(CHECKS), True)
    code, said = run(path, "--json")
    found = json.loads(said)
    assert (code, found["genuine"], found["facts"]["number"]) == (0, True, issued.label)
    issued.void(by=desk.reviewer, note="有误")
    code, said = run(path)
    assert code == 1
    assert "有误" in said


def test_one_byte_changed_anywhere_is_noticed(issued, tmp_path):
    content, random_ = issued.document.read(), random.Random(6)
    assert verify_pdf(content).genuine
    for place in [0, len(content) - 1, *(random_.randrange(len(content)) for _n in range(BYTES // 4))]:
        changed = content[:place] + bytes([content[place] ^ 1 << random_.randrange(8)]) + content[place + 1 :]
        assert not verify_pdf(changed).genuine, place
    assert not verify_pdf(content + b"\n").genuine
    for other in (b"", b"%PDF-1.7", b"hello", b"\0" * 100):
        path = tmp_path / "other.pdf"
        path.write_bytes(other)
        assert run(path)[0] == 1


def test_data_changed_in_the_file_is_noticed_by_itself(issued):
    changed = with_data(issued.document.read(), {"purpose": "别的目的"})
    found = verify_pdf(changed)
    assert [name for name, (good, _words) in found.checks.items() if not good] == ["data", "file"]


# --- the one file for outsiders -----------------------------------------------------------------------------
@pytest.fixture
def told(client, db, tmp_path):
    """What an outsider downloads: the keys, the list; and the root that the Office prints."""
    keys, revoked = tmp_path / "keys.json", tmp_path / "revoked.json"
    keys.write_bytes(client.get("/.well-known/mingjian-keys.json").content)
    revoked.write_bytes(client.get("/.well-known/mingjian-revoked.json").content)
    return ["--keys", str(keys), "--root", issuing.published().root, "--revoked", str(revoked)]


def ask(program, content, told, tmp_path, *more):
    path = tmp_path / "notice.pdf"
    path.write_bytes(content)
    return program.main([str(path), *told, *more])


def test_an_outsider_finds_any_fact_that_was_changed(desk, issued, told, tmp_path, capsys):
    program, content = outsiders(), issued.document.read()
    assert ask(program, content, told, tmp_path) == 0
    assert issued.label in capsys.readouterr().out
    assert ask(program, content, told, tmp_path, "--statement", issued.scan_url) == 0
    for name, value in issued.snapshot.items():
        if name not in ("scan_url", "statement"):
            other = f"{value}改" if isinstance(value, str) else [value] if value else "改"
            assert ask(program, with_data(content, {name: other}), told, tmp_path) == 1, name
    other = desk.issued(targets=[make.an_enterprise(desk.county)])
    assert ask(program, content, told, tmp_path, "--statement", other.scan_url) == 1, "another paper than the file"
    assert ask(program, content, told, tmp_path, "--statement", issued.scan_url[:-1]) == 1


def test_an_outsider_is_told_of_a_void_and_of_a_false_list(desk, issued, told, tmp_path, capsys):
    program, content = outsiders(), issued.document.read()
    issued.void(by=desk.reviewer, note="有误")
    (tmp_path / "revoked.json").write_text(published.revoked())
    assert ask(program, content, told, tmp_path) == 1
    assert "VOID" in capsys.readouterr().out
    (tmp_path / "revoked.json").write_text(published.revoked().replace("statements", "statement5"))
    assert ask(program, content, told, tmp_path) == 1
    assert program.main([str(tmp_path / "notice.pdf"), *told[:2], "--root", "A" * 43 + "="]) == 1
    assert program.main([str(tmp_path / "none.pdf"), *told]) == 1


def test_any_byte_of_a_signed_file_is_bound(desk, told, tmp_path, settings):
    settings.PADES_P12, settings.PADES_PASSPHRASE = str(tmp_path / "demo.p12"), ""
    signing.make_certificate(tmp_path / "demo.p12", "演示办公室")
    notice = desk.numbered()
    documents.issue_due(by=make.system())
    notice.refresh_from_db()
    program, content, random_ = outsiders(), notice.document.read(), random.Random(7)
    keys = program.keys_in((tmp_path / "keys.json").read_text(), issuing.published().root)
    lines, good, _facts = program.verify(content, keys)
    assert good
    assert any("not one byte changed" in words for _good, words in lines)
    contents = content.rindex(b"/Contents") + 10
    places = [*(random_.randrange(len(content)) for _n in range(BYTES))]
    places += range(contents, min(contents + BYTES * 60, len(content)), 3)
    for place in places:
        changed = content[:place] + bytes([content[place] ^ 1 << random_.randrange(8)]) + content[place + 1 :]
        assert not stands(program, changed), place
    for added in (content + b"\n", content[:-1], content + b"%%EOF\n"):
        assert not stands(program, added)


def stands(program, content):
    """Whether the file's own signature is there and good."""
    try:
        return program.signed_file(content) is not None
    except program.Wrong:
        return False


def test_both_programs_read_the_same_statements():
    program, random_ = outsiders(), random.Random(8)
    keys = {
        number: {"public": k.public, "starts": k.starts, "ends": k.ends, "revoked": k.revoked, "reason": k.reason}
        for number, k in KEYS.items()
    }
    said, theirs = statement.check(VECTOR, KEYS), program.check(VECTOR, keys)
    for name in ("county", "agency", "enterprise", "year", "number", "facts"):
        assert theirs[name] == getattr(said, name), name
    for name in ("starts_on", "ends_on", "issued_on"):
        assert theirs[name] == getattr(said, name).isoformat(), name
    assert theirs["certificates"] == list(said.certificates)
    genuine = [VECTOR, sealed(number=18)]
    for word in itertools.islice(mutants(random_, genuine), MUTANTS):
        if word not in genuine:
            with pytest.raises(program.Wrong):
                program.check(word, keys)
