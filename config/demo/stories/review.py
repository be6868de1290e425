"""What the review knows beside yes and no: a lapse, a 复核, a change, an urgent check, several units on one visit."""

import datetime

from django.utils import timezone

from inspection.models import InspectionPlan, Visit
from receipts.models import ReceiptCode

from ..desk import Desk
from ..filing import Filing, Stretch, documents_made

AGENCY, SAFETY = "XS-01", "XS-02"
Result = Visit.Result


def let_lapse(desk: Desk) -> Stretch:
    """Nobody decided before the window began: 逾期未审, counted against the Office."""
    filing = Filing(
        desk,
        "预包装食品标签",
        agency=AGENCY,
        day=-9,
        window=(3, 4),
        places=["便利店/4"],
        items=["SCJG-001"],
        purpose="检查预包装食品标签和保质期管理",
        requirements="照常营业即可，请备好进货票据",
        why="货架食品须现场查看",
        minutes=30,
    )
    yield from filing.endorsed()
    yield desk.moment(-6, "08:00")
    InspectionPlan.lapse_due(by=desk.system)


def asked_again(desk: Desk) -> Stretch:
    """Declined for a quiet day; the unit says it is an exception and asks once more. It waits for another person."""
    filing = Filing(
        desk,
        "凉菜间专项",
        agency=AGENCY,
        day=-5,
        window=(8, 9),
        places=["餐饮/2"],
        items=["SCJG-001"],
        purpose="检查凉菜间专间操作和留样",
        requirements="请备好留样记录和从业人员健康证明",
        why="专间操作须现场查看",
        minutes=40,
    )
    yield from filing.endorsed()
    yield filing.after(1, "15:30")
    filing.plan.decline(by=desk.person("reviewer"), ground="BY-05", note="留样记录可以先行调阅。")
    yield filing.after(2, "09:10")
    filing.plan.ask_recheck(by=desk.person("clerk"), note="专间温度和操作动线无法书面核查，近期同类企业已有两起问题。")


def postponed(desk: Desk) -> Stretch:
    """The enterprise stops for repairs: postponed with the head's approval, a new notice in place of the old."""
    filing = Filing(
        desk,
        "面点作坊",
        agency=AGENCY,
        day=-8,
        window=(4, 5),
        places=["小餐饮/2"],
        items=["SCJG-001"],
        purpose="检查面点加工用油用盐和添加剂台账",
        requirements="请备好添加剂台账",
        why="加工过程须现场查看",
        minutes=40,
    )
    yield from filing.accepted()
    yield filing.after(2, "10:05")
    plan = filing.plan
    plan.ask_change(
        by=desk.person("clerk"), kind="POSTPONE", note="企业来电，灶台检修停业三天。", starts_on=desk.day(3), ends_on=desk.day(4)
    )
    yield filing.after(2, "15:45")
    filing.notices = plan.postpone(by=desk.person("head"), note="同意延期。")
    yield from documents_made(desk, filing.after(2, "15:50"), filing.notices)


def gas_leak(desk: Desk) -> Stretch:
    """A smell of gas: gone at once, said at once; the formality is still to be completed."""
    yield desk.moment(-1, "19:20")
    now = timezone.now()
    day = desk.county.day_of(now)
    plan = InspectionPlan.begin_urgent(
        by=desk.person("officer", SAFETY),
        agency=desk.agency(SAFETY),
        establishments=[desk.place("餐饮/3")],
        officers=desk.officers(SAFETY, day, day + datetime.timedelta(days=3), many=2, story="燃气异味"),
        ground="接县应急指挥中心转报，后厨有燃气异味，须立即到场排查",
    )
    yield from documents_made(desk, desk.moment(-1, "19:22"), list(plan.notices.all()))
    yield desk.moment(-1, "19:40")
    officer = desk.person("officer", SAFETY)
    visit = Visit.arrive(by=officer, notice=plan.notices.get(), officers=[row.officer for row in plan.officers.standing()])
    ReceiptCode.hand_out_due(by=desk.system)
    yield desk.moment(-1, "20:25")
    visit.leave(by=desk.person("officer", SAFETY), result=Result.MENDED, note="软管接头松动，已关阀更换，现场检测无泄漏。")


def on_the_desk(desk: Desk) -> Stretch:
    """Two units on one visit, every one has confirmed; received, and being looked at."""
    filing = Filing(
        desk,
        "餐饮联合检查",
        agency=AGENCY,
        day=-1,
        window=(9, 10),
        places=["餐饮/1"],
        items=["SCJG-001"],
        purpose="会同应急管理部门检查餐饮后厨食品安全和燃气安全",
        requirements="请厨师长在岗，备好燃气设施检修记录",
        why="后厨须现场查看，两个部门一次上门",
        minutes=60,
    )
    filing.facts["partners"] = [desk.agency(SAFETY)]
    yield from filing.submitted()
    yield filing.after(0, "11:10")
    filing.plan.confirm(by=desk.person("head", SAFETY), note="同意参加")
    yield filing.after(0, "14:50")
    filing.plan.endorse(by=desk.person("head"))
    yield filing.after(0, "15:20")
    filing.plan.receive(by=desk.person("reviewer"))


STORIES = (let_lapse, asked_again, postponed, gas_leak, on_the_desk)
