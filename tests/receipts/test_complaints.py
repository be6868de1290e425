"""Complaints with and without a notice: by whom one likes to be, followed up without an account, decided in time."""

import datetime
import io
import itertools
import re
import uuid

import pytest
import time_machine
from PIL import Image, ImageFile

from accounts.models import Plate, RuleValue, User
from audit.models import Gone, NotYours, Refused, WrongMoment, signed
from inspection.models import Referral
from oversight.retaliation import signs
from paper.models import StoredFile
from receipts.models import Complaint, Follower, is_good, keep_picture, public_key
from tests import make

CANARY = "金丝雀在窗台上"


def complain(desk, **facts):
    facts = {"category": "SPONSOR", "words": CANARY, "agency": desk.agency, "enterprise": desk.establishment.enterprise, **facts}
    return Complaint.complain(desk.county, facts=facts, way=Complaint.Way.PUBLIC)


@pytest.fixture
def made(desk):
    return complain(desk)


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


# --- making -----------------------------------------------------------------------------------------
def test_anybody_complains_on_the_public_page_and_at_a_plate_without_any_notice(client, desk):
    plate = Plate.make(desk.establishment, by=desk.intake)
    page = client.post("/report", {"county": desk.county.pk, "category": "PRESS", "words": "让订报"}).content.decode()
    one = Complaint.objects.get()
    assert f"已存证，编号 {one.number}，任何人不能删除" in page
    assert (one.stance, one.way, one.enterprise) == ("ANONYMOUS", "PUBLIC", None)
    assert client.post(f"/p/{plate.token}/report", {"category": "NO_NOTICE"}).status_code == 200
    two = Complaint.objects.latest("pk")
    assert (two.way, two.enterprise) == ("PLATE", desk.establishment.enterprise)
    assert is_good(two.promise, public_key())
    assert two.history.get().actor_name == "匿名举报人"


def test_under_a_name_in_confidence_or_by_nobody(desk):
    for wrong in ({"stance": "ANONYMOUS", "person": "张三"}, {"stance": "NAMED"}, {"stance": "CONFIDENT"}, {"stance": "X"}):
        with pytest.raises(Refused):
            complain(desk, **wrong)
    assert complain(desk, person="张三")[0].stance == "NAMED"
    assert complain(desk, stance="CONFIDENT", person="张三")[0].stance == "CONFIDENT"
    assert complain(desk)[0].stance == "ANONYMOUS"


def test_every_ban_and_must_not_is_a_category():
    labels = "".join(str(label) for label in Complaint.Category.labels)
    for word in (
        "礼品",
        "吃请",
        "检查费用",
        "指定中介",
        "法定代表人到场",
        "查封扣押",
        "指标",
        "变相检查",
        "赞助",
        "报刊",
        "入会",
        "培训",
        "评比",
        "借款",
    ):
        assert word in labels, word


def test_what_came_by_telephone_or_on_paper_is_typed_in_and_marked(desk, signed_in):
    agent = make.a_user("AGENT", county=desk.county)
    for user in (desk.clerk, desk.officer):
        with pytest.raises(NotYours):
            Complaint.complain(desk.county, facts={"category": "MONEY"}, way="PHONE", by=user)
    with pytest.raises(Refused):
        Complaint.complain(desk.county, facts={"category": "MONEY"}, way="PAPER", by=agent)
    complaint, made = Complaint.complain(desk.county, facts={"category": "MONEY"}, way="AGENT", by=agent)
    assert complaint.history.get().actor_name == agent.name
    assert Complaint.follow(number=complaint.number, digits=made) == complaint
    page = signed_in(desk.intake).post("/intake/complaint/", {"way": "PHONE", "category": "MONEY", "stance": "ANONYMOUS"})
    assert re.search(r"\d{4} \d{4} \d{4}", page.content.decode())


