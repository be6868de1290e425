"""县市场监管局: food, lifts, prices, medicines, goods."""

from inspection.models import InspectionPlan, Visit
from receipts.models import Complaint, Receipt

from ..charging import CONFISCATION, FINE, charged, refused
from ..desk import Desk
from ..filing import Filing, Stretch

Type, Source, Result = InspectionPlan.Type, InspectionPlan.TaskSource, Visit.Result
AGENCY = "XS-01"


def workshops(desk: Desk) -> Stretch:
    """The yearly round of small food workshops: one in order, one mended at once."""
    filing = Filing(
        desk,
        "食品小作坊年度检查",
        agency=AGENCY,
        day=-29,
        places=["煎饼作坊/0", "豆制品作坊/2"],
        items=["SCJG-001"],
        purpose="核查小作坊登记证、原料进货查验和生产场所卫生，落实年度检查计划",
        requirements="请准备登记证、近三个月进货票据和从业人员健康证明；检查期间可以照常生产",
        why="生产场所卫生和原料存放须现场查看",
        number="{year}年度计划第12项",
    )
    yield from filing.accepted()
    yield from filing.visited(day=-26, time="09:05", minutes=45, result=Result.NONE)
    yield from filing.visited(
        day=-26, time="10:30", minutes=70, nth=1, result=Result.MENDED, note="两袋黄豆离墙存放不足，经营者当场移垛，已改正。"
    )
    yield from filing.answered(day=-26, time="12:20", overall=5, words="来得快走得也快，没耽误出摊。")
    yield from filing.answered(day=-25, time="18:40", overall=4, nth=1)


def bakery_after_a_complaint(desk: Desk) -> Stretch:
    """A work order of 12345: mould in pastries. Nobody is told before; a case, a fine, a confiscation."""
    filing = Filing(
        desk,
        "糕点厂12345工单",
        agency=AGENCY,
        day=-27,
        window=(2, 4),
        kind=Type.CASE,
        source=Source.COMPLAINT,
        number="12345热线工单（演示）{day}-0417",
        places=["糕点制造/0"],
        items=["SCJG-001", "SCJG-002"],
        purpose="核实热线工单反映的糕点霉变问题，查清同批次产品去向",
        requirements="请配合查阅生产、留样和出厂检验记录；抽取样品按市场价购买，不收检验费",
        why="须现场查看库存、留样并抽样，书面材料不能替代",
        minutes=150,
        people=3,
        unannounced="涉及食品安全投诉，事先告知可能影响取证（食品安全法第110条）",
    )
    yield from filing.accepted()
    yield from filing.visited(
        day=-25,
        time="09:20",
        minutes=165,
        result=Result.CASE,
        note="发现超过保质期的奶油两箱，同批糕点已售出36盒，现场抽样，予以立案。",
    )
    yield from filing.answered(
        day=-24,
        time="19:35",
        overall=3,
        people=3,
        disturbed=Receipt.YesNo.YES,
        words="问题我们认，停线时间长了些，希望抽样能早点做完。",
    )
    yield from charged(
        desk,
        agency=AGENCY,
        place="糕点制造/0",
        day=-9,
        time="15:10",
        visit=filing.visits[0],
        kind=FINE,
        amount=50_000_00,
        decision_number="沂市监罚〔{year}〕演示31号",
        article="《食品安全法》第124条",
        note="十五日内到指定银行或者电子支付系统缴纳",
    )
    yield from charged(
        desk,
        agency=AGENCY,
        place="糕点制造/0",
        day=-9,
        time="15:25",
        visit=filing.visits[0],
        kind=CONFISCATION,
        amount=432_00,
        decision_number="沂市监罚〔{year}〕演示31号",
        article="《食品安全法》第124条",
        note="36盒糕点销售所得",
    )


def lifts(desk: Desk) -> Stretch:
    """Lifts in a shop full of people: papers in order, one notice missing in the cabin."""
    filing = Filing(
        desk,
        "电梯安全",
        agency=AGENCY,
        day=-24,
        places=["商场超市/0"],
        items=["SCJG-004"],
        purpose="检查公众聚集场所电梯的定期检验、维保记录和应急救援",
        requirements="请安排电梯安全员到场，备好检验报告、维保合同和近半年维保记录",
        why="须现场查看设备运行和轿厢内标志",
        number="{year}年度计划第27项",
        minutes=60,
        helpers=[("祝演示", "特种设备技术专家（演示）")],
    )
    yield from filing.accepted()
    yield from filing.visited(
        day=-21, time="14:10", minutes=55, result=Result.MENDED, note="2号梯轿厢内未张贴应急电话，物业当场补贴。", others="祝演示"
    )
    yield from filing.answered(day=-21, time="16:00", overall=5, people=3)


