"""Starts that a person sets by clicking on a picture of the surface, flat or in 3-D."""

from __future__ import annotations

import math
from itertools import count

from engine.errors import ConfigError
from engine.scenario import Pair

from .i18n import tr
from .plane import NO_STARTS
from .session import Session

_numbers = count()


class StartClicks:
    """Each click is one undo step; what the first half of a double click did can be taken back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changed = False  # by the last click

    def start_at(self, place: Pair | None, another: bool) -> list[ConfigError]:
        """Start there, or add `another` run that does; None for a click that asks for no start. Returns the faults."""
        self._changed = False
        if place is None:
            return []
        if not self._session.plane.has_starts:
            return [ConfigError(NO_STARTS, "surface.options.plane")]
        before = self._session.undo_stack.index()
        if another:
            found = self._session.add_run(tr("Add run"), start=place)
        else:
            found = self._session.set_start(place, tr("Move start"), f"click {next(_numbers)}")
        self._changed = self._session.undo_stack.index() != before
        return found

    def take_back(self) -> None:
        """The last click was the first half of a double click: it was not what was meant."""
        if self._changed:
            self._changed = False
            self._session.forget_last_change()


def round_to_pixel(place: Pair, pixel: Pair) -> Pair:
    """A place to the digits that a pixel, of this width and height in data coordinates, can tell apart."""
    x, y = (
        round(value, max(0, 1 - math.floor(math.log10(size))) if size > 0 else 15)
        for value, size in zip(place, pixel, strict=True)
    )
    return x, y
