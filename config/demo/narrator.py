"""Tells all stories at once, in order of time, so that numbers and leaves rise as they would have."""

import datetime
import heapq
from collections.abc import Iterable

from .clock import told_at
from .filing import Stretch


def narrate(stories: Iterable[Stretch]) -> None:
    """Let each story go on when its next moment comes, with the clock at that moment."""
    waiting: list[tuple[datetime.datetime, int, Stretch]] = []
    for n, story in enumerate(stories):
        waiting.append((next(story), n, story))
    heapq.heapify(waiting)
    while waiting:
        now, n, story = waiting[0]
        with told_at(now):
            then = next(story, None)
        if then is None:
            heapq.heappop(waiting)
        elif then < now:
            raise ValueError(f"story {n} ({story!r}) goes back from {now} to {then}")
        else:
            heapq.heapreplace(waiting, (then, n, story))
