"""What is to be drawn, as data that nobody changes: it is handed to the thread that draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from .camera import Camera
from .relief import Relief
from .walls import Ticks

Numbers = tuple[list[str], list[str], list[str]]
Colour = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Path:
    """A run's path: points (θ_1, θ_2, step), shape (n, 3), in data coordinates."""

    points: NDArray[np.float64]
    colour: Colour
    ahead: Colour
    width: float


@dataclass(frozen=True, eq=False)
class Look:
    """The colours of a theme; `table`: RGBA of each band, shape (256, 4)."""

    table: NDArray[np.uint8]
    ground: Colour
    contour: Colour
    wall: Colour
    edge: Colour
    rim: Colour
    shades: tuple[float, float]


@dataclass(frozen=True)
class Shot:
    """One picture: what, from where, how large, and up to which step paths are in full colour.

    `ticks`: where in the box the `numbers` of x, y and L stand, and the lines of the grid.
    """

    relief: Relief
    paths: tuple[Path, ...]
    look: Look
    camera: Camera
    width: int
    height: int
    ratio: float
    step: float
    ahead: bool
    ticks: Ticks
    numbers: Numbers
    fine: bool = True

    @property
    def size(self) -> tuple[float, float]:
        """In pixels of the window, as events count them."""
        return (float(self.width), float(self.height))


@dataclass(frozen=True, eq=False)
class Picture:
    """A shot and what came of it: an image, or what was found instead of a usable OpenGL."""

    shot: Shot
    image: QImage | None
    seconds: float = 0.0
    missing: str = ""
