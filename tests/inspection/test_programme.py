"""The life of a programme: drafted, completed, endorsed, filed, public; nobody reviews what they filed."""

import datetime
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, transaction

from audit.models import NotYours, Refused, WrongMoment, signed
from inspection.models import InspectionPlan, InspectionProgramme, ProgrammeLine
from tests import make

HERE = Path(__file__).parent / "programmes"
YIYUAN = (HERE / "programme-yiyuan-health-2023.csv").read_bytes()


def a_file(agency, *, months="4月-8月", title="2026年度检查计划"):
    rows = [
        "序号,抽查事项,检查对象,抽查比例,检查时间,检查主体",
        f"1,特种设备检查,使用单位,5%,{months},{agency.name}",
        f"2,计量检查,集贸市场,不低于3%,第三季度,{agency.name}",
    ]
    return "\n".join([f"{title},,,,,", *rows]).encode()


def imported(desk, **facts):
    return InspectionProgramme.import_file(
        by=desk.clerk, agency=desk.agency, year=2026, content=a_file(desk.agency, **facts), name="计划.csv"
    )


def filed(desk, **facts):
    programme = imported(desk, **facts)
    programme.submit(by=desk.clerk)
    programme.endorse(by=desk.head)
    programme.accept(by=desk.reviewer)
    return programme


def test_a_file_becomes_a_draft_with_the_published_words_beside_what_was_understood(desk):
    programme = imported(desk)
    first, second = programme.standing_lines
    assert (programme.status, programme.title, programme.file.read()) == ("DRAFT", "2026年度检查计划", a_file(desk.agency))
    assert (first.row, first.name, dict(first.words)["抽查比例"], first.values["ratio"]["percent"]) == (3, "特种设备检查", "5%", "5")
    assert second.values["months"] == [7, 8, 9]
    assert first.values["agencies"] == [{"words": desk.agency.name, "code": desk.agency.code, "part": "LEAD"}]
    assert programme.open_points() == []


def test_the_same_file_sent_twice_is_one_draft(desk):
    assert imported(desk) == imported(desk)
    assert InspectionProgramme.objects.count() == 1


def test_open_points_are_completed_before_it_can_be_submitted_and_the_published_words_stay(desk):
    programme = imported(desk, months="适时")
    with pytest.raises(Refused, match=r"第 3 行 E 列（检查时间）“适时”"):
        programme.submit(by=desk.clerk)
    line = programme.standing_lines.first()
    with pytest.raises(Refused, match="月份"):
        programme.complete_line(by=desk.clerk, line=line, answers={"E": "再说"})
    done = programme.complete_line(by=desk.clerk, line=line, answers={"E": "5、6月"})
    assert (done.values["months"], dict(done.words)["检查时间"], done.open) == ([5, 6], "适时", [])
    assert (done.completed[0]["answer"], done.completed[0]["by"]) == ("5、6月", desk.clerk.name)
    programme.submit(by=desk.clerk)
    assert programme.status == "SUBMITTED"


def test_an_agency_not_known_here_is_named_by_the_clerk(desk):
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2023, content=YIYUAN, name="x.csv")
    line = programme.standing_lines.get()
    assert [(p["row"], p["column"]) for p in line.open] == [(3, "J"), (3, "K")]
    with pytest.raises(Refused, match="没有这个单位"):
        programme.complete_line(by=desk.clerk, line=line, answers={"J": "另一个局"})
    with pytest.raises(Refused, match="不能为空"):
        programme.complete_line(by=desk.clerk, line=line, answers={"J": "无"})
    line = programme.complete_line(by=desk.clerk, line=line, answers={"J": desk.agency.name, "K": "无"})
    assert line.values["agencies"] == [{"words": desk.agency.name, "code": desk.agency.code, "part": "LEAD"}]
    assert line.open == []


