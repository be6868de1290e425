"""The face of ``oversight``.

ReportedDemand    report · find · dismiss · handle      what was asked of an enterprise and is never lawful
"""

from .demand import ReportedDemand

__all__ = ["ReportedDemand"]
