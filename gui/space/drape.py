"""A path of any length as pieces that lie on the relief: thinned to what can be told apart, cut at the box."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .relief import Relief

Array = NDArray[np.float64]

APART = 1 / 500  # of the box: points nearer to the one before than this fall together
MOST_POINTS, MOST_PIECES = 12_000, 60_000
LOST = 0.01  # of the box: rounding from which on a crossing is not drawn
PIECE = 2 / 100
SAME = 2 / 500  # of the box, about a pixel


def drape(points: Array, relief: Relief) -> NDArray[np.float32]:
    """The path through points (θ_1, θ_2, step), shape (n, 3), on the relief.

    Returns:
        pieces (x, y, z, step, x', y', z', step') in the box, shape (m, 8). What leaves the window ends at its border;
        there is nothing in gaps.
    """
    if not len(points):
        return np.empty((0, 8), np.float32)
    path = np.column_stack([relief.to_box(points), points[:, 2]])
    segments = _cut(thinned(path))
    if not len(segments):
        return np.empty((0, 8), np.float32)
    lengths = np.hypot(segments[:, 3] - segments[:, 0], segments[:, 4] - segments[:, 1])
    piece = max(PIECE, float(lengths.sum()) / MOST_PIECES)
    counts = np.maximum(np.ceil(lengths / piece), 1).astype(np.int64)
    which = np.repeat(np.arange(len(segments)), counts)
    begin = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    first, last = segments[which, :3], segments[which, 3:]
    a = first + (begin / counts[which])[:, None] * (last - first)
    b = first + ((begin + 1) / counts[which])[:, None] * (last - first)
    fresh = _distinct(a, b)
    a, b = a[fresh], b[fresh]
    za, zb = relief.z_at(a), relief.z_at(b)
    whole = ~(np.isnan(za) | np.isnan(zb))
    return np.column_stack([a[:, :2], za, a[:, 2], b[:, :2], zb, b[:, 2]])[whole].astype(np.float32)


def _distinct(a: Array, b: Array) -> NDArray[np.int64]:
    """Of pieces that cover the same pixels the first: a path that goes to and fro takes no longer to draw."""
    middle, way = (a[:, :2] + b[:, :2]) / 2, b[:, :2] - a[:, :2]
    cells = np.round(middle / SAME).astype(np.int64) + 1024
    turns = np.round(np.arctan2(way[:, 1], way[:, 0]) / (np.pi / 12)).astype(np.int64) % 12
    sizes = np.round(np.log2(np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-3))).astype(np.int64) + 16
    keys = ((cells[:, 0] * 4096 + cells[:, 1]) * 12 + turns) * 32 + sizes
    first: NDArray[np.int64] = np.sort(np.unique(keys, return_index=True)[1])
    return first


def thinned(path: Array) -> Array:
    """Without points that fall together; of still too many, those farthest out of groups of equal size."""
    with np.errstate(over="ignore", invalid="ignore"):
        cells = np.floor(np.clip(path[:, :2], -1e9, 1e9) / APART)
        moves = ~(cells[1:] == cells[:-1]).all(axis=1)
    keep = np.ones(len(path), dtype=np.bool_)
    keep[1:-1] = moves[:-1]
    path = path[keep]
    if len(path) <= MOST_POINTS:
        return path
    group = -(-5 * len(path) // MOST_POINTS)
    whole = len(path) // group * group
    blocks = np.nan_to_num(path[:whole, :2]).reshape(-1, group, 2)
    starts = np.arange(0, whole, group)
    places = [starts, np.array([len(path) - 1])]
    places += [starts + extreme(blocks[:, :, i], axis=1) for extreme in (np.argmin, np.argmax) for i in (0, 1)]
    kept: Array = path[np.unique(np.concatenate([*places, np.arange(whole, len(path))]))]
    return kept


def _cut(path: Array) -> Array:
    """Its segments as far as they lie in [−1, 1]² (Liang and Barsky), shape (n, 6): twice (x, y, step)."""
    a, b = path[:-1], path[1:]
    if len(path) == 1:
        a = b = path
    usable = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
    a, b = a[usable], b[usable]
    way = b - a
    enter, leave = np.zeros(len(a)), np.ones(len(a))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for i in (0, 1):
            still = way[:, i] == 0
            low, high = (-1.0 - a[:, i]) / way[:, i], (1.0 - a[:, i]) / way[:, i]
            outside = still & (np.abs(a[:, i]) > 1.0)
            enter = np.where(still, enter, np.maximum(enter, np.minimum(low, high)))
            leave = np.where(outside, -1.0, np.where(still, leave, np.minimum(leave, np.maximum(low, high))))
        rounding = np.maximum(np.abs(a[:, :2]).max(axis=1, initial=0.0), np.abs(b[:, :2]).max(axis=1, initial=0.0))
        seen = (enter <= leave) & (rounding * 2.0**-52 < LOST)
    a, way, enter, leave = a[seen], way[seen], enter[seen, None], leave[seen, None]
    cut = np.hstack([a + enter * way, a + leave * way])
    for k in (0, 1, 3, 4):
        np.clip(cut[:, k], -1.0, 1.0, out=cut[:, k])
    return cut
