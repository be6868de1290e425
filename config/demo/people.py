"""Who works in the demo county: invented people, their sign-ins, posts and certificates. One password for all."""

import datetime

from django.contrib.auth.hashers import make_password

from accounts.models import Agency, Certificate, County, Officer, Post, Role, User
from audit.models import signed, signed_bulk

from .county import SINCE
from .data import table, uid_of

PASSWORD = "mingjian-demo-2026"  # noqa: S105 - no secret: the command prints it
#: roles of the table that are given later, in a story: who deputises for a term, whose post has ended
DEPUTY, FORMER = "DEPUTY", "FORMER"


def found(system: User, county: County) -> None:
    """Open the accounts, give the posts and enter officers with their certificates, where they are missing."""
    rows, agencies = list(table("people")), {a.code: a for a in Agency.objects.filter(county=county)}
    roles = {role.code: role for role in Role.objects.all()}
    known = set(User.objects.values_list("username", flat=True))
    # One hash for all: Argon2 takes a third of a second each time, and the password is no secret.
    hashed = "" if known >= {row["username"] for row in rows if row["username"]} else make_password(PASSWORD)
    for row in rows:
        if not row["username"] or row["username"] in known:
            continue
        user = User(username=row["username"], name=row["name"], password=hashed)
        with signed(by=system, verb="open"):
            user.save()
        if row["role"] == DEPUTY:
            continue
        Post.give(
            by=system,
            user=user,
            role=roles["CLERK" if row["role"] == FORMER else row["role"]],
            county=county,
            agency=agencies.get(row["agency"]),
            starts=SINCE,
        )
    _found_officers(system, county, agencies, [row for row in rows if row["role"] == "OFFICER"])


def _found_officers(system: User, county: County, agencies: dict[str, Agency], rows: list[dict[str, str]]) -> None:
    known = set(Officer.objects.filter(agency__county=county).values_list("uid", flat=True))
    accounts = {user.username: user for user in User.objects.all()}
    missing = [row for row in rows if uid_of("officer", row["certificate"]) not in known]
    officers = signed_bulk(
        [
            Officer(
                uid=uid_of("officer", row["certificate"]),
                agency=agencies[row["agency"]],
                name=row["name"],
                user=accounts.get(row["username"]),
                starts=SINCE,
            )
            for row in missing
        ],
        by=system,
        verb="found",
    )
    signed_bulk(
        [_certificate(county, officer, row) for officer, row in zip(officers, missing, strict=True)],
        by=system,
        verb="found",
    )


def _certificate(county: County, officer: Officer, row: dict[str, str]) -> Certificate:
    year = county.today().year
    return Certificate(
        officer=officer,
        number=row["certificate"],
        field=officer.agency.kind,
        region=county.name,
        valid_from=datetime.date(year - 4, 1, 1),
        valid_to=datetime.date(year - 1 if row["valid"] == "expired" else year + 3, 12, 31),
    )