def test_a_line_typed_in_is_read_like_a_cell(desk):
    programme = InspectionProgramme.draft(by=desk.clerk, agency=desk.agency, year=2026)
    line = programme.add_line(
        by=desk.clerk, words={"item": "价格检查", "object": "商超", "months": "3-5月", "ratio": "5%", "count": "10家"}
    )
    assert (line.values["months"], line.values["count"]["number"]) == ([3, 4, 5], 10)
    with pytest.raises(Refused) as refused:
        programme.add_line(by=desk.clerk, words={"item": "价格检查", "months": "随时"})
    assert "检查对象" in refused.value.message
    assert "月份" in refused.value.message
    assert programme.lines.count() == 1


def test_a_programme_without_lines_is_not_submitted(desk):
    programme = InspectionProgramme.draft(by=desk.clerk, agency=desk.agency, year=2026)
    with pytest.raises(Refused, match="还没有一行"):
        programme.submit(by=desk.clerk)


def test_a_dropped_line_stays_in_the_record_and_out_of_the_programme(desk):
    programme = imported(desk, months="适时")
    programme.drop_line(by=desk.clerk, line=programme.standing_lines.first(), note="上级取消")
    assert [line.name for line in programme.standing_lines] == ["计量检查"]
    assert programme.lines.count() == 2
    programme.submit(by=desk.clerk)


def test_it_is_public_once_filed_and_the_next_version_replaces_it_by_date(desk):
    with time_machine.travel(datetime.datetime(2026, 3, 1, 2, tzinfo=datetime.UTC)):
        first = filed(desk)
    with time_machine.travel(datetime.datetime(2026, 6, 1, 2, tzinfo=datetime.UTC)):
        second = filed(desk, months="9月")
    first.refresh_from_db()
    assert (first.replaced_on, first.public_from) == (datetime.date(2026, 6, 1), datetime.date(2026, 3, 1))
    assert list(InspectionProgramme.objects.in_force(datetime.date(2026, 5, 1))) == [
        first
    ] or first in InspectionProgramme.objects.in_force(datetime.date(2026, 5, 1))
    assert list(InspectionProgramme.objects.in_force(datetime.date(2026, 6, 2))) == [second]
    assert first.history.filter(verb="replace").count() == 1


@pytest.mark.parametrize(("day", "late"), [((2026, 3, 31), False), ((2026, 4, 1), True)])
def test_filing_after_march_is_shown_and_not_blocked(desk, day, late):
    with time_machine.travel(datetime.datetime(*day, 4, tzinfo=datetime.UTC)):
        programme = imported(desk)
        programme.submit(by=desk.clerk)
        assert (programme.status, programme.late) == ("SUBMITTED", late)


def test_a_special_programme_says_who_approved_it(desk):
    programme = InspectionProgramme.import_file(
        by=desk.clerk, agency=desk.agency, year=2026, content=a_file(desk.agency), name="x.csv", kind="SPECIAL"
    )
    with pytest.raises(Refused, match="批准文号"):
        programme.submit(by=desk.clerk)
    approved = {"approver": "沂水县人民政府", "approval_number": "沂政字〔2026〕8号", "approved_on": datetime.date(2026, 2, 1)}
    programme.revise(by=desk.clerk, facts=approved)
    programme.submit(by=desk.clerk)
    assert programme.late is False, "the end of March binds yearly programmes"


#: verb -> (from which states, to which, who of the county's own people); written down a second time, by hand
EDITABLE = {"DRAFT", "SENT_BACK", "RETURNED"}
LAW = {
    "revise": (EDITABLE, None, {"clerk"}),
    "submit": (EDITABLE, "SUBMITTED", {"clerk"}),
    "endorse": ({"SUBMITTED"}, "ENDORSED", {"head"}),
    "send_back": ({"SUBMITTED"}, "SENT_BACK", {"head"}),
    "accept": ({"ENDORSED"}, "ACCEPTED", {"reviewer", "issuer"}),
    "return_": ({"ENDORSED"}, "RETURNED", {"reviewer", "issuer"}),
    "withdraw": (EDITABLE | {"SUBMITTED", "ENDORSED"}, "WITHDRAWN", {"clerk", "head"}),
}


