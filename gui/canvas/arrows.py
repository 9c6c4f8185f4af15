"""Arrows all over the canvas: −∇L, or the update that a run would make there; found in the background."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from engine.simulator import Run
from engine.surface import Surface

from ..newest import Newest
from .sampling import Rect
from .style import DESCENT

Array = NDArray[np.float64]
EVERY = 44.0  # pixels between two arrows
PART = 32  # points between two looks at whether to go on


class ArrowRequest(NamedTuple):
    """Arrows of `kind` over a rect of so many pixels; of an update: of which run, with what it carried in which row."""

    kind: str
    surface: Surface
    rect: Rect
    width: float
    height: float
    run: Run | None = None
    step: int = 0


class Arrows(NamedTuple):
    """`vectors` at `places`, shape (n, 2) both, in data coordinates; NaN where there is none or no finite loss.

    `run`, `step`: whose updates they are, −1 if they are −∇L.
    """

    places: Array
    vectors: Array
    run: int = -1
    step: int = -1


def grid(rect: Rect, width: float, height: float) -> Array:
    """Places that lie about `EVERY` pixels apart, the same all over the frame; shape (n, 2)."""
    counts = [max(1, round(pixels / EVERY)) for pixels in (width, height)]
    shares = [(np.arange(count) + 0.5) / count for count in counts]
    xs, ys = rect[0] + shares[0] * (rect[1] - rect[0]), rect[2] + shares[1] * (rect[3] - rect[2])
    return np.stack([part.ravel() for part in np.meshgrid(xs, ys)], axis=1)


class ArrowWorker(Newest):
    """Makes `Arrows`."""

    result: Arrows | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("arrows", parent)

    def request(self, request: ArrowRequest) -> None:
        """Ask for arrows; returns at once."""
        run = request.run.index if request.run else -1
        self.ask(request, (request.kind, run, request.surface.identity))

    def _results(self, request: ArrowRequest) -> Iterator[Arrows]:
        places = grid(request.rect, request.width, request.height)
        vectors = np.empty_like(places)
        row = request.run.row(request.step) if request.run else None
        for begin in range(0, len(places), PART):
            if self.abandoned() and begin:  # a moving view is followed as soon as one part takes no time
                return
            part = slice(begin, begin + PART)
            if request.kind == DESCENT:
                looks = np.array([request.surface.at((x, y)) for x, y in places[part].tolist()])
                vectors[part] = np.where(np.isfinite(looks[:, :1]), -looks[:, 1:3], np.nan)
            else:
                assert request.run is not None and row is not None
                vectors[part] = request.run.updates_at(request.step, row, places[part])
        if request.run is None:
            yield Arrows(places, vectors)
        else:
            yield Arrows(places, vectors, request.run.index, request.step)
