"""verify_ledger: names what is wrong, goes on, counts what waits, and answers by its exit code."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from audit.ledger import seals
from audit.ledger.sealer import seal_due
from audit.ledger.verify import verify
from audit.models import Head, Leaf, PersonalKey, Place, signed
from audit.personal import Personal, register
from delivery.models import Letter
from inspection.models import InspectionItem, InspectionPlan
from tests import make

pytestmark = pytest.mark.django_db


def execute(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def change_the_newest_plan():
    newest = InspectionPlan.history_model._base_manager.latest("history_id").pk
    execute("UPDATE inspection_historicalinspectionplan SET purpose = 'x' WHERE history_id = %s", newest)


def run(capsys, **options):
    """Return exit code, output and what was told meanwhile."""
    try:
        call_command("verify_ledger", **options)
        code = 0
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_whole_ledger_verifies_and_says_its_root(sealed_desk, capsys):
    code, out, err = run(capsys)
    head = Head.newest()
    assert code == 0
    assert f"root {head.size}:{bytes(head.root).hex()}" in out
    assert "everything fits" in out
    assert f"order and tree: {head.size} / {head.size}" in err
    assert "leaves and rows" in err


def test_what_waits_is_checked_and_counted_and_no_fault(sealed_desk, capsys):
    sealed_desk.draft()
    code, out, _ = run(capsys)
    assert code == 0
    assert "1 leaves wait" in out
    seals.take_off()
    change_the_newest_plan()
    assert "inspection_historicalinspectionplan" in {f.table for f in verify().faults}


def test_it_goes_on_after_a_missing_seal_and_names_table_and_key(sealed_desk, capsys):
    seals.take_off()
    key = InspectionItem.history_model._base_manager.earliest("history_id").pk
    execute("UPDATE inspection_historicalinspectionitem SET name = '别的' WHERE history_id = %s", key)
    execute("DELETE FROM accounts_historicalcounty")
    code, out, _ = run(capsys)
    assert code == 1
    lines = [line for line in out.splitlines() if "seal" not in line]
    assert any(line.startswith(f"WRONG  inspection_historicalinspectionitem history_id={key}: the values differ") for line in lines), lines
    assert any(line.startswith("WRONG  accounts_historicalcounty leaf=") and "is not there" in line for line in lines)
    code, out, _ = run(capsys, json=True)
    assert code == 1
    report = json.loads(out)
    assert ("inspection_historicalinspectionitem", f"history_id={key}") in {(f["table"], f["key"]) for f in report["faults"]}


def test_a_root_written_down_is_held_against_the_order(sealed_desk, capsys):
    from audit.management.commands.verify_ledger import a_root

    head = Head.newest()
    written = a_root(f"{head.size}:{bytes(head.root).hex()}")
    sealed_desk.draft()
    seal_due()
    assert verify(roots=[written]).faults == []
    assert verify(roots=[(head.size, bytes(32))]).faults[0].table == "audit_head"
    assert "was written down" in verify(roots=[(10**6, bytes(32))]).faults[0].what


def test_from_a_place_on_only_what_came_later_is_read(sealed_desk):
    size = Head.newest().size
    sealed_desk.draft()
    seal_due()
    whole, part = verify(), verify(since=size)
    assert part.faults == []
    assert part.leaves < whole.leaves
    seals.take_off()
    change_the_newest_plan()
    assert any(f.table == "inspection_historicalinspectionplan" for f in verify(since=size).faults)


def test_an_older_leaf_still_fits_when_its_table_has_got_a_new_column(sealed_desk):
    """A column added later is bound by later leaves; the older ones name the fields they bind."""
    row = sealed_desk.draft().history.latest("history_id")
    leaf = Leaf.objects.get(uid=row.leaf)
    facts = json.loads(bytes(leaf.body))
    entry = next(e for e in facts["rows"] if e["t"].endswith("inspectionplan"))
    from audit.ledger.canonical import line_of_row
    from audit.ledger.leaves import row_digest
    from audit.ledger.verify import rows
    from audit.ledger.verify.report import Report
    from audit.ledger.verify.source import Bound

    fields, texts = tuple(entry["f"][1:]), line_of_row(row).split(b"\t")[1:]
    salt = bytes.fromhex(facts["salt"])
    old = row_digest(salt, entry["t"], b"\t".join(texts))
    sweep = rows.Sweep(Report())
    assert sweep._digest(Bound(type(row)), {"t": entry["t"], "f": fields}, salt, line_of_row(row)) == old


def test_a_column_that_has_gone_is_named(sealed_desk):
    from audit.ledger.verify import rows
    from audit.ledger.verify.report import Report
    from audit.ledger.verify.source import Bound

    report = Report()
    bound = Bound(Letter.history_model)
    assert rows.Sweep(report)._digest(bound, {"t": bound.table, "f": ("gone",)}, b"", b"") is None
    assert "gone" in report.faults[0].what


def test_a_row_of_today_without_history_is_named(sealed_desk):
    execute("UPDATE accounts_county SET name = 'x' WHERE code = '371323'")
    (fault,) = verify().faults
    assert fault.table == "accounts_county"
    assert "differs from its newest history" in fault.what


def test_erasing_a_value_and_its_key_leaves_the_ledger_whole(sealed_desk):
    contact = sealed_desk.establishment.enterprise.contact
    contact.erase(by=make.system(), note="个人信息保护法第47条")
    contact.refresh_from_db()
    assert (contact.person, contact.phone) == ("", "")
    assert not PersonalKey.objects.filter(row=contact.uid).exists()
    assert verify().faults == []
    seal_due()
    assert verify().faults == []


def test_every_personal_field_says_why_it_is_kept_and_how_long():
    fields = register()
    assert len(fields) >= 9
    for field in fields:
        assert isinstance(field.kept, Personal), field
        assert field.kept.purpose, field
        assert field.kept.since, field
        assert field.model._meta.get_field(field.name), field


def test_an_awkward_row_is_bound_as_the_database_hands_it_out(desk):
    """Tabs, lines, backslashes, quotes, emoji, zeros at the end of a second, documents with odd keys."""
    with signed(by=make.system(), verb="found", note="a\tb\nc\\d\re\"f'g\x0b\x0c\x08😀é"):
        desk.item.source = "\\N"
        desk.item.save()
    assert verify().faults == []


def test_documents_are_written_as_postgresql_prints_them():
    from django.db import models

    from audit.ledger.canonical import text_of

    write = text_of(models.JSONField(name="x"))
    value = {"bb": 1, "a": [True, None, {"长": "值", "zz": '\\ " \n \u0001 \x7f'}], "": {}, "c": -5, "B": []}
    text = write(value)
    assert text.startswith('{"": {}, "B": [], "a": [true, null, {"zz": ')
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::jsonb::text", [json.dumps(value)])
            assert cursor.fetchone()[0] == text
    with pytest.raises(TypeError, match="float"):
        write({"a": [1.5]})


def test_a_field_with_no_canonical_text_is_refused():
    from django.db import models

    from audit.ledger.canonical import text_of

    with pytest.raises(TypeError, match="no canonical text"):
        text_of(models.DurationField(name="x"))


def test_only_one_place_for_one_leaf(sealed_desk):
    from django.db import IntegrityError, transaction

    place = Place.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(index=10**6, leaf_id=place.leaf_id, entry=place.entry)
