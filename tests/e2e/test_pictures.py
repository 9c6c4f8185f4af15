"""The window looks as in the gallery: pictures compared at a sixteenth of their size, with a tolerance.

After a change that is meant to be seen, `make screenshots` makes the gallery anew; look at it before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from ..screenshots import picture

GALLERY = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
SMALL = (160, 90)
MEAN = 3.0  # of 255, over the whole picture
SPOT = 40.0  # of 255, of any 8×8 pixels of the window but one in a hundred


def pixels(image: QImage) -> np.ndarray:
    """Red, green and blue of the picture, shrunk, shape (90, 160, 3)."""
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(*SMALL, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    small = small.convertToFormat(QImage.Format.Format_RGBX8888)
    return np.array(small.constBits(), dtype=float).reshape(SMALL[1], SMALL[0], 4)[:, :, :3]


@pytest.mark.parametrize(
    ("scene", "language", "theme"), [("L13", "en", "dark"), ("L09", "zh_CN", "light"), ("L04", "en", "light")]
)
def test_the_window_looks_as_in_the_gallery(scene: str, language: str, theme: str) -> None:
    wanted = QImage(str(GALLERY / f"{scene}-{language}-{theme}.png"))
    assert not wanted.isNull()
    difference = np.abs(pixels(picture(scene, language, theme)) - pixels(wanted)).max(axis=2)
    assert difference.mean() < MEAN
    assert np.quantile(difference, 0.99) < SPOT


def test_another_scene_does_not_look_like_it() -> None:
    """The comparison can tell pictures apart."""
    other = QImage(str(GALLERY / "L04-en-dark.png"))
    same = QImage(str(GALLERY / "L13-en-dark.png"))
    assert np.abs(pixels(other) - pixels(same)).max(axis=2).mean() > MEAN
