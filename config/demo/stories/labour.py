"""县人社局: wages, contracts, deposits."""

from inspection.models import InspectionPlan, Visit

from ..charging import FEE, charged
from ..desk import Desk
from ..filing import Filing, Stretch

Type, Source, Result = InspectionPlan.Type, InspectionPlan.TaskSource, Visit.Result
AGENCY = "XS-09"


def wages(desk: Desk) -> Stretch:
    """Eleven workers without wages, a work order of 12345: a case inspection, told to nobody."""
    filing = Filing(
        desk,
        "欠薪工单",
        agency=AGENCY,
        day=-25,
        window=(1, 3),
        kind=Type.CASE,
        source=Source.COMPLAINT,
        number="12345热线工单（演示）{day}-0092",
        places=["房屋建筑/0"],
        items=["RLZY-001", "RLZY-002"],
        purpose="核实十一名务工人员反映的拖欠工资问题",
        requirements="请提供近两个月工资发放表、考勤和银行流水，可以电子文件提供",
        why="须当面询问务工人员并核对考勤",
        minutes=120,
        unannounced="涉嫌拖欠工资，事先告知可能影响询问（劳动保障监察条例第15条）",
    )
    yield from filing.accepted()
    yield from filing.visited(
        day=-23, time="09:30", minutes=130, result=Result.CASE, note="十一人两个月工资未发，共计8.4万元，予以立案并责令支付。"
    )
    yield from filing.answered(day=-22, time="18:10", overall=3, words="甲方没拨款，工资已经在凑。")


def deposit(desk: Desk) -> Stretch:
    """A wage deposit, under an item in force; first typed with a zero too many, and voided."""
    facts = {"agency": AGENCY, "place": "房屋建筑/3", "kind": FEE, "item": "BZ-01"}
    yield from charged(
        desk, day=-20, time="14:20", base=100_000_000_00, void="合同额多录一个零，作废后重新登记。", note="施工合同额百分之二", **facts
    )
    yield from charged(desk, day=-20, time="15:00", base=10_000_000_00, note="施工合同额百分之二，也可以用保函替代", **facts)


def contracts(desk: Desk) -> Stretch:
    """Returned by the Office, not yet mended."""
    filing = Filing(
        desk,
        "劳动合同书面审查",
        agency=AGENCY,
        day=-4,
        window=(9, 10),
        places=["纺织服装/0", "纺织服装/2"],
        items=["RLZY-002", "RLZY-004"],
        purpose="检查劳动合同签订和社会保险缴纳情况",
        requirements="请备好职工花名册、劳动合同和社保缴费凭证",
        why="抽查劳动合同原件",
    )
    yield from filing.endorsed()
    yield filing.after(1, "15:20")
    filing.plan.return_(by=desk.person("reviewer"), note="该事项可以非现场检查，社保缴费本部门可查；请改为书面审查，或者说明入企理由。")


def working_hours(desk: Desk) -> Stretch:
    """Waiting for the Office."""
    filing = Filing(
        desk,
        "汽修用工",
        agency=AGENCY,
        day=-2,
        window=(6, 8),
        source=Source.RANDOM,
        number="双随机任务（演示）{year}-126",
        places=["汽车修理/1"],
        items=["RLZY-001"],
        purpose="双随机抽查工时和工资支付记录",
        requirements="请备好近三个月考勤和工资表",
        why="核对考勤设备",
        minutes=60,
    )
    yield from filing.endorsed()


STORIES = (wages, deposit, contracts, working_hours)