def in_every_state(desk):
    states = {"DRAFT": imported(desk, title="a")}
    states["SUBMITTED"] = imported(desk, title="b")
    states["SUBMITTED"].submit(by=desk.clerk)
    for state, verb, who in (("SENT_BACK", "send_back", desk.head), ("WITHDRAWN", "withdraw", desk.clerk)):
        states[state] = imported(desk, title=state)
        states[state].submit(by=desk.clerk)
        getattr(states[state], verb)(by=who, note="理由")
    for state, verb in (("ENDORSED", ""), ("RETURNED", "return_"), ("ACCEPTED", "accept")):
        states[state] = imported(desk, title=state)
        states[state].submit(by=desk.clerk)
        states[state].endorse(by=desk.head)
        if verb:
            getattr(states[state], verb)(by=desk.reviewer, note="理由")
    return states


class Undone(Exception):
    pass


def test_every_verb_in_every_state_by_everybody_here_and_in_the_next_county(desk, elsewhere):
    states, wrong = in_every_state(desk), []
    assert set(states) == set(InspectionProgramme.Status.values)
    people = ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance")
    for (verb, (from_, to, who)), (state, row), place in (
        (law, at, here) for law in LAW.items() for at in states.items() for here in (desk, elsewhere)
    ):
        for role in people:
            want = "NotYours" if place is elsewhere or role not in who else to or state if state in from_ else "WrongMoment"
            facts = {"facts": {"title": "新"}} if verb == "revise" else {} if verb == "submit" else {"note": "理由"}
            try:
                with transaction.atomic():
                    getattr(row, verb)(by=getattr(place, role), **facts)
                    got = row.status
                    raise Undone
            except Undone:
                pass
            except (NotYours, WrongMoment) as refusal:
                got = type(refusal).__name__
            row.refresh_from_db()
            if got != want:
                wrong.append((verb, state, role, got, want))
    assert wrong == []


def test_nobody_reviews_or_endorses_what_they_submitted_even_in_two_posts(desk):
    programme = imported(desk)
    programme.submit(by=desk.clerk)
    role = make.Role.objects.get(code="HEAD")
    make.Post.give(by=make.system(), user=desk.clerk, role=role, agency=desk.agency, starts=make.LONG_AGO)
    desk.clerk.__dict__.pop("posts_now", None)
    with pytest.raises(NotYours):
        programme.endorse(by=desk.clerk)
    programme.endorse(by=desk.head)
    programme.decided_by = desk.clerk
    with pytest.raises(IntegrityError), transaction.atomic(), signed(by=make.system(), verb="accept"):
        programme.save()


def test_only_filed_programmes_are_seen_outside_their_agency_and_office(desk, elsewhere):
    draft, public = imported(desk, title="a"), filed(desk, title="b")
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    seen = {who: set(InspectionProgramme.objects.visible_to(user)) for who, user in
            {"clerk": desk.clerk, "office": desk.reviewer, "neighbour": neighbour, "elsewhere": elsewhere.clerk}.items()}  # fmt: skip
    assert seen == {"clerk": {draft, public}, "office": {public}, "neighbour": {public}, "elsewhere": set()}


def test_a_filing_names_the_line_it_comes_from_and_only_one_of_a_filed_programme_of_its_agency(desk, elsewhere):
    year = desk.county.today().year
    draft = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=year, content=a_file(desk.agency), name="x.csv")
    line = draft.standing_lines.first()
    with pytest.raises(Refused, match="已经备案"):
        desk.draft(programme_line=line)
    draft.submit(by=desk.clerk)
    draft.endorse(by=desk.head)
    draft.accept(by=desk.reviewer)
    plan = desk.draft(programme_line=line)
    assert InspectionPlan.objects.get(pk=plan.pk).programme_line == line
    with pytest.raises(Refused):
        elsewhere.draft(programme_line=line)


def test_a_thousand_lines_are_imported_in_one_act(desk):
    rows = "\n".join(f"{n},事项{n},企业,5%,{n % 12 + 1}月,{desk.agency.name}" for n in range(1, 1001))
    content = f"序号,抽查事项,检查对象,抽查比例,检查时间,检查主体\n{rows}".encode()
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=content, name="x.csv")
    assert programme.lines.count() == 1000
    assert programme.open_points() == []
    assert {row.leaf for row in ProgrammeLine.history.all()} == {InspectionProgramme.history.get().leaf}
