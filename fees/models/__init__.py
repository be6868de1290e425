"""The face of ``fees``.

FeeItem · FineCeiling   the lists in force on a day
Charge                  register · correct · reduce · defer · ask_void · void · keep      nothing off the list, no fine without its decision
impose · reckon         加处罚款, 滞纳金: day by day          Deferral · Stay (begin · end)      what moves or stops the days
Entry                   what moved on a charge; never changed. ChargeSum · EnterpriseSum · MonthSum · DaySum follow from them
PaymentNotice           gather · issue · ask_void · void · keep; PaymentLine  a line with its own code
TreasuryReceipt         receive: from the feed alone          Refund             ask · agree · refuse · give_back
CashTaken               take · hand_in · bank; late_cash      Dispute            make · reply · uphold (PayerOf signs)
MonthReturn             confirm; month_register · late_returns
"""

from .cash import CashTaken, LateCash, late_cash
from .catalogue import FeeItem, FineCeiling
from .charge import Charge
from .collection import PaymentLine, PaymentNotice
from .deferral import Deferral, Stay
from .dispute import Dispute, PayerOf
from .entry import Entry
from .month import MonthReturn, late_returns, month_register
from .sums import ChargeSum, DaySum, EnterpriseSum, MonthSum
from .surcharge import impose, reckon
from .treasury import Refund, TreasuryReceipt

__all__ = [
    "CashTaken",
    "Charge",
    "ChargeSum",
    "DaySum",
    "Deferral",
    "Dispute",
    "EnterpriseSum",
    "Entry",
    "FeeItem",
    "FineCeiling",
    "LateCash",
    "MonthReturn",
    "MonthSum",
    "PayerOf",
    "PaymentLine",
    "PaymentNotice",
    "Refund",
    "Stay",
    "TreasuryReceipt",
    "impose",
    "late_cash",
    "late_returns",
    "month_register",
    "reckon",
]
