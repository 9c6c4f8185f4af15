"""What is drawn of a long run, out of its blocks: the span of each pixel column, and true points of the path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from .decimate import Curve, put
from .run import Run
from .trajectory import View

Array = NDArray[np.float64]

BEGINNING = 8192  # steps of a long run whose points are all kept, as there most happens
PER_BLOCK = 5  # points: its row and its four marks


_matrix = types.float64[:, ::1]
_signature = types.void(
    *(_matrix, _matrix, types.int64[::1], types.float64[::1], types.int64, types.int64, types.int64),
    *(types.float64, types.float64, types.int64, types.int64[::1], _matrix, _matrix, types.uint8[:, ::1]),
)


@njit(_signature, nogil=True, cache=True)
def _envelope(
    low: Any,
    high: Any,
    columns: Any,
    floors: Any,
    stride: Any,
    origin: Any,
    last: Any,
    left: Any,
    right: Any,
    width: Any,
    counts: Any,
    steps: Any,
    values: Any,
    joined: Any,
) -> None:
    gaps = np.zeros(columns.size, dtype=np.int64)
    for pixel in range(-1, width + 1):  # the columns beside what is visible too: lines go on to the border
        begin = max(math.ceil(left + pixel * (right - left) / width), origin)
        end = min(math.ceil(left + (pixel + 1) * (right - left) / width), last + 1)
        if begin >= end:
            continue
        first, until = (begin - origin) // stride, (end - 1 - origin) // stride + 1
        for q in range(columns.size):
            column, floor = columns[q], floors[q]
            least, most, bad = -1, -1, 0
            for k in range(first, until):
                if not floor < low[k, column] < math.inf:
                    bad = 1
                elif least < 0 or low[k, column] < low[least, column]:
                    least = k
                if not floor < high[k, column] < math.inf:
                    bad = 1
                elif most < 0 or high[k, column] > high[most, column]:
                    most = k
            rises = least < most
            if least == most and least >= 0:
                near = values[q, counts[q] - 1] if counts[q] else 0.0
                rises = abs(near - low[least, column]) <= abs(near - high[most, column])
            for turn in range(2):
                lowest = rises == (turn == 0)
                k = least if lowest else most
                gaps[q] |= bad
                if k >= 0:
                    at = max(begin, origin + k * stride)
                    if turn and least == most:
                        at = max(at, min(end, origin + (k + 1) * stride) - 1)
                    put(q, at, low[k, column] if lowest else high[k, column], counts, gaps, steps, values, joined)
            gaps[q] |= bad
    for q in range(columns.size):
        if floors[q] == 0.0:
            for i in range(counts[q]):
                values[q, i] = math.log10(values[q, i])


def envelope(
    view: View, columns: Sequence[int], log: Sequence[bool], left: float, right: float, width: int
) -> list[Curve]:
    """The curves of a thinned history, as `decimate`: per pixel the least and the largest of all steps of its blocks.

    A block that is wider than a pixel is drawn as what is known of it, its whole span. Each point has the step at which
    its block and its pixel begin or end; the value itself may belong to any other step of that block.
    """
    shape = (len(columns), 2 * width + 4)
    steps, values = np.empty(shape), np.empty(shape)
    joined, counts = np.empty(shape, dtype=np.uint8), np.zeros(len(columns), dtype=np.int64)
    floors = np.array([0.0 if positive else -math.inf for positive in log])
    places = np.array(columns, dtype=np.int64)
    if len(columns) and right > left and width > 0:
        window = (view.stride, view.first, view.last, left, right, width)
        _envelope(view.blocks.low, view.blocks.high, places, floors, *window, counts, steps, values, joined)
    return [Curve(steps[q, :n], values[q, :n], joined[q, :n]) for q, n in enumerate(counts.tolist())]


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
            grown = np.empty((max(room, min(2 * room, self._most())), 3))
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

    def _most(self) -> int:
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
