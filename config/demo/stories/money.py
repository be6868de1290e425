"""统一缴款: what the stories before charged is asked for by one paper, paid at the bank, disputed, counted when late, given back."""

from fees.models import CashTaken, Dispute, PayerOf, PaymentLine, Refund, TreasuryReceipt, impose
from inspection.models import ProhibitedDemand
from oversight.models import ReportedDemand

from ..charging import CONFISCATION, FINE, charged, gathered, paid, the_charge
from ..desk import Desk
from ..filing import Stretch

MARKET, SAFETY, FIRE = "XS-01", "XS-02", "CZ-02"


def bakery_pays_one_of_two(desk: Desk) -> Stretch:
    """Fine and confiscation on one notice; the confiscation is paid, the fine still has time."""
    yield from gathered(desk, place="糕点制造/0", day=-8, time="09:15")
    yield from paid(desk, charge=the_charge(desk, "糕点制造/0", CONFISCATION), day=-6, time="14:20")


def cash_for_a_price_tag(desk: Desk) -> Stretch:
    """A hundred yuan in cash under Art. 68: handed in the next day, banked the day after, and then told by the feed."""
    yield desk.moment(-16, "16:40")
    fine = the_charge(desk, "五金建材/2")
    cash = CashTaken.take(
        fine,
        by=desk.person("registrar"),
        article=CashTaken.Article.SMALL,
        reason="当场处罚一百元，当事人当场缴纳。",
        ticket="演示罚没票0000106",
        taken_on=desk.county.today(),
    )
    yield from gathered(desk, place="五金建材/2", day=-15, time="09:05")
    yield desk.moment(-15, "16:00")
    cash.hand_in(by=desk.person("registrar"), on=desk.county.today())
    yield desk.moment(-14, "10:30")
    cash.bank(by=desk.person("registrar"), on=desk.county.today(), slip="演示回单20106")
    yield from paid(desk, charge=fine, day=-14, time="10:31")


def haulier_pays(desk: Desk) -> Stretch:
    """Five hundred yuan, paid by telephone in good time."""
    yield from gathered(desk, place="道路货运/0", day=-16, time="09:20")
    yield from paid(desk, charge=the_charge(desk, "道路货运/0"), day=-12, time="20:10")


def dust_is_disputed(desk: Desk) -> Stretch:
    """The works says the signs were up already; the department answers."""
    yield from gathered(desk, place="铝制品抛光/0", day=-7, time="09:30")
    yield desk.moment(-6, "15:45")
    fine = the_charge(desk, "铝制品抛光/0")
    dispute = Dispute.make(fine, by=PayerOf(fine.enterprise), words="警示标志在复查前一天已经补上，请核对照片。")
    yield desk.moment(-4, "10:10")
    dispute.reply(by=desk.person("registrar", SAFETY), note="处罚针对责令改正期满时仍未设置的事实，补设情况已在裁量中考虑。")


def late_and_added_to(desk: Desk) -> Stretch:
    """A fine nobody paid: fifteen days, then at most three per cent a day, by a decision of its own."""
    yield from charged(
        desk,
        agency=MARKET,
        place="机械制造/2",
        day=-30,
        time="11:10",
        kind=FINE,
        amount=6_000_00,
        decision_number="沂市监罚〔{year}〕演示22号",
        article="《特种设备安全法》第83条",
        note="使用未经定期检验的叉车",
    )
    yield from gathered(desk, place="机械制造/2", day=-29, time="09:10")
    yield desk.moment(-3, "15:20")
    fine, today = the_charge(desk, "机械制造/2"), desk.county.today()
    impose(
        fine,
        by=desk.person("registrar"),
        until=today,
        decision_number=f"沂市监加〔{today.year}〕演示2号",
        decision_date=today,
        article="《行政处罚法》第72条",
    )


def too_much_and_given_back(desk: Desk) -> Stretch:
    """The singing hall pays; the fine is corrected; the treasury gives the rest back."""
    yield from gathered(desk, place="歌舞娱乐/0", day=-4, time="09:40")
    fine = the_charge(desk, "歌舞娱乐/0")
    yield from paid(desk, charge=fine, day=-4, time="16:50")
    yield desk.moment(-2, "10:20")
    fine.correct(by=desk.person("registrar", FIRE), amount=3_000_00, note="经复核从轻处罚，变更决定（演示）第9-1号")
    yield desk.moment(-2, "10:40")
    refund = Refund.ask(fine, by=desk.person("registrar", FIRE), amount=2_000_00, reason="变更决定后多缴，申请退付。")
    yield desk.moment(-2, "15:10")
    refund.agree(by=desk.person("finance"), note="核对无误。")
    yield desk.moment(-2, "15:15")
    Refund.send_due(by=desk.system)
    PaymentLine.withdraw_due(by=desk.system)
    yield desk.moment(-1, "08:05")
    TreasuryReceipt.take_in_due(by=desk.system)


def forced_into_a_society(desk: Desk) -> Stretch:
    """A society says members get no checks and takes a fee: found true, told off, given back."""
    yield desk.moment(-19, "10:05")
    row = ReportedDemand.report(
        by=desk.person("auditor"),
        county=desk.county,
        demand=ProhibitedDemand.objects.get(county=desk.county, code="RH-2"),
        by_whom="演示行业协会（借行业主管部门名义）",
        enterprise=desk.place("木制家具/1").enterprise,
        source=ReportedDemand.Source.HOTLINE,
        source_note="12345热线工单（演示）2-0118",
        demanded_on=desk.day(-21),
        words="称入会可以少查，要求交年度会费两千元，已转账。",
        asked_for=2_000_00,
        given=2_000_00,
        evidence_note="转账截图一张，微信群通知一页",
    )
    yield desk.moment(-17, "16:30")
    row.find(by=desk.person("auditor"), note="通知和转账记录属实，协会无强制收费依据。")
    yield desk.moment(-10, "09:50")
    row.handle(by=desk.person("auditor"), note="责令退还并在协会内通报。", returned=2_000_00, returned_on=desk.day(-11))


def asked_for_a_sponsor(desk: Desk) -> Stretch:
    """Heard on an unannounced visit: a department asks for sponsorship. Still to be looked into."""
    yield desk.moment(-3, "17:05")
    ReportedDemand.report(
        by=desk.person("auditor"),
        county=desk.county,
        demand=ProhibitedDemand.objects.get(county=desk.county, code="ZZ-1"),
        agency=desk.agency("XS-10"),
        source=ReportedDemand.Source.PATROL,
        demanded_on=desk.day(-4),
        words="以群众文化活动名义请沿街商户自愿赞助，实际按户摊派。",
        asked_for=5_000_00,
    )


STORIES = (
    forced_into_a_society,
    asked_for_a_sponsor,
    bakery_pays_one_of_two,
    cash_for_a_price_tag,
    haulier_pays,
    dust_is_disputed,
    late_and_added_to,
    too_much_and_given_back,
)
