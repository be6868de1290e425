"""The stories: each tells one thing that happened in the demo county, with its reason. All of it is invented."""

from ..desk import Desk
from ..filing import Stretch
from . import country, draws, labour, market, money, review, safety, town


def all_of_them(desk: Desk) -> list[Stretch]:
    """Return every story, not yet begun."""
    return [story(desk) for part in (market, safety, town, labour, country, draws, money, review) for story in part.STORIES]
