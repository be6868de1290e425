"""县应急局, 县消防救援大队, 县公安局: dust, chemicals, fire, hotels."""

import datetime

from accounts.models import Duty, Post, Role
from inspection.models import InspectionPlan, Visit

from ..charging import FINE, charged, refused
from ..desk import Desk
from ..filing import Filing, Stretch

Type, Source, Result = InspectionPlan.Type, InspectionPlan.TaskSource, Visit.Result
SAFETY, FIRE, POLICE = "XS-02", "CZ-02", "XS-21"


def dust(desk: Desk) -> Stretch:
    """Dust in a polishing works, ordered from above. The head is away: a deputy approves for a term."""
    yield desk.moment(-28, "08:20")
    head, deputy = desk.person("head", SAFETY), desk.person("deputy", SAFETY)
    Post.give(
        by=head,
        user=deputy,
        role=Role.objects.get(code="HEAD"),
        agency=desk.agency(SAFETY),
        ends=desk.day(5),
        deputises_for=head.holding(Duty.PLAN_ENDORSE),
        note="外出学习期间委托代签。",
    )
    filing = Filing(
        desk,
        "粉尘涉爆专项",
        agency=SAFETY,
        day=-28,
        kind=Type.SPECIAL,
        source=Source.SUPERIOR,
        number="粉尘涉爆专项方案（演示）〔{year}〕3号",
        places=["铝制品抛光/0"],
        items=["YJ-001"],
        purpose="排查抛光、打磨工段粉尘爆炸隐患",
        requirements="请设备和安全负责人到场，备好除尘系统设计、清扫记录和培训记录；需停机查看时由企业安排",
        why="除尘风管积尘和泄爆装置须现场查看",
        minutes=150,
        people=3,
        helpers=[("水演示", "粉尘防爆技术专家（演示）")],
    )
    yield from filing.accepted(by=deputy)
    yield from filing.visited(
        day=-25,
        time="09:00",
        minutes=140,
        result=Result.ORDERED,
        note="除尘器未设锁气卸灰装置，抛光间无警示标志，责令限期改正。",
        others="水演示",
    )
    yield from filing.code_at_the_counter(day=-23, time="15:10", note="企业未留联系方式，安全负责人持营业执照副本到窗口领取。")
    yield from filing.answered(day=-23, time="20:05", overall=4, people=4, words="专家讲得明白，图纸问题当场说清了。")
    yield from charged(
        desk,
        agency=SAFETY,
        place="铝制品抛光/0",
        day=-8,
        time="10:40",
        visit=filing.visits[0],
        kind=FINE,
        amount=18_000_00,
        decision_number="（沂）应急罚〔{year}〕演示12号",
        article="《安全生产法》第99条",
        note="逾期未设置警示标志",
    )


def chemicals(desk: Desk) -> Stretch:
    """A store of dangerous chemicals, with an expert, nothing found."""
    filing = Filing(
        desk,
        "危化品储存",
        agency=SAFETY,
        day=-18,
        places=["危险化学品/0"],
        items=["YJ-002"],
        purpose="检查危险化学品储存、泄漏报警和应急物资",
        requirements="请安全总监到场，备好重大危险源档案和报警器检定记录；进入罐区请发放防静电服",
        why="罐区设施须现场查看",
        number="{year}年度计划第4项",
        minutes=180,
        people=3,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-15, time="13:30", minutes=170, result=Result.NONE)
    yield from filing.answered(day=-14, time="09:15", overall=5, people=3)


def without_a_plan(desk: Desk) -> Stretch:
    """Revoked: the Office learns that the yearly programme does not contain it."""
    filing = Filing(
        desk,
        "纺织企业检查",
        agency=SAFETY,
        day=-14,
        window=(5, 6),
        places=["纺织服装/1"],
        items=["YJ-003"],
        purpose="检查车间疏散通道和用电安全",
        requirements="请车间负责人到场",
        why="疏散通道须现场查看",
        number="{year}年度计划第61项",
    )
    yield from filing.accepted()
    yield filing.after(2, "14:30")
    filing.plan.revoke(by=desk.person("reviewer"), note="年度计划没有第61项，单位来函说明系误填，予以撤销。")


def gas_smell(desk: Desk) -> Stretch:
    """A smell of gas: first there, then the papers. A visit without a filing, recorded and marked."""
    yield desk.moment(-13, "16:40")
    agency, officer = desk.agency(SAFETY), desk.person("officer", SAFETY)
    today = desk.day(-13)
    visit = Visit.record_unfiled(
        by=officer,
        agency=agency,
        establishment=desk.place("餐饮/6"),
        officers=desk.officers(SAFETY, today, today, many=2, story="燃气"),
        arrived_at=desk.moment(-13, "11:20"),
        ground="接群众电话称店内有燃气味，属紧急情况，先行到场处置，事后补记。",
    )
    yield desk.moment(-13, "16:50")
    visit.leave(by=desk.person("officer", SAFETY), result=Result.TRANSFERRED, note="胶管老化微漏，已关阀并移送燃气主管部门处理。")


