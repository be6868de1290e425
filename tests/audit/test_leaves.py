"""Every history row of a whole story is bound by exactly one leaf, checked here without the code of ``audit``.

The digest is computed a second time in this file, from the row as the database gives it back.
"""

import datetime
import hashlib
import hmac
import json

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import CalendarDay
from audit.ledger import seals
from audit.models import Leaf, PersonalKey, signed, signed_bulk
from delivery.models import Letter
from fees.models import Charge
from inspection import documents
from inspection.models import FilingNotice, Visit
from receipts.models import Complaint, Receipt, ReceiptCode
from tests import make

SECRETS = {
    "phone": "13977771234",
    "person": "张三丰隐名",
    "words": "他们要了我两条烟这句话不能留",
    "complaint": "举报内容只给办公室看",
    "caller": "13866665555",
    "password": "battery-staple-9",
}


# --- the digest, a second time ---------------------------------------------------------------------
ESCAPES = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def in_jsonb_order(value):
    if isinstance(value, dict):
        return {k: in_jsonb_order(value[k]) for k in sorted(value, key=lambda k: (len(k.encode()), k.encode()))}
    return [in_jsonb_order(v) for v in value] if isinstance(value, list) else value


def as_written(value):
    """One value as docs/ledger.md says COPY writes it: in UTC, without the zeros at the end, backslash escapes."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        value = json.dumps(in_jsonb_order(value), ensure_ascii=False)
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.UTC)
        value = f"{utc:%Y-%m-%d %H:%M:%S}.{utc.microsecond:06d}".rstrip("0").rstrip(".") + "+00"
    return "".join(ESCAPES.get(c, c) for c in str(value))


def digest(salt, table, values):
    line = "\t".join([table, *(as_written(v) for v in values)])
    return hashlib.sha256(salt + line.encode()).hexdigest()


def tree_head(digests):
    """RFC 9162 §2.1.1, as the text has it: split at the largest power of two smaller than n."""
    if len(digests) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(digests[0])).digest()
    k = 1
    while k * 2 < len(digests):
        k *= 2
    return hashlib.sha256(b"\x01" + tree_head(digests[:k]) + tree_head(digests[k:])).digest()


def history_tables():
    return [m for m in apps.get_models() if hasattr(m, "instance_type")]


def verify_everything():
    """Check every leaf and every history row against one another; return how many rows are bound."""
    bound = set()
    by_table = {m._meta.db_table: m for m in history_tables()}
    for leaf in Leaf.objects.all():
        body = bytes(leaf.body)
        assert hashlib.sha256(body).digest() == bytes(leaf.digest)
        facts = json.loads(body)
        assert facts["uid"] == str(leaf.uid)
        if leaf.kind != "act":
            continue
        salt = bytes.fromhex(facts["salt"])
        assert len(salt) == 32
        for part in facts["rows"]:
            model = by_table[part["t"]]
            n, place = part.get("n", 1), part["i"]
            rows = list(model.objects.filter(leaf=leaf.uid, leaf_row__gte=place, leaf_row__lt=place + n).order_by("leaf_row"))
            assert [r.leaf_row for r in rows] == list(range(place, place + n)), (part["t"], facts["verb"])
            digests = [digest(salt, part["t"], [getattr(r, name) for name in part["f"]]) for r in rows]
            if "root" in part:
                assert part["root"] == tree_head(digests).hex()
            else:
                assert [part["d"]] == digests, (part["t"], facts["verb"])
            for row in rows:
                assert set(part["f"]) == {f.attname for f in model._meta.concrete_fields}
                key = (part["t"], row.history_id)
                assert key not in bound, "bound twice"
                bound.add(key)
                if n == 1:
                    assert {"id": row.actor_id, "name": row.actor_name}.items() <= facts["actor"].items() or row.verb != facts["verb"]
    there = {(m._meta.db_table, key) for m in history_tables() for key in m.objects.values_list("history_id", flat=True)}
    assert there == bound
    return len(bound)


@pytest.fixture
def story(desk):
    """One filing from draft to receipt, charge, complaint and void, by all its people."""
    desk.reviewer.change_password(SECRETS["password"])
    contact = desk.establishment.enterprise.contact
    contact.change(by=desk.intake, person=SECRETS["person"], phone=SECRETS["phone"], note="核对营业执照")
    plan = desk.draft(assistants=[{"name": "专家甲", "body": "检测中心"}])
    plan.revise(by=desk.clerk, facts={"purpose": "改后的目的"})
    plan.submit(by=desk.clerk)
    plan.send_back(by=desk.head, note="再看一遍")
    plan.submit(by=desk.clerk)
    plan.endorse(by=desk.head)
    (notice,) = plan.accept(by=desk.reviewer)
    documents.issue_due(by=make.system())
    notice.refresh_from_db()
    ReceiptCode.hand_out_due(by=make.system())
    desk.letter = Letter.objects.get(kind="receipt-code").unsealed()
    Letter.send_due(by=make.system())
    visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row, desk.second_officer_row], others="李四、王五")
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")
    desk.code = code
    answers = {"notice_shown": "YES", "overall": 2, "people": 4, "words": SECRETS["words"]}
    desk.receipt = Receipt.give(notice, code=code, answers=answers)
    visit.leave(by=desk.officer, result="ORDERED", note="责令三日内补齐台账")
    Receipt.give(notice, code=code, answers={**answers, "overall": 1})
    desk.complaint = Complaint.make(notice, category="MONEY", words=SECRETS["complaint"], phone=SECRETS["caller"])
    item = make.a_fee_item(desk.county)
    common = {"by": desk.registrar, "agency": desk.agency, "establishment": desk.establishment, "charged_on": desk.county.today()}
    common["collector"] = desk.officer_row
    fee = Charge.register(**common, kind="FEE", item=item.code, amount=12345, visit=visit)
    Charge.register(
        **common, kind="FINE", amount=300000, decision_number="沂市监罚〔2026〕1号",
        decision_date=desk.county.today(), article="食品安全法第126条",
    )  # fmt: skip
    fee.ask_void(by=desk.registrar, note="重复")
    fee.void(by=desk.head)
    FilingNotice.objects.get(pk=notice.pk).void(by=desk.issuer, note="核查后作废")
    desk.notice = notice
    return desk


def test_every_row_of_the_whole_story_is_bound_by_exactly_one_leaf(story):
    assert verify_everything() > 100
    verbs = {v for m in history_tables() for v in m.objects.values_list("verb", flat=True)}
    assert verbs >= {
        "found", "open", "give", "password", "change", "draft", "revise", "submit", "send_back", "endorse", "accept", "issue",
        "hand_out", "replace", "send", "arrive", "leave", "complain", "register", "void",
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_the_bulk_door_binds_each_row_by_the_root_of_its_tree(desk, count):
    rows = [CalendarDay(county=desk.county, date=datetime.date(2031, 1, n), working=False, source="试") for n in range(1, count + 1)]
    leaves = Leaf.objects.count()
    signed_bulk(rows, by=make.system(), verb="found")
    assert Leaf.objects.count() == leaves + 1
    facts = json.loads(bytes(Leaf.objects.latest("pk").body))
    assert [(part["n"], "d" in part) for part in facts["rows"]] == [(count, False)]
    verify_everything()


def test_a_bulk_act_inside_another_act_is_bound_in_one_leaf(desk):
    with signed(by=make.system(), verb="found"):
        desk.item.source = "第二版"
        desk.item.save()
        signed_bulk(
            [CalendarDay(county=desk.county, date=datetime.date(2031, 2, n), working=False, source="试") for n in range(1, 4)],
            by=make.system(), verb="found",
        )  # fmt: skip
        desk.item.source = "第三版"
        desk.item.save()
    assert [part.get("n", 1) for part in json.loads(bytes(Leaf.objects.latest("pk").body))["rows"]] == [1, 3, 1]
    verify_everything()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("inspection_historicalinspectionplan", "purpose", "从来如此"),
        ("inspection_historicalinspectionplan", "actor_name", "别人"),
        ("fees_historicalcharge", "amount", 1),
        ("receipts_historicalreceipt", "overall", 5),
        ("inspection_historicalfilingnotice", "history_change_reason", "另一个原因"),
    ],
)
def test_a_history_row_changed_behind_the_back_no_longer_verifies(story, table, column, value):
    """Proves that the check above can fail."""
    seals.take_off()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE history_id = (SELECT max(history_id) FROM {table})", [value])
        assert cursor.rowcount == 1
    with pytest.raises(AssertionError):
        verify_everything()


def test_a_history_row_taken_out_or_put_in_no_longer_verifies(story):
    history = Receipt.history.model
    seals.take_off()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {history._meta.db_table} WHERE history_id = %s", [history.objects.latest("history_id").pk])
    with pytest.raises(AssertionError):
        verify_everything()


def every_text():
    """Return the text of all history tables and leaf bodies, as one string."""
    parts = [bytes(body).decode() for body in Leaf.objects.values_list("body", flat=True)]
    for model in history_tables():
        parts += [str(list(row.values())) for row in model.objects.values()]
    return "\n".join(parts)


def test_personal_values_stand_nowhere_in_history_or_leaves(story):
    text = every_text()
    assert "改后的目的" in text, "the search does find what is there"
    for name, value in SECRETS.items():
        assert value not in text, name
        assert json.dumps(value)[1:-1] not in text, name
    for secret in (story.code, story.letter, story.reviewer.password, "139-7777", story.receipt.words, story.complaint.phone):
        assert secret not in text
    digits = "".join(c for c in story.letter.split("回执码 ")[1][:14] if c.isdigit())
    assert len(digits) == 12
    assert digits not in text.replace(" ", "")


def test_the_code_stands_in_no_table_once_its_letter_has_left(story):
    digits = story.letter.split("回执码 ")[1][:14]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                text = " ".join(bytes(v).decode(errors="replace") if isinstance(v, bytes | memoryview) else str(v) for v in row)
                if digits in text or digits.replace(" ", "") in text or story.code in text:
                    found.append(table)
    assert found == []


def test_a_letter_that_has_left_keeps_its_words_and_no_secret(story):
    letter = Letter.objects.get(kind="receipt-code", sent_at__isnull=False)
    assert letter.sealed == ""
    assert "回执码 •••• •••• ••••" in letter.text


def test_erasing_leaves_every_digest_as_it_was(story):
    bodies = list(Leaf.objects.order_by("pk").values_list("pk", "body"))
    for row in (story.receipt, story.complaint, story.establishment.enterprise.contact):
        row.erase(by=make.system(), note="个人信息保护法第47条")
        row.refresh_from_db()
        assert {getattr(row, name) for name in row.PERSONAL} == {""}
        assert PersonalKey.objects.filter(row=row.uid).count() == 0
        assert row.history.latest("history_id").verb == "erase"
    verify_everything()
    kept = dict(Leaf.objects.values_list("pk", "body"))
    assert all(bytes(kept[pk]) == bytes(body) for pk, body in bodies)


def test_a_personal_value_that_still_stands_can_be_checked_with_its_key(story):
    record = story.complaint.history.get()
    key = PersonalKey.objects.get(row=story.complaint.uid, field="words").key
    assert record.personal["words"] == hmac.new(bytes(key), SECRETS["complaint"].encode(), hashlib.sha256).hexdigest()
    assert set(record.personal) == {"words", "phone"}


def test_two_leaves_of_the_same_facts_do_not_look_alike(desk):
    facts = {"verb": "试"}
    first, second = (Leaf.objects.get(uid=Leaf.write(kind="act", facts={**facts, "rows": []})) for _i in range(2))
    assert bytes(first.digest) != bytes(second.digest)
    assert json.loads(bytes(first.body))["salt"] != json.loads(bytes(second.body))["salt"]
