"""The face of ``inspection``: the only module other apps may import.

InspectionItem · VisitRight · EnterpriseAct    public lists, with dates in force
InspectionPlan   draft · revise · submit · endorse / notify · send_back · accept · return_ · decline · withdraw · revoke
FilingNotice     (numbered by acceptance) · issue · void
Visit            arrive · record_unfiled · leave
Draw             prepare · revise · freeze · seal · reveal · tell · drop; DrawnLine   begin_filing · drop · excuse
"""

from .catalogue import EnterpriseAct, InspectionItem, VisitRight
from .draw import Draw
from .draw_pool import DrawRecord, FrozenPool, SeedPart
from .drawn import DrawnLine, DrawnOfficer
from .notice import FilingNotice
from .plan import InspectionPlan
from .plan_rows import PlanAgency, PlanAssistant, PlanItem, PlanOfficer, PlanPaper, PlanTarget
from .visit import Visit, VisitPerson

__all__ = [
    "Draw",
    "DrawRecord",
    "DrawnLine",
    "DrawnOfficer",
    "EnterpriseAct",
    "FilingNotice",
    "FrozenPool",
    "InspectionItem",
    "InspectionPlan",
    "PlanAgency",
    "PlanAssistant",
    "PlanItem",
    "PlanOfficer",
    "PlanPaper",
    "PlanTarget",
    "SeedPart",
    "Visit",
    "VisitPerson",
    "VisitRight",
]
