"""The face of ``accounts``: the only module other apps may import.

County        found · today · rule              RuleValue     dated, sourced, per county
User          holding · posts                   Post          give · end          Role, Duty
Agency        who may inspect                   Officer       Certificate
Enterprise    Establishment                     Contact       changed by no agency
add_working_days · FenField, yuan
"""

from .agency import Agency, Effect, LegalStatus, Standing
from .calendar import CalendarDay, add_working_days, is_working_day, legal_day
from .county import County
from .enterprise import Contact, Enterprise, EnterpriseKind, Establishment
from .identifier import IdentifierKind
from .listing import ListLine, ListQuerySet
from .money import FenField, YuanFormField, yuan
from .officer import Certificate, Officer
from .post import Duty, Post, Role
from .rule import RULES, RuleValue
from .user import User

__all__ = [
    "RULES",
    "Agency",
    "CalendarDay",
    "Certificate",
    "Contact",
    "County",
    "Duty",
    "Effect",
    "Enterprise",
    "EnterpriseKind",
    "Establishment",
    "FenField",
    "IdentifierKind",
    "LegalStatus",
    "ListLine",
    "ListQuerySet",
    "Officer",
    "Post",
    "Role",
    "RuleValue",
    "Standing",
    "User",
    "YuanFormField",
    "add_working_days",
    "is_working_day",
    "legal_day",
    "yuan",
]