# --- pictures ---------------------------------------------------------------------------------------
def a_photo(size=(400, 300), kind="JPEG", exif=True):
    picture, out = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    data = Image.Exif()
    if exif:
        data[0x010F], data[0x8825] = "CANARYPHONE", {1: "N", 2: (35.0, 47.0, 0.0)}
    picture.save(out, kind, exif=data)
    return out.getvalue()


def test_pictures_are_drawn_anew_without_place_or_phone(client, desk, signed_in):
    file = io.BytesIO(a_photo())
    file.name = "IMG_CANARY.jpg"
    client.post("/report", {"county": desk.county.pk, "category": "MONEY", "photos": file})
    complaint = Complaint.objects.get()
    kept = complaint.photos.get().picture.read()
    assert b"CANARYPHONE" in a_photo()
    assert b"CANARY" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif()
        assert picture.size == (400, 300)
    shown = signed_in(desk.auditor).get(f"/complaints/{complaint.uid}/picture/1/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert signed_in(desk.reviewer).get(f"/complaints/{complaint.uid}/picture/1/").status_code == 403


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\0" * 50, b"%PDF-1.4", b"<svg xmlns='http://www.w3.org/2000/svg'/>", a_photo()[:200], b"\xff" * (9 * 1024 * 1024)],
    ids=["empty", "gif", "pdf", "svg", "cut", "large"],
)
def test_what_is_no_picture_is_refused_by_its_content(db, content):
    with pytest.raises(Refused):
        keep_picture(content)


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        ((9000, 9000), "PNG"),
        ((4000, 3100), "PNG"),
        ((4000, 3100), "WEBP"),
        ((6000, 4200), "JPEG"),
        ((20_500, 10), "JPEG"),
    ],
    ids=["bomb", "png", "webp", "jpeg", "long"],
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(db, monkeypatch, size, kind):
    out = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(out, kind)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda picture: pytest.fail("it was unpacked"))
    with pytest.raises(Refused, match="像素"):
        keep_picture(out.getvalue())
    assert StoredFile.objects.count() == 0


def test_a_picture_unpacked_over_and_over_is_refused(db):
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "JPEG", progressive=True)
    content = out.getvalue()
    assert keep_picture(content)
    last = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(Refused):
        keep_picture(content[:-2] + last * 40 + content[-2:])


def test_a_picture_of_a_large_camera_is_kept_upright_and_small(db):
    out, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6
    picture = Image.new("RGB", (5712, 4284), "red")
    picture.paste("blue", (0, 0, 2856, 4284))
    picture.save(out, "JPEG", exif=turned)
    with Image.open(keep_picture(out.getvalue()).path) as kept:
        assert kept.size == (1500, 2000)
        assert kept.getpixel((750, 100))[2] > 200, "what was left is above"
        assert kept.getpixel((750, 1900))[0] > 200


def named(content, name="IMG.jpg"):
    file = io.BytesIO(content)
    file.name = name
    return file


def test_a_photo_is_weighed_before_it_is_read(client, desk, monkeypatch):
    monkeypatch.setattr("receipts.models.complaint.drawn_anew", lambda content: pytest.fail("it was read"))
    large = named(b"\xff" * (8 * 1024 * 1024 + 1))
    page = client.post("/report", {"county": desk.county.pk, "category": "MONEY", "photos": large})
    assert (page.status_code, "照片超过 8 MB" in page.content.decode()) == (422, True)


def test_whoever_sends_too_much_leaves_no_picture_behind_and_none_is_drawn(client, desk, monkeypatch):
    with signed(by=make.system(), verb="set"):
        RuleValue.objects.create(county=desk.county, code="public.sends_per_hour", value="2", starts=make.LONG_AGO, source="县规定")
    said = {"county": desk.county.pk, "category": "MONEY"}
    assert client.post("/report", {**said, "photos": named(a_photo())}).status_code == 200
    assert client.post("/report", {**said, "photos": [named(a_photo((30, 20))), named(b"none")]}).status_code == 422
    monkeypatch.setattr("receipts.models.complaint.drawn_anew", lambda content: pytest.fail("it was drawn"))
    assert client.post("/report", {**said, "photos": named(a_photo((50, 40)))}).status_code == 429, "what is refused counts, too"
    kept = set(StoredFile.objects.values_list("digest", flat=True))
    assert kept == {Complaint.objects.get().photos.get().picture_id}


