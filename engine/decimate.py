"""Columns of a history over the step axis, as the few points and lines that can be told apart on a screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
_flags = types.uint8[:, ::1]
_counts = types.int64[::1]
DOT, FAR = 1.0, 1e9  # pixels


@njit("void(i8, f8, f8, i8[::1], i8[::1], f8[:, ::1], f8[:, ::1], u1[:, ::1])", nogil=True, cache=True)
def put(q: Any, step: Any, value: Any, counts: Any, gaps: Any, steps: Any, values: Any, joined: Any) -> None:
    """Append a point to curve q, connected to the one before unless a gap lies between."""
    count = counts[q]
    if count and not gaps[q]:
        joined[q, count - 1] = 1
    steps[q, count], values[q, count], joined[q, count] = step, value, 0
    counts[q] = count + 1
    gaps[q] = 0


@njit("Tuple((i8, i8, b1))(f8[:, ::1], i8, f8, i8, i8)", nogil=True, cache=True)
def _search(rows: Any, column: Any, floor: Any, first: Any, end: Any) -> Any:
    """The rows of the least and the largest value that can be drawn, −1 if there is none; whether some cannot."""
    low, high, bad = -1, -1, False
    least, most = math.inf, -math.inf
    for j in range(first, end):
        value = rows[j, column]
        if floor < value < math.inf:
            if value < least:
                least, low = value, j
            if value > most:
                most, high = value, j
        else:
            bad = True
    return low, high, bad


_signature = types.void(
    *(_matrix, types.int64[::1], _vector, types.int64, types.int64, types.float64, types.float64, types.int64),
    *(_counts, _matrix, _matrix, _flags),
)


@njit(_signature, nogil=True, cache=True)
def _decimate(
    rows: Any,
    columns: Any,
    floors: Any,
    origin: Any,
    stride: Any,
    left: Any,
    right: Any,
    width: Any,
    counts: Any,
    steps: Any,
    values: Any,
    joined: Any,
) -> None:
    n = rows.shape[0]
    gaps = np.zeros(columns.size, dtype=np.int64)
    k = 0
    # Pixel −1 and pixel `width` are the row before and the row after what is visible: lines go on to the border.
    for pixel in range(-1, width + 1):
        if pixel == width:
            end = k + 1
        elif pixel == width - 1:
            end = math.floor((right - origin) / stride) + 1
        else:
            end = math.ceil((left + (pixel + 1) * (right - left) / width - origin) / stride)
        end = min(max(end, k), n)
        if pixel == -1:
            k = max(end - 1, 0)
        if k == end:
            continue
        # All columns of a few rows at a time, because these lie side by side in memory.
        for q in range(columns.size):
            column, floor = columns[q], floors[q]
            low, high, bad = k, k, False
            least = most = rows[k, column]
            for j in range(k, end):
                value = rows[j, column]
                if value < least:
                    least, low = value, j
                if value > most:
                    most, high = value, j
                bad |= value != value
            if bad or least <= floor or most == math.inf:
                low, high, bad = _search(rows, column, floor, k, end)
            if low < 0:
                gaps[q] = 1
                continue
            first, second = min(low, high), max(low, high)
            if not bad:
                put(q, origin + first * stride, rows[first, column], counts, gaps, steps, values, joined)
                if second != first:
                    put(q, origin + second * stride, rows[second, column], counts, gaps, steps, values, joined)
                continue
            for j in range(k, end):
                value = rows[j, column]
                if not floor < value < math.inf:
                    gaps[q] = 1
                elif j in (first, second):
                    put(q, origin + j * stride, value, counts, gaps, steps, values, joined)
        k = end
    for q in range(columns.size):
        if floors[q] == 0.0:
            for i in range(counts[q]):
                values[q, i] = math.log10(values[q, i])


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of one curve in the order of their steps, shape (k,) each; joined[i]: point i is connected to the next.

    `values` are finite; of a log curve they are log10 of what the rows hold.
    """

    steps: NDArray[np.float64]
    values: NDArray[np.float64]
    joined: NDArray[np.uint8]


