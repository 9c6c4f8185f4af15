"""The picture of a network: its data, and what it answers around them."""

from __future__ import annotations

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look import run_colour
from ..numbers import show
from ..plots.ink import small_font
from ..theme import theme
from ..widget import Part
from .answers import Answers

CLASSES = (1, 0)  # of the runs' colours: blue for label 0, orange for label 1
STRENGTH = 0.34  # of a class's colour in the ground where the network is sure
DOT = 2.6
MOST = 1500  # data points that are drawn; of more, every n-th


class Picture(Part):
    """Two inputs: the plane, shaded by what the network holds for likely, and the line where it is undecided.

    One input: the data points and the network's curve through them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: Answers | None = None
        self.setMinimumSize(140, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_words()

    def sizeHint(self) -> QSize:
        return QSize(230, 190)

    def restyle(self) -> None:
        self.update()

    def show_answers(self, answers: Answers | None) -> None:
        """Draw these; None for nothing."""
        self.answers = answers
        self.update()

    def frame(self) -> QRectF:
        """Where the data lie: of two inputs a square."""
        whole = QRectF(self.rect()).adjusted(2, 2, -2, -14)
        if self.answers is None or len(self.answers.inputs) == 1:
            return whole
        side = min(whole.width(), whole.height())
        return QRectF(whole.center().x() - side / 2, whole.top(), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        answers = self.answers
        if answers is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.frame()
        painter.save()
        painter.setClipRect(frame)
        painter.fillRect(frame, QColor(theme().ground))
        if len(answers.inputs) == 2:
            self._paint_field(painter, frame, answers)
            self._paint_classes(painter, frame, answers)
        else:
            self._paint_points(painter, frame, answers.inputs[0], answers.targets, QColor(theme().dim))
            self._paint_curve(painter, frame, answers)
        painter.restore()
        painter.setPen(QPen(QColor(theme().line), 1))
        painter.drawRect(frame)
        painter.setPen(QColor(theme().dim))
        painter.setFont(small_font(self, theme().head - 1))
        foot = QRectF(frame.left(), frame.bottom() + 1, frame.width(), 13)
        for text, side in zip(answers.span[:2], (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
            painter.drawText(foot, side | Qt.AlignmentFlag.AlignVCenter, show(text, 2))

    def _paint_field(self, painter: QPainter, frame: QRectF, answers: Answers) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            share = np.nan_to_num(1 / (1 + np.exp(-answers.field)), nan=0.5)[::-1]
        ground, zero, one = (_rgb(c) for c in (QColor(theme().ground), *(run_colour(k) for k in CLASSES)))
        sure = STRENGTH * np.abs(2 * share - 1)[..., None]
        colours = np.where((share > 0.5)[..., None], one, zero) * sure + ground * (1 - sure)
        pixels = np.ascontiguousarray(np.dstack([colours, np.full(share.shape, 255.0)]).round().astype(np.uint8))
        rows, columns = share.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(frame, image)
        left, right, bottom, top = answers.span
        xs, ys = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
        generator = contourpy.contour_generator(xs, ys, np.ma.masked_invalid(answers.field))
        path = QPainterPath()
        for line in generator.lines(0.0):
            path.addPolygon(QPolygonF([self._place(frame, answers, x, y) for x, y in np.asarray(line).tolist()]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme().text), 1.4))
        painter.drawPath(path)

    def _paint_classes(self, painter: QPainter, frame: QRectF, answers: Answers) -> None:
        """Label 0 as a disc, label 1 as a triangle."""
        every = max(1, answers.targets.size // MOST)
        for x, y, target in np.vstack([answers.inputs, answers.targets])[:, ::every].T.tolist():
            at, label = self._place(frame, answers, x, y), int(target > 0.5)
            painter.setPen(QPen(QColor(theme().ground), 0.7))
            painter.setBrush(run_colour(CLASSES[label]))
            if label:
                corners = ((0.0, -1.3), (1.15, 0.9), (-1.15, 0.9))
                painter.drawPolygon(QPolygonF([QPointF(at.x() + DOT * a, at.y() + DOT * b) for a, b in corners]))
            else:
                painter.drawEllipse(at, DOT, DOT)

    def _paint_points(
        self, painter: QPainter, frame: QRectF, x: NDArray[np.float64], y: NDArray[np.float64], colour: QColor
    ) -> None:
        answers = self.answers
        assert answers
        every = max(1, x.size // MOST)
        painter.setPen(QPen(colour, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(
            [self._place(frame, answers, a, b) for a, b in zip(x[::every].tolist(), y[::every].tolist(), strict=True)]
        )

    def _paint_curve(self, painter: QPainter, frame: QRectF, answers: Answers) -> None:
        x, y = answers.curve
        sound = np.isfinite(y) & (np.abs(y) < 1e6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(run_colour(answers.run.index), 2))
        places = [self._place(frame, answers, a, b) for a, b in zip(x[sound].tolist(), y[sound].tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(places))

    def _place(self, frame: QRectF, answers: Answers, x: float, y: float) -> QPointF:
        left, right, bottom, top = answers.span
        across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
        return QPointF(frame.left() + across * frame.width(), frame.bottom() - up * frame.height())


def _rgb(colour: QColor) -> NDArray[np.float64]:
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float64)
