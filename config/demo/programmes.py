"""Programmes of the demo county, made by the same import as anyone's: one filed and public, one with open points, one campaign."""

import datetime
from pathlib import Path

from inspection.models import InspectionProgramme

from .desk import Desk

HERE = Path(__file__).parent / "data"


def found(desk: Desk) -> None:
    """Import what is not there yet, and take it as far as its story goes."""
    year = desk.county.today().year
    market = _imported(desk, "XS-01", "market", year)
    if market:
        market.submit(by=desk.person("clerk"))
        market.endorse(by=desk.person("head"), note="已经局长办公会研究")
        market.accept(by=desk.person("reviewer"), note="事项均在清单内")
    _imported(desk, "XS-02", "safety", year)
    campaign = _imported(desk, "XS-04", "campaign", year, InspectionProgramme.Kind.SPECIAL)
    if campaign:
        clerk, head = desk.person("clerk", "XS-04"), desk.person("head", "XS-04")
        approved = {
            "approver": "沂水县人民政府（演示）",
            "approval_number": f"沂政字〔{year}〕0号",
            "approved_on": datetime.date(year, 1, 5),
        }
        campaign.revise(by=clerk, facts=approved)
        campaign.submit(by=clerk)
        campaign.endorse(by=head)


def _imported(desk: Desk, agency: str, file: str, year: int, kind: str = InspectionProgramme.Kind.YEARLY) -> InspectionProgramme | None:
    unit = desk.agency(agency)
    if InspectionProgramme.objects.filter(agency=unit, year=year, kind=kind).exists():
        return None
    name = f"programme-{file}.csv"
    content = (HERE / name).read_bytes()
    return InspectionProgramme.import_file(by=desk.person("clerk", agency), agency=unit, year=year, content=content, name=name, kind=kind)
