"""The loss over what is visible, sampled in the background: bands of colour and contour lines."""

from __future__ import annotations

import threading
import traceback
from dataclasses import dataclass

import contourpy
import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainterPath

from engine.kernel import sample_grid
from engine.surface import Surface

BANDS = 24
Rect = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Field:
    """The surface over `rect` (left, right, bottom, top).

    Attributes:
        bands: index of the band of each pixel, shape (rows, columns), row 0 at the bottom; 255 where L is not finite.
        levels: the losses at which bands meet, ascending; empty where the surface is flat.
        lines: the contour lines in data coordinates.
        low, high: the smallest and largest finite loss.
    """

    rect: Rect
    bands: NDArray[np.uint8]
    levels: NDArray[np.float64]
    lines: QPainterPath
    low: float
    high: float


def sample(surface: Surface, rect: Rect, width: int, height: int) -> Field:
    """Sample the surface on width × height pixels and choose levels that show a ravine and a plateau alike.

    The levels are quantiles of the visible losses, so that every band covers about the same area.
    """
    xs, ys = np.linspace(rect[0], rect[1], width), np.linspace(rect[2], rect[3], height)
    losses = np.empty((height, width))
    sample_grid(surface.function, surface.parameters, xs, ys, losses)
    finite = np.isfinite(losses)
    some = losses[finite]
    if not some.size:
        return Field(rect, np.full(losses.shape, 255, np.uint8), np.empty(0), QPainterPath(), np.nan, np.nan)
    low, high = float(some.min()), float(some.max())
    levels = np.unique(np.quantile(some[:: max(1, some.size // 20_000)], np.linspace(0, 1, BANDS + 1)[1:-1]))
    if high - low <= 1e-12 * max(1.0, abs(low)):
        levels = np.empty(0)
    bands = np.searchsorted(levels, losses).astype(np.uint8)
    bands[~finite] = 255
    return Field(rect, bands, levels, _lines(xs, ys, np.where(finite, losses, np.nan), levels), low, high)


def _lines(
    xs: NDArray[np.float64], ys: NDArray[np.float64], losses: NDArray[np.float64], levels: NDArray[np.float64]
) -> QPainterPath:
    generator = contourpy.contour_generator(
        xs[::2], ys[::2], np.ma.masked_invalid(losses[::2, ::2]), line_type=contourpy.LineType.ChunkCombinedNan
    )
    pieces = [chunk for level in levels for chunk in generator.lines(float(level))[0] if chunk is not None]
    if not pieces:
        return QPainterPath()
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([part for piece in pieces for part in (piece, gap)])
    path: QPainterPath = pg.arrayToQPath(points[:, 0], points[:, 1], connect="finite", finiteCheck=True)
    return path


class FieldWorker(QObject):
    """Samples in a thread of its own; of several requests only the newest is carried out.

    `ready` is emitted in the window's thread when `result` has been replaced.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: Field | None = None
        self._request: tuple[Surface, Rect, int, int] | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="field", daemon=True)
        self._thread.start()

    def request(self, surface: Surface, rect: Rect, width: int, height: int) -> None:
        """Ask for a field; returns at once."""
        with self._changed:
            self._request = (surface, rect, max(width, 8), max(height, 8))
            self._changed.notify()

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._request is not None or self._closed)
                if self._closed:
                    return
                request, self._request = self._request, None
            assert request is not None
            try:
                self.result = sample(*request)
            except Exception:  # such as no memory: the old picture stays, and the thread goes on
                traceback.print_exc()
                continue
            if not self._closed:
                self.ready.emit()
