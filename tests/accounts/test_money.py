"""Money is whole fen; yuan as typed by people, in whatever width, and nothing that is not money."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import FenField, YuanFormField, yuan

FIELD = YuanFormField()
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
AMOUNTS = st.integers(1, 10**15)


@given(AMOUNTS)
def test_what_is_shown_can_be_typed_back(fen):
    assert FIELD.clean(yuan(fen)) == fen
    assert FIELD.clean(yuan(fen).translate(WIDE)) == fen
    assert FIELD.clean(f" {yuan(fen)}元 ") == fen
    assert FIELD.clean(FIELD.prepare_value(fen)) == fen


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_yuan_and_fen_are_read_exactly(whole, cents):
    if whole or cents:
        assert FIELD.clean(f"{whole}.{cents:02d}") == whole * 100 + cents


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(1, "0.01"), (10, "0.10"), (100, "1.00"), (30, "0.30"), (123456, "1,234.56"), (-5, "-0.05"), (0, "0.00"), (None, "")],
)
def test_an_amount_reads_as_people_write_it(fen, shown):
    assert yuan(fen) == shown


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1200.5", 120050), ("1,200.50", 120050), ("１２００．５０", 120050), ("1200元", 120000), ("0.10", 10), ("0.29", 29), ("8.", 800)],
)
def test_ordinary_ways_of_writing_are_understood(typed, fen):
    assert FIELD.clean(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "0.001", "1.005", "NaN", "sNaN", "1e5", "1E5", "1e999999", "Infinity", "-Infinity", "-1", "-0.01", "0", "0.00", "1_000",
        "十元", "1.2.3", "0x10", "١٢", "²", "--1", "10000000000000.01", "1 000", "元", "1元元", "=1+1",
    ],
)  # fmt: skip
def test_what_is_not_money_is_refused(typed):
    with pytest.raises(ValidationError):
        FIELD.clean(typed)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_money_or_refused(typed):
    try:
        fen = YuanFormField(required=False).clean(typed)
    except ValidationError:
        return
    assert fen is None or (isinstance(fen, int) and 0 < fen <= 10**15)


def test_nothing_typed_is_nothing():
    assert YuanFormField(required=False).clean("") is None
    with pytest.raises(ValidationError):
        FIELD.clean("")


def test_the_models_field_asks_for_yuan():
    field = FenField(verbose_name="金额").formfield()
    assert isinstance(field, YuanFormField)
    assert field.clean("12.34") == 1234
