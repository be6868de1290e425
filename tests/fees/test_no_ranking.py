"""No page, export or API sorts or sums fines by person, and no target can be entered (国办发〔2024〕54号, 八个不得之七)."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver
from rest_framework import serializers

from accounts.importing import LISTS
from accounts.models import RULES
from accounts.models.post import STANDARD_ROLES
from fees import month_sheet
from fees.api import VIEWSETS
from fees.api.charges import ChargesAsked
from fees.models.month import MonthRegister, MonthRow
from fees.models.sums import ALL
from oversight import month_sheet as board_sheet
from oversight.scoreboard import Row
from tests import make_fees

ROOT = Path(__file__).resolve().parents[2]
#: how a person would be called
PERSON = re.compile(r"officer|collector|registrar|registered_by|person|user|actor|certificate", re.I)
#: how a target would be called
TARGET = re.compile(r"quota|target_sum|fine_target|指标|任务数|目标额", re.I)


def test_no_sum_is_kept_by_person():
    for sums in ALL:
        assert [name for name in sums.KEY if PERSON.search(name)] == []
        assert [f.name for f in sums._meta.concrete_fields if PERSON.search(f.name)] == []
    for rows in (Row, MonthRow, MonthRegister):
        assert [name for name in rows.__dataclass_fields__ if PERSON.search(name)] == []
    headings = [*month_sheet.HEADINGS, *board_sheet.HEADINGS]
    assert [h for h in headings if re.search("人员|执法人|执收人|姓名|证号", h)] == []


def every_question():
    """Every field that any API offers for filtering lists with."""

    def below(kind):
        for sub in kind.__subclasses__():
            yield sub
            yield from below(sub)

    return {s for s in below(serializers.Serializer) if s.__name__.endswith("Asked")}


def test_no_list_of_money_is_filtered_ordered_or_grouped_by_person():
    assert set(ChargesAsked().fields) == {"kind", "status", "enterprise"}
    for question in every_question():
        names = [name for name in question().fields if PERSON.search(name) or name in ("ordering", "order_by", "group_by", "sort")]
        assert names == [], question
    for _prefix, viewset, _name in VIEWSETS:
        assert viewset.filter_backends in ([], ()) or not any("Ordering" in b.__name__ for b in viewset.filter_backends)
        assert not getattr(viewset, "ordering_fields", None)
        assert not getattr(viewset, "filterset_fields", None)
        assert viewset.pagination_class.ordering == "-pk"


@pytest.mark.parametrize(
    "asked",
    [
        "ordering=-amount", "ordering=collector", "collector={0}", "officer={0}", "registered_by={0}", "sort=amount", "group_by=collector",
        "order_by=-amount", "collector_name=x",
    ],
)  # fmt: skip
def test_asking_for_it_all_the_same_changes_nothing(desk, signed_in, asked):
    make_fees.a_fine(desk, amount=100)
    make_fees.a_fine(desk, amount=900, collector=desk.second_officer_row)
    make_fees.a_fine(desk, amount=500)
    asked = asked.format(desk.second_officer_row.uid)
    browser = signed_in(desk.auditor)
    plain = [row["uid"] for row in browser.get("/api/v1/charges/").json()["results"]]
    assert [row["uid"] for row in browser.get(f"/api/v1/charges/?{asked}").json()["results"]] == plain
    page = re.findall(r"/charges/[0-9a-f-]{36}/", browser.get("/charges/").content.decode())
    assert re.findall(r"/charges/[0-9a-f-]{36}/", browser.get(f"/charges/?{asked}").content.decode()) == page


def test_no_code_groups_or_orders_money_by_person():
    found = []
    for app in ("fees", "oversight", "desk", "disclosure"):
        for path in (ROOT / app).rglob("*.py"):
            for call in re.findall(r"\.(?:values|values_list|annotate|order_by|aggregate)\(([^()]*)\)", path.read_text()):
                if re.search(r"collector|registered_by|\bofficer\b", call):
                    found.append((str(path.relative_to(ROOT)), call))
    assert found == []


def test_no_target_can_be_entered():
    names = [
        (m.__name__, f.name) for m in apps.get_models() for f in m._meta.concrete_fields if TARGET.search(f"{f.name} {f.verbose_name}")
    ]
    assert names == []
    assert [code for code, rule in RULES.items() if TARGET.search(f"{code} {rule.label}")] == []
    assert [code for code, kind in LISTS.items() if any(TARGET.search(f"{c.name} {c.heading}") for c in kind.columns)] == []
    assert [role for role in STANDARD_ROLES if TARGET.search(str(role[3]))] == []
    forms = "".join(path.read_text() for app in ("fees", "oversight", "desk") for path in (ROOT / app).rglob("forms*.py"))
    assert TARGET.search(forms) is None


def test_no_address_speaks_of_a_ranking():
    def walk(patterns, before=""):
        for p in patterns:
            here = before + str(p.pattern)
            yield from walk(p.url_patterns, here) if hasattr(p, "url_patterns") else [here]

    assert [a for a in walk(get_resolver().url_patterns) if re.search("rank|top-|league|by-officer", a)] == []


def test_money_of_a_model_has_no_default_order_by_sum():
    for model in apps.get_app_config("fees").get_models():
        assert [o for o in model._meta.ordering if re.search("amount|due|open", str(o))] == []
        assert isinstance(model._meta.pk, models.Field)
