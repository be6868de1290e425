"""The face of ``fees``.

FeeItem    the list in force on a day
Charge     register · void            nothing off the list, no fine without its decision
"""

from .catalogue import FeeItem
from .charge import Charge

__all__ = ["Charge", "FeeItem"]
