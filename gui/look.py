"""How things look everywhere: the colour and marker of a run, icons, the ground of words that lie on a picture."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from .assets import ASSETS
from .theme import theme

_SIDES = (0, 4, 3, 5, -4, 6)


def run_colour(index: int) -> QColor:
    """The colour of a run, from the Okabe–Ito palette of the theme."""
    colours = theme().runs
    return QColor(colours[index % len(colours)])


def parse_colour(text: str) -> QColor:
    """A colour as #rrggbb or #rrggbbaa."""
    result = QColor(text[:7])
    if len(text) == 9:
        result.setAlpha(int(text[7:], 16))
    return result


def floating_sheet() -> str:
    """The style sheet of words that lie on a picture, which shines through a little."""
    ground = QColor(theme().panel)
    return (
        f"background: rgba({ground.red()}, {ground.green()}, {ground.blue()}, 215);"
        f"border: 1px solid {theme().line}; border-radius: 4px; padding: 3px 7px; color: {theme().text};"
    )


def text_colour(index: int) -> QColor:
    """The colour of a run for small words: moved away from panels until it has a contrast of 4.5:1 to them (WCAG)."""

    def luminance(shade: QColor) -> float:
        channels = (shade.redF(), shade.greenF(), shade.blueF())
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05

    colour, grounds = run_colour(index), [luminance(QColor(ground)) for ground in (theme().panel, theme().raised)]
    while not all(max(ground, own := luminance(colour)) >= 4.5 * min(ground, own) for ground in grounds):
        colour = colour.darker(104) if grounds[0] > 0.5 else colour.lighter(104)
    return colour


def marker(index: int, centre: QPointF, radius: float) -> QPainterPath:
    """The outline of a run's marker: circle, square, triangle, pentagon, diamond, hexagon.

    Colours come again after six runs; each round the markers go on by one, so that 36 runs all look different.
    """
    path = QPainterPath()
    sides = _SIDES[(index + index // len(_SIDES)) % len(_SIDES)]
    if sides == 0:
        path.addEllipse(centre, radius, radius)
        return path
    turn = {4: math.pi / 4, -4: 0.0}.get(sides, math.pi / 2)
    count = abs(sides)
    points = [
        QPointF(
            centre.x() + 1.2 * radius * math.cos(turn + 2 * math.pi * k / count),
            centre.y() - 1.2 * radius * math.sin(turn + 2 * math.pi * k / count),
        )
        for k in range(count)
    ]
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def run_sample(index: int, ratio: float = 1.0) -> QPixmap:
    """A short line with the run's marker, as it stands on cards and in legends; 28×14 pixels."""
    pixmap = QPixmap(QSize(round(28 * ratio), round(14 * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(run_colour(index), 2))
    painter.drawLine(QPointF(1, 7), QPointF(27, 7))
    painter.setBrush(run_colour(index))
    painter.drawPath(marker(index, QPointF(14, 7), 4))
    painter.end()
    return pixmap


def icon(name: str, colour: str | None = None) -> QIcon:
    """An icon of `assets/icons` in the colour of the theme's text, or in `colour`."""
    result = QIcon()
    result.addPixmap(QPixmap.fromImage(_drawn(name, colour or theme().text, 1.0)), QIcon.Mode.Normal)
    result.addPixmap(QPixmap.fromImage(_drawn(name, theme().dim, 0.5)), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=512)
def _drawn(name: str, shade: str, opacity: float) -> QImage:
    # Qt draws currentColor black.
    text = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", shade)
    image = QImage(QSize(48, 48), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setOpacity(opacity)
    QSvgRenderer(text.encode()).render(painter)
    painter.end()
    return image
