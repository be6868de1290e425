"""The stories: each tells one thing that happened in the demo county, with its reason. All of it is invented."""

from ..desk import Desk
from ..filing import Stretch
from . import country, draws, labour, market, review, safety, town, voices


def all_of_them(desk: Desk) -> list[Stretch]:
    """Return every story, not yet begun."""
    return [story(desk) for part in (market, safety, town, voices, labour, country, draws, review, voices) for story in part.STORIES]
