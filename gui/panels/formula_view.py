"""A formula, properly typeset; or the same as plain text, which costs nothing, while things move."""

from __future__ import annotations

import math
import warnings
from collections import OrderedDict

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

SIZE = 15.0
SMALLEST = 0.6
CACHED = 256
Key = tuple[str, float, str]


class _Drawings:
    """The drawings of the formulas used last, as SVG; empty for a LaTeX text that cannot be drawn."""

    def __init__(self, limit: int) -> None:
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._limit = limit

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def get(self, key: Key) -> bytes:
        """The drawing of (latex, size, colour); a new one takes 9-30 ms, during which no other thread runs."""
        if key not in self._kept:
            self._kept[key] = _draw(*key)
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
    """Shows one formula. Too wide a one shrinks to the width, down to 60 %; below that it is for the area around to
    scroll. Its height only ever grows, so that what stands below stays in place while numbers change.
    """

    def __init__(self, size: float = SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._plain, self._colour = "", "#000000"
        self._renderer: QSvgRenderer | None = None
        self._natural = QSizeF()
        self._height = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def typeset(self) -> bool:
        """Whether the formula is drawn as mathematics, not as plain text."""
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
        before = self._wanted()
        self._plain, self._colour = plain, colour
        if self._renderer:
            self._height = max(self._height, math.ceil(self._natural.height()))
            self.setAccessibleName(plain)
        if self._wanted() != before:
            self.updateGeometry()
        self.update()

    def _wanted(self) -> tuple[float, int]:
        return self._natural.width(), self._height

    def forget_height(self) -> None:
        """Let the height shrink again, for a formula of another kind."""
        self._height, self._natural = 0, QSizeF()

    def sizeHint(self) -> QSize:
        return QSize(math.ceil(self._natural.width()), max(self._height, self.fontMetrics().height() + 4))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(math.ceil(SMALLEST * hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._renderer is None:
            painter.setPen(QColor(self._colour))
            text = self.fontMetrics().elidedText(self._plain, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            return
        shrunk = min(1.0, max(SMALLEST, self.width() / self._natural.width()))
        size = self._natural * shrunk
        self._renderer.render(painter, QRectF(0, (self.height() - size.height()) / 2, size.width(), size.height()))
