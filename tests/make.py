"""The cast of the tests: plain functions, one a noun, each with a plausible default."""

import datetime
import itertools
from typing import Any

from accounts.founding import found_county
from accounts.models import (
    Agency,
    Certificate,
    Contact,
    County,
    Effect,
    Enterprise,
    EnterpriseKind,
    Establishment,
    IdentifierKind,
    LegalStatus,
    Officer,
    Post,
    Role,
    Standing,
    User,
)
from audit.models import signed
from fees.models import FeeItem
from inspection.models import DeclineGround, EnterpriseAct, InspectionItem, InspectionPlan, OutOfScopeMatter, PlanAgency, Visit
from paper.models import StoredFile

PASSWORD = "correct-horse-8"
#: all of one length, so that no name is the beginning of another: a page with 市场监管局10015 on it does not name 市场监管局10001
_count = itertools.count(10001)
LONG_AGO = datetime.date(2020, 1, 1)


def a_county(code: str = "371323", name: str = "沂水县", **facts: Any) -> County:
    """A county with its calendar and the system's post."""
    return found_county(
        code=code,
        name=name,
        office_name=f"{name}优化经济发展环境办公室",
        notice_prefix=f"{name[0]}优环检备",
        supervision_phone="0539-0000000",
        **facts,
    )


def system() -> User:
    """The account that signs what the clock does."""
    return User.objects.system()


def an_agency(county: County, kind: str = "市场监管", effect: str = Effect.REVIEW, **facts: Any) -> Agency:
    """A confirmed enforcement subject of the county."""
    n = next(_count)
    with signed(by=system(), verb="found"):
        return Agency.objects.create(
            **{
                "county": county,
                "code": f"XS-{n}",
                "name": f"{county.name}{kind}局{n}",
                "kind": kind,
                "standing": Standing.COUNTY,
                "legal_status": LegalStatus.AUTHORITY,
                "effect": effect,
                "confirmed_on": LONG_AGO,
                "starts": LONG_AGO,
                **facts,
            }
        )


def a_user(role: str, county: County | None = None, agency: Agency | None = None, name: str = "") -> User:
    """Somebody with one post. Their password is PASSWORD only where a test signs in (see ``sign_in``)."""
    n = next(_count)
    user = User.open(by=system(), username=f"{role.lower()}{n}", name=name or f"{role}{n}")
    Post.give(by=system(), user=user, role=Role.objects.get(code=role), county=county, agency=agency, starts=LONG_AGO)
    return user


def an_officer(agency: Agency, user: User | None = None, **certificate: Any) -> Officer:
    """An officer with a certificate valid for years."""
    n = next(_count)
    with signed(by=system(), verb="found"):
        officer = Officer.objects.create(agency=agency, name=user.name if user else f"执法{n}", user=user, starts=LONG_AGO)
        Certificate.objects.create(
            **{
                "officer": officer,
                "number": f"3713{n:08d}",
                "field": agency.kind,
                "region": agency.county.name,
                "valid_from": LONG_AGO,
                "valid_to": datetime.date(2099, 1, 1),
                **certificate,
            }
        )
    return officer


