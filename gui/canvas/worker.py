"""The field in the background: a coarse picture at once, then finer ones as far as time allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject

from engine.surface import Surface

from ..newest import Newest
from .colours import Floats
from .field import Field, draw
from .sampling import Pass, Rect, evaluate, passes, seconds_per_point
from .style import Style

MOMENT = 0.5  # seconds: a coarse picture that is seen no longer is drawn as coarse as it is
SOON = 0.05  # seconds: a pass that takes no longer is finished even if something newer is asked for


class Request(NamedTuple):
    """What is to be seen, how large in pixels, and how; see `field.draw`."""

    surface: Surface
    rect: Rect
    width: int
    height: int
    style: Style
    colours: Floats
    ground: int


class FieldWorker(Newest):
    """Samples a surface in passes. A change of how it looks alone is drawn from what is there."""

    result: Field | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("field", parent)
        self._place: object = None
        self._field: Field | None = None
        self._cost = 0.0

    def request(self, request: Request) -> None:
        """Ask for a field; returns at once."""
        small = request._replace(width=max(request.width, 8), height=max(request.height, 8))
        self.ask(small, small.surface.identity)

    def _results(self, request: Request) -> Iterator[Field]:
        surface, rect = request.surface, request.rect
        size = Pass(request.height, request.width)
        place = (surface.identity, rect, size)
        if place != self._place or self._field is None:
            self._place, self._field = place, None
            self._cost = seconds_per_point(surface, rect)
        grids = passes(self._cost, size.columns, size.rows)
        if self._field is not None:
            done = self._field.losses
            yield self._drawn(done, request, size, done.shape == tuple(grids[-1]))
            grids = [grid for grid in grids if grid.rows > len(done)]
        for grid in grids:
            soon = self._cost * grid.rows * grid.columns <= SOON and grid is grids[0]
            losses = evaluate(surface, rect, grid, self._cost, (lambda: False) if soon else self.abandoned)
            if losses is None or (self.abandoned() and not soon):
                return
            sharp = grid is grids[-1]
            yield self._drawn(losses, request, size, sharp)
            if self.abandoned():
                return

    def _drawn(self, losses: Floats, request: Request, size: Pass, sharp: bool) -> Field:
        frame = None
        if not sharp and self._cost * size.rows * size.columns <= MOMENT:
            frame, size = size, Pass(*losses.shape)
        self._field = draw(losses, request.rect, size, request.style, request.colours, request.ground, frame, sharp)
        return self._field
