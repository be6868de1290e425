"""If the history can't be written, the act has not happened; and there is no door beside signed()."""

import itertools
import json

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from simple_history.utils import bulk_create_with_history

from accounts.models import CalendarDay, Contact, County, Enterprise
from audit.ledger.verify import verify
from audit.models import Audited, AuditedQuerySet, Leaf, PersonalKey, Unsigned, signed, signed_bulk
from inspection.models import FilingNotice, InspectionPlan
from tests import make

#: what is not audited, and why
NOT_AUDITED = {
    "Leaf": "it is the ledger",
    "Series": "each number is bound by the paper that bears it",
    "PersonalKey": "must be erasable",
    "Attempt": "append-only, bound by a leaf of its own",
    "Reading": "append-only, bound by a leaf of its own",
    "Waiting": "the queue of leaves without a place: emptied by the sealer",
    "Place": "it is the ledger's order",
    "Subtree": "it is the ledger's tree",
    "Head": "it is the ledger's tree",
    "StoredFile": "its key is the hash of its content",
    "EnterpriseWord": "the search index: follows from the enterprises, can be made anew",
    "CodeTry": "slows down guessing; says nothing of who typed",
    "AddressKey": "must be forgotten: the key of one day's network addresses",
    "Knock": "slows down who sends too much; says nothing of who sent",
    "Scan": "counts looks at a notice to the minute; says nothing of who looked",
    "ChargeSum": "a sum: follows from the register, can be made anew",
    "EnterpriseSum": "a sum: follows from the register, can be made anew",
    "MonthSum": "a sum: follows from the register, can be made anew",
    "DaySum": "a sum: follows from the register, can be made anew",
    "Lease": "whose hands a letter is in for some minutes; its sending is signed",
}
OURS = [c.name for c in apps.get_app_configs() if (c.path.startswith(str(apps.get_app_config("audit").path.rsplit("/", 1)[0])))
        and "site-packages" not in c.path]  # fmt: skip


def our_models():
    """Return the models of our own apps, history tables apart."""
    return [m for m in apps.get_models() if m._meta.app_label in OURS and not hasattr(m, "instance_type")]


def rows_everywhere():
    """Return how many rows each of our tables holds, history included."""
    return {m._meta.db_table: m._base_manager.count() for m in apps.get_models() if m._meta.app_label in OURS}


class PowerCut(RuntimeError):
    """Breaks a write on purpose."""


def cut(*args, **kwargs):
    """Stand in for a write that fails."""
    raise PowerCut


@pytest.mark.parametrize("broken", ["history", "leaf"])
@pytest.mark.parametrize("verb", ["submit", "endorse", "accept", "draft"])
def test_an_act_whose_history_cannot_be_written_has_not_happened(desk, monkeypatch, verb, broken):
    plan = {"submit": desk.draft, "endorse": desk.submitted, "accept": desk.endorsed, "draft": lambda: None}[verb]()
    before, status = rows_everywhere(), plan and plan.status
    if broken == "history":
        monkeypatch.setattr(InspectionPlan.history.model, "save", cut)
    else:
        monkeypatch.setattr(Leaf, "write", cut)
    act = {
        "draft": desk.draft,
        "submit": lambda: plan.submit(by=desk.clerk),
        "endorse": lambda: plan.endorse(by=desk.head),
        "accept": lambda: plan.accept(by=desk.reviewer),
    }[verb]
    with pytest.raises(PowerCut), transaction.atomic():
        act()
    assert rows_everywhere() == before
    if plan:
        assert InspectionPlan.objects.get(pk=plan.pk).status == status


def test_the_last_history_row_of_a_long_act_fails_and_all_of_it_is_gone(desk, monkeypatch):
    plan = desk.endorsed(targets=[make.an_enterprise(desk.county) for _i in range(3)])
    before, count = rows_everywhere(), itertools.count(1)
    real = FilingNotice.history.model.save

    def third_fails(row, *args, **kwargs):
        if next(count) == 3:
            raise PowerCut
        return real(row, *args, **kwargs)

    monkeypatch.setattr(FilingNotice.history.model, "save", third_fails)
    with pytest.raises(PowerCut), transaction.atomic():
        plan.accept(by=desk.reviewer)
    assert next(count) == 4, "it was the third that failed"
    assert rows_everywhere() == before


