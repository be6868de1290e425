"""A county sets its rules itself: from a day on, with the source, never below the law, never backwards."""

import datetime

import pytest

from accounts.models import RuleValue
from audit.models import NotYours, Refused


def setting(desk, by=None, **said):
    facts = {"code": "often.day", "value": "2", "starts": desk.county.today(), "source": "沂水县规定第3条", **said}
    return RuleValue.set_value(by=by or desk.issuer, county=desk.county, **facts)


def test_a_rule_counts_from_its_day_on_and_earlier_days_keep_theirs(desk):
    tomorrow = desk.county.today() + datetime.timedelta(days=1)
    setting(desk, value="3", starts=tomorrow)
    assert [desk.county.rule("often.day", on=day) for day in (desk.county.today(), tomorrow)] == [1, 3]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"code": "no.such"}, "code"),
        ({"value": "很多"}, "value"),
        ({"value": "-1"}, "value"),
        ({"code": "officers.min", "value": "1"}, "value"),
        ({"code": "check.window.long", "value": "sometimes"}, "value"),
        ({"starts": datetime.date(2020, 1, 1)}, "starts"),
        ({"source": " "}, "source"),
    ],
)
def test_what_cannot_be_set_is_refused_at_its_field(desk, said, field):
    with pytest.raises(Refused) as refusal:
        setting(desk, **said)
    assert (refusal.value.field, RuleValue.objects.filter(county=desk.county).count()) == (field, 0)


def test_a_day_is_set_once(desk):
    setting(desk)
    with pytest.raises(Refused, match="已经设定过"):
        setting(desk, value="5")


@pytest.mark.parametrize(
    ("code", "lawful", "beyond"),
    [
        ("penalty.late_rate_per_day", "2", "4"),  # 行政处罚法 Art. 72
        ("penalty.spot_max_organisation", "2000", "3001"),  # Art. 51
        ("penalty.spot_max_citizen", "100", "201"),
        ("penalty.cash_on_spot_max", "50", "101"),  # Art. 68
        ("penalty.cash_officer_to_agency", "1", "3"),  # Art. 71
        ("penalty.cash_agency_to_bank", "1", "3"),
        ("penalty.pay_within", "20", "14"),  # Art. 67
        ("officers.min", "3", "1"),  # Art. 42
        ("receipt.window", "20", "0"),  # a county can't shut the receipt by a rule
        ("receipt.sends_per_day", "10", "0"),
        ("enterprise.key_minutes", "10", "0"),
    ],
)
def test_a_county_may_be_stricter_than_the_law_and_never_laxer(desk, code, lawful, beyond):
    setting(desk, code=code, value=lawful)
    with pytest.raises(Refused) as refusal:
        setting(desk, code=code, value=beyond, starts=desk.county.today() + datetime.timedelta(days=1))
    assert refusal.value.field == "value"
    assert desk.county.rule(code) == int(lawful)


def test_only_the_keeper_of_lists_of_the_county_sets_a_rule(desk, elsewhere):
    for person in (desk.clerk, desk.head, desk.reviewer, desk.auditor, elsewhere.issuer):
        with pytest.raises(NotYours):
            setting(desk, by=person)


def test_the_page_sets_a_weight_and_the_checks_follow(desk, signed_in):
    client = signed_in(desk.issuer)
    page = client.get("/rules/check.words.said/").content.decode()
    assert "须说明理由" in page
    answer = client.post("/rules/check.words.said/", {"value": "NOTE", "starts": str(desk.county.today()), "source": "沂水县规定第4条"})
    assert answer.status_code == 302
    assert {f.level for f in desk.draft(purpose="").findings() if f.code == "words.said"} == {"NOTE"}
    assert "提示" in client.get("/rules/").content.decode()


def test_the_page_keeps_what_was_typed_and_shows_no_form_to_others(desk, signed_in):
    answer = signed_in(desk.issuer).post("/rules/often.day/", {"value": "许多", "starts": str(desk.county.today()), "source": "县规"})
    page = answer.content.decode()
    assert (answer.status_code, "许多" in page, "请填写 0 到 999999 的整数" in page) == (422, True, True)
    assert '<form method="post" class="narrow"' not in signed_in(desk.clerk).get("/rules/often.day/").content.decode()
    assert signed_in(desk.clerk).get("/rules/no.such/").status_code == 404


def test_the_api_sets_a_rule_too(desk, client):
    client.force_login(desk.issuer, backend="accounts.signin.ByUsername")
    said = {"code": "join.days", "value": "10", "starts": str(desk.county.today()), "source": "沂水县规定第5条"}
    answer = client.post("/api/v1/rules/", said, content_type="application/json")
    assert (answer.status_code, desk.county.rule("join.days")) == (201, 10)
    assert client.post("/api/v1/rules/", {**said, "value": "x"}, content_type="application/json").status_code == 422