def decimate(
    rows: NDArray[np.float64],
    columns: Sequence[int],
    log: Sequence[bool],
    stride: int,
    left: float,
    right: float,
    width: int,
    origin: int = 0,
) -> list[Curve]:
    """The curves of some columns of `rows` between the steps left and right, on a screen `width` pixels wide.

    Per pixel the least and the largest value stay, at their own steps, so no spike is lost; beyond either border one
    point more. What is not finite, and for a log curve what is not positive, is a gap.

    Args:
        rows: shape (n, m), C-contiguous; rows[k] belongs to step origin + k·stride.
        columns: which of the m columns; `log` tells of each whether it is drawn on a log axis.

    Returns:
        a curve for each of `columns`, of at most 2·width + 2 points.
    """
    shape = (len(columns), 2 * width + 2)
    steps, values = np.empty(shape), np.empty(shape)
    joined, counts = np.empty(shape, dtype=np.uint8), np.zeros(len(columns), dtype=np.int64)
    floors = np.array([0.0 if positive else -math.inf for positive in log])
    places = np.array(columns, dtype=np.int64)
    if len(columns) and right > left and width > 0:
        _decimate(rows, places, floors, origin, stride, left, right, width, counts, steps, values, joined)
    return [Curve(steps[q, :n], values[q, :n], joined[q, :n]) for q, n in enumerate(counts.tolist())]


@njit("UniTuple(f8, 2)(f8, f8, f8, f8, f8[::1])", nogil=True, cache=True)
def _clip(x: Any, y: Any, dx: Any, dy: Any, box: Any) -> Any:
    """Liang–Barsky: the part of the line inside the box, as a range of its parameter; empty if enter > leave."""
    enter, leave = 0.0, 1.0
    for side in range(4):
        p = -dx if side == 0 else dx if side == 1 else -dy if side == 2 else dy
        q = x - box[0] if side == 0 else box[1] - x if side == 1 else y - box[2] if side == 2 else box[3] - y
        if p == 0.0:
            if q < 0.0:
                leave = -1.0
        elif p < 0.0:
            enter = max(enter, q / p)
        else:
            leave = min(leave, q / p)
    return enter, leave


_cut_signature = types.Array(types.float64, 2, "C")(
    *(_vector, _vector, types.uint8[::1], _vector, _vector, types.float64, types.float64)
)


@njit(_cut_signature, nogil=True, cache=True)
def _cut(steps: Any, values: Any, joined: Any, scale: Any, box: Any, on: Any, off: Any) -> Any:
    out = np.empty((2 * steps.size + 16, 4))
    count = 0
    place = 0.0  # within the current dash and the space after it
    for k in range(steps.size):
        x, y = steps[k] * scale[0] + scale[1], min(max(values[k] * scale[2] + scale[3], -FAR), FAR)
        if joined[k]:
            dx = steps[k + 1] * scale[0] + scale[1] - x
            dy = min(max(values[k + 1] * scale[2] + scale[3], -FAR), FAR) - y
        elif k == 0 or not joined[k - 1]:
            x, dx, dy = x - DOT / 2, DOT, 0.0
        else:
            place = 0.0
            continue
        enter, leave = _clip(x, y, dx, dy, box)
        length = math.hypot(dx, dy) * (leave - enter)
        if not length > 0.0:
            continue
        done = 0.0
        while done < length:
            piece = length - done
            drawn = place < on
            if off > 0.0:
                piece = min(piece, (on if drawn else on + off) - place)
            if drawn:
                if count == out.shape[0]:
                    out = np.concatenate((out, np.empty_like(out)))
                a = enter + (leave - enter) * (done / length)
                b = enter + (leave - enter) * ((done + piece) / length)
                out[count, 0], out[count, 1] = x + a * dx, y + a * dy
                out[count, 2], out[count, 3] = x + b * dx, y + b * dy
                count += 1
            done += piece
            if off > 0.0:
                place += piece
                if place >= on + off - 1e-6:
                    place = 0.0
                elif abs(place - on) < 1e-6:
                    place = on
    return out[:count]


def lines(
    curve: Curve,
    scale: tuple[float, float, float, float],
    box: tuple[float, float, float, float],
    dash: tuple[float, float] = (1.0, 0.0),
) -> NDArray[np.float64]:
    """The lines of a curve on a screen, (x1, y1, x2, y2) each, in pixels; a point without neighbours is a short one.

    They are cut here because Qt draws a thousand short lines in a fraction of the time of one that is long and folded.

    Args:
        scale: (sx, tx, sy, ty): a point is drawn at (step·sx + tx, value·sy + ty).
        box: (left, right, top, bottom) in pixels; what lies outside is cut off.
        dash: pixels drawn and pixels left out by turns, along the curve; the latter 0 for a solid curve.
    """
    pixels, frame = np.array(scale, dtype=np.float64), np.array(box, dtype=np.float64)
    cut: NDArray[np.float64] = _cut(
        curve.steps, curve.values, curve.joined, pixels, frame, float(dash[0]), float(dash[1])
    )
    return cut
