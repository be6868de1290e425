"""Numbers by which an enterprise is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Enterprise, EnterpriseKind, IdentifierKind
from accounts.models.identifier import check_identifier
from audit.models import NotYours, Refused
from tests import make


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("91350100M000100Y43", "91350100M000100Y43"),  # the vector of GB 32100-2015
        ("11371525004442025C", "11371525004442025C"),
        ("113703030042170202", "113703030042170202"),
        (" 91350100 m000100y43 ", "91350100M000100Y43"),
    ],
)
def test_a_right_credit_code_is_kept_in_its_one_form(typed, written):
    assert check_identifier(IdentifierKind.USCC, typed) == written


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("91350100M000100Y4Z", "校验不通过"),  # the check character never is a Z
        ("91350100M000100Y44", "校验不通过"),
        ("91350100M000100I43", "校验不通过"),
        ("91350100M000100Y4", "现在是 17 位"),
        ("91350100M000100Y433", "现在是 19 位"),
        ("", "现在是 0 位"),
    ],
)
def test_a_wrong_credit_code_is_refused_saying_how_to_mend_it(typed, words):
    with pytest.raises(Refused) as refusal:
        check_identifier(IdentifierKind.USCC, typed)
    assert (refusal.value.field, words in refusal.value.message) == ("identifier", True)


@given(n=st.integers(0, 9_999_999), place=st.integers(0, 17), other=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_never_passes(n, place, other):
    code = make.credit_code(n)
    assert check_identifier(IdentifierKind.USCC, code) == code
    wrong = code[:place] + other + code[place + 1 :]
    if wrong == code:
        return
    with pytest.raises(Refused):
        check_identifier(IdentifierKind.USCC, wrong)


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        (IdentifierKind.REG15, "371323 000000001", "371323000000001"),
        (IdentifierKind.PERMIT, "鲁食小字 001", "鲁食小字001"),
        (IdentifierKind.NONE, "随便", ""),
    ],
)
def test_other_numbers_have_their_own_form(kind, typed, written):
    assert check_identifier(kind, typed) == written


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(IdentifierKind.REG15, "37132300000000"), (IdentifierKind.REG15, "37132300000000A"), (IdentifierKind.PERMIT, " ")],
)
def test_other_numbers_can_be_wrong_too(kind, typed):
    with pytest.raises(Refused):
        check_identifier(kind, typed)


def test_one_number_belongs_to_one_enterprise_of_a_county(desk, elsewhere):
    from django.db import IntegrityError, transaction

    number = make.credit_code(77)
    make.an_enterprise(desk.county, identifier=number)
    make.an_enterprise(elsewhere.county, identifier=number)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.an_enterprise(desk.county, identifier=number)
    for _i in range(2):
        make.an_enterprise(desk.county, identifier_kind=IdentifierKind.NONE, identifier="", kind=EnterpriseKind.UNREGISTERED)


def test_a_household_business_without_a_trade_name_is_called_by_its_operator(desk):
    place = make.an_enterprise(desk.county, kind=EnterpriseKind.HOUSEHOLD, name="", operator="演示户")
    assert str(place.enterprise) == "个体工商户（演示户）"
    with pytest.raises(Refused) as refusal:
        make.an_enterprise(desk.county, name="", operator="")
    assert refusal.value.field == "name"


def test_only_the_keeper_of_lists_or_an_officer_registers_an_enterprise(desk, elsewhere):
    facts = {"kind": "SMALL", "name": "路边摊", "identifier_kind": "NONE", "county": desk.county, "address": "集市南口"}
    for user in (desk.issuer, desk.officer):
        assert Enterprise.register(by=user, **facts).establishments.get().address == "集市南口"
    for user in (desk.clerk, desk.head, desk.reviewer, desk.auditor, desk.finance, elsewhere.issuer, elsewhere.officer):
        with pytest.raises(NotYours):
            Enterprise.register(by=user, **facts)
    assert Enterprise.objects.filter(name="路边摊").count() == 2
