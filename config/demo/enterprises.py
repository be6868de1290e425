"""Those who are visited: some 300, of every kind. Each name says 演示; no number was ever issued to anybody."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import (
    Contact,
    County,
    Enterprise,
    EnterpriseKind,
    Establishment,
    IdentifierKind,
    UndisturbedListing,
    User,
)
from audit.models import signed_bulk

from .county import SINCE
from .data import uid_of

BRANDS = ("沂蒙春", "跋山泉", "金穗", "瑞禾", "东岭", "安泰", "青石", "百顺", "河源", "蒙山红", "丰收里", "云岭")
#: kind -> trade -> how a name of that trade ends
TRADES = {
    EnterpriseKind.COMPANY: {
        "食品加工": "食品有限公司",
        "糕点制造": "糕点食品有限公司",
        "罐头制造": "罐头食品有限公司",
        "木制家具": "木业有限公司",
        "铝制品抛光": "铝业制品有限公司",
        "危险化学品": "化工有限公司",
        "房屋建筑": "建设工程有限公司",
        "道路货运": "物流有限公司",
        "商场超市": "商贸有限公司",
        "酒店住宿": "酒店管理有限公司",
        "药品零售": "大药房连锁有限公司",
        "机械制造": "机械有限公司",
        "旅行社": "旅行社有限公司",
        "塑料制品": "塑料制品有限公司",
        "纺织服装": "服饰有限公司",
        "燃气经营": "燃气有限公司",
    },
    EnterpriseKind.HOUSEHOLD: {
        "餐饮": "饭店",
        "便利店": "便利店",
        "美容美发": "美发店",
        "农资销售": "农资经营部",
        "五金建材": "五金店",
        "汽车修理": "汽修厂",
        "烟酒零售": "烟酒店",
        "歌舞娱乐": "歌厅",
        "水果零售": "水果店",
    },
    EnterpriseKind.COOPERATIVE: {
        "果品种植": "果品农民专业合作社",
        "中药材种植": "中药材农民专业合作社",
        "畜禽养殖": "养殖农民专业合作社",
    },
    EnterpriseKind.SMALL: {"煎饼作坊": "煎饼坊", "豆制品作坊": "豆腐坊", "小餐饮": "小吃店", "食品摊点": "早点摊"},
    EnterpriseKind.UNREGISTERED: {"洗车": "洗车点（未登记）", "废品收购": "废品收购点（未登记）"},
}
#: how many of the brands appear in each trade of a kind
EACH = {"COMPANY": 10, "HOUSEHOLD": 11, "COOPERATIVE": 8, "SMALL": 8, "UNREGISTERED": 6}
#: first two characters of a credit code by kind; households are partly still known by their old number
CODE_STARTS = {"COMPANY": "91", "HOUSEHOLD": "92", "COOPERATIVE": "93"}
TOWNSHIPS = ("沂城街道", "龙家圈街道", "许家湖镇", "马站镇", "高桥镇", "诸葛镇", "杨庄镇", "沙沟镇", "高庄镇", "院东头镇", "夏蔚镇")
#: enterprises on the list of those who are left alone
UNDISTURBED = {"食品加工/9", "机械制造/9", "纺织服装/9", "便利店/10"}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("守成", "兴旺", "喆", "春生", "丽华", "堃", "广田", "玉兰", "德水", "秀梅", "长河", "小满")


@dataclass(frozen=True)
class Place:
    """One enterprise of the demo: ``key`` is its trade and its number within it."""

    key: str
    n: int
    kind: str
    trade: str
    name: str

    @property
    def operator(self) -> str:
        """Return the invented person behind it. A household without a name is known by this one alone."""
        surname = SURNAMES[self.n * 3 % len(SURNAMES)]
        return f"{surname}演示" if not self.name else surname + GIVEN[self.n * 5 % len(GIVEN)]

    @property
    def number(self) -> tuple[str, str]:
        """Return kind of number and number."""
        if self.kind == EnterpriseKind.UNREGISTERED:
            return IdentifierKind.NONE, ""
        if self.kind == EnterpriseKind.SMALL:
            return IdentifierKind.PERMIT, f"演示登字371323{self.n:04d}"
        if self.kind == EnterpriseKind.HOUSEHOLD and self.n % 4 == 0:
            return IdentifierKind.REG15, f"371323600{self.n:06d}"
        return IdentifierKind.USCC, credit_code(CODE_STARTS[self.kind], self.n)

    @property
    def township(self) -> str:
        """Return where it lies."""
        return TOWNSHIPS[self.n * 5 % len(TOWNSHIPS)]

    @property
    def phone(self) -> str:
        """Return a number no network has given out, or none: one in seven never left one."""
        return "" if self.n % 7 == 6 else f"1290000{self.n:04d}"


def credit_code(start: str, n: int) -> str:
    """Return an invented credit code with a right check character (GB 32100-2015); no registry has reached MAYX."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"{start}371323MAYX{n:05d}"
    total = sum(alphabet.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + alphabet[-total % 31]


def places() -> Iterator[Place]:
    """Yield all places in their fixed order."""
    n = 0
    for kind, trades in TRADES.items():
        for trade, ending in trades.items():
            for each, brand in enumerate(BRANDS[: EACH[kind]]):
                n += 1
                # The last fruit seller and barber of the list trade under no name of their own.
                nameless = kind == EnterpriseKind.HOUSEHOLD and each >= 8 and trade in ("水果零售", "美容美发")
                yield Place(f"{trade}/{each}", n, kind, trade, "" if nameless else f"沂水演示{brand}{ending}")


def found(system: User, county: County) -> None:
    """Enter the enterprises that are not there yet, where they are met and how they are reached."""
    known = set(Enterprise.objects.filter(county=county).values_list("uid", flat=True))
    missing = [place for place in places() if uid_of("enterprise", place.key) not in known]
    enterprises = signed_bulk([_enterprise(county, place) for place in missing], by=system, verb="found")
    pairs = list(zip(missing, enterprises, strict=True))
    signed_bulk([_establishment(place, enterprise) for place, enterprise in pairs], by=system, verb="found")
    reached = [
        Contact(
            enterprise=enterprise,
            person=place.operator,
            phone=place.phone,
            origin=Contact.Origin.REGISTER,
            confirmed_at=county.start_of(county.today() - datetime.timedelta(days=30)),
        )
        for place, enterprise in pairs
        if place.phone
    ]
    signed_bulk(reached, by=system, verb="found")
    left_alone = [
        UndisturbedListing(enterprise=enterprise, starts=SINCE, source="沂水县无事不扰清单第一批（演示，内容虚构）")
        for place, enterprise in pairs
        if place.key in UNDISTURBED
    ]
    signed_bulk(left_alone, by=system, verb="found")


def _enterprise(county: County, place: Place) -> Enterprise:
    kind, number = place.number
    return Enterprise.prepare(
        uid=uid_of("enterprise", place.key),
        county=county,
        kind=place.kind,
        name=place.name,
        operator=place.operator,
        identifier_kind=kind,
        identifier=number,
        trade=place.trade,
        risk_class="ABCD"[place.n % 4] if place.kind == EnterpriseKind.COMPANY else "",
    )


def _establishment(place: Place, enterprise: Enterprise) -> Establishment:
    return Establishment(
        uid=uid_of("establishment", place.key),
        enterprise=enterprise,
        address=f"沂水县{place.township}演示路{place.n}号",
        township=place.township,
    )
