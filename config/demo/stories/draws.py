"""县文旅局 draws entertainment venues by lot: one is visited, one has closed down; then everything is open to repeat."""

import secrets

from inspection.documents import issue
from inspection.drawing import digest_of_secret
from inspection.models import Draw, InspectionPlan, Visit

from ..data import uid_of
from ..desk import Desk
from ..filing import Stretch

AGENCY = "XS-10"


def entertainment(desk: Desk) -> Stretch:
    """From the frozen pool to the open record. The secrets are new each time the demo is told."""
    clerk, head, office = (lambda: desk.person("clerk", AGENCY)), (lambda: desk.person("head", AGENCY)), (lambda: desk.person("reviewer"))
    yield desk.moment(-30, "09:10")
    facts = {
        "title": "娱乐场所双随机抽查",
        "year": desk.day(-30).year,
        "purpose": "双随机抽查娱乐场所未成年人保护和曲库内容",
        "programme_reference": "年度抽查计划（演示）第12项",
        "starts_on": desk.day(-24),
        "ends_on": desk.day(-10),
        "trade": "歌舞娱乐",
        "ratio": 12,
        "officers_each": 3,
        "way": Draw.Way.SECRETS,
        "witness": Draw.Witness.OFFICE,
    }
    draw = Draw.prepare(by=clerk(), agency=desk.agency(AGENCY), facts=facts, uid=uid_of("draw", "娱乐场所"))
    yield desk.moment(-30, "10:20")
    draw.freeze(by=head())
    said = {part: secrets.token_hex(12) for part in "AB"}
    for part, who, time in (("A", clerk, "14:00"), ("B", office, "15:30")):
        yield desk.moment(-30, time)
        draw.seal(by=who(), digest=digest_of_secret(draw.commitment, part, said[part]))
    for part, who, time in (("A", clerk, "09:00"), ("B", office, "09:20")):
        yield desk.moment(-29, time)
        draw.reveal(by=who(), secret=said[part])
    yield from _one_visited_one_closed(desk, draw)
    yield desk.moment(-20, "16:00")
    Draw.open_due(by=desk.system)


def _one_visited_one_closed(desk: Desk, draw: Draw) -> Stretch:
    first, second = draw.lines.all()
    yield desk.moment(-28, "09:00")
    head, officer = desk.person("head", AGENCY), desk.person("officer", AGENCY)
    if not first.officers.filter(officer=officer.officer).exists():  # the only one here who signs in stands in
        first.excuse(by=head, officer=first.officers.first().officer, note="参加省里培训，抽查期间不在岗")
    plan = first.begin_filing(by=desk.person("clerk", AGENCY), uid=uid_of("plan", "娱乐场所双随机"))
    plan.revise(
        by=desk.person("clerk", AGENCY),
        facts={
            "type": InspectionPlan.Type.DAILY,
            "requirements": "请备好从业人员名册和曲库更新记录",
            "why_on_site": "营业场所须现场查看",
            "minutes_on_site": 50,
            "telling": InspectionPlan.Telling.UNANNOUNCED,
            "no_telling_ground": "双随机抽查，事先告知可能影响抽查效果（娱乐场所管理条例第32条）",
            "items": desk.items("WHLY-001"),
        },
    )
    yield desk.moment(-28, "10:00")
    plan.submit(by=desk.person("clerk", AGENCY))
    yield desk.moment(-28, "14:30")
    plan.endorse(by=desk.person("head", AGENCY))
    yield desk.moment(-27, "10:00")
    (notice,) = plan.accept(by=desk.person("reviewer"))
    yield desk.moment(-27, "10:05")
    issue(notice, by=desk.system)
    yield desk.moment(-23, "19:30")
    going = [row.officer for row in plan.officers.standing()]
    visit = Visit.arrive(by=desk.person("officer", AGENCY), notice=notice, officers=going)
    yield desk.moment(-23, "20:15")
    visit.leave(by=desk.person("officer", AGENCY), result=Visit.Result.NONE)
    yield desk.moment(-20, "15:30")
    second.drop(by=desk.person("head", AGENCY), note="抽查期间已经停业，现场无人经营（演示）")


STORIES = (entertainment,)