def test_a_scan_is_weighed_before_it_is_read(desk, signed_in, monkeypatch):
    monkeypatch.setattr("receipts.pages.intake.keep_scan", lambda content: pytest.fail("it was read"))
    said = {"way": "PAPER", "category": "MONEY", "stance": "ANONYMOUS", "scan": named(b"\xff" * (8 * 1024 * 1024 + 1))}
    page = signed_in(desk.intake).post("/intake/complaint/", said)
    assert (page.status_code, "扫描件超过 8 MB" in page.content.decode()) == (422, True)


def test_four_pictures_are_too_many(client, desk):
    files = []
    for n in range(4):
        file = io.BytesIO(a_photo((20, 20)))
        file.name = f"{n}.jpg"
        files.append(file)
    assert client.post("/report", {"county": desk.county.pk, "category": "MONEY", "photos": files}).status_code == 422
    assert Complaint.objects.count() == 0


# --- following --------------------------------------------------------------------------------------
def test_two_way_messages_without_an_account(client, desk, made, signed_in):
    complaint, secret = made
    page = client.post("/follow", {"number": complaint.number, "code": secret})
    assert (page.status_code, "待受理" in page.content.decode()) == (200, True)
    client.post("/follow", {"number": complaint.number, "code": secret, "act": "write", "words": "他们又来了"})
    signed_in(desk.auditor).post(f"/complaints/{complaint.uid}/write/", {"words": "请问是哪天"})
    link = client.get(f"/follow/{secret.link}").content.decode()
    assert "他们又来了" in link
    assert "请问是哪天" in link
    assert [(m.from_office, m.words) for m in complaint.messages.all()] == [(False, "他们又来了"), (True, "请问是哪天")]
    for person in (desk.reviewer, desk.intake, desk.officer, desk.clerk):
        with pytest.raises(NotYours):
            complaint.write("偷看", by=person)


def test_a_wrong_number_and_wrong_digits_are_answered_alike_and_few(client, made):
    complaint, secret = made
    said = {
        client.post("/follow", {"number": number, "code": code}).content.decode().count("编号或者查询码不对")
        for number, code in ((complaint.number, "0" * 12), ("0000000000", secret))
    }
    assert len(said) == 1
    for _n in range(20):
        last = client.post("/follow", {"number": complaint.number, "code": "0" * 12})
    assert last.status_code == 429
    assert client.get("/follow/" + "A" * 26).status_code in (422, 429)


# --- the Office's steps -----------------------------------------------------------------------------
def test_clocks_run_in_working_days_and_the_answer_reaches_its_maker(client, desk, made):
    complaint, secret = made
    assert complaint.accept_by is not None
    with pytest.raises(WrongMoment):
        complaint.decide(by=desk.auditor, note="查实")
    complaint.accept(by=desk.auditor)
    decide_by = again(complaint).decide_by
    complaint.extend(by=desk.auditor, note="需要调取监控")
    assert again(complaint).decide_by > decide_by
    with pytest.raises(WrongMoment):
        complaint.extend(by=desk.auditor, note="再延")
    complaint.decide(by=desk.auditor, note="已责令退还，当事人停职。")
    assert again(complaint).status == "DECIDED"
    assert "已责令退还" in client.post("/follow", {"number": complaint.number, "code": secret}).content.decode()


def test_only_oversight_takes_the_steps(desk, elsewhere, made):
    complaint, _secret = made
    for user in (
        desk.clerk,
        desk.head,
        desk.officer,
        desk.registrar,
        desk.intake,
        desk.reviewer,
        desk.issuer,
        elsewhere.auditor,
        make.system(),
    ):
        for verb in ("accept", "refuse"):
            with pytest.raises(NotYours):
                getattr(complaint, verb)(by=user, note="x")
    with pytest.raises(NotYours):
        complaint.reopen(by=Follower(complain(desk)[0]), note="别人的")


