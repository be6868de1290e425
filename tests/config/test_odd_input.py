"""Odd input is answered in words, never with a fault."""

import pytest

from accounts.models import Contact
from tests import make


@pytest.mark.parametrize("address", ["/plans/?before=²", "/plans/?before=" + "9" * 40, "/notices/?words=²", "/notices/?words=" + "9" * 30])
def test_odd_digits_in_an_address_are_no_fault(desk, signed_in, address):
    assert signed_in(desk.clerk).get(address).status_code == 200


def test_odd_digits_in_the_grade_are_no_fault(desk, signed_in):
    assert signed_in(desk.auditor).get("/receipts/?overall=²").status_code == 200
    assert signed_in(desk.auditor).get("/receipts/?overall=" + "9" * 30).status_code == 200


def test_a_filing_with_a_broken_mark_is_told_so(desk, signed_in):
    assert signed_in(desk.clerk).post("/plans/new/", {"uid": "not-one", "purpose": "核查"}).status_code == 422


def test_an_enterprise_without_a_contact_gets_its_first_from_the_office(desk, signed_in):
    enterprise = make.an_enterprise(desk.county, phone="").enterprise
    browser = signed_in(desk.intake)
    assert browser.get(enterprise.get_absolute_url()).status_code == 200
    asked = {"person": "演示人", "phone": "13911112222", "note": "持营业执照原件"}
    assert browser.post(f"{enterprise.get_absolute_url()}contact/", asked).status_code == 302
    assert Contact.objects.get(enterprise=enterprise).phone == "13911112222"
    assert "13911112222" not in signed_in(desk.clerk).get(enterprise.get_absolute_url()).content.decode()


def test_a_rule_that_has_ended_is_not_shown_as_in_force(desk, elsewhere, signed_in):
    import datetime

    from accounts.models import RuleValue
    from audit.models import signed

    with signed(by=make.system(), verb="set"):
        for county, value, ends in ((desk.county, "770077", datetime.date(2021, 1, 1)), (elsewhere.county, "880088", None)):
            RuleValue.objects.create(
                county=county, code="receipt.window", value=value, unit="工作日", starts=make.LONG_AGO, ends=ends, source="演示"
            )
    page = signed_in(desk.clerk).get("/rules/").content.decode()
    assert "770077" not in page
    assert "880088" not in page


@pytest.mark.parametrize("address", ["/r/%00", "/plans/?words=%00", "/lists/?kind=a%00b", "/api/v1/enterprises/?words=%00"])
def test_an_address_with_a_nul_is_refused_on_both_databases(desk, signed_in, address):
    assert signed_in(desk.clerk).get(address).status_code == 400


def test_a_user_name_with_a_nul_is_just_wrong(desk, client):
    import base64

    name = base64.b64encode(b"a\x00b:secret").decode()
    assert client.get("/api/v1/me/", headers={"Authorization": f"Basic {name}"}).status_code in (401, 403)
