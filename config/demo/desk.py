"""Finds the people, places and lines a story speaks of. Each person is read afresh: posts change while stories run."""

import datetime
import zlib

from accounts.models import Agency, County, Establishment, Officer, User
from inspection.models import InspectionItem

from .clock import Almanac
from .data import uid_of


class Desk:
    """One county at work."""

    def __init__(self, county: County) -> None:
        self.county, self.almanac = county, Almanac(county)
        self.day, self.moment = self.almanac.day, self.almanac.moment

    def agency(self, code: str) -> Agency:
        """Return an agency by its code."""
        return Agency.objects.select_related("county", "delegator").get(county=self.county, code=code)

    def person(self, role: str, agency: str = "XS-01") -> User:
        """Return who holds a role: at XS-01 and in the Office they sign in by the name of the role alone."""
        username = role if agency == "XS-01" else f"{role}-{agency.lower().replace('-', '')}"
        return User.objects.get(username=username)

    @property
    def system(self) -> User:
        """Return the account that signs what the clock does."""
        return User.objects.system()

    def place(self, key: str) -> Establishment:
        """Return where one enterprise of the demo is met, by trade and number (``糕点制造/0``)."""
        return Establishment.objects.select_related("enterprise__county").get(uid=uid_of("establishment", key))

    def items(self, *codes: str) -> list[InspectionItem]:
        """Return inspection items by code."""
        found = {item.code: item for item in InspectionItem.objects.filter(county=self.county, code__in=codes)}
        return [found[code] for code in codes]

    def officers(self, agency: str, starts: datetime.date, ends: datetime.date, *, many: int, story: str) -> list[Officer]:
        """Return ``many`` officers with certificates for the window: the one who signs in, and others in turn."""
        all_of_them = Officer.objects.filter(agency__code=agency, agency__county=self.county).order_by("pk")
        able = [officer for officer in all_of_them if officer.certificate_for(starts, ends)]
        lead = [officer for officer in able if officer.user_id]
        others = [officer for officer in able if not officer.user_id]
        turn = zlib.crc32(story.encode()) % len(others)
        return (lead + others[turn:] + others[:turn])[:many]
