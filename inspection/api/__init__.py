"""The twin of the pages for machines: the same verbs, one file a noun."""

from .draws import VIEWSETS as DRAWS
from .lists import LINE, Acts, Demands, Grounds, Items, ListLines, Matters, QuietRules, Rights, Sheets
from .notices import NoticeFacts, NoticeNamed, Notices, notices_seen
from .plans import Plans
from .printouts import Printouts
from .programmes import Programmes
from .referrals import Referrals
from .visits import Visits

__all__ = ["LINE", "VIEWSETS", "ListLines", "NoticeFacts", "NoticeNamed", "notices_seen", "urlpatterns"]

VIEWSETS: list[tuple[str, type, str]] = [
    ("inspection-items", Items, "api-inspection-items"),
    ("acts", Acts, "api-acts"),
    ("prohibited-demands", Demands, "api-prohibited-demands"),
    ("out-of-scope", Matters, "api-out-of-scope"),
    ("decline-grounds", Grounds, "api-decline-grounds"),
    ("check-sheets", Sheets, "api-check-sheets"),
    ("quiet-rules", QuietRules, "api-quiet-rules"),
    ("rights", Rights, "api-rights"),
    ("plans", Plans, "api-plans"),
    ("programmes", Programmes, "api-programmes"),
    ("referrals", Referrals, "api-referrals"),
    ("notices", Notices, "api-notices"),
    ("visits", Visits, "api-visits"),
    ("printouts", Printouts, "api-printouts"),
    *DRAWS,
]
urlpatterns: list = []
