"""The face of ``accounts``: the only module other apps may import.

County        found · today · rule              RuleValue     dated, sourced, per county
User          holding · posts                   Post          give · end          Role, Duty
Agency        who may inspect                   Officer       Certificate
Enterprise    search · Establishment            Contact       changed by no agency
UndisturbedListing  the 无事不扰清单              ListImport    a list that was sent in, and what became of it
add_working_days · FenField, yuan
"""

from .agency import Agency, Effect, LegalStatus, Standing
from .calendar import CalendarDay, WorkingDays, add_working_days, is_working_day, legal_day
from .county import County
from .enterprise import Contact, Enterprise, EnterpriseKind, Establishment
from .identifier import IdentifierKind
from .list_import import ListImport
from .listing import ListLine, ListQuerySet
from .money import FenField, YuanFormField, yuan
from .officer import Certificate, Officer
from .post import Duty, Post, Role
from .rule import RULES, RuleDefinition, Rules, RuleValue, define_rule
from .undisturbed import UndisturbedListing
from .user import User
from .words import EnterpriseWord

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
    "EnterpriseWord",
    "Establishment",
    "FenField",
    "IdentifierKind",
    "LegalStatus",
    "ListImport",
    "ListLine",
    "ListQuerySet",
    "Officer",
    "Post",
    "Role",
    "RuleDefinition",
    "RuleValue",
    "Rules",
    "Standing",
    "UndisturbedListing",
    "User",
    "WorkingDays",
    "YuanFormField",
    "add_working_days",
    "define_rule",
    "is_working_day",
    "legal_day",
    "yuan",
]
