"""县农业农村局 and its entrusted brigade, 生态环境分局, 县烟草专卖局: fields, air, leaves."""

from accounts.models import Contact
from inspection.models import InspectionPlan, Visit
from receipts.models import Complaint, Receipt

from ..charging import FINE, charged
from ..desk import Desk
from ..filing import Filing, Stretch

Type, Source, Result = InspectionPlan.Type, InspectionPlan.TaskSource, Visit.Result
FARMING, BRIGADE, ENVIRONMENT, TOBACCO = "XS-06", "WT-01", "PZ-01", "CZ-03"


def pesticides(desk: Desk) -> Stretch:
    """The entrusted brigade goes in the name of 县农业农村局."""
    filing = Filing(
        desk,
        "农药经营",
        agency=BRIGADE,
        day=-19,
        places=["农资销售/0"],
        items=["NYNC-003"],
        purpose="检查农药进销台账、限用农药专柜和标签",
        requirements="请备好经营许可证和进销台账",
        why="库存和标签须现场查看",
        number="{year}年度计划第8项",
        minutes=60,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-15, time="09:45", minutes=50, result=Result.MENDED, note="限用农药未设专柜，当场移柜并补记台账。")
    yield from filing.answered(day=-14, time="20:20", overall=4)


def herds(desk: Desk) -> Stretch:
    """Waiting for the head of 县农业农村局."""
    filing = Filing(
        desk,
        "养殖防疫",
        agency=FARMING,
        day=-1,
        window=(6, 9),
        places=["畜禽养殖/0", "畜禽养殖/1"],
        items=["NYNC-006"],
        purpose="检查强制免疫和病死畜禽无害化处理记录",
        requirements="请备好养殖档案；人员车辆按场内要求消毒后进入",
        why="圈舍和无害化处理设施须现场查看",
        minutes=60,
    )
    yield from filing.submitted()


def seeds(desk: Desk) -> Stretch:
    """The head sends it back: too many people for a small shop."""
    filing = Filing(
        desk,
        "种子市场",
        agency=FARMING,
        day=-5,
        window=(9, 10),
        places=["农资销售/2"],
        items=["NYNC-002"],
        purpose="检查种子标签和经营档案",
        requirements="请备好种子经营档案",
        why="标签须现场查看",
        people=4,
        minutes=40,
    )
    yield from filing.submitted()
    yield filing.after(0, "16:00")
    filing.plan.send_back(by=desk.person("head", FARMING), note="门店不大，去两个人就够，请减少人员。")


def farm_goods(desk: Desk) -> Stretch:
    """Accepted for the coming days; the number its letter goes to was mistyped at the counter, so the Office has to see to it."""
    yield desk.moment(-5, "09:25")
    contact = Contact.of(desk.place("果品种植/0").enterprise)
    contact.change(by=desk.person("intake"), person=contact.person, phone="1290000O118", note="合作社理事长持营业执照到窗口更换手机号码。")
    filing = Filing(
        desk,
        "果品质量安全",
        agency=FARMING,
        day=-4,
        window=(5, 9),
        places=["果品种植/0"],
        items=["NYNC-001"],
        purpose="检查农药安全间隔期和承诺达标合格证",
        requirements="请备好农药使用记录和合格证存根",
        why="须现场抽样，样品按市场价购买",
        minutes=60,
    )
    yield from filing.accepted()


def night_discharge(desk: Desk) -> Stretch:
    """A neighbour's call about smoke at night: the district branch informs the Office; a fine follows."""
    filing = Filing(
        desk,
        "夜间排污举报",
        agency=ENVIRONMENT,
        day=-22,
        window=(1, 3),
        kind=Type.CASE,
        source=Source.COMPLAINT,
        number="12369举报（演示）{year}-83",
        places=["铝制品抛光/2"],
        items=["STHJ-006"],
        purpose="核实群众反映的夜间停用治污设施问题",
        requirements="请当班负责人配合查看治污设施运行记录",
        why="治污设施是否运行须夜间现场查看",
        minutes=90,
        unannounced="核实夜间排污举报，事先告知将失去检查意义（排污许可管理条例第25条）",
    )
    yield from filing.endorsed()
    yield from filing.visited(day=-20, time="21:30", minutes=80, result=Result.CASE, note="除尘设施停运，值班员称跳闸未报，予以立案。")
    yield from filing.answered(
        day=-19, time="08:15", overall=2, disturbed=Receipt.YesNo.YES, words="大晚上来的，设备确实跳闸了，我们也有记录。"
    )
    yield from charged(
        desk,
        agency=ENVIRONMENT,
        place="铝制品抛光/2",
        day=-4,
        time="11:20",
        visit=filing.visits[0],
        kind=FINE,
        amount=20_000_00,
        decision_number="临环沂水罚〔{year}〕演示5号",
        article="《排污许可管理条例》第36条",
    )


def permits(desk: Desk) -> Stretch:
    """Told and not come: the window went by without a visit. Somebody complains that others came instead."""
    filing = Filing(
        desk,
        "排污许可",
        agency=ENVIRONMENT,
        day=-14,
        window=(2, 4),
        places=["木制家具/0"],
        items=["STHJ-006"],
        purpose="核对排污许可证载明的设施、台账和执行报告",
        requirements="请备好环境管理台账",
        why="设施编号须现场核对",
        number="{year}年度计划第21项",
    )
    yield from filing.endorsed()
    yield desk.moment(-11, "15:45")
    Complaint.make(
        filing.notices[0],
        category=Complaint.Category.PEOPLE,
        words="通知书上的人没来，来了两个自称第三方的，看了一圈就走了。",
    )
    yield from filing.code_at_the_counter(day=-9, time="09:40", note="企业法定代表人持营业执照原件到窗口办理。")
    yield from filing.answered(
        day=-9, time="10:10", overall=2, certificates=Receipt.Shown.NONE, notice_shown=Receipt.NoticeShown.NO, people=2, made_to=False
    )


def tobacco(desk: Desk) -> Stretch:
    """A shop that sells cigarettes: what was found is another authority's matter."""
    filing = Filing(
        desk,
        "卷烟零售",
        agency=TOBACCO,
        day=-10,
        places=["烟酒零售/0"],
        items=["YC-001"],
        purpose="检查零售许可证和卷烟进货渠道",
        requirements="请出示零售许可证和订货记录",
        why="柜台和库存须现场查看",
        minutes=30,
    )
    yield from filing.endorsed()
    yield from filing.visited(
        day=-7, time="10:10", minutes=30, result=Result.TRANSFERRED, note="许可证有效；店内散装白酒无标签，移送市场监管部门。"
    )
    yield from filing.answered(day=-6, time="19:10", overall=4)
    yield from filing.code_on_paper(day=-2, time="15:35", note="店主来电称手机丢失，想补充回执，请打印一份，明天持营业执照来取。")


STORIES = (pesticides, herds, seeds, farm_goods, night_discharge, permits, tobacco)
