"""A formula, properly typeset; or the same as plain text, which costs nothing, while things move."""

from __future__ import annotations

import math
import warnings
from collections import OrderedDict

from PySide6.QtCore import QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.language.typeset import quick

SIZE = 15.0
SMALLEST = 0.75
ENDLESS = 10_000
CACHED = 256
Key = tuple[str, float, str]
_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignVCenter)


class _Drawings:
    """The drawings of the formulas used last, as SVG; empty for a LaTeX text that cannot be drawn."""

    def __init__(self, limit: int) -> None:
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._limit = limit

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def get(self, key: Key) -> bytes:
        """The drawing of (latex, size, colour); a new one takes 9-400 ms, during which no other thread runs.

        Empty for a text that would take longer.
        """
        if key not in self._kept:
            self._kept[key] = _draw(*key) if quick(key[0]) else b""
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _draw(latex: str, size: float, colour: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # ziamath finds its fonts in a deprecated way
        from ziamath.config import config  # 150 ms, which the start of the window need not wait for
        from ziamath.zmath import Latex

        config.svg2 = False  # Qt draws specks otherwise
        try:
            svg: str = Latex(latex, size=size, color=colour).svg()
        except Exception:  # it refuses in many ways, with assertions among them
            return b""
    return svg.encode()


_drawings = _Drawings(CACHED)


class FormulaView(QWidget):
    """Shows one formula. Too wide a one shrinks to the width, down to 75 %; below that its plain text stands there in
    lines. It is at least `least` pixels high, and only ever grows, so that nothing moves while numbers change.
    """

    def __init__(self, size: float = SIZE, least: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._least = size, least
        self._plain, self._colour = "", "#000000"
        self._renderer: QSvgRenderer | None = None
        self._natural = QSizeF()
        self._height = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def typeset(self) -> bool:
        """Whether there is a drawing of the formula, which is shown where it is legible."""
        return self._renderer is not None

    def has_ready(self, latex: str, colour: str) -> bool:
        """Whether `show_latex` would cost nothing."""
        return (latex, self._size, colour) in _drawings

    def show_latex(self, latex: str, plain: str, colour: str) -> None:
        """Typeset `latex`; `plain` is what a screen reader says, and stands in for a text that cannot be typeset."""
        renderer = QSvgRenderer(_drawings.get((latex, self._size, colour)))
        if not renderer.isValid():
            self.show_plain(plain, colour)
            return
        self._renderer, self._natural = renderer, QSizeF(renderer.viewBoxF().size())
        self._show(plain, colour)

    def show_plain(self, plain: str, colour: str) -> None:
        """Show plain text."""
        self._renderer = None
        self._show(plain, colour)

    def _show(self, plain: str, colour: str) -> None:
        self._plain, self._colour = plain, colour
        if self._renderer:
            self.setAccessibleName(plain)
        self._grow()
        self.update()

    def _drawn(self) -> bool:
        return self._renderer is not None and self._natural.width() * SMALLEST <= self.width()

    def _grow(self) -> None:
        """Take the height that is needed at this width, if it is more than before."""
        if self._drawn():
            needed = math.ceil(self._natural.height())
        else:
            room = QRect(0, 0, max(self.width(), 1), ENDLESS)
            needed = self.fontMetrics().boundingRect(room, _WRAPPED, self._plain).height()
        if needed > self._height:
            self._height = needed
            self.updateGeometry()

    def forget_height(self) -> None:
        """Let the height shrink again, for a formula of another kind."""
        self._height = 0

    def sizeHint(self) -> QSize:
        least = max(self._least, self.fontMetrics().height() + 4)
        return QSize(math.ceil(self._natural.width()), max(self._height, least))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._height = 0
            self._grow()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._renderer is None or not self._drawn():
            painter.setPen(QColor(self._colour))
            painter.drawText(self.rect(), _WRAPPED, self._plain)
            return
        size = self._natural * min(1.0, self.width() / self._natural.width())
        self._renderer.render(painter, QRectF(0, (self.height() - size.height()) / 2, size.width(), size.height()))
