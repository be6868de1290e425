"""The face of ``inspection``: the only module other apps may import.

InspectionItem · VisitRight · EnterpriseAct    public lists, with dates in force
InspectionPlan   draft · revise · submit · endorse / notify · send_back · accept · return_ · decline · withdraw · revoke
FilingNotice     (numbered by acceptance) · issue · void
Visit            arrive · record_unfiled · leave
"""

from .catalogue import EnterpriseAct, InspectionItem, VisitRight
from .notice import FilingNotice
from .plan import InspectionPlan
from .plan_rows import PlanAgency, PlanAssistant, PlanItem, PlanOfficer, PlanPaper, PlanTarget
from .visit import Visit, VisitPerson

__all__ = [
    "EnterpriseAct",
    "FilingNotice",
    "InspectionItem",
    "InspectionPlan",
    "PlanAgency",
    "PlanAssistant",
    "PlanItem",
    "PlanOfficer",
    "PlanPaper",
    "PlanTarget",
    "Visit",
    "VisitPerson",
    "VisitRight",
]
