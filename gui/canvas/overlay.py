"""What stands on top of the paths: starts, minima, the heads with their arrows and σ-ellipse, clouds of many runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine import kernel
from engine.scenario import Pair
from engine.simulator import Run
from surfaces import known_points

from ..i18n import tr
from ..look import marker, run_colour
from ..numbers import show
from ..session import Session
from ..theme import theme
from ..wide import is_wide
from .handles import shown_starts
from .view_item import ViewItem

if TYPE_CHECKING:
    from engine.wide import WideRun


ARROW = 46.0
ELLIPSE = 34.0
HEAD = 5.5


class Overlay(ViewItem):
    """Paints the state at the session's shown step, in pixels, so that nothing grows with the zoom."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.arrows = True
        self.covers: Callable[[Pair], bool] = lambda place: False  # whether another layer marks a known point
        self.words: list[QRectF] = []  # where the canvas has words of its own, in pixels
        self.setZValue(20)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        box = self.getViewBox()
        if box is None:
            return
        transform = painter.worldTransform()
        frame = transform.mapRect(box.viewRect())
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(theme().head + 1)
        painter.setFont(font)
        self._paint_clouds(painter, transform)
        self._paint_known(painter, transform)
        self._paint_starts(painter, transform)
        self._paint_heads(painter, transform, frame)
        painter.restore()

    def _paint_clouds(self, painter: QPainter, transform: QTransform) -> None:
        simulator = self._session.simulator
        for ensemble in simulator.ensembles if simulator else ():
            step = min(self._session.shown_step, ensemble.run.last_step)
            points = to_pixels(ensemble.thetas[: ensemble.ready, step], transform)
            colour = run_colour(ensemble.run.index)
            colour.setAlpha(110)
            painter.setPen(QPen(colour, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in points[np.isfinite(points).all(axis=1)]]))

    def _paint_known(self, painter: QPainter, transform: QTransform) -> None:
        minima, saddles = known_points(self._session.scenario.surface)
        for width, colour in ((4.5, theme().ground), (2.0, theme().text)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for points, turned in ((minima, True), (saddles, False)):
                for point in points:
                    if self.covers(point):
                        continue
                    c = transform.map(QPointF(*point))
                    a, b = (4.5, 4.5) if turned else (0.0, 6.0)
                    painter.drawLine(QPointF(c.x() - a, c.y() - b), QPointF(c.x() + a, c.y() + b))
                    a, b = (4.5, -4.5) if turned else (6.0, 0.0)
                    painter.drawLine(QPointF(c.x() - a, c.y() - b), QPointF(c.x() + a, c.y() + b))

    def _paint_starts(self, painter: QPainter, transform: QTransform) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for handle in shown_starts(self._session):
            centre = transform.map(QPointF(*handle.place))
            colour = QColor(theme().text) if handle.run is None else run_colour(handle.run)
            painter.setPen(QPen(QColor(theme().ground), 5.0))
            painter.drawEllipse(centre, 6.5, 6.5)
            painter.setPen(QPen(colour, 2.2))
            painter.drawEllipse(centre, 6.5, 6.5)

    def _paint_heads(self, painter: QPainter, transform: QTransform, frame: QRectF) -> None:
        session = self._session
        order = sorted(session.runs, key=lambda run: run.index == session.selected)
        gone = list(self.words)
        for run in order:
            if run.computed < 0:
                continue
            step = min(session.shown_step, run.computed)
            row, place = run.row(step), np.array(session.plane.place(run, step))
            x, y = to_pixels(place[None], transform)[0]
            if not frame.contains(QPointF(x, y)):
                self._paint_gone(painter, run, place, (x, y), frame, gone)
                continue
            centre = QPointF(x, y)
            if run.index == session.selected and self.arrows:
                if is_wide(run):
                    self._paint_step(painter, run, step, transform)
                else:
                    self._paint_arrows(painter, row, centre, transform)
            painter.setPen(QPen(QColor("#ffffff"), 1.6))
            painter.setBrush(run_colour(run.index))
            painter.drawPath(marker(run.index, centre, HEAD))

    def _paint_step(self, painter: QPainter, run: WideRun, step: int, transform: QTransform) -> None:
        """Of a network the update alone, as far as it lies on the plane: g and m are hardly ever near it."""
        plane = self._session.plane
        if step < run.computed:
            here, there = to_pixels(np.array([plane.place(run, step), plane.place(run, step + 1)]), transform)
            update = there - here
            if np.isfinite(update).all() and 10 < math.hypot(*update) < 4000:
                _arrow(painter, QPointF(*here), update, run_colour(run.index), "Δθ", dashed=False)

    def _paint_arrows(
        self, painter: QPainter, row: NDArray[np.float64], centre: QPointF, transform: QTransform
    ) -> None:
        """−g and m as directions of one length, the update as it is, η/σ as the shape of an ellipse."""
        scale = np.array([transform.m11(), transform.m22()])
        rates = np.abs(row[kernel.RATE : kernel.RATE + 2] * scale)
        if np.isfinite(rates).all() and rates.max() > 0:
            a, b = np.maximum(ELLIPSE * rates / rates.max(), 1.0)
            colour = QColor(theme().text)
            colour.setAlpha(120)
            painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, float(a), float(b))
        gradient, m = row[kernel.GRAD : kernel.GRAD + 2], row[kernel.M : kernel.M + 2]
        descent = _direction(-gradient * scale)
        momentum = _direction(-m * scale)
        if descent is not None:
            _arrow(painter, centre, descent * ARROW, QColor(theme().text), "−g", dashed=False)
        if momentum is not None and (descent is None or float(np.dot(descent, momentum)) < 0.999):
            _arrow(painter, centre, momentum * ARROW, QColor(theme().accent), "−m", dashed=True)
        update = row[kernel.UPDATE : kernel.UPDATE + 2] * scale
        if np.isfinite(update).all() and 10 < (length := math.hypot(*update)) < 4000:
            beside = descent is None or float(np.dot(descent, update)) < 0.98 * length or abs(length - ARROW) > 24
            _arrow(painter, centre, update, run_colour(self._session.selected), "Δθ" if beside else "", dashed=False)

    def _paint_gone(
        self,
        painter: QPainter,
        run: Run,
        place: NDArray[np.float64],
        at: tuple[float, float],
        frame: QRectF,
        taken: list[QRectF],
    ) -> None:
        """An arrow at the border that says where a run went."""
        inner = frame.adjusted(14, 14, -14, -14)
        centre = inner.center()
        x = at[0] if math.isfinite(at[0]) else math.copysign(1e9, place[0]) * (place[0] == place[0])
        y = at[1] if math.isfinite(at[1]) else -math.copysign(1e9, place[1]) * (place[1] == place[1])
        away = QPointF(x - centre.x(), y - centre.y())
        reach = max(abs(away.x()) / (inner.width() / 2), abs(away.y()) / (inner.height() / 2), 1e-9)
        tip = QPointF(centre.x() + away.x() / reach, centre.y() + away.y() / reach)
        axes = self._session.plane.names
        outside = [k for k in (0, 1) if not _between(at[k], frame, k)] or [0]
        words = tr("off to {place}", place=", ".join(f"{axes[k]} = {show(float(place[k]), 2)}" for k in outside))
        metrics = QFontMetricsF(painter.font())
        size = metrics.size(0, words)
        left = min(max(tip.x() - size.width() / 2, inner.left()), inner.right() - size.width())
        top = tip.y() + 12 if tip.y() < centre.y() else tip.y() - 14 - size.height()
        plate = QRectF(left - 5, top - 2, size.width() + 10, size.height() + 4)
        while any(plate.intersects(other) for other in taken):
            plate.translate(0, plate.height() + 2 if tip.y() < centre.y() else -plate.height() - 2)
        taken.append(plate)
        direction = _direction(np.array([away.x(), away.y()]))
        if direction is not None:
            back = QPointF(tip.x() - 16 * direction[0], tip.y() - 16 * direction[1])
            _arrow(painter, back, 16 * direction, run_colour(run.index), "", dashed=False)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(theme().panel)
        ground.setAlpha(215)
        painter.setBrush(ground)
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(run_colour(run.index))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)


