"""Today's work: whoever signs in to the demo finds something that waits for them, on any day it is told again."""

import datetime

from django.db.models import QuerySet

from accounts.models import User
from inspection.documents import issue
from inspection.models import Draw, FilingNotice, InspectionPlan

from .desk import Desk

AGENCY = "XS-01"


def top_up(desk: Desk) -> list[str]:
    """Make what is missing at 县市场监管局: a plan for the head, one for the Office, a notice for the officer, a frozen draw. Says what."""
    made, today = [], desk.county.today()
    plans = InspectionPlan.objects.filter(agency=desk.agency(AGENCY))
    if not plans.awaiting_head().filter(starts_on__gte=today).exists():
        _submitted(desk, "便利店/3", "SCJG-001", "检查冷藏食品温度和临近保质期食品管理", days=5)
        made.append("a plan that waits for the head")
    if not plans.awaiting_office().filter(starts_on__gte=today).exists():
        _submitted(desk, "药品零售/4", "SCJG-012", "检查常用药品进货渠道和价格公示", days=5).endorse(by=desk.person("head"))
        made.append("a plan that waits for the Office")
    if not _notices_of(desk.person("officer"), today).exists():
        plan = _submitted(desk, "小餐饮/1", "SCJG-001", "检查后厨卫生、餐具消毒和从业人员健康证明", days=0)
        plan.endorse(by=desk.person("head"))
        for notice in plan.accept(by=desk.person("reviewer")):
            issue(notice, by=desk.system)
        made.append("a notice that is good today")
    Draw.lapse_due(by=desk.system)
    if not Draw.objects.awaiting_seed().filter(agency=desk.agency(AGENCY)).exists():
        _frozen(desk)
        made.append("a draw that waits for its seed")
    return made


def _frozen(desk: Desk) -> None:
    """A frozen pool for which clerk and reviewer may seal and reveal their secrets."""
    today = desk.county.today()
    facts = {
        "title": "餐饮服务双随机抽查",
        "year": today.year,
        "purpose": "抽查餐饮服务提供者进货查验和餐具消毒",
        "starts_on": desk.day(8),
        "ends_on": desk.day(25),
        "trade": "餐饮",
        "ratio": 20,
        "officers_each": 2,
        "way": Draw.Way.SECRETS,
        "witness": Draw.Witness.OFFICE,
    }
    Draw.prepare(by=desk.person("clerk"), agency=desk.agency(AGENCY), facts=facts).freeze(by=desk.person("head"))


def _notices_of(officer: User, today: datetime.date) -> QuerySet[FilingNotice]:
    return (
        FilingNotice.objects.issued()
        .for_the_day(today)
        .filter(plan__officers__officer__user=officer, plan__officers__dropped=False, visits__isnull=True)
    )


def _submitted(desk: Desk, place: str, item: str, purpose: str, *, days: int) -> InspectionPlan:
    starts = desk.day(days) if days else desk.county.today()
    ends = starts + datetime.timedelta(days=4)
    clerk = desk.person("clerk")
    plan = InspectionPlan.draft(
        by=clerk,
        agency=desk.agency(AGENCY),
        facts={
            "type": InspectionPlan.Type.DAILY,
            "task_source": InspectionPlan.TaskSource.PROGRAMME,
            "task_number": f"{starts.year}年度计划第40项",
            "purpose": purpose,
            "requirements": "照常营业即可，请备好许可证和近三个月进货票据",
            "why_on_site": "经营场所须现场查看",
            "starts_on": starts,
            "ends_on": ends,
            "minutes_on_site": 45,
            "telling": InspectionPlan.Telling.ADVANCE,
            "tell_on": desk.county.today(),
            "targets": [desk.place(place)],
            "items": desk.items(item),
            "officers": desk.officers(AGENCY, starts, ends, many=2, story=place),
        },
    )
    plan.submit(by=clerk)
    return plan