def test_late_ones_are_found(desk, made):
    complaint, _secret = made
    today = desk.county.today()
    assert not Complaint.objects.overdue(today).exists()
    assert Complaint.objects.overdue(complaint.accept_by + datetime.timedelta(days=1)).get() == complaint
    complaint.accept(by=desk.auditor)
    assert not Complaint.objects.overdue(complaint.accept_by + datetime.timedelta(days=1)).exists()
    assert Complaint.objects.overdue(again(complaint).decide_by + datetime.timedelta(days=1)).exists()


def test_one_reopening_within_its_term_by_its_maker_alone(desk, made):
    complaint, _secret = made
    complaint.refuse(by=desk.auditor, note="不属于本办公室职责，请向某某反映。")
    follower = Follower(again(complaint))
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60)), pytest.raises(Gone):
        complaint.reopen(by=follower, note="不服")
    complaint.reopen(by=follower, note="材料没有看")
    assert again(complaint).status == "REOPENED"
    complaint.decide(by=desk.auditor, note="复核后查实。")
    with pytest.raises(WrongMoment):
        complaint.reopen(by=follower, note="还是不服")


def test_a_referral_goes_down_without_the_complainant_and_never_to_the_one_complained_of(desk, signed_in):
    complaint, _secret = complain(desk, stance="CONFIDENT", person="张三丰", phone="13877778888")
    complaint.accept(by=desk.auditor)
    other = make.an_agency(desk.county, kind="消防救援")
    with pytest.raises(Refused):
        complaint.refer(by=desk.auditor, agency=desk.agency, matter="核查赞助")
    with pytest.raises(Refused):
        complaint.refer(by=desk.auditor, agency=other, matter="张三丰说有赞助")
    complaint.refer(by=desk.auditor, agency=other, matter="核查该处疏散通道")
    referral = Referral.objects.get()
    assert (referral.agency, referral.kind, referral.entered_by) == (other, "INSTRUCTION", desk.auditor)
    rows = str(list(Referral.objects.values())) + str(list(Referral.history.values()))
    for word in ("张三丰", "13877778888", CANARY, complaint.number, str(complaint.uid)):
        assert word not in rows
    clerk = make.a_user("CLERK", agency=other)
    page = signed_in(clerk).get("/referrals/").content.decode()
    assert "核查该处疏散通道" in page
    assert "举报" not in page.replace("投诉举报", "").replace("写事，不写", "") or CANARY not in page
    with pytest.raises(WrongMoment):
        complaint.refer(by=desk.auditor, agency=other, matter="再核查一次")


def test_without_a_notice_the_office_names_the_agency_before_anything_is_handed_down(desk, signed_in):
    """Else the matter of a complaint at a plate could go down to the very unit that was complained of."""
    facts = {"category": "SPONSOR", "agency_said": "那个局", "enterprise": desk.establishment.enterprise}
    complaint, _secret = Complaint.complain(desk.county, facts=facts, way="PLATE")
    complaint.accept(by=desk.auditor)
    other, browser = make.an_agency(desk.county, kind="消防救援"), signed_in(desk.auditor)
    assert "refer" not in complaint.steps_open_to(desk.auditor)
    for agency in (desk.agency, other):
        with pytest.raises(WrongMoment, match="先认定"):
            complaint.refer(by=desk.auditor, agency=agency, matter="核查赞助")
    assert signs(desk.draft()) == []
    address = f"/complaints/{complaint.uid}/identify/"
    assert "认定被反映单位" in browser.get(f"/complaints/{complaint.uid}/").content.decode()
    assert browser.post(address, {"agency": desk.agency.pk, "note": ""}).status_code == 422
    assert browser.post(address, {"agency": other.pk, "note": "按车牌"}).status_code == 302
    assert browser.post(address, {"agency": desk.agency.pk, "note": "看错了，照片里是工作证"}).status_code == 302
    complaint = again(complaint)
    assert complaint.agency == desk.agency
    act = complaint.history.latest("history_id")
    assert (act.verb, act.actor_name, act.history_change_reason) == ("identify", desk.auditor.name, "看错了，照片里是工作证")
    assert [sign.kind for sign in signs(desk.draft())] == ["complaint"]
    with pytest.raises(Refused, match="自己核查"):
        complaint.refer(by=desk.auditor, agency=desk.agency, matter="核查赞助")
    complaint.refer(by=desk.auditor, agency=other, matter="核查赞助")
    with pytest.raises(WrongMoment):
        complaint.identify(by=desk.auditor, agency=other, note="再改")


