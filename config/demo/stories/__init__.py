"""The stories: each tells one thing that happened in the demo county, with its reason. All of it is invented."""

from ..desk import Desk
from ..filing import Stretch
from . import country, draws, labour, market, money, review, safety, town, voices


def all_of_them(desk: Desk) -> list[Stretch]:
    """Return every story, not yet begun."""
    parts = (market, safety, town, voices, labour, country, draws, money, review)
    return [story(desk) for part in parts for story in part.STORIES]
