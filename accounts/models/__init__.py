"""The face of ``accounts``: the only module other apps may import.

County        found · today · rule              RuleValue     dated, sourced, per county
User          holding · posts                   Post          give · end          Role, Duty
Agency        who may inspect                   Officer       Certificate
Enterprise    search · Establishment            Contact       changed by no agency
Plate       make · replace · end                Capability    a link and twelve digits; DoorKey  an enterprise comes in
Knock       who sends too often                 AddressKey    destroyed after thirty days
UndisturbedListing  the 无事不扰清单              ListImport    a list that was sent in, and what became of it
add_working_days · FenField, yuan
"""

from .agency import Agency, Effect, LegalStatus, Standing
from .calendar import CalendarDay, WorkingDays, add_working_days, is_working_day, legal_day
from .capability import Capability, CapabilityQuerySet, Secret, digits_in, hash_in_vain, link_hash, spaced
from .county import County
from .door_key import DoorKey, EnterpriseItself
from .enterprise import Contact, Enterprise, EnterpriseKind, Establishment
from .identifier import IdentifierKind
from .knock import AddressKey, Knock
from .list_import import ListImport
from .listing import ListLine, ListQuerySet
from .money import FenField, YuanFormField, yuan
from .officer import Certificate, Officer
from .plate import Plate
from .post import Duty, Post, Role
from .rule import RULES, RuleDefinition, Rules, RuleValue, define_rule
from .undisturbed import UndisturbedListing
from .user import User
from .words import EnterpriseWord

__all__ = [
    "RULES",
    "AddressKey",
    "Agency",
    "CalendarDay",
    "Capability",
    "CapabilityQuerySet",
    "Certificate",
    "Contact",
    "County",
    "DoorKey",
    "Duty",
    "Effect",
    "Enterprise",
    "EnterpriseItself",
    "EnterpriseKind",
    "EnterpriseWord",
    "Establishment",
    "FenField",
    "IdentifierKind",
    "Knock",
    "LegalStatus",
    "ListImport",
    "ListLine",
    "ListQuerySet",
    "Officer",
    "Plate",
    "Post",
    "Role",
    "RuleDefinition",
    "RuleValue",
    "Rules",
    "Secret",
    "Standing",
    "UndisturbedListing",
    "User",
    "WorkingDays",
    "YuanFormField",
    "add_working_days",
    "define_rule",
    "digits_in",
    "hash_in_vain",
    "is_working_day",
    "legal_day",
    "link_hash",
    "spaced",
    "yuan",
]
