"""The line through any number of points: what is there already is not drawn again, and the densest takes a frame."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from engine.blocks import PER_BLOCK, thin
from engine.polyline import trace

from ..plots.ink import draw_lines

MARGIN = 40.0
SMOOTH, SMOOTH_POINTS = 3e3, 600  # pixels of line, and points, up to which it is drawn as one smooth path each time
SOFT, MOST = 3e5, 1e6  # the work up to which lines have soft edges, and up to which no point is left out
POINT = 30.0  # pixels of line that take as long as one point
PIECE, PIECE_POINTS = 8.0, 2**14  # a piece stays drawn when it is so long, or has so many points
APART = 0.5, 1.0  # pixels that a point of a path, and of lines, lies at least from the one before

Array = NDArray[np.float64]


class Look(NamedTuple):
    """What a line looks like and where it is: the scale of `trace`, what is visible, and the pixels per unit of it."""

    rgb: int
    width: float
    scale: tuple[float, float, float, float]
    frame: tuple[int, int, int, int]
    ratio: float


class Trail:
    """One line. While it is short it is a path; a longer one stays on a pixmap, to which pieces are added.

    Attributes:
        group: out of so many points the first and those farthest out are drawn; 1 unless all were too many.
    """

    def __init__(self) -> None:
        self.group = 1
        self._key: object = None
        self._look = Look(0, 1.0, (1.0, 0.0, 1.0, 0.0), (0, 0, 1, 1), 1.0)
        self._drawn = 0  # the pieces go from the first point to this one
        self._work = self._limit = 0.0
        self._path: QPainterPath | None = None
        self._pixmap: QPixmap | None = None

    def clear(self) -> None:
        """Forget what is drawn."""
        self._key = self._path = self._pixmap = None

    def draw(self, painter: QPainter, points: Array, last: int, stable: int, version: object, look: Look) -> None:
        """Draw the line through the points 0 … last.

        Args:
            stable: so many of `points` are as they were whenever they were drawn in the same version.
        """
        whole = max(min(last, stable - 1), 0)
        if (version, look) != self._key or self._drawn > whole:
            self._key, self._look = (version, look), look
            self._start(points, whole)
        end = whole // self.group * self.group
        if end > self._drawn:
            piece = self._traced(points, self._drawn, end)
            if _length(*piece) >= PIECE or end - self._drawn >= PIECE_POINTS:
                self._add(*piece)
                self._drawn = end
                if self._work > self._limit:
                    self._start(points, whole)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tail = self._traced(points, self._drawn, last)
        if self._path is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._pen(Qt.PenCapStyle.RoundCap))
            painter.drawPath(self._path)
            painter.drawPath(_path(*tail))
        elif self._pixmap is not None:
            painter.drawPixmap(look.frame[0], look.frame[1], self._pixmap)
            self._draw_lines(painter, *tail)

    def _start(self, points: Array, whole: int) -> None:
        """Draw all anew, in the way that takes no longer than a frame."""
        self.group, self._path, self._pixmap, self._work = 1, None, None, 0.0
        piece = self._traced(points, 0, whole, APART[0])
        length = _length(*piece)
        if length <= SMOOTH and len(piece[0]) <= SMOOTH_POINTS:
            self._limit, self._path = 1.2 * (SMOOTH + POINT * SMOOTH_POINTS), QPainterPath()
        else:
            work = length + POINT * len(piece[0])
            while work > MOST and self.group <= whole:
                self.group = max(2 * PER_BLOCK, 2 * self.group)
                while PER_BLOCK * work > 2 * MOST * self.group:
                    self.group *= 2
                piece = self._traced(points, 0, whole // self.group * self.group)
                work = _length(*piece) + POINT * len(piece[0])
            self._limit = SOFT if work <= SOFT else 2 * max(MOST, work)
            frame = QRect(*self._look.frame)
            self._pixmap = QPixmap(frame.size() * self._look.ratio)
            self._pixmap.setDevicePixelRatio(self._look.ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
        self._drawn = whole // self.group * self.group
        self._add(*piece)

    def _add(self, points: Array, joined: NDArray[np.uint8]) -> None:
        self._work += _length(points, joined) + POINT * len(points)
        if self._path is not None:
            self._path.addPath(_path(points, joined))
        elif self._pixmap is not None:
            painter = QPainter(self._pixmap)
            painter.translate(-self._look.frame[0], -self._look.frame[1])
            self._draw_lines(painter, points, joined)
            painter.end()

    def _draw_lines(self, painter: QPainter, points: Array, joined: NDArray[np.uint8]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._limit <= SOFT)
        painter.setPen(self._pen(Qt.PenCapStyle.SquareCap))
        draw_lines(painter, np.hstack([points[:-1], points[1:]])[joined[:-1] == 1])

    def _pen(self, cap: Qt.PenCapStyle) -> QPen:
        return QPen(
            QColor.fromRgba(self._look.rgb), self._look.width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.RoundJoin
        )

    def _traced(
        self, points: Array, first: int, last: int, apart: float | None = None
    ) -> tuple[Array, NDArray[np.uint8]]:
        if self.group > 1:
            points = thin(points, first, last, self.group)
            first, last = 0, len(points) - 1
        left, top, width, height = self._look.frame
        box = (left - MARGIN, left + width + MARGIN, top - MARGIN, top + height + MARGIN)
        return trace(points, first, last, self._look.scale, box, apart or APART[self._path is None])


def _length(points: Array, joined: NDArray[np.uint8]) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T)[joined[:-1] == 1].sum())


def _path(points: Array, joined: NDArray[np.uint8]) -> QPainterPath:
    return pg.arrayToQPath(points[:, 0], points[:, 1], connect=joined) if len(points) else QPainterPath()
