"""沂水县 and the bodies that may come. Names are general knowledge; what a filing leads to is the county's to decide."""

import datetime

from accounts.founding import found_county
from accounts.models import Agency, County, Effect, LegalStatus, Standing, User
from audit.models import signed_bulk

from .data import table, uid_of

SINCE = datetime.date(2025, 1, 1)
FACTS = {
    "code": "371323",
    "name": "沂水县",
    "office_name": "沂水县优化经济发展环境办公室",
    "notice_prefix": "沂优环检备",
    "supervision_phone": "0539-0000000",  # no number begins with 0
    "site_sponsor": "沂水县优化经济发展环境办公室（演示）",
    "site_code": "演示0000000000",
    "icp_number": "演示ICP备00000000号",
    "police_record": "演示公网安备00000000000000号",
}
#: name patterns of the table, filled with names that no place and no body bears
PATTERNS = {
    "沂水县{名称}镇人民政府": "沂水县演示镇人民政府",
    "沂水县人民政府{名称}街道办事处": "沂水县人民政府演示街道办事处",
    "临沂市{部门}": "临沂市级部门（演示）",
    "山东省{部门}": "山东省级部门（演示）",
    "沂水县{名称}授权组织": "沂水县授权组织（演示）",
    "沂水县{名称}领导小组办公室": "沂水县演示工作领导小组办公室",
}
SHORT = {
    "XS-01": "县市场监管局",
    "XS-02": "县应急局",
    "XS-03": "县卫健局",
    "XS-04": "县住建局",
    "XS-07": "县自然资源和规划局",
    "XS-09": "县人社局",
    "XS-10": "县文旅局",
    "XZ-01": "演示镇政府",
    "XZ-02": "演示街道办",
    "PZ-01": "生态环境分局",
    "CZ-01": "县税务局",
    "CZ-05": "沂水调查队",
    "CZ-06": "市邮政管理局",
    "CZ-07": "沂水金融监管支局",
}
#: 代字 of the agencies' own 行政检查通知书
ORDER_PREFIXES = {"XS-01": "沂市监检通", "XS-02": "沂应急检通", "XS-03": "沂卫健检通", "XS-04": "沂住建检通", "PZ-01": "沂环检通"}
#: entrusted body -> the body in whose name it acts
DELEGATORS = {"WT-01": "XS-06", "WT-02": "XS-10", "WT-03": "XS-05"}


def found(system: User) -> County:
    """Found the county with its agencies, unless they are there."""
    county = found_county(**FACTS)
    known = set(Agency.objects.filter(county=county).values_list("code", flat=True))
    rows = [row for row in table("agencies-county") if row["code"] not in known]
    signed_bulk([_agency(county, r) for r in rows if r["code"] not in DELEGATORS], by=system, verb="found")
    signed_bulk([_agency(county, r) for r in rows if r["code"] in DELEGATORS], by=system, verb="found")
    return county


def _agency(county: County, row: dict[str, str]) -> Agency:
    name = PATTERNS.get(row["name_pattern"], row["name_pattern"])
    status = _by_label(LegalStatus, row["legal_status"], LegalStatus.NONE)  # courts and the like are no enforcement subject
    return Agency(
        uid=uid_of("agency", row["code"]),
        county=county,
        code=row["code"],
        name=name,
        short_name=SHORT.get(row["code"], name.replace("沂水县", "县", 1)),
        kind=row["kind"].split("（")[0],
        standing=_by_label(Standing, row["standing"], Standing.OTHER),
        legal_status=status,
        effect=_by_label(Effect, row["effect"], Effect.EXEMPT),
        effect_source=f"{row['law']}{row['article']}：{row['reason']}",
        delegator=_delegator(county, row["code"]),
        delegation_letter=f"演示委托书〔2025〕{row['code'][-2:]}号" if row["code"] in DELEGATORS else "",
        grant_text=row["reason"] if status in (LegalStatus.AUTHORISED, LegalStatus.ENTRUSTED) else "",
        confirmed_on=None if status == LegalStatus.NONE else SINCE,
        order_prefix=ORDER_PREFIXES.get(row["code"], ""),
        phone=f"0539-00{sum(row['code'].encode()):05d}",
        starts=SINCE,
    )


def _by_label(choices: type, label: str, other: str) -> str:
    return next((choice.value for choice in choices if choice.label == label), other)


def _delegator(county: County, code: str) -> Agency | None:
    return Agency.objects.get(county=county, code=DELEGATORS[code]) if code in DELEGATORS else None
