"""What no charge may be against: the list, the decision, the limits of the law. One file a law; each refuses by raising.

``asked`` is what was tried, in plain values: it goes with the refusal, so that the Office sees it.
"""

from .collector import certified
from .decision import decided, served_when_old, within_ceiling, within_spot_limit
from .demand import never_lawful
from .listed import item_in_force, not_dated_back, sum_of

__all__ = [
    "certified", "decided", "item_in_force", "never_lawful", "not_dated_back", "served_when_old", "sum_of", "within_ceiling",
    "within_spot_limit",
]  # fmt: skip
