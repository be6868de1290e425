"""What the tests of receipts begin with."""

import re
import uuid

from accounts.models import Plate
from delivery.models import Letter
from receipts.models import ReceiptCard, ReceiptCode
from tests import make

GOOD = {"notice_shown": "YES", "overall": "4", "step": "send"}


def answers(**more):
    return {**GOOD, "uid": str(uuid.uuid4()), **more}


def by_letter(notice):
    """Send what is due; return the digits and the path of the link in the letter."""
    ReceiptCode.hand_out_due(by=make.system())
    text = Letter.objects.filter(about=notice.label, kind="receipt-code").latest("pk").unsealed()
    return re.search(r"\d{4} \d{4} \d{4}", text)[0], re.search(r"/C/([A-Z2-7]{26})", text)[0]


def a_card(desk, place=None):
    """A card that was handed over, with its plate: (plate, secret)."""
    place = place or desk.establishment
    plate = Plate.make(place, by=desk.intake)
    card, made = ReceiptCard.make(place, by=desk.intake)
    card.hand_over(by=desk.intake, note="当面交给经营者，核对身份证")
    return plate, made
