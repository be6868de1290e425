"""县卫健局, 县住建局, 县交通运输局, 县综合行政执法局, 县文旅局: the town and its roads."""

from inspection.models import InspectionPlan, Visit

from ..charging import FEE, FINE, charged, refused
from ..desk import Desk
from ..filing import Filing, Stretch

Type, Source, Result = InspectionPlan.Type, InspectionPlan.TaskSource, Visit.Result
HEALTH, BUILDING, TRANSPORT, STREETS, CULTURE = "XS-03", "XS-04", "XS-05", "XS-12", "XS-10"


def hotel_linen(desk: Desk) -> Stretch:
    """Public places: linen and air, a small thing mended at once."""
    filing = Filing(
        desk,
        "公共场所卫生",
        agency=HEALTH,
        day=-23,
        places=["酒店住宿/2"],
        items=["WSJK-001"],
        purpose="检查住宿场所卫生许可、布草清洗和顾客用具消毒",
        requirements="请卫生管理员到场，备好消毒记录和布草洗涤合同",
        why="消毒间和布草间须现场查看",
        number="国家双随机任务（演示）{year}-55",
        source=Source.RANDOM,
        minutes=60,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-20, time="10:05", minutes=55, result=Result.MENDED, note="杯具消毒登记漏填一天，当场补记。")
    yield from filing.answered(day=-20, time="15:45", overall=4)


def stopped_health_fee(desk: Desk) -> Stretch:
    """A fee stopped in 2017, asked for again: refused and kept."""
    yield from refused(
        desk, agency=HEALTH, place="酒店住宿/2", day=-19, time="09:25", kind=FEE, item="卫生检测费", amount=800_00, note="空气检测两点"
    )


def noise_at_work(desk: Desk) -> Stretch:
    """Waiting for the head of 县卫健局."""
    filing = Filing(
        desk,
        "职业病防治",
        agency=HEALTH,
        day=-1,
        window=(8, 10),
        places=["机械制造/4"],
        items=["WSJK-004"],
        purpose="检查噪声岗位防护和职业健康体检",
        requirements="请备好检测报告和体检名册",
        why="作业岗位防护须现场查看",
    )
    yield from filing.submitted()


def tower_crane(desk: Desk) -> Stretch:
    """A building site: scaffolding to be mended, and no money asked."""
    filing = Filing(
        desk,
        "施工安全",
        agency=BUILDING,
        day=-17,
        places=["房屋建筑/1"],
        items=["ZFCJ-002"],
        purpose="检查塔吊、脚手架和高处作业防护",
        requirements="请项目经理和安全员到场，备好验收记录",
        why="设备和防护须现场查看",
        number="{year}年度计划第9项",
        minutes=120,
        people=3,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-14, time="08:40", minutes=125, result=Result.ORDERED, note="外架连墙件缺失两处，责令三日内整改。")
    yield from filing.code_at_the_counter(day=-13, time="11:10", note="企业未留联系方式，项目经理持授权书和营业执照副本到窗口领取。")
    yield from filing.answered(day=-13, time="12:30", overall=5, people=3)


def dug_up_road(desk: Desk) -> Stretch:
    """A pipe under the road: the fee for mending it, under its item."""
    yield from charged(
        desk,
        agency=BUILDING,
        place="燃气经营/0",
        day=-12,
        time="10:30",
        kind=FEE,
        item="XZ-09",
        quantity=63_400,
        note="演示路管道接驳，挖掘修复面积 63.4 平方米",
    )


def kitchen_gas(desk: Desk) -> Stretch:
    """Waiting for the Office: the restaurant where gas was smelt, and its supplier."""
    filing = Filing(
        desk,
        "餐饮燃气",
        agency=BUILDING,
        day=-2,
        window=(5, 7),
        kind=Type.CASE,
        source=Source.TRANSFER,
        number="应急局移送单（演示）{year}-7",
        places=["餐饮/6", "燃气经营/1"],
        items=["ZFCJ-003"],
        purpose="核实移送的燃气胶管老化问题，检查供气企业入户安检",
        requirements="请供气企业带入户安检记录到场",
        why="胶管和报警器须现场查看",
        minutes=60,
    )
    yield from filing.endorsed()


def lorries(desk: Desk) -> Stretch:
    """A haulier's yard: a small fine on the spot, within the limit for an organisation."""
    filing = Filing(
        desk,
        "货运企业源头",
        agency=TRANSPORT,
        day=-20,
        places=["道路货运/0"],
        items=["JTYS-001"],
        purpose="检查车辆动态监控和驾驶员资格",
        requirements="请安全员到场，备好动态监控记录",
        why="监控平台须现场查看",
        number="{year}年度计划第15项",
    )
    yield from filing.accepted()
    yield from filing.visited(
        day=-17, time="14:00", minutes=85, result=Result.ORDERED, note="一名驾驶员从业资格证过期仍在岗，责令停止上岗。"
    )
    yield from charged(
        desk,
        agency=TRANSPORT,
        place="道路货运/0",
        day=-17,
        time="16:40",
        visit=filing.visits[0],
        kind=FINE,
        amount=500_00,
        decision_number="沂交当罚〔{year}〕演示3号",
        article="《安全生产法》第97条",
        on_the_spot=True,
    )
    yield from filing.answered(day=-16, time="07:55", overall=3)


