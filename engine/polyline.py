"""A path of any length as the few points that can be told apart on a screen, with what lies outside cut off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

LOST = 4.0  # pixels of rounding error from which on a crossing of the window is not drawn

_vector = types.float64[::1]
_signature = types.int64(
    *(types.float64[:, ::1], types.int64, types.int64, _vector, _vector, types.float64),
    *(types.float64[:, ::1], types.uint8[::1]),
)


@njit(_signature, nogil=True, cache=True)
def _trace(rows: Any, first: Any, last: Any, scale: Any, box: Any, tolerance: Any, out: Any, joined: Any) -> Any:
    """Fill `out` with points in pixels; joined[k] tells whether point k is connected to point k + 1."""
    count = 0
    have = False  # whether (px, py) is a usable point
    at_end = False  # whether the line drawn so far ends in (px, py)
    px = py = 0.0
    for k in range(first, last + 1):
        x = rows[k, 0] * scale[0] + scale[1]
        y = rows[k, 1] * scale[2] + scale[3]
        if not (math.isfinite(x) and math.isfinite(y)):
            have = at_end = False
            continue
        if not have:
            px, py, have, at_end = x, y, True, False
            continue
        if abs(x - px) < tolerance and abs(y - py) < tolerance and k < last:
            continue
        # Liang–Barsky: the part of the segment inside the box, as a range of its parameter.
        enter, leave, entry, exit_ = 0.0, 1.0, -1, -1
        dx, dy = x - px, y - py
        for side in range(4):
            p = -dx if side == 0 else dx if side == 1 else -dy if side == 2 else dy
            q = px - box[0] if side == 0 else box[1] - px if side == 1 else py - box[2] if side == 2 else box[3] - py
            if p == 0.0:
                if q < 0.0:
                    leave = -1.0
            elif p < 0.0:
                if q / p > enter:
                    enter, entry = q / p, side
            elif q / p < leave:
                leave, exit_ = q / p, side
        # Of a jump of 1e20 pixels the box is less than a rounding of the range, so its ends are put on the box itself;
        # where even the crossing is lost in rounding, nothing can be said and nothing is drawn.
        across = abs(py) if 0 <= entry < 2 or 0 <= exit_ < 2 else 0.0
        if entry >= 2 or exit_ >= 2:
            across = max(across, abs(px))
        if enter <= leave + 1e-15 and across * 2.0**-52 < LOST:
            if not at_end or enter > 0.0:
                if count:
                    joined[count - 1] = 0
                out[count, 0] = box[entry] if 0 <= entry < 2 else px + enter * dx
                out[count, 1] = box[entry] if entry >= 2 else py + enter * dy
                joined[count] = 1
                count += 1
            out[count, 0] = box[exit_] if 0 <= exit_ < 2 else px + leave * dx
            out[count, 1] = box[exit_] if exit_ >= 2 else py + leave * dy
            joined[count] = 1
            count += 1
            at_end = exit_ < 0
        else:
            at_end = False
        px, py = x, y
    if count:
        joined[count - 1] = 0
    return count


def trace(
    rows: NDArray[np.float64],
    first: int,
    last: int,
    scale: tuple[float, float, float, float],
    box: tuple[float, float, float, float],
    tolerance: float = 0.5,
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """The polyline through columns 0 and 1 of rows first … last.

    Args:
        rows: shape (n, ≥ 2).
        scale: (sx, tx, sy, ty): a point is drawn at (x·sx + tx, y·sy + ty) pixels.
        box: (left, right, top, bottom) in pixels; what lies outside is cut off.
        tolerance: points nearer than this to the last one drawn are left out, in pixels; so is the rest of a path that
            comes no further than this into the box.

    Returns:
        points in pixels, shape (m, 2), and whether each is connected to the next, shape (m,).
    """
    size = 2 * max(0, last - first) + 2
    out, joined = np.empty((size, 2)), np.empty(size, dtype=np.uint8)
    count = _trace(rows, first, last, np.array(scale, np.float64), np.array(box, np.float64), tolerance, out, joined)
    return out[:count], joined[:count]


@njit(types.int64(types.float64[:, ::1], types.int64, _vector, _vector, types.float64[:, ::1]), nogil=True, cache=True)
def _visible(rows: Any, last: Any, scale: Any, box: Any, out: Any) -> Any:
    count = 0
    for k in range(last + 1):
        x = rows[k, 0] * scale[0] + scale[1]
        y = rows[k, 1] * scale[2] + scale[3]
        if box[0] <= x <= box[1] and box[2] <= y <= box[3]:
            out[count, 0], out[count, 1] = x, y
            count += 1
            if count == out.shape[0]:
                break
    return count


def visible(
    rows: NDArray[np.float64],
    last: int,
    scale: tuple[float, float, float, float],
    box: tuple[float, float, float, float],
    limit: int,
) -> NDArray[np.float64]:
    """The points of rows 0 … last that lie in `box`, in pixels, the first `limit` of them at most, shape (m, 2)."""
    out = np.empty((limit, 2))
    count = _visible(rows, last, np.array(scale, np.float64), np.array(box, np.float64), out)
    return out[:count]


@njit(types.void(types.float64[:, ::1], _vector, types.float64, types.float64, _vector), nogil=True, cache=True)
def _nearest(rows: Any, scale: Any, x: Any, y: Any, out: Any) -> None:
    best, where = math.inf, -1.0
    px = py = math.nan
    for k in range(rows.shape[0]):
        qx, qy = rows[k, 0] * scale[0] + scale[1], rows[k, 1] * scale[2] + scale[3]
        dx, dy = qx - px, qy - py
        length = dx * dx + dy * dy
        share = 1.0
        if 0.0 < length < math.inf:
            share = min(1.0, max(0.0, ((x - px) * dx + (y - py) * dy) / length))
        ax, ay = (qx, qy) if share == 1.0 else (px + share * dx, py + share * dy)
        distance = math.hypot(ax - x, ay - y)
        if distance < best:
            best, where = distance, k - (1.0 - share)
        px, py = qx, qy
    out[0], out[1] = where, best


def nearest(
    rows: NDArray[np.float64], scale: tuple[float, float, float, float], x: float, y: float
) -> tuple[int, float]:
    """The row whose point, or the segment next to it, comes nearest to (x, y), and its distance, both in pixels."""
    out = np.empty(2)
    _nearest(rows, np.array(scale, np.float64), x, y, out)
    return round(out[0]), float(out[1])