def test_only_oversight_names_an_agency_of_its_county_and_none_where_the_notice_does(client, desk, elsewhere):
    complaint, _secret = complain(desk, agency=None)
    for user in (desk.clerk, desk.head, desk.intake, desk.reviewer, elsewhere.auditor):
        with pytest.raises(NotYours):
            complaint.identify(by=user, agency=desk.agency, note="x")
    with pytest.raises(Refused):
        complaint.identify(by=desk.auditor, agency=elsewhere.agency, note="x")
    behind = Complaint.make(desk.issued(), category="MONEY")
    assert "identify" not in behind.steps_open_to(desk.auditor)
    with pytest.raises(WrongMoment, match="载明"):
        behind.identify(by=desk.auditor, agency=make.an_agency(desk.county), note="x")
    client.force_login(desk.auditor)
    address, sent = f"/api/v1/complaints/{complaint.uid}/identify/", {"note": "照片里的工作证"}
    assert client.post(address, sent, content_type="application/json").status_code == 422
    answer = client.post(address, {**sent, "agency": str(desk.agency.uid)}, content_type="application/json")
    assert (answer.status_code, answer.json()["agency"]["uid"]) == (200, str(desk.agency.uid))


def test_whoever_gives_a_name_may_have_the_enterprise_typed_in_and_the_referral_names_it(client, desk, signed_in):
    enterprise, other = desk.establishment.enterprise, make.an_agency(desk.county, kind="消防救援")
    said = {"way": "PHONE", "category": "MONEY", "enterprise": enterprise.identifier}
    browser = signed_in(desk.intake)
    assert browser.post("/intake/complaint/", {**said, "stance": "ANONYMOUS"}).status_code == 422
    assert browser.post("/intake/complaint/", {**said, "stance": "NAMED", "person": "张三", "enterprise": "没有"}).status_code == 422
    assert browser.post("/intake/complaint/", {**said, "stance": "CONFIDENT", "person": "张三"}).status_code == 200
    complaint = Complaint.objects.get()
    assert (complaint.enterprise, complaint.way) == (enterprise, "PHONE")
    complaint.accept(by=desk.auditor)
    complaint.identify(by=desk.auditor, agency=desk.agency, note="来电人说的科室")
    assert complaint.refer(by=desk.auditor, agency=other, matter="核查收费").enterprise == enterprise
    client.force_login(desk.intake)
    sent = {"way": "PHONE", "category": "MONEY", "enterprise": str(enterprise.uid)}
    answers = [
        client.post("/api/v1/intake/complaints/", {**sent, **who}, content_type="application/json").status_code
        for who in ({"stance": "ANONYMOUS"}, {"stance": "NAMED", "person": "李四"})
    ]
    assert answers == [422, 201]
    assert Complaint.objects.latest("pk").enterprise == enterprise


def test_the_number_of_a_complaint_answers_that_it_is_kept_and_nothing_else(client, made):
    complaint, _secret = made
    page = client.get(f"/kept?number={complaint.number.lower()}")
    assert (page.status_code, "已存证" in page.content.decode()) == (200, True)
    for word in (CANARY, str(complaint.agency), str(complaint.enterprise), "举报", "回执"):
        assert word not in page.content.decode().split("<main")[1].split("</main")[0], word
    assert client.get("/kept?number=0000000000").status_code == 404