def to_pixels(points: NDArray[np.float64], transform: QTransform) -> NDArray[np.float64]:
    """Points in data coordinates, shape (n, 2), to pixels."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled: NDArray[np.float64] = points * (transform.m11(), transform.m22()) + (transform.dx(), transform.dy())
    return scaled


def _direction(vector: NDArray[np.float64]) -> NDArray[np.float64] | None:
    largest = float(np.abs(vector).max())
    if not (0 < largest < math.inf):
        return None
    unit: NDArray[np.float64] = vector / largest
    return unit / math.hypot(*unit)


def _between(value: float, frame: QRectF, axis: int) -> bool:
    return frame.left() <= value <= frame.right() if axis == 0 else frame.top() <= value <= frame.bottom()


def _arrow(
    painter: QPainter, tail: QPointF, vector: NDArray[np.float64], colour: QColor, name: str, dashed: bool
) -> None:
    tip = QPointF(tail.x() + vector[0], tail.y() + vector[1])
    unit = vector / math.hypot(*vector)
    side = np.array([-unit[1], unit[0]])
    base = np.array([tip.x(), tip.y()]) - 8 * unit
    wings = [QPointF(*(base + 3.5 * side)), tip, QPointF(*(base - 3.5 * side))]
    for width, shade in ((4.0, QColor(theme().ground)), (2.0, colour)):
        style = Qt.PenStyle.DashLine if dashed and width == 2.0 else Qt.PenStyle.SolidLine
        painter.setPen(QPen(shade, width, style, Qt.PenCapStyle.FlatCap))
        painter.drawLine(tail, QPointF(*base))
    painter.setPen(QPen(QColor(theme().ground), 1.0))
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(wings))
    if name:
        place = np.array([tip.x(), tip.y()]) + 10 * unit
        _haloed(painter, QRectF(place[0] - 16, place[1] - 9, 32, 18), name, colour)


def _haloed(painter: QPainter, place: QRectF, words: str, colour: QColor) -> None:
    """Words with a rim of the ground around them, so that they can be read on any path."""
    painter.setPen(QColor(theme().ground))
    for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1), (-1.5, 0), (1.5, 0), (0, -1.5), (0, 1.5)):
        painter.drawText(place.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, words)
    painter.setPen(colour)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
