"""The colour bar: which loss a band of the surface stands for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..i18n import tr
from ..numbers import show
from ..theme import theme
from ..widget import Part
from .field import BANDS, Field

BAR = 12


def band_colours() -> NDArray[np.uint8]:
    """RGBA of each band, low to high, from the ramp of the theme; the last is a warm veil for no finite loss."""
    low, high = (np.array(QColor(c).getRgb()) for c in theme().ramp)
    share = np.linspace(0, 1, BANDS)[:, None]
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:BANDS] = np.round(low + share * (high - low))
    warm = QColor(theme().error)
    table[255] = (warm.red(), warm.green(), warm.blue(), 70)
    return table


class ColourBar(Part):
    """A vertical bar with the losses at some of the levels; equal steps of colour stand for equal areas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field: Field | None = None
        self.setFixedWidth(78)
        self.show_words()

    def retranslate(self) -> None:
        self.setToolTip(tr("Loss. Each band of colour covers about the same area of what is visible."))
        self.setAccessibleName(tr("Colour bar of the loss"))

    def restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(78, 200)

    def show_field(self, field: Field) -> None:
        """Show the levels of `field`."""
        self._field = field
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        field = self._field
        if field is None or not len(field.levels):
            return
        painter = QPainter(self)
        count = len(field.levels) + 1
        top, height = 28.0, self.height() - 60.0
        colours = band_colours()[:count][::-1].copy()
        image = QImage(colours.data, 1, count, 4, QImage.Format.Format_RGBA8888)
        painter.drawImage(QRectF(4, top, BAR, height), image)
        painter.setPen(QColor(theme().line))
        painter.drawRect(QRectF(4, top, BAR, height))
        font = painter.font()
        font.setPixelSize(theme().head)
        painter.setFont(font)
        painter.setPen(QColor(theme().dim))
        painter.drawText(QRectF(4, 2, self.width(), 16), Qt.AlignmentFlag.AlignLeft, tr("loss"))
        wanted = max(2, min(7, int(height // 48)))
        for k in np.unique(np.linspace(0, count, wanted).round().astype(int)):
            value = field.low if k == 0 else field.high if k == count else float(field.levels[k - 1])
            y = top + height * (1 - k / count)
            painter.drawText(
                QRectF(BAR + 9, y - 8, 60, 16),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                show(value, 3),
            )