def test_an_instruction_of_the_office_is_numbered_alike_however_it_came_about(desk, signed_in):
    """Neither the form of the number nor its place in a row says that somebody complained, or how often somebody does."""
    shape = re.compile(rf"{desk.county.name[:1]}优环交〔{desk.county.today().year}〕\d{{6}}号")
    other, numbers = make.an_agency(desk.county, kind="消防救援"), []
    for _n in range(3):
        complaint, _secret = complain(desk)
        complaint.accept(by=desk.auditor)
        numbers.append(complaint.refer(by=desk.auditor, agency=other, matter="核查该处疏散通道").number)
    facts = {"kind": "INSTRUCTION", "received_on": desk.county.today(), "source": desk.county.office_name, "matter": "核查该处疏散通道"}
    numbers.append(Referral.enter(by=desk.intake, agency=other, **facts).number)
    sent = {**facts, "agency": other.pk, "uid": uuid.uuid4(), "number": ""}
    assert signed_in(desk.intake).post("/referrals/", sent).status_code == 302
    numbers.append(Referral.objects.latest("pk").number)
    assert [number for number in numbers if not shape.fullmatch(number)] == []
    assert len(set(numbers)) == 5
    assert [b - a for a, b in itertools.pairwise(int(n[-7:-1]) for n in numbers)] != [1, 1, 1, 1]
    with pytest.raises(Refused):
        Referral.enter(by=desk.intake, agency=other, **{**facts, "kind": "HOTLINE"})


def test_the_pages_of_the_office_read_and_act_and_every_reading_is_kept(desk, signed_in, made):
    from audit.models import Reading

    complaint, _secret = made
    browser = signed_in(desk.auditor)
    for address in ("/complaints/", "/complaints/?show=waiting", "/complaints/?show=late", f"/complaints/{complaint.uid}/"):
        assert browser.get(address).status_code == 200
    assert Reading.objects.filter(row=complaint.uid).count() == 3
    assert browser.post(f"/complaints/{complaint.uid}/accept/", {"note": ""}).status_code == 302
    assert browser.post(f"/complaints/{complaint.uid}/decide/", {"note": ""}).status_code == 422
    assert browser.post(f"/complaints/{complaint.uid}/decide/", {"note": "查实，已处理。"}).status_code == 302
    assert browser.post(f"/complaints/{complaint.uid}/decide/", {"note": "再办"}).status_code == 409
    assert browser.post(f"/complaints/{complaint.uid}/give/", {"note": "x"}).status_code == 403


def test_two_at_once_decide_it_once(desk, made):
    complaint, _secret = made
    complaint.accept(by=desk.auditor)
    mine, theirs = again(complaint), again(complaint)
    mine.decide(by=desk.auditor, note="查实。")
    with pytest.raises(WrongMoment):
        theirs.decide(by=User.objects.get(pk=desk.auditor.pk), note="不实。")
    assert again(complaint).answer == "查实。"


def test_what_is_personal_is_erased_and_stands_in_no_history(desk):
    complaint, _secret = complain(desk, stance="NAMED", person="张三丰", phone="13877778888")
    history = str(list(Complaint.history.values()))
    for word in ("张三丰", "13877778888", CANARY):
        assert word not in history
    complaint.erase(by=make.system(), note="期满")
    kept = again(complaint)
    assert (kept.words, kept.person, kept.phone) == ("", "", "")


def test_a_late_one_stands_on_the_overdue_list_by_its_number_alone(desk, made):
    from oversight.overdue import overdue_in

    complaint, _secret = made
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=20)):
        (row,) = overdue_in(desk.county)
    assert (row.what, row.who, row.address) == (complaint.number, desk.county.office_name, "")
    assert row.late_by > 0
