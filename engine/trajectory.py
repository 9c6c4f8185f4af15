"""The history of one run in bounded memory: rows to replay it from, and what the blocks of steps between them span."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .kernel import STATE
from .pool import Pool

Array = NDArray[np.float64]

CAPACITY = 2**17  # rows of one run while every step has one; 100,000 steps in full
BLOCKS = 2**15  # of a longer run: a row and its block take some 500 bytes
ALL_ROWS = 2**20  # rows of all runs together, some 180 MB: eight runs of 100,000 steps in full


def capacity(runs: int) -> int:
    """How many rows each of so many runs may keep: a power of two."""
    return min(CAPACITY, int(2 ** math.floor(math.log2(ALL_ROWS / runs))))


_pool = Pool()


@njit("b1(f8, f8, i8)", nogil=True, cache=True)
def _beyond(value: Any, best: Any, side: Any) -> Any:
    """Whether a value is smaller (side 0) or larger (side 1) than the best; a NaN is the worst."""
    return best != best or (value < best if side == 0 else value > best)


@njit("void(f8[:, :], f8[:, :], f8[:, :, ::1], i8, f8[:, ::1], f8[:, ::1], f8[:, :, ::1])", nogil=True, cache=True)
def _merge(low: Any, high: Any, marks: Any, factor: Any, to_low: Any, to_high: Any, to_marks: Any) -> None:
    for k in range(low.shape[0]):
        to = k // factor
        if k % factor == 0:
            to_low[to], to_high[to], to_marks[to] = low[k], high[k], marks[k]
            continue
        for q in range(low.shape[1]):
            if _beyond(low[k, q], to_low[to, q], 0):
                to_low[to, q] = low[k, q]
            if _beyond(high[k, q], to_high[to, q], 1):
                to_high[to, q] = high[k, q]
        for j in range(4):
            if _beyond(marks[k, j, 1 + j // 2], to_marks[to, j, 1 + j // 2], j % 2):
                to_marks[to, j] = marks[k, j]


@dataclass(frozen=True, eq=False)
class Blocks:
    """What each `stride` steps span: block k holds the steps from k·stride on. Empty while every step has a row.

    Attributes:
        low, high: shape (n, STATE): the least and largest of each column of `kernel.COLUMNS`.
        marks: shape (n, 4, 3): (step, θ_1, θ_2) where θ_1 was least and largest, and where θ_2 was.
    """

    low: Array
    high: Array
    marks: Array

    @property
    def arrays(self) -> tuple[Array, Array, Array]:
        return self.low, self.high, self.marks

    @staticmethod
    def empty(count: int) -> Blocks:
        return Blocks(np.empty((count, STATE)), np.empty((count, STATE)), np.empty((count, 4, 3)))

    @staticmethod
    def of(rows: Array, first: int) -> Blocks:
        """Blocks of one row each; the first belongs to step `first`."""
        marks = np.empty((len(rows), 4, 3))
        marks[:, :, 0] = np.arange(first, first + len(rows))[:, None]
        marks[:, :, 1:] = rows[:, None, :2]
        return Blocks(rows[:, :STATE], rows[:, :STATE], marks)

    def merge(self, factor: int, into: Blocks) -> None:
        """Write each `factor` neighbours as one to the beginning of other blocks; a NaN hides nothing."""
        _merge(*self.arrays, factor, *into.arrays)

    def __getitem__(self, part: slice) -> Blocks:
        return Blocks(*(array[part] for array in self.arrays))

    def __len__(self) -> int:
        return len(self.low)


@dataclass(frozen=True, eq=False)
class View:
    """What is there at one moment: rows[k] is the row of step first + k·stride, up to step `last`.

    `blocks` has as many entries as there are rows, or none while the stride is 1; the last block goes on growing, so
    it may already span steps after `last`. All else never changes, so any thread may read it.
    """

    rows: Array
    stride: int
    last: int
    blocks: Blocks
    first: int = 0

    @property
    def steps(self) -> NDArray[np.int64]:
        """The step of each row, shape (len(rows),)."""
        return self.first + np.arange(len(self.rows), dtype=np.int64) * self.stride


class Trajectory:
    """Rows of the steps first, first + stride, …; the stride, a power of two, grows whenever there is no more room.

    Written by one thread. Growing and thinning make new arrays, so a `View` handed out earlier stays as it was.
    """

    def __init__(self, columns: int, expected: int, capacity: int = CAPACITY, first: int = 0) -> None:
        self.capacity, self.first = capacity, first
        self.stride = 1
        self.expected = expected
        self.rows = np.empty((0, columns))
        self.blocks = Blocks.empty(0)
        self.view = View(self.rows[:0], 1, first - 1, self.blocks, first)

    @property
    def limit(self) -> int:
        """How many rows there may be once the stride is above 1."""
        return max(2, self.capacity * BLOCKS // CAPACITY)

    def make_room(self, last: int) -> None:
        """See to it that the row of step `last` has a place."""
        last -= self.first
        if last // self.stride < len(self.rows):
            return
        factor = 1
        if self.stride > 1 or last >= self.capacity:
            while last // (self.stride * factor) >= self.limit:
                factor *= 2
        kept = self.view.rows
        blocks = self.blocks[: len(kept)] if self.stride > 1 else Blocks.of(kept, self.first)
        self.stride *= factor
        most = self.capacity if self.stride == 1 else self.limit
        size = min(most, max(2 * len(self.rows), last // self.stride + 1, self.expected // self.stride + 1))
        kept = kept[::factor]
        grown = _pool.take(size, self.rows.shape[1])
        grown[: len(kept)] = kept
        self.rows = grown
        if self.stride > 1:
            self.blocks = Blocks.empty(size)
            blocks.merge(factor, self.blocks)
        self.view = View(grown[: len(kept)], self.stride, self.view.last, self.blocks[: len(kept)], self.first)

    def publish(self, last: int) -> None:
        """Let readers see the rows up to that of step `last`."""
        count = (last - self.first) // self.stride + 1
        self.view = View(self.rows[:count], self.stride, last, self.blocks[:count], self.first)