def drawn_by_lot(desk: Desk) -> Stretch:
    """Three works drawn by lot. Waiting for the Office."""
    filing = Filing(
        desk,
        "机械企业双随机",
        agency=SAFETY,
        day=-1,
        window=(7, 10),
        source=Source.RANDOM,
        number="双随机任务（演示）{year}-131",
        places=["机械制造/0", "纺织服装/3", "塑料制品/2"],
        items=["YJ-003"],
        purpose="双随机抽查用电、动火和有限空间作业安全措施",
        requirements="请备好应急预案和作业审批记录",
        why="作业现场须实地查看",
        minutes=60,
    )
    yield from filing.endorsed()


def recheck(desk: Desk) -> Stretch:
    """Back to the polishing works: has it been mended? Waiting for the head."""
    filing = Filing(
        desk,
        "粉尘整改复查",
        agency=SAFETY,
        day=-1,
        window=(5, 6),
        source=Source.RECHECK,
        number="责令限期整改指令书（演示）{year}-44",
        places=["铝制品抛光/0"],
        items=["YJ-001"],
        purpose="复查锁气卸灰装置和警示标志整改情况",
        requirements="请设备负责人到场，只看整改项",
        why="整改结果须现场核对",
        minutes=40,
    )
    yield from filing.submitted()


def off_the_list(desk: Desk) -> Stretch:
    """A fee that stands on no list."""
    yield from refused(desk, agency=SAFETY, place="机械制造/1", day=-11, time="15:50", kind="FEE", item="标准化达标评审费", amount=6_000_00)


def mall_fire(desk: Desk) -> Stretch:
    """The fire brigade answers upwards: it informs the Office (告知备案), which makes the notice and decides nothing."""
    filing = Filing(
        desk,
        "商场消防",
        agency=FIRE,
        day=-21,
        places=["商场超市/1", "歌舞娱乐/0"],
        items=["XFJY-001"],
        purpose="检查人员密集场所疏散通道、消防设施和值班记录",
        requirements="请消防安全管理人到场，消防控制室照常值班",
        why="消防设施须现场测试",
        number="消防监督抽查计划（演示）{year}第9期",
        minutes=120,
    )
    yield from filing.endorsed()
    yield from filing.visited(day=-18, time="09:15", minutes=110, result=Result.MENDED, note="二层疏散指示灯一处不亮，当场更换。")
    yield from filing.visited(
        day=-17, time="19:30", minutes=50, nth=1, result=Result.CASE, note="室内消火栓无水，未保持完好有效，予以立案。"
    )
    yield from filing.answered(day=-16, time="09:20", overall=5)
    yield from charged(
        desk,
        agency=FIRE,
        place="歌舞娱乐/0",
        day=-5,
        time="16:05",
        visit=filing.visits[1],
        kind=FINE,
        amount=5_000_00,
        decision_number="沂消行罚决字〔{year}〕演示第9号",
        article="《消防法》第60条",
    )


def building_site_fire(desk: Desk) -> Stretch:
    """Told for next week."""
    filing = Filing(
        desk,
        "工地消防",
        agency=FIRE,
        day=-3,
        window=(4, 8),
        places=["房屋建筑/2"],
        items=["XFJY-002"],
        purpose="检查在建工程临时消防给水和动火管理",
        requirements="请项目经理到场，备好动火审批记录",
        why="施工现场须实地查看",
        minutes=90,
    )
    yield from filing.endorsed()


def hotels(desk: Desk) -> Stretch:
    """Guests' names at the desk of a hotel, in the evening."""
    filing = Filing(
        desk,
        "旅馆业治安",
        agency=POLICE,
        day=-16,
        places=["酒店住宿/0"],
        items=["GA-004"],
        purpose="检查旅客住宿登记和治安防范制度",
        requirements="请前台人员配合演示登记流程",
        why="登记设备和监控须现场查看",
        minutes=40,
        unannounced="登记是否落实须在营业时段随机查看（旅馆业治安管理办法第14条）",
    )
    yield from filing.accepted()
    yield from filing.visited(day=-12, time="20:10", minutes=35, result=Result.NONE)
    yield from filing.answered(day=-11, time="09:50", overall=4)


def former_clerk(desk: Desk) -> Stretch:
    """A clerk of 县交通运输局 moves on: the post ends, what was signed in it stays."""
    yield desk.moment(-17, "17:20")
    former = desk.person("former", "XS-05")
    former.posts.get().end(by=desk.person("issuer"), on=desk.day(-17) + datetime.timedelta(days=1), note="调离，岗位终止。")


STORIES = (
    dust,
    chemicals,
    without_a_plan,
    gas_smell,
    drawn_by_lot,
    recheck,
    off_the_list,
    mall_fire,
    building_site_fire,
    hotels,
    former_clerk,
)