def test_a_bulk_act_whose_history_fails_has_not_happened(desk, monkeypatch):
    before = rows_everywhere()
    monkeypatch.setattr(Leaf, "write", cut)
    with pytest.raises(PowerCut), transaction.atomic():
        signed_bulk(days(desk.county, 5), by=make.system(), verb="found")
    assert rows_everywhere() == before


def days(county, count):
    """Return unsaved days of a year whose holidays have not been announced."""
    return [CalendarDay(county=county, date=make.datetime.date(2030, 1, n), working=False, source="试") for n in range(1, count + 1)]


def test_a_row_saved_without_signature_is_refused(desk):
    plan, before = desk.draft(), rows_everywhere()
    plan.purpose = "悄悄改"
    with pytest.raises(Unsigned):
        plan.save()
    with pytest.raises(Unsigned):
        County.objects.create(code="000000", name="无名")
    with pytest.raises(Unsigned):
        Enterprise.objects.get_or_create(county=desk.county, kind="SMALL", name="悄悄", identifier_kind="NONE")
    with pytest.raises(Unsigned):
        Enterprise.objects.update_or_create(county=desk.county, kind="SMALL", name="悄悄", identifier_kind="NONE")
    with pytest.raises(Unsigned), transaction.atomic():
        plan.save_base()
    assert rows_everywhere() == before
    assert InspectionPlan.objects.get(pk=plan.pk).purpose != "悄悄改"


def test_a_signature_ends_with_its_block_even_when_the_block_fails(desk):
    plan = desk.draft()
    with pytest.raises(PowerCut), signed(by=desk.clerk, verb="revise"):
        raise PowerCut
    with pytest.raises(Unsigned):
        plan.save()


def test_the_back_doors_of_rows_and_lists_are_shut(desk):
    plan = desk.draft()
    elsewhere = InspectionPlan.objects.exclude(pk=plan.pk).first() or desk.draft()
    before, everything = rows_everywhere(), InspectionPlan.objects.all()
    doors = {
        "update": lambda: everything.update(purpose="改"),
        "delete": lambda: everything.delete(),
        "bulk_create": lambda: everything.bulk_create([InspectionPlan()]),
        "bulk_update": lambda: everything.bulk_update([plan], ["purpose"]),
        "update of related": lambda: plan.officers.update(name="改"),
        "delete of related": lambda: plan.officers.all().delete(),
        "add": lambda: elsewhere.officers.add(plan.officers.first()),
        "base manager": lambda: InspectionPlan._base_manager.update(purpose="改"),
        "row's delete": lambda: plan.delete(),
        "without record": lambda: plan.save_without_historical_record(),
        "simple-history's bulk": lambda: bulk_create_with_history([plan], InspectionPlan),
    }
    opened = []
    with signed(by=desk.clerk, verb="revise"):  # not even inside a signature
        for name, door in doors.items():
            try:
                with transaction.atomic():
                    door()
                opened.append(name)
            except TypeError:
                continue
    assert opened == []
    assert rows_everywhere() == before


def test_no_mark_on_a_row_switches_its_history_off(desk, settings):
    plan = desk.draft()
    before = plan.history.count()
    plan.skip_history_when_saving = True
    settings.SIMPLE_HISTORY_ENABLED = False
    with signed(by=desk.clerk, verb="revise"):
        plan.save()
    assert plan.history.count() == before + 1


def test_every_model_is_audited_or_on_the_list_with_a_reason():
    bare = {m.__name__ for m in our_models() if not issubclass(m, Audited)}
    assert bare == set(NOT_AUDITED)
    assert len(our_models()) > 25


@pytest.mark.parametrize("model", [m for m in our_models() if issubclass(m, Audited)], ids=lambda m: m.__name__)
def test_every_audited_model_has_shut_doors_and_a_full_history(model):
    assert issubclass(model._default_manager.get_queryset().__class__, AuditedQuerySet)
    history = model.history.model
    kept = {f.attname for f in history._meta.concrete_fields}
    own = {f.attname for f in model._meta.concrete_fields if f.name not in model.PERSONAL}
    assert own <= kept
    assert kept.isdisjoint(model.PERSONAL)
    assert {"verb", "actor_name", "actor_post", "actor_agency", "channel", "request_id", "leaf", "leaf_row"} <= kept
    assert model._meta.many_to_many == ()
    assert all(not f.db_constraint for f in history._meta.concrete_fields if isinstance(f, models.ForeignKey))