def credit_code(n: int, region: str = "371323") -> str:
    """The n-th invented credit code with a right check character (GB 32100-2015)."""
    alphabet, weights = "0123456789ABCDEFGHJKLMNPQRTUWXY", [pow(3, i, 31) for i in range(17)]
    body = f"91{region}MA{n:07d}"
    total = sum(alphabet.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + alphabet[(31 - total % 31) % 31]


def an_enterprise(county: County, *, phone: str = "13900000000", **facts: Any) -> Establishment:
    """An enterprise met at one establishment, with a confirmed contact. Returns the establishment."""
    n = next(_count)
    facts = {
        "kind": EnterpriseKind.COMPANY,
        "name": f"{county.name}演示食品有限公司{n}",
        "operator": "演示人",
        "identifier_kind": IdentifierKind.USCC,
        "identifier": credit_code(n),
        **facts,
    }
    with signed(by=system(), verb="found"):
        enterprise = Enterprise.prepare(county=county, **facts)
        enterprise.save()
        if phone:
            Contact.objects.create(enterprise=enterprise, person="演示人", phone=phone, origin=Contact.Origin.REGISTER)
        return Establishment.objects.create(enterprise=enterprise, address=f"{county.name}演示路{n}号")


def an_item(county: County, kind: str = "市场监管", **facts: Any) -> InspectionItem:
    """An inspection item in force."""
    n = next(_count)
    with signed(by=system(), verb="found"):
        return InspectionItem.objects.create(
            **{
                "county": county,
                "code": f"SCJG-{n}",
                "name": f"食品生产经营监督检查{n}",
                "agency_kind": kind,
                "law": "食品安全法",
                "article": "第110条",
                "basis_kind": "法律",
                "starts": LONG_AGO,
                **facts,
            }
        )


def an_act(county: County, code: str = "JC-1", act: str = "检查", variant: str = "行政检查", **facts: Any) -> EnterpriseAct:
    """An act of the county's list; by default the ordinary inspection, which must be filed."""
    with signed(by=system(), verb="found"):
        return EnterpriseAct.objects.create(
            **{
                "county": county,
                "code": code,
                "act": act,
                "variant": variant,
                "filing": EnterpriseAct.Filing.MUST,
                "law": "控制对企业进行经济检查的规定",
                "article": "第5条",
                "starts": LONG_AGO,
                **facts,
            }
        )


def a_matter(county: County, code: str = "XS-1", matter: str = "刑事侦查", **facts: Any) -> OutOfScopeMatter:
    """A matter outside the filing rule."""
    line = {"law": "刑事诉讼法", "article": "第3条、第19条", "by_whom": "公安机关", "explanation": "侦查另有法定程序", "starts": LONG_AGO}
    with signed(by=system(), verb="found"):
        return OutOfScopeMatter.objects.create(**{"county": county, "code": code, "matter": matter, **line, **facts})


def a_ground(county: County, code: str = "BY-1", **facts: Any) -> DeclineGround:
    """A ground of the county's own rule on which a filing may be declined."""
    line = {"text": "计划检查的时间在宁静日内，又不属于例外", "rule": "演示县涉企检查备案办法第八条", "starts": LONG_AGO}
    with signed(by=system(), verb="found"):
        return DeclineGround.objects.create(**{"county": county, "code": code, **line, **facts})


def a_fee_item(county: County, **facts: Any) -> FeeItem:
    """A fee item in force, collected by the market regulator."""
    n = next(_count)
    with signed(by=system(), verb="found"):
        return FeeItem.objects.create(
            **{
                "county": county,
                "code": f"XZ-{n}",
                "kind": FeeItem.Kind.FEE,
                "name": f"演示检验费{n}",
                "collecting_unit": "市场监管",
                "law_basis": "特种设备安全监察条例第102条",
                "starts": LONG_AGO,
                **facts,
            }
        )


def reasons_for(targets: list[Establishment]) -> dict[str, str]:
    """What a clerk answers when the same enterprise is called on often: most tests are about something else."""
    return {f"{code}:{place.enterprise.uid}": "与上次不同环节，无法合并" for place in targets for code in ("join.near", "often.called")}


def plan_facts(desk: Any, **facts: Any) -> dict[str, Any]:
    """What a clerk fills in for an ordinary filing that starts today."""
    today = desk.county.today()
    targets = facts.get("targets", [desk.establishment])
    return {
        "type": InspectionPlan.Type.DAILY,
        "task_source": InspectionPlan.TaskSource.PROGRAMME,
        "purpose": "核查食品生产许可和出厂检验记录",
        "requirements": "请准备近三个月台账",
        "why_on_site": "需现场查看生产车间",
        "starts_on": today,
        "ends_on": today + datetime.timedelta(days=2),
        "minutes_on_site": 120,
        "telling": InspectionPlan.Telling.ADVANCE,
        "tell_on": today,
        "targets": targets,
        "items": [desk.item],
        "officers": [desk.officer_row, desk.second_officer_row],
        "reasons": reasons_for(targets),
        **facts,
    }


class Partner:
    """A second unit with its people, to be asked to join."""

    def __init__(self, county: County) -> None:
        self.agency = an_agency(county, kind="应急管理")
        self.clerk = a_user("CLERK", agency=self.agency)
        self.head = a_user("HEAD", agency=self.agency)
        self.officer = a_user("OFFICER", agency=self.agency)
        self.officer_row = an_officer(self.agency, self.officer)


def a_partner(desk: Any) -> Partner:
    """A unit of the same county."""
    return Partner(desk.county)


def as_joint(plan: InspectionPlan, partner: Partner) -> None:
    """Make ``partner`` one who is asked to join, whatever the state of the plan."""
    with signed(by=system(), verb="revise"):
        PlanAgency.objects.create(plan=plan, agency=partner.agency, part=PlanAgency.Part.PARTNER)


class Desk:
    """One county at work: an agency with its people, its Office, an enterprise, an item."""

    def __init__(self, code: str = "371323", name: str = "沂水县", effect: str = Effect.REVIEW) -> None:
        self.county = a_county(code, name)
        self.agency = an_agency(self.county, effect=effect)
        self.clerk = a_user("CLERK", agency=self.agency)
        self.head = a_user("HEAD", agency=self.agency)
        self.officer = a_user("OFFICER", agency=self.agency)
        self.registrar = a_user("REGISTRAR", agency=self.agency)
        self.intake = a_user("INTAKE", county=self.county)
        self.reviewer = a_user("REVIEWER", county=self.county)
        self.issuer = a_user("ISSUER", county=self.county)
        self.auditor = a_user("AUDITOR", county=self.county)
        self.finance = a_user("FINANCE", county=self.county)
        self.officer_row = an_officer(self.agency, self.officer)
        self.second_officer_row = an_officer(self.agency)
        self.item = an_item(self.county)
        self.act = an_act(self.county)
        self.ground = a_ground(self.county)
        self.establishment = an_enterprise(self.county)

    def draft(self, **facts: Any) -> InspectionPlan:
        """A draft, ready to be submitted."""
        return InspectionPlan.draft(by=self.clerk, agency=self.agency, facts=plan_facts(self, **facts))

    def submitted(self, **facts: Any) -> InspectionPlan:
        """A plan that waits for the head."""
        plan = self.draft(**facts)
        plan.submit(by=self.clerk)
        return plan

    def endorsed(self, **facts: Any) -> InspectionPlan:
        """A plan that waits for the Office."""
        plan = self.submitted(**facts)
        plan.endorse(by=self.head)
        return plan

    def urgent(self, **facts: Any) -> InspectionPlan:
        """A check that began before it was filed: the officer's two lines on the spot."""
        said = {"establishments": [self.establishment], "officers": [self.officer_row, self.second_officer_row], "ground": "接报燃气泄漏"}
        return InspectionPlan.begin_urgent(by=self.officer, agency=self.agency, **{**said, **facts})

    def numbered(self, **facts: Any) -> Any:
        """The notice of an accepted plan, its document still to be made."""
        return self.endorsed(**facts).accept(by=self.reviewer)[0]

    def issued(self, **facts: Any) -> Any:
        """A notice in force. Its document is a stand-in: where the paper matters, use ``documents.issue_due``."""
        notice = self.numbered(**facts)
        notice.sign()
        notice.issue(by=system(), document=StoredFile.keep(f"%PDF {notice.uid}".encode(), "application/pdf"))
        return notice

    def visited(self, **facts: Any) -> Any:
        """An open visit under a notice in force: the officers are on site."""
        return Visit.arrive(by=self.officer, notice=self.issued(**facts), officers=[self.officer_row])
