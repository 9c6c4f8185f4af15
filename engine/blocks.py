"""What is drawn of a long run, out of its blocks: the span of each pixel column, and true points of the path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .simulator import Run
from .trajectory import View

Array = NDArray[np.float64]

BEGINNING = 8192  # steps of a long run whose points are all kept, as there most happens
PER_BLOCK = 5  # points: its row and its four marks


@njit("void(f8[:, ::1], f8[:, ::1], f8[:, ::1], i8[::1], i8, f8[:, ::1])", nogil=True, cache=True)
def _spans(rows: Any, low: Any, high: Any, columns: Any, times: Any, out: Any) -> None:
    for k in range(rows.shape[0]):
        for q in range(columns.size):
            least, most, value = low[k, columns[q]], high[k, columns[q]], rows[k, columns[q]]
            falls = abs(value - most) <= abs(value - least)
            for j in range(2 * k * times, 2 * (k + 1) * times, 2):
                out[j, q] = most if falls else least
                out[j + 1, q] = least if falls else most


def spans(
    view: View, columns: Sequence[int], first: int, last: int, per_pixel: float
) -> tuple[int, int, NDArray[np.float64]]:
    """What the blocks of a thinned history span between two steps, as rows for `decimate`.

    The least and the largest of all steps of a block stand by turns, the one first that lies nearer to where the block
    begins, so close together that each pixel column of `per_pixel` steps holds both: a block wider than a column is
    drawn as what is known of it, its whole span.

    Returns:
        the step of the first row, the steps from row to row, and the rows, shape (n, len(columns)).
    """
    end = min((last - view.first) // view.stride + 1, len(view.rows))
    begin = min((first - view.first) // view.stride, end)
    times = 1
    while times < view.stride // 2 and times * per_pixel < view.stride:
        times *= 2
    apart = view.stride // (2 * times)
    out = np.empty((2 * times * (end - begin), len(columns)))
    low, high = view.blocks.low[begin:end], view.blocks.high[begin:end]
    _spans(view.rows[begin:end], low, high, np.array(columns, dtype=np.int64), times, out)
    origin = view.first + begin * view.stride
    reached = (view.last - origin) // apart + 1  # the last block goes no further than the run
    return origin, apart, out[: max(reached, 2 * times * (end - begin - 1) + 2)]


@njit("i8(f8[:, ::1], f8[:, :, ::1], f8[::1], i8, i8, f8[:, ::1])", nogil=True, cache=True)
def _walk(rows: Any, marks: Any, starts: Any, after: Any, last: Any, out: Any) -> Any:
    """Fill `out` with (θ_1, θ_2, step) of each row and of the marks of its block, by their steps, each step once."""
    count = 0
    for k in range(rows.shape[0]):
        done = float(after)
        if starts[k] > done:
            out[count, 0], out[count, 1], out[count, 2] = rows[k, 0], rows[k, 1], starts[k]
            count += 1
            done = starts[k]
        for _ in range(4):
            chosen = -1
            for j in range(4):
                if done < marks[k, j, 0] <= last and (chosen < 0 or marks[k, j, 0] < marks[k, chosen, 0]):
                    chosen = j
            if chosen < 0:
                break
            done = marks[k, chosen, 0]
            out[count, 0], out[count, 1], out[count, 2] = marks[k, chosen, 1], marks[k, chosen, 2], done
            count += 1
    return count


class Walk:
    """True points of a long run in the order of their steps, kept up with it.

    Its first steps, then the rows that were kept, and of the block after each those where θ_1 and θ_2 were least and
    largest: a run that jumps from wall to wall shows both walls, and nowhere goes farther out than its points.

    Attributes:
        stable: so many points stay as they are while the stride does; those of the last block may still change.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.stable = 0
        self._stride = self._block = self._done = 0
        self._points = np.empty((0, 3))

    def follow(self, view: View) -> Array:
        """The points up to the last step of a view, shape (n, 3): θ_1, θ_2 and the step; valid until the next call."""
        if view.stride != self._stride or len(view.rows) <= self._block:
            self._begin(view)
        begin, end = self._block, len(view.rows)
        room = self.stable + PER_BLOCK * (end - begin)
        if room > len(self._points):
            grown = np.empty((max(room, min(2 * room, self._most(view))), 3))
            grown[: self.stable] = self._points[: self.stable]
            self._points = grown
        starts = view.steps[begin:].astype(np.float64)
        rows, marks, after = view.rows[begin:], view.blocks.marks[begin:], self._done
        self.stable += _walk(rows[:-1], marks[:-1], starts[:-1], after, view.last, self._points[self.stable :])
        open_ = _walk(rows[-1:], marks[-1:], starts[-1:], after, view.last, self._points[self.stable :])
        self._block = end - 1
        return self._points[: self.stable + open_]

    def _begin(self, view: View) -> None:
        rows = self.run.rows(view.first, min(view.first + BEGINNING - 1, view.last))
        self._stride, self._block, self.stable = view.stride, 0, len(rows)
        self._done = view.first + len(rows) - 1
        if len(self._points) < len(rows):
            self._points = np.empty((2 * len(rows), 3))
        self._points[: len(rows), :2] = rows[:, :2]
        self._points[: len(rows), 2] = view.first + np.arange(len(rows))

    def _most(self, view: View) -> int:
        return BEGINNING + PER_BLOCK * len(self.run.trajectory.rows)


@njit("i8(f8[:, ::1], i8, i8, i8, f8[:, ::1])", nogil=True, cache=True)
def _thin(points: Any, first: Any, last: Any, group: Any, out: Any) -> Any:
    count = 0
    places = np.empty(5, dtype=np.int64)
    for begin in range(first, last + 1, group):
        end = min(begin + group, last + 1)
        places[:] = begin
        for k in range(begin, end):
            for i in range(2):
                if points[k, i] < points[places[1 + 2 * i], i]:
                    places[1 + 2 * i] = k
                if points[k, i] > points[places[2 + 2 * i], i]:
                    places[2 + 2 * i] = k
        places.sort()
        done = -1
        for place in places:
            if place > done:
                out[count, 0], out[count, 1] = points[place, 0], points[place, 1]
                count += 1
                done = int(place)
    if done < last:
        out[count, 0], out[count, 1] = points[last, 0], points[last, 1]
        count += 1
    return count


def thin(points: Array, first: int, last: int, group: int) -> Array:
    """Of every `group` of the points first … last the first and those farthest out, and the last, shape (n, 2)."""
    out = np.empty((PER_BLOCK * ((last - first) // group + 1) + 1, 2))
    return out[: _thin(points, first, last, group, out)]
