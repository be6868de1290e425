"""Who may type in for others and hand cards over: the Office's 受理, and the village agents."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import County, Duty
from audit.models import NotYours

INTAKE = (Duty.PAPER_INTAKE, Duty.CODE_HAND_OUT)


def county_of_intake(user: Any, *more: str) -> County:
    """Return the county for which ``user`` takes paper in (or carries one of the duties in ``more``). Raises NotYours."""
    for duty in (*INTAKE, *more):
        if post := user.holding(duty):
            return post.county
    raise NotYours(_("只有备案机关的受理岗位、便民服务点或者村级代办员可以办理。"))


def only_who_makes_plates(user: Any) -> None:
    """Refuse whoever does not make plates: they are the Office's 受理."""
    if not user.carries([Duty.CODE_HAND_OUT]):
        raise NotYours(_("只有备案机关的受理岗位可以制作企业码牌。"))
