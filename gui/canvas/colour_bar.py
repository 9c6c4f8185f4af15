"""The colour bar: which loss a band of the surface stands for, and the menu of how the surface is shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from ..i18n import tr
from ..look import icon
from ..numbers import show
from ..theme import theme
from ..widget import Part
from .colours import band_table
from .field import UNDEFINED, Field
from .labels import level_texts
from .levels import LINEAR, LOG, TYPED

BAR, WIDTH = 12, 78
TOP, BELOW, ROOM = 28.0, 62.0, 48.0
LONG, RAISED = 9.0, 0.6  # characters that fit beside the bar, and how wide a raised digit is among them


class ColourBar(Part):
    """A vertical bar with the losses at some of the levels, each band as high as the others.

    Below it the veil's colour, where there is one in sight, and `button`, whose menu the window fills.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field: Field | None = None
        self.button = QToolButton(self)
        self.button.setProperty("role", "flat")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setFixedSize(26, 26)
        self.setFixedWidth(WIDTH)
        self.show_words()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Colour bar of the loss"))
        self.button.setToolTip(tr("How the surface is shown: levels, colours, light, arrows"))
        self.button.setAccessibleName(tr("How the surface is shown"))
        self._explain()
        self.update()

    def restyle(self) -> None:
        self.button.setIcon(icon("sliders", theme().dim))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 200)

    def show_field(self, field: Field) -> None:
        """Show the levels of `field`."""
        self._field = field
        self._explain()
        self.update()

    def _explain(self) -> None:
        field = self._field
        spacing = field.style.levels if field else ""
        if spacing == LINEAR:
            words = tr("Loss. From band to band it grows by the same step; the outermost bands take in the rest.")
        elif spacing == LOG and field and field.base:
            base = show(field.base)
            words = tr("Loss. Bands grow by about the same factor above {base}, the least visible loss.", base=base)
        elif spacing == LOG:
            words = tr("Loss. From band to band it grows by about the same factor.")
        elif spacing == TYPED and field and field.style.typed:
            words = tr("Loss. Bands meet at the losses that you typed.")
        else:
            words = tr("Loss. Each band of colour covers about the same area of what is visible.")
        if field and field.undefined:
            words += "\n" + tr("The warm veil: the loss is not defined there, or too large for a number.")
        self.setToolTip(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.button.move(0, self.height() - self.button.height() - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        field = self._field
        if field is None:
            return
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(theme().head)
        painter.setFont(font)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        count = len(field.levels) + 1
        height = self.height() - TOP - BELOW
        colours = band_table(field.colours, count)
        painter.setPen(QColor(theme().dim))
        painter.drawText(QRectF(4, 2, self.width(), 16), left, tr("loss"))
        if field.undefined:
            veil = QColor(*(int(part) for part in colours[UNDEFINED]))
            swatch = QRectF(4.5, TOP + height + 14.5, BAR, BAR)
            painter.setBrush(veil)
            painter.setPen(QColor(theme().line))
            painter.drawRect(swatch)
            painter.setPen(QColor(theme().dim))
            painter.drawText(QRectF(BAR + 9, swatch.top() - 2, WIDTH - BAR - 9, 16), left, tr("undefined"))
        if np.isnan(field.low):
            return
        ordered = colours[:count][::-1].copy()
        image = QImage(ordered.data, 1, count, 4, QImage.Format.Format_RGBA8888)
        painter.drawImage(QRectF(4, TOP, BAR, height), image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme().line))
        painter.drawRect(QRectF(4, TOP, BAR, height))
        painter.setPen(QColor(theme().dim))
        for share, text in bar_texts(field, max(2, min(7, int(height // ROOM)))):
            y = TOP + height * (1 - share)
            painter.drawText(QRectF(BAR + 9, y - 8, WIDTH - BAR - 9, 16), left, text)


def bar_texts(field: Field, wanted: int) -> list[tuple[float, str]]:
    """About `wanted` numbers beside the bar, and where: 0 at the bottom, 1 at the top.

    Losses that differ only in digits for which there is no room are written as what they are more than the least.
    """
    count = len(field.levels) + 1
    edges = [field.low, *field.levels.tolist(), field.high]
    places = [int(k) for k in np.unique(np.linspace(0, count, wanted).round())]
    if field.style.levels == TYPED and count > 1:  # the typed losses alone: the ends may lie between them
        places = [int(k) for k in np.unique(np.linspace(1, count - 1, min(wanted, count - 1)).round())]
        edges = [min(edges[0], edges[1]), *edges[1:-1], max(edges[-1], edges[-2])]
    texts = [text for k, text in enumerate(level_texts(edges)) if k in places]
    if not all(map(_fits, texts)):
        least = edges[places[0]]
        more = [edges[k] - least for k in places[1:]]
        texts = [next(filter(_fits, (show(least, digits) for digits in (4, 3, 2))), show(least, 1))]
        texts += [text if _fits(text := f"+{show(value, 2)}") else f"+{show(value, 1)}" for value in more]
    return [(k / count, text) for k, text in zip(places, texts, strict=True)]


def _fits(text: str) -> bool:
    return sum(RAISED if character in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹" else 1.0 for character in text) <= LONG
