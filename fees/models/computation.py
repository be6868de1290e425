"""How the sum that is asked comes about: the computation of its day, and what corrections, reductions and money have made of it."""

from accounts.models import yuan

from .charge import Charge
from .surcharge import recounted


def computation(charge: Charge, asked: int) -> list[str]:
    """Return it in Chinese for a paper that asks for ``asked`` fen: what came before it counts, what came after does not."""
    said = list(charge.explained)
    if charge.status == Charge.Status.VOID or not hasattr(charge, "sums"):
        return said
    sums = charge.sums
    if charge.counted_from and sums.due < charge.amount and (found := recounted(charge)).fen == sums.due:
        said = found.lines
    elif sums.due != charge.amount:
        said.append(f"更正 {'+' if sums.due > charge.amount else ''}{yuan(sums.due - charge.amount)} 元，为 {yuan(sums.due)} 元")
    moved = {"减免": sums.reduced, "已到账": sums.due - sums.reduced + sums.returned - asked, "已退付": sums.returned}
    return [*said, *(f"{word} {yuan(fen)} 元" for word, fen in moved.items() if fen > 0)]
