"""Contour lines: where the loss is as large as a level, and not where it only jumps past it at a pole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import contourpy
import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath

Array = NDArray[np.float64]


def contour_lines(xs: Array, ys: Array, values: Array, levels: Array | Sequence[float]) -> list[Array]:
    """The lines of each level in turn: points in data coordinates, shape (n, 2), NaN between two lines.

    Args:
        values: shape (len(ys), len(xs)); what is not finite has no lines around it.
    """
    if not len(levels) or min(values.shape) < 2:
        return [np.empty((0, 2)) for _ in levels]
    hidden = ~np.isfinite(values) | _poles(values, np.asarray(levels, dtype=float))
    generator = contourpy.contour_generator(
        xs, ys, np.ma.masked_array(values, hidden), line_type=contourpy.LineType.ChunkCombinedNan
    )
    return [_joined(generator.lines(float(level))[0]) for level in levels]


def _joined(chunks: Any) -> Array:
    gap = np.full((1, 2), np.nan)
    pieces = [part for chunk in chunks if chunk is not None for part in (chunk, gap)]
    return np.concatenate(pieces[:-1]) if pieces else np.empty((0, 2))


def _poles(values: Array, levels: Array) -> NDArray[np.bool_]:
    """Where a jump past half of the levels goes against the slope on both of its sides, as at the pole of 1/x."""
    found = np.zeros(values.shape, dtype=bool)
    many = max(1, (len(levels) + 1) // 2)
    least = float((levels[many - 1 :] - levels[: len(levels) - many + 1]).min())
    for at, seen in ((values, found), (values.T, found.T)):
        with np.errstate(invalid="ignore", over="ignore"):
            step = np.diff(at, axis=1)
            jump, before, after = step[:, 1:-1], step[:, :-2], step[:, 2:]
            rows, columns = np.nonzero((np.abs(jump) > least) & (jump * before < 0) & (jump * after < 0))
        if not rows.size:
            continue
        columns += 1
        passed = np.searchsorted(levels, at[rows, columns + 1]) - np.searchsorted(levels, at[rows, columns])
        far = np.abs(passed) >= many
        seen[rows[far], columns[far]] = True
    return found


def to_path(points: Array) -> QPainterPath:
    """Points with NaN between lines as a path."""
    if not len(points):
        return QPainterPath()
    path: QPainterPath = pg.arrayToQPath(points[:, 0], points[:, 1], connect="finite", finiteCheck=True)
    return path
