"""A small picture of a surface for the menu: its natural window in bands of equal area, its known minima marked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.language import parse_expression
from engine.language.evaluate import evaluate_all
from surfaces import known_values
from surfaces.entry import Entry

from ..theme import Theme, theme
from .chooser_popup import Pictures

BANDS, CROSS = 16, 3.0


def surface_pictures(known: Mapping[str, Entry]) -> Pictures:
    """What draws the surface of a name, width × height pixels large; None for one that is no formula."""

    def draw(name: str, width: int, height: int) -> QImage | None:
        entry = known.get(name)
        return _picture(entry, width, height, theme()) if entry and entry.formula else None

    return draw


@lru_cache(maxsize=256)
def _picture(entry: Entry, width: int, height: int, look: Theme) -> QImage:
    left, right, bottom, top = entry.window
    values = {parameter.name: parameter.default for parameter in entry.parameters}
    xs, ys = np.linspace(left, right, width), np.linspace(top, bottom, height)[:, np.newaxis]
    tree = parse_expression(entry.formula, (*entry.axes, *values))
    losses = np.broadcast_to(evaluate_all(tree, values | {entry.axes[0]: xs, entry.axes[1]: ys}), (height, width))
    finite = np.isfinite(losses)
    levels = np.quantile(losses[finite], np.linspace(0, 1, BANDS + 1)[1:-1]) if finite.any() else np.empty(0)
    low, high = (_rgb(end) for end in look.ramp)
    colours = low + (high - low) * np.linspace(0, 1, BANDS)[:, np.newaxis]
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3] = colours[np.searchsorted(np.unique(levels), losses).clip(max=BANDS - 1)].round()
    pixels[~finite, :3] = _rgb(look.panel)
    pixels[..., 3] = 255
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    places = [
        QPointF((x - left) / (right - left) * (width - 1), (top - y) / (top - bottom) * (height - 1))
        for x, y, _ in known_values(entry.minima, values)
        if left <= x <= right and bottom <= y <= top
    ]
    _mark(image, places, look)
    return image


def _rgb(colour: str) -> NDArray[np.float64]:
    c = QColor(colour)
    return np.array([c.red(), c.green(), c.blue()], np.float64)


def _mark(image: QImage, places: list[QPointF], look: Theme) -> None:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(look.text), 1.5))
    for place in places:
        for side in (QPointF(CROSS, CROSS), QPointF(CROSS, -CROSS)):
            painter.drawLine(place - side, place + side)
    painter.end()
