import datetime
import json
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Case, Count, QuerySet, When

from accounts.models import Agency, County, Duty, Establishment, Officer, User
from audit.actor import acting_through
from audit.models import Refusal
from config.demo.filing import give_reasons
from config.demo.people import PASSWORD as DEMO_PASSWORD
from inspection.documents import issue
from inspection.models import FilingNotice, InspectionItem, InspectionPlan
from paper.qr import qr_terminal
from receipts.models import ReceiptCode, Window, spaced

DEMO_COUNTY = "371323"
#: the sign-ins of the demo county; their usernames are their roles
ROLES = ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance")


class Live(NamedTuple):
    """A notice that can be scanned and answered today, and the digits that open its receipt."""

    notice: FilingNotice
    digits: str


class Command(BaseCommand):
    """Makes sure that the demo county has a notice waiting for its receipt today, and says so in var/demo.json."""

    help = "make sure that a notice can be scanned and answered today; write var/demo.json"

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.VAR_DIR) / "demo.json"
        with acting_through("command"):
            live = still_good(path) or a_new_one()
        facts = facts_of(live)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        aside.replace(path)
        self.stdout.write(for_a_person(facts, live))


def still_good(path: Path) -> Live | None:
    """Return the notice of the last time, if it is printed with today's address and still waits for its receipt."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        written, base_url = facts["live_notice"], facts["base_url"]
        number, scan_url, digits = written["number"], written["scan_url"], written["receipt_code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if base_url != settings.BASE_URL or not scan_url.startswith(f"{settings.BASE_URL}/".upper()):
        return None
    notice = FilingNotice.objects.issued().filter(county__code=DEMO_COUNTY, label=number, receipts__isnull=True).first()
    if notice is None or notice.scan_url != scan_url:
        return None
    today, window = notice.county.today(), Window.of(notice)
    if not notice.covers(today) or not window.is_open(today):
        return None
    try:
        ReceiptCode.match(notice, digits)  # a wrong one counts as a try, once: a new notice follows
    except Refusal:
        return None
    return Live(notice, digits)


def a_new_one() -> Live:
    """File, endorse, accept, issue, and hand out the code at the counter: all by the verbs of those who may."""
    clerk, head, officer, reviewer, intake = (person(name) for name in ("clerk", "head", "officer", "reviewer", "intake"))
    post = next((p for p in clerk.posts_now if p.agency_id and Duty.PLAN_FILE in p.role.duties), None)
    if post is None:
        raise CommandError("the demo's clerk holds no post today: run `manage.py demo`")
    agency = post.agency
    with transaction.atomic():
        plan = InspectionPlan.draft(by=clerk, agency=agency, facts=an_ordinary_filing(agency, officer))
        give_reasons(plan, by=clerk)
        plan.submit(by=clerk)
        plan.endorse(by=head)
        notice = plan.accept(by=reviewer, note="材料齐全，准予备案。")[0]
        issue(notice, by=User.objects.system())
        digits = ReceiptCode.hand_out(notice, by=intake, note="演示：核对营业执照原件和来人身份证。")
    return Live(notice, digits)


def an_ordinary_filing(agency: Agency, officer: User) -> dict[str, Any]:
    """Return what a clerk fills in for a daily check of one enterprise, today, told in advance."""
    county, today = agency.county, agency.county.today()
    last_day = today + datetime.timedelta(days=2)
    place = places(county).first()
    item = InspectionItem.objects.of_agency(agency).in_force(today).order_by(food_first("name"), "code").first()
    people = Officer.objects.filter(agency=agency).serving_on(today)
    fit = [o for o in people.order_by("pk") if o.certificate_for(today, last_day)]
    fit.sort(key=lambda o: o.user_id != officer.pk)  # who signs in as the officer comes along
    least = max(2, county.rule("officers.min"))
    if place is None or item is None or len(fit) < least:
        raise CommandError(f"{agency} lacks an enterprise, an item or {least} officers with certificates: run `manage.py demo`")
    return {
        "type": InspectionPlan.Type.DAILY,
        "task_source": InspectionPlan.TaskSource.PROGRAMME,
        "purpose": "核查许可条件的保持情况和进货查验、出厂检验记录",
        "requirements": "请准备营业执照、许可证和近三个月的台账，生产经营照常进行。",
        "why_on_site": "需要现场查看生产经营场所和实物",
        "starts_on": today,
        "ends_on": last_day,
        "minutes_on_site": 90,
        "telling": InspectionPlan.Telling.ADVANCE,
        "tell_on": today,
        "targets": [place],
        "items": [item],
        "officers": fit[:least],
    }


def places(county: County) -> QuerySet[Establishment]:
    """Return where a visit may go: the enterprise is open, can be reached, and was visited least."""
    return (
        Establishment.objects.filter(
            enterprise__county=county, enterprise__closed_on__isnull=True, closed_on__isnull=True, enterprise__contact__phone__gt=""
        )
        .annotate(visited=Count("enterprise__notices"))
        .order_by(food_first("enterprise__name"), "visited", "pk")
        .select_related("enterprise")
    )


def food_first(field: str) -> Case:
    """Order by whether ``field`` speaks of food, so that the item fits the enterprise."""
    return Case(When(**{f"{field}__contains": "食品"}, then=0), default=1)


def person(username: str) -> User:
    """Return a demo sign-in."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"the demo county has no {username}: run `manage.py demo` first")
    return user


def facts_of(live: Live) -> dict[str, Any]:
    """Return what stands in var/demo.json: every address in full."""
    return {
        "base_url": settings.BASE_URL,
        "users": [{"role": name, "username": name, "password": DEMO_PASSWORD} for name in ROLES],
        "live_notice": {
            "number": live.notice.label,
            "scan_url": live.notice.scan_url,
            "receipt_code": live.digits,
            "pdf_url": live.notice.pdf_url,
        },
    }


def for_a_person(facts: dict[str, Any], live: Live) -> str:
    """Return the same in words, with the scan address as a QR code."""
    posts = {u.username: u.posts_now[0].role.name for u in User.objects.filter(username__in=ROLES) if u.posts_now}
    sign_ins = "\n".join(f"    {name:<10} {posts.get(name, '')}" for name in ROLES)
    notice = facts["live_notice"]
    return f"""{qr_terminal(notice["scan_url"])}
通知书    {notice["number"]}（{live.notice.snapshot["enterprise"]}）
扫码地址  {notice["scan_url"]}
回执码    {spaced(live.digits)}
文书      {notice["pdf_url"]}

登录      {facts["base_url"]}/   口令都是 {DEMO_PASSWORD}
{sign_ins}

都写在 var/demo.json；寄出的信在 {Path(settings.OUTBOX_DIR)}"""
