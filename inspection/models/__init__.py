"""The face of ``inspection``: the only module other apps may import.

InspectionItem · CheckSheet · VisitRight · EnterpriseAct · ProhibitedDemand · OutOfScopeMatter · DeclineGround · QuietRule
                 public lists, with dates in force
InspectionPlan   draft · revise · submit · endorse / notify · send_back · withdraw · refile          begin_urgent · complete
                 receive · review · accept · return_ · decline · revoke · remark · report · together    ask_recheck · uphold · recheck
                 ask_change · amend · postpone · refuse_change       confirm · refuse_joining       lapse_due
FilingNotice     (numbered by acceptance) · issue · void; replace and withdraw follow the filing
InspectionOrder  (numbered with its notice) · issue      (行政检查通知书, the agency's own)
Referral         enter                         (线索移送, what an individual-case check rests on)
InspectionProgramme  draft · import_file · lines · submit · endorse · send_back · accept · return_ · withdraw
ProgrammeLine    published words, what was understood, what is open
Printout         ask                           (打印任务: papers asked for, made by the sweep)
Visit            arrive · record_unfiled · leave
Draw             prepare · revise · freeze · seal · reveal · tell · drop; DrawnLine   begin_filing · drop · excuse
"""

from .catalogue import DeclineGround, EnterpriseAct, InspectionItem, OutOfScopeMatter, VisitRight
from .demand import ProhibitedDemand
from .draw import Draw
from .draw_pool import DrawRecord, FrozenPool, SeedPart
from .drawn import DrawnLine, DrawnOfficer
from .looks import Scan
from .notice import LONGEST_TOKEN, FilingNotice
from .order import InspectionOrder
from .plan import InspectionPlan
from .plan_change import PlanChange
from .plan_rows import PlanAgency, PlanAssistant, PlanCheck, PlanItem, PlanOfficer, PlanPaper, PlanReason, PlanTarget
from .platform import PlatformProfile
from .printout import Printout
from .programme import InspectionProgramme
from .programme_line import ProgrammeLine
from .quiet import QuietRule
from .referral import Referral
from .sheet import CheckSheet, CheckSheetRow
from .visit import Visit, VisitPerson

__all__ = [
    "LONGEST_TOKEN",
    "CheckSheet",
    "CheckSheetRow",
    "DeclineGround",
    "Draw",
    "DrawRecord",
    "DrawnLine",
    "DrawnOfficer",
    "EnterpriseAct",
    "FilingNotice",
    "FrozenPool",
    "InspectionItem",
    "InspectionOrder",
    "InspectionPlan",
    "InspectionProgramme",
    "OutOfScopeMatter",
    "PlanAgency",
    "PlanAssistant",
    "PlanChange",
    "PlanCheck",
    "PlanItem",
    "PlanOfficer",
    "PlanPaper",
    "PlanReason",
    "PlanTarget",
    "PlatformProfile",
    "Printout",
    "ProgrammeLine",
    "ProhibitedDemand",
    "QuietRule",
    "Referral",
    "Scan",
    "SeedPart",
    "Visit",
    "VisitPerson",
    "VisitRight",
]