def test_history_says_who_in_which_post_for_whom_through_which_door_and_why(desk):
    from audit.actor import acting_through

    plan = desk.submitted()
    with acting_through("api", "request-7"):
        plan.send_back(by=desk.head, note="人员不够")
    record = plan.history.latest("history_id")
    assert (
        record.verb, record.actor_id, record.actor_name, record.actor_post, record.actor_agency, record.channel,
        record.request_id, record.history_change_reason, record.status,
    ) == (
        "send_back", desk.head.pk, desk.head.name, "负责人", desk.agency.name, "api", "request-7", "人员不够", "SENT_BACK",
    )  # fmt: skip


def test_an_act_inside_an_act_keeps_its_own_verb_and_shares_the_leaf(desk):
    plan = desk.endorsed()
    (notice,) = plan.accept(by=desk.reviewer)
    leaves = Leaf.objects.count()
    plan.revoke(by=desk.issuer, note="查明无依据")
    assert Leaf.objects.count() == leaves + 1
    assert plan.history.latest("history_id").verb == "revoke"
    voided = notice.history.latest("history_id")
    assert (voided.verb, voided.status, voided.leaf) == ("void", "VOID", plan.history.latest("history_id").leaf)


def test_a_signature_under_which_nothing_was_saved_leaves_no_leaf(desk):
    leaves = Leaf.objects.count()
    with signed(by=desk.clerk, verb="revise"):
        pass
    assert Leaf.objects.count() == leaves


def test_personal_rows_by_the_bulk_door_have_each_value_under_its_own_erasable_key(desk):
    enterprises = [make.an_enterprise(desk.county, phone="").enterprise for _ in range(3)]
    rows = [Contact(enterprise=e, person=f"演示{n}", phone="" if n == 1 else f"1290000000{n}") for n, e in enumerate(enterprises)]
    signed_bulk(rows, by=make.system(), verb="import")
    assert signed_bulk([], by=make.system(), verb="found") == []
    held = PersonalKey.objects.filter(row__in=[row.uid for row in rows])
    assert sorted(held.values_list("row", "field")) == sorted(
        (row.uid, field) for row in rows for field in ("person", "phone") if getattr(row, field)
    )
    assert len({bytes(key) for key in held.values_list("key", flat=True)}) == 5
    for row in rows:
        kept = row.history.get()
        assert kept.personal == PersonalKey.digests_of(row), "as a save would bind it"
        assert not hasattr(kept, "phone")
    assert verify().faults == []
    rows[0].erase(by=desk.intake, note="第47条")
    assert not held.filter(row=rows[0].uid).exists()
    assert held.filter(row=rows[2].uid).count() == 2
    assert verify().faults == []


def test_personal_keys_are_one_for_each_value(desk):
    contact = desk.establishment.enterprise.contact
    keys = PersonalKey.objects.filter(row=contact.uid)
    assert sorted(keys.values_list("field", flat=True)) == ["person", "phone"]
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalKey.objects.create(table="accounts_contact", row=contact.uid, field="phone", key=b"1")


def test_a_part_that_failed_is_not_in_the_leaf(desk):
    """An inner act that fails and is caught is rolled back: the leaf must not bind what is not there."""
    plan = desk.draft()

    def fail_half_way():
        with signed(by=desk.clerk, verb="revise"):
            plan.save()
            raise PowerCut

    with signed(by=desk.clerk, verb="revise"):
        plan.save()
        with pytest.raises(PowerCut):
            fail_half_way()
        plan.save()
    leaf = Leaf.objects.latest("pk")
    rows = plan.history.filter(leaf=leaf.uid).order_by("leaf_row")
    assert [row.leaf_row for row in rows] == [0, 1]
    assert len(json.loads(bytes(leaf.body))["rows"]) == 2
