"""A row of a form for a number that is 0 or 1."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.declaration import Parameter
from engine.errors import ConfigError

from ..i18n import tr, tr_error
from ..theme import theme
from ..widget import label
from .setup_words import symbol

GAP, TICK, ROW = 8, 16, 26


class Tick(QCheckBox):
    """A check box in the theme's colours: Fusion's own is lost on a raised ground."""

    def sizeHint(self) -> QSize:
        return QSize(TICK + 2, TICK + 2)

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, on = theme(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(1.5, (self.height() - TICK) / 2 + 0.5)
        painter.setPen(QColor(t.accent if on or self.hasFocus() else t.dim))
        painter.setBrush(QColor(t.accent if on else t.panel))
        painter.drawRoundedRect(0, 0, TICK - 1, TICK - 1, 4, 4)
        if on:
            painter.setPen(QPen(QColor(t.on_accent), 2))
            painter.drawPolyline([QPointF(3.5, 7.5), QPointF(6.5, 10.5), QPointF(11.5, 4.5)])
        if self.hasFocus():
            painter.setPen(QColor(t.text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(0, 0, TICK - 1, TICK - 1, 4, 4)


class Switch(QWidget):
    """One row of a form for a number that is 0 or 1, with what is wrong beneath."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        self._parameter = parameter
        self._error: ConfigError | None = None
        self.label = label()
        self.box = Tick()
        self.box.setAccessibleName(parameter.name)
        self.label.setBuddy(self.box)
        self.error = label("error", wrap=True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.label)
        row.addWidget(self.box)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row, 1)
        column.addWidget(self.error)
        self.setMinimumHeight(ROW)
        self.show_error(None)

    def set_on(self, on: bool) -> None:
        """Show a state that comes from elsewhere."""
        if on != self.box.isChecked():
            self.box.setChecked(on)
            self.show_error(None)

    def show_error(self, error: ConfigError | None) -> None:
        """Show why it could not be switched; None takes it away."""
        self._error = error
        text = tr_error(error) if error else ""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.box.setAccessibleDescription(text)

    def retranslate(self) -> None:
        self.label.setText(symbol(self._parameter.name))
        self.setToolTip(tr(self._parameter.doc))
        self.show_error(self._error)
