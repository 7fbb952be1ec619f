"""Queries that were slow a moment ago: when they come again, they are slow from the start."""

from __future__ import annotations

import time
from collections import OrderedDict

#: Seconds for which a query is remembered.
REMEMBER_FOR = 10.0
#: Queries that are remembered; those seen longest ago go first.
_MOST = 10_000


class Slow:
    """The shapes (``serving.job.Job.shape``) of queries that were slow; false when there is none."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._until)

    def remember(self, shape: str) -> None:
        """A query of this shape is slow, now."""
        self._until[shape] = time.monotonic() + REMEMBER_FOR
        self._until.move_to_end(shape)
        while len(self._until) > _MOST:
            self._until.popitem(last=False)

    def knows(self, shape: str) -> bool:
        """Whether a query of this shape was slow."""
        return shape in self._until

    def forget(self, now: float) -> None:
        """Forget those whose time is over, by the clock of ``time.monotonic``."""
        while self._until and next(iter(self._until.values())) < now:
            self._until.popitem(last=False)
