"""The face of ``receipts``.

ReceiptCode   hand_out · match · hand_out_due       only the enterprise gets one
Receipt       give · counted                        a new row each time; the last counts
Complaint     make                                  needs no code
Window        of a notice
"""

from .code import CodeTry, ReceiptCode, spaced
from .complaint import Complaint
from .receipt import Receipt
from .window import Window

__all__ = ["CodeTry", "Complaint", "Receipt", "ReceiptCode", "Window", "spaced"]
