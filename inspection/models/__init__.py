"""The face of ``inspection``: the only module other apps may import.

InspectionItem · VisitRight · EnterpriseAct    public lists, with dates in force
InspectionPlan   draft · revise · submit · endorse / notify · send_back · accept · return_ · decline · withdraw · revoke
FilingNotice     (numbered by acceptance) · issue · void
InspectionProgramme  draft · import_file · lines · submit · endorse · send_back · accept · return_ · withdraw
ProgrammeLine    published words, what was understood, what is open
Visit            arrive · record_unfiled · leave
"""

from .catalogue import EnterpriseAct, InspectionItem, VisitRight
from .notice import FilingNotice
from .plan import InspectionPlan
from .plan_rows import PlanAgency, PlanAssistant, PlanItem, PlanOfficer, PlanPaper, PlanTarget
from .programme import InspectionProgramme
from .programme_line import ProgrammeLine
from .visit import Visit, VisitPerson

__all__ = [
    "EnterpriseAct",
    "FilingNotice",
    "InspectionItem",
    "InspectionPlan",
    "InspectionProgramme",
    "PlanAgency",
    "PlanAssistant",
    "PlanItem",
    "PlanOfficer",
    "PlanPaper",
    "PlanTarget",
    "ProgrammeLine",
    "Visit",
    "VisitPerson",
    "VisitRight",
]