def prices(desk: Desk) -> Stretch:
    """Price tags, drawn by lot: one shop in order, one fined on the spot, within the limit for a citizen."""
    filing = Filing(
        desk,
        "明码标价双随机",
        agency=AGENCY,
        day=-19,
        source=Source.RANDOM,
        number="双随机任务（演示）{year}-118",
        places=["便利店/1", "五金建材/2"],
        items=["SCJG-009"],
        purpose="双随机抽查零售门店明码标价情况",
        requirements="照常营业即可，请店内人员指引价签和电子秤位置",
        why="价签与收款是否一致须现场比对",
        minutes=30,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-16, time="09:40", minutes=25, result=Result.NONE)
    yield from filing.visited(
        day=-16,
        time="10:30",
        minutes=40,
        nth=1,
        result=Result.ORDERED,
        note="多数商品未标价，上次已书面提醒，责令三日内改正并当场处罚一百元。",
    )
    yield from charged(
        desk,
        agency=AGENCY,
        place="五金建材/2",
        day=-16,
        time="16:30",
        visit=filing.visits[1],
        kind=FINE,
        amount=100_00,
        decision_number="沂市监当罚〔{year}〕演示6号",
        article="《价格法》第42条",
        on_the_spot=True,
        note="已出具财政部门统一制发的专用票据",
    )
    yield from filing.answered(day=-16, time="20:15", overall=5)
    yield from filing.answered(day=-15, time="08:30", overall=2, nth=1, words="罚得不冤，就是说话硬了点。")


def medicines(desk: Desk) -> Stretch:
    """Two chemist's shops; one moved away, so that its notice is void and its number kept."""
    filing = Filing(
        desk,
        "药店检查",
        agency=AGENCY,
        day=-15,
        window=(3, 7),
        places=["药品零售/1", "药品零售/3"],
        items=["SCJG-012", "SCJG-013"],
        purpose="检查处方药销售、冷藏药品温控记录和医疗器械进货查验",
        requirements="请执业药师在岗，备好处方留存和温湿度记录",
        why="冷藏设备和处方药陈列须现场查看",
        number="{year}年度计划第33项",
    )
    yield from filing.accepted()
    yield desk.moment(-13, "11:05")
    filing.notices[1].void(by=desk.person("issuer"), note="企业来电说明门店已迁至新址，原址无人，由单位重新备案。")
    yield from filing.visited(day=-11, time="15:00", minutes=80, result=Result.NONE)
    yield from filing.answered(day=-10, time="21:10", overall=4)


def goods(desk: Desk) -> Stretch:
    """Goods bought for testing. The owner answers twice: the second receipt stands in place of the first."""
    filing = Filing(
        desk,
        "塑料制品监督抽查",
        agency=AGENCY,
        day=-22,
        kind=Type.SPECIAL,
        source=Source.SUPERIOR,
        number="市级抽查方案（演示）{year}-9",
        places=["塑料制品/0"],
        items=["SCJG-006"],
        purpose="按上级方案抽查食品接触用塑料制品质量",
        requirements="请提供成品库位置和出厂检验报告；样品按出厂价购买，不收检验费",
        why="须从成品库随机抽取样品",
        minutes=60,
    )
    yield from filing.accepted()
    yield from filing.visited(day=-18, time="10:00", minutes=75, result=Result.NONE)
    yield from filing.answered(day=-18, time="17:30", overall=3, money=Receipt.YesNo.YES, words="让我们先垫样品钱。")
    yield from filing.code_at_the_counter(day=-17, time="10:20", note="经办人持营业执照原件和本人身份证到窗口，称短信已删，重新发放。")
    yield from filing.answered(day=-17, time="10:45", overall=5, words="样品款当天已付清，前一份是我填错了，以这份为准。")


def canteen_rumour(desk: Desk) -> Stretch:
    """A visit that went wrong: one card not shown, a magazine to subscribe. The receipt and a complaint say so."""
    filing = Filing(
        desk,
        "餐饮投诉核查",
        agency=AGENCY,
        day=-12,
        window=(1, 3),
        kind=Type.CASE,
        source=Source.COMPLAINT,
        number="12315投诉（演示）{year}-2207",
        places=["餐饮/4"],
        items=["SCJG-001"],
        purpose="核实投诉反映的后厨卫生问题",
        requirements="请配合查看后厨、冷藏设备和从业人员健康证明",
        why="后厨卫生须现场查看",
        minutes=40,
        unannounced="核实具体投诉，事先告知可能影响核查结果（食品安全法第110条）",
    )
    yield from filing.accepted()
    yield from filing.visited(
        day=-10, time="10:45", minutes=95, result=Result.ORDERED, note="冷藏柜生熟混放，责令三日内改正。", others="辛演示"
    )
    yield desk.moment(-10, "13:05")
    Complaint.make(
        filing.notices[0], category=Complaint.Category.MONEY, words="走的时候让订一份行业杂志，说不订下次还来。", phone="12900009999"
    )
    yield from filing.answered(
        day=-10,
        time="22:20",
        overall=1,
        certificates=Receipt.Shown.SOME,
        people=3,
        goods=Receipt.YesNo.YES,
        disturbed=Receipt.YesNo.YES,
        words="饭点来的，来了三个人，有一个没有证，临走推销杂志。",
    )


