"""The history of one run: full rows in bounded memory, each of them a point from which the run can be replayed."""

from __future__ import annotations

import math
import sys
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CAPACITY = 2**17  # rows of one run; 100,000 steps in full
THINNING = 3  # odd, so that a run which jumps from wall to wall at every step still shows both walls
ALL_ROWS = 2**20  # rows of all runs together, some 180 MB: eight runs of 100,000 steps in full


def capacity(runs: int) -> int:
    """How many rows each of so many runs may keep: a power of two."""
    return min(CAPACITY, int(2 ** math.floor(math.log2(ALL_ROWS / runs))))


class _Pool:
    """Row buffers that nobody looks at any more, for the next trajectory.

    While a start is dragged, each frame needs one of some 16 MB; the first touch of fresh memory costs more than
    computing all of its rows.
    """

    def __init__(self, limit: int = 24) -> None:
        self._buffers: list[NDArray[np.float64]] = []
        self._limit = limit
        self._lock = threading.Lock()

    def take(self, rows: int, columns: int) -> NDArray[np.float64]:
        if rows < 2**14:
            return np.empty((rows, columns))
        with self._lock:
            for k in range(len(self._buffers)):
                # Every view of a buffer refers to it; without any, list and argument are its only two holders.
                if self._buffers[k].shape == (rows, columns) and sys.getrefcount(self._buffers[k]) == 2:
                    return self._buffers[k]
            fresh = np.empty((rows, columns))
            self._buffers = [b for b in self._buffers if sys.getrefcount(b) > 3][-self._limit + 1 :] + [fresh]
            return fresh


_pool = _Pool()


@dataclass(frozen=True, eq=False)
class View:
    """What is there at one moment: rows[k] is the row of step k·stride, up to step `last`; −1 before the first.

    Never changes, so any thread may read it.
    """

    rows: NDArray[np.float64]
    stride: int
    last: int

    @property
    def steps(self) -> NDArray[np.int64]:
        """The step of each row, shape (len(rows),)."""
        return np.arange(len(self.rows), dtype=np.int64) * self.stride


class Trajectory:
    """Rows of the steps 0, stride, 2·stride, …; the stride triples whenever `capacity` rows are full.

    Written by one thread. Growing and thinning make a new array, so a `View` handed out earlier stays as it was.
    """

    def __init__(self, columns: int, expected: int, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.stride = 1
        self.expected = expected
        self.rows = np.empty((0, columns))
        self.view = View(self.rows[:0], 1, -1)

    def make_room(self, last: int) -> None:
        """See to it that the row of step `last` has a place."""
        while last // self.stride >= len(self.rows):
            kept = self.view.rows
            if len(self.rows) < self.capacity:
                size = min(self.capacity, max(2 * len(self.rows), last // self.stride + 1, self.expected))
            else:
                kept, size = kept[::THINNING], self.capacity
                self.stride *= THINNING
            grown = _pool.take(size, self.rows.shape[1])
            grown[: len(kept)] = kept
            self.rows = grown
            self.view = View(grown[: len(kept)], self.stride, self.view.last)

    def publish(self, last: int) -> None:
        """Let readers see the rows up to that of step `last`."""
        self.view = View(self.rows[: last // self.stride + 1], self.stride, last)
