"""企业交费登记卡, and the page that answers whether money is lawful."""

import pytest

from desk.fee_card import card_of
from desk.is_it_lawful import is_it_lawful
from fees.models import Dispute, PayerOf
from tests import make, make_fees


def test_the_card_shows_all_that_was_asked_due_reduced_paid_and_given_back(desk):
    fine = make_fees.a_fine(desk, reduction=100000, reduction_basis="文件")
    fee = make_fees.a_fee(desk)
    line = make_fees.issued(desk).standing_lines.get(charge=fine)
    make_fees.paid(line)
    Dispute.make(fee, by=PayerOf(desk.establishment.enterprise), words="没有检验过")
    void = make_fees.a_fee(desk)
    void.ask_void(by=desk.registrar, note="重复")
    void.void(by=desk.head)
    make_fees.a_fine(desk, establishment=make.an_enterprise(desk.county))
    card = card_of(desk.establishment.enterprise)
    assert [line.pk for line in card.lines] == [void.pk, fee.pk, fine.pk], "what is void stays on the card"
    assert (card.sums.due, card.sums.reduced, card.sums.received, card.sums.open) == (512000, 100000, 400000, 12000)
    assert card.open_lines == [fee]


def test_an_agency_sees_its_own_lines_without_sums_over_others(desk, signed_in):
    other = make.an_agency(desk.county)
    officer, registrar = make.an_officer(other), make.a_user("REGISTRAR", agency=other)
    make_fees.a_fine(desk)
    make_fees.a_fine(desk, agency=other, by=registrar, collector=officer, amount=777700)
    address = f"/enterprises/{desk.establishment.enterprise.uid}/fees/"
    seen = {name: signed_in(user).get(address).content.decode() for name, user in (("own", desk.registrar), ("finance", desk.finance))}
    assert "7,777.00" not in seen["own"]
    assert "只显示本单位收取的款项" in seen["own"]
    assert "7,777.00" in seen["finance"]
    assert "12,777.00" in seen["finance"]


def test_the_card_asks_as_often_for_30_lines_as_for_3(desk, signed_in, django_assert_max_num_queries):
    for _n in range(24):
        make_fees.a_fine(desk)
    make_fees.issued(desk)
    browser, address = signed_in(desk.finance), f"/enterprises/{desk.establishment.enterprise.uid}/fees/"
    browser.get(address)
    with django_assert_max_num_queries(12):
        assert browser.get(address).content.decode().count("某法第126条") == 24


def test_no_claim_of_a_receipt_stands_on_the_card():
    from pathlib import Path

    import desk.fee_card

    text = Path(desk.fee_card.__file__).read_text()
    assert "from receipts" not in text
    assert "import receipts" not in text


@pytest.fixture
def lists(desk):
    """A few lines of each list."""
    make_fees.a_demand(desk.county)
    make_fees.a_demand(desk.county, code="DY-1", kind="强制订阅", rule="第二项：报刊", words="征订、报刊费")
    make.a_fee_item(desk.county, name="污水处理费", collecting_unit="供水单位代收", where_to_pay="供水单位")
    make.a_fee_item(desk.county, name="卫生检测费", ends=desk.county.today())
    return desk


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("赞助", "never"), ("赞助费", "never"), ("强制订阅", "never"), ("他们要我们交报刊费", "never"),
        ("污水处理费", "maybe"), ("污水", "maybe"),
        ("有人上门收污水处理费", "maybe"), ("卫生检测费", "stopped"), ("罚款", "maybe"),
        ("交一千元罚款", "maybe"), ("卫生达标服务费", "unlisted"),
        ("费", "unlisted"),
    ],
)  # fmt: skip
def test_it_answers_by_item_or_by_words(lists, words, verdict):
    assert is_it_lawful(lists.county, words).verdict == verdict


def test_the_page_is_open_to_all_gives_the_article_and_keeps_nothing(lists, client):
    from audit.models import Leaf

    before = Leaf.objects.count()
    assert client.get("/lawful/").status_code == 200
    for words, said in (
        ("赞助费", "《山东省企业权益保护条例》第21条"), ("卫生达标服务费", "优化营商环境条例第25条"), ("罚款", "《行政处罚法》第70条"),
        ("污水处理费", "由供水单位征收"), ("<script>", "清单上没有"),
    ):  # fmt: skip
        page = client.get("/lawful/", {"county": lists.county.code, "q": words}).content.decode()
        assert said in page, words
        assert "<script>" not in page
    assert (
        "never lawful"
        in client.get("/lawful/", {"q": "赞助", "county": lists.county.code}, headers={"Cookie": "django_language=en"})
        .content.decode()
        .lower()
    )
    assert Leaf.objects.count() == before


def test_the_scan_page_points_there_by_address_only(lists, client):
    notice = lists.issued()
    page = client.get(f"/r/{notice.address}").content.decode()
    assert f'href="/lawful/?county={lists.county.code}"' in page