def guided_tour(desk: Desk) -> Stretch:
    """Declined: a guided tour is no inspection, and no inspection comes along with one."""
    filing = Filing(
        desk,
        "物流园观摩",
        agency=TRANSPORT,
        day=-10,
        window=(3, 3),
        kind=Type.SPECIAL,
        source=Source.SUPERIOR,
        number="观摩活动通知（演示）{year}-4",
        places=["道路货运/1", "道路货运/2"],
        items=["JTYS-001"],
        purpose="组织兄弟单位观摩物流园，顺带检查",
        requirements="请负责人全程陪同并准备汇报材料",
        why="观摩需要到现场",
    )
    yield from filing.endorsed()
    yield filing.after(1, "11:00")
    filing.plan.decline(by=desk.person("reviewer"), ground="BY-03", note="不得以观摩名义行检查之实；观摩请另行登记，检查请单独备案。")


def shop_fronts(desk: Desk) -> Stretch:
    """Goods on the pavement: a word was enough."""
    filing = Filing(
        desk,
        "环卫责任区",
        agency=STREETS,
        day=-11,
        places=["水果零售/0"],
        items=["CG-001"],
        purpose="检查门前环卫责任区和占道经营",
        requirements="照常营业即可",
        why="责任区须现场查看",
        minutes=20,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-8, time="16:20", minutes=15, result=Result.MENDED, note="三筐水果摆出门外，店主当场收回。")
    yield from filing.answered(day=-8, time="21:00", overall=5, words="说清楚就行，没罚钱。")


def night_market(desk: Desk) -> Stretch:
    """Withdrawn before the head saw it."""
    filing = Filing(
        desk,
        "夜市摊点",
        agency=STREETS,
        day=-6,
        places=["食品摊点/0", "食品摊点/1"],
        items=["CG-001"],
        purpose="检查夜市摊点环卫责任",
        requirements="照常经营即可",
        why="责任区须现场查看",
        minutes=20,
    )
    yield from filing.submitted()
    yield filing.after(1, "09:10")
    filing.plan.withdraw(by=desk.person("clerk", STREETS), note="夜市本周停办。")


def karaoke(desk: Desk) -> Stretch:
    """Places of amusement, together with the police, who file for themselves."""
    filing = Filing(
        desk,
        "娱乐场所联合检查",
        agency=CULTURE,
        day=-13,
        kind=Type.SPECIAL,
        source=Source.SUPERIOR,
        number="联合检查方案（演示）{year}-2",
        places=["歌舞娱乐/1"],
        items=["WHLY-001"],
        purpose="与公安、消防一次入企联合检查：未成年人保护、曲库内容和疏散通道",
        requirements="请备好从业人员名册和监控录像；三家单位一次到场，不重复检查",
        why="营业场所须现场查看",
        minutes=60,
    )
    yield from filing.accepted(note="请三家单位同一时段到场。")
    yield from filing.visited(day=-9, time="19:40", minutes=65, result=Result.NONE)
    yield from filing.answered(day=-8, time="14:10", overall=4, words="三家一起来，比以前省事。")


def travel_deposit(desk: Desk) -> Stretch:
    """The deposit of a new travel agency."""
    yield from charged(
        desk,
        agency=CULTURE,
        place="旅行社/0",
        day=-7,
        time="09:50",
        kind=FEE,
        item="旅游服务质量保证金",
        quantity=1_000,
        note="经营国内旅游和入境旅游业务，存入专用账户，利息归旅行社",
    )


def tour_papers(desk: Desk) -> Stretch:
    """A draft of 县文旅局."""
    filing = Filing(
        desk,
        "旅行社合同",
        agency=CULTURE,
        day=-2,
        window=(10, 11),
        places=["旅行社/1"],
        items=["WHLY-003"],
        purpose="检查旅游合同和导游委派",
        requirements="请备好近三个月旅游合同",
        why="",
    )
    yield from filing.drafted()


STORIES = (
    hotel_linen,
    stopped_health_fee,
    noise_at_work,
    tower_crane,
    dug_up_road,
    kitchen_gas,
    lorries,
    guided_tour,
    shop_fronts,
    night_market,
    karaoke,
    travel_deposit,
    tour_papers,
)