def advertising(desk: Desk) -> Stretch:
    """Returned by the Office for want of a reason to go there at all, mended, accepted for next week."""
    filing = Filing(
        desk,
        "房产广告",
        agency=AGENCY,
        day=-9,
        window=(12, 14),
        places=["商场超市/4"],
        items=["SCJG-008"],
        purpose="检查促销广告内容",
        requirements="请准备促销广告样稿",
        why="按计划检查",
    )
    yield from filing.endorsed()
    yield filing.after(1, "09:30")
    filing.plan.return_(by=desk.person("reviewer"), note="广告可以先行监测，请说明为什么必须到现场，并写明检查哪一类广告。")
    yield filing.after(2, "09:00")
    clerk = desk.person("clerk")
    filing.plan.revise(
        by=clerk,
        facts={
            "purpose": "核查线上监测发现的促销广告所称“全场五折”与店内实际价格是否一致",
            "why_on_site": "线上监测已留存广告，店内标价须现场比对",
        },
    )
    yield filing.after(2, "09:20")
    filing.plan.submit(by=clerk)
    yield filing.after(2, "15:00")
    filing.plan.endorse(by=desk.person("head"))
    yield from filing.decided_anew(3, note="补正后理由充分。")


def scales(desk: Desk) -> Stretch:
    """Declined: the same enterprise was inspected this year, and nothing new is said."""
    filing = Filing(
        desk,
        "计量器具",
        agency=AGENCY,
        day=-20,
        window=(4, 5),
        places=["商场超市/0"],
        items=["SCJG-007"],
        purpose="检查贸易结算用电子秤检定情况",
        requirements="请备好检定证书",
        why="须现场查看强检标志",
    )
    yield from filing.endorsed()
    yield filing.after(1, "16:00")
    filing.plan.decline(
        by=desk.person("reviewer"),
        ground="BY-02",
        note="本单位今年已对该企业检查一次（控制对企业进行经济检查的规定第6条），建议并入下一年度计划。",
    )


def cosmetics(desk: Desk) -> Stretch:
    """The head sends it back: the enterprise must not be asked for what the office already holds."""
    filing = Filing(
        desk,
        "化妆品经营",
        agency=AGENCY,
        day=-3,
        window=(8, 9),
        places=["美容美发/1", "美容美发/3"],
        items=["SCJG-014"],
        purpose="检查化妆品进货查验和标签",
        requirements="请提供营业执照复印件三份、上年度财务报表",
        why="标签须现场查看",
        minutes=40,
    )
    yield from filing.submitted()
    yield filing.after(0, "16:20")
    filing.plan.send_back(by=desk.person("head"), note="执照信息系统里有，财务报表与本次检查无关，请删去后重报。")


def registers(desk: Desk) -> Stretch:
    """Withdrawn: what was to be seen could be read in the public register."""
    filing = Filing(
        desk,
        "公示信息抽查",
        agency=AGENCY,
        day=-7,
        source=Source.RANDOM,
        places=["机械制造/2", "机械制造/3"],
        items=["SCJG-011"],
        purpose="抽查年度报告公示信息",
        requirements="请备好年度报告相关凭证",
        why="核对公示的联系地址",
        minutes=30,
    )
    yield from filing.endorsed()
    yield filing.after(1, "08:45")
    filing.plan.withdraw(by=desk.person("clerk"), note="经网络检查和电话核实已能完成，不再入企。")


def licences(desk: Desk) -> Stretch:
    """A draft on the clerk's desk."""
    filing = Filing(
        desk,
        "获证企业检查",
        agency=AGENCY,
        day=-1,
        window=(9, 11),
        places=["危险化学品/1"],
        items=["SCJG-015"],
        purpose="检查获证企业必备条件保持情况",
        requirements="",
        why="",
    )
    yield from filing.drafted()


def stopped_fee(desk: Desk) -> Stretch:
    """A fee stopped in 2017, typed from an old table: refused, and seen by the Office."""
    yield from refused(
        desk,
        agency=AGENCY,
        place="商场超市/2",
        day=-6,
        time="11:15",
        kind="FEE",
        item="计量收费（强制检定）",
        amount=240_00,
        note="电子秤 12 台",
    )


STORIES = (
    workshops,
    bakery_after_a_complaint,
    lifts,
    prices,
    medicines,
    goods,
    canteen_rumour,
    advertising,
    scales,
    cosmetics,
    registers,
    licences,
    stopped_fee,
)
