"""What enterprises say without being asked: a plate and its card, a complaint without any notice, what else was asked for;
and a round of visits long enough ago that what was said of it is published."""

from accounts.models import Plate
from inspection.models import Visit
from receipts.models import Claim, Complaint, ReceiptCard

from ..desk import Desk
from ..filing import Filing, Stretch

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


def fruit_shops(desk: Desk) -> Stretch:
    """A round of eleven shops long enough ago that what they said may be published: six answered, five kept silent."""
    shops = [f"水果零售/{n}" for n in (1, 3, 4, 5, 6, 7, 8, 10)] + ["便利店/5", "便利店/6", "便利店/7"]
    filing = Filing(
        desk,
        "水果店明码标价和计量检查",
        agency="XS-01",
        day=-45,
        window=(2, 4),
        places=shops,
        items=["SCJG-009", "SCJG-007"],
        purpose="检查水果店明码标价和电子秤检定标志，落实年度检查计划",
        requirements="照常营业即可，请把电子秤的检定标志露在外面",
        why="标价签和电子秤须现场查看",
        number="{year}年度计划第9项",
        minutes=20,
    )
    yield from filing.accepted()
    for nth in range(len(shops)):
        yield from filing.visited(
            day=-43 + nth // 6, time=f"{9 + nth % 6 // 2:02d}:{nth % 2 * 30:02d}", minutes=15, result=Visit.Result.NONE, nth=nth
        )
    for nth, overall in ((0, 5), (1, 4), (3, 5), (4, 3), (6, 2), (9, 5)):
        yield from filing.answered(day=-41, time=f"{12 + nth // 2}:{nth % 2 * 30 + 5:02d}", overall=overall, nth=nth)


STORIES = (plate_and_card, sponsorship, without_a_notice, magazine, fruit_shops)
