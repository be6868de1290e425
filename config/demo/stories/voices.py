"""What enterprises say without being asked: a plate and its card, a complaint without any notice, what else was asked for."""

from accounts.models import Plate
from inspection.models import Visit
from receipts.models import Claim, Complaint, ReceiptCard

from ..desk import Desk
from ..filing import Stretch

SOMEWHERE = "便利店/1"


def plate_and_card(desk: Desk) -> Stretch:
    """A village shop gets its plate, and the village agent brings the card."""
    yield desk.moment(-30, "09:30")
    place, intake = desk.place(SOMEWHERE), desk.person("intake")
    Plate.make(place, by=intake)
    card, _made = ReceiptCard.make(place, by=intake)
    yield desk.moment(-29, "16:10")
    card.hand_over(by=desk.person("agent"), note="送到店里，当面交给经营者，核对身份证。")


def sponsorship(desk: Desk) -> Stretch:
    """Somebody comes without a notice and asks for sponsorship; nobody in particular says so at the plate. Looked into and answered."""
    yield desk.moment(-16, "20:15")
    facts = {
        "category": Complaint.Category.SPONSOR,
        "words": "自称某协会和镇里的人，没有通知书，让店里给文化节赞助两千元。",
        "enterprise": desk.place(SOMEWHERE).enterprise,
        "agency_said": "没说清是哪个单位",
    }
    complaint, _made = Complaint.complain(desk.county, facts=facts, way=Complaint.Way.PLATE)
    yield desk.moment(-15, "09:05")
    complaint.accept(by=desk.person("auditor"))
    yield desk.moment(-15, "09:20")
    complaint.write("已受理。请问来人有没有留下名片、收款码？方便的话可以在这里补充。", by=desk.person("auditor"))
    yield desk.moment(-9, "15:40")
    complaint.decide(by=desk.person("auditor"), note="已核实并制止，未发生收款；该活动不得向企业摊派、拉赞助。感谢反映。")


def without_a_notice(desk: Desk) -> Stretch:
    """Told by telephone, in confidence; still being looked into."""
    yield desk.moment(-2, "10:25")
    facts = {
        "category": Complaint.Category.NO_NOTICE,
        "words": "昨天下午来了三个人查消防，没有通知书也没扫码，说是顺路看看。",
        "stance": Complaint.Stance.CONFIDENTIAL,
        "person": "演示人",
        "phone": "12900008888",
    }
    Complaint.complain(desk.county, facts=facts, way=Complaint.Way.PHONE, by=desk.person("intake"))


def magazine(desk: Desk) -> Stretch:
    """On its own page an enterprise says that it was made to subscribe."""
    yield desk.moment(-7, "21:05")
    visit = Visit.objects.filter(agency=desk.agency("XS-01"), left_at__isnull=False).order_by("-pk").first()
    Claim.claim(
        visit.enterprise,
        demand=Claim.Demand.PRESS,
        asked_on=desk.county.today(),
        visit=visit,
        amount=480_00,
        words="临走让订一年的行业杂志，没有订。",
    )


STORIES = (plate_and_card, sponsorship, without_a_notice, magazine)
