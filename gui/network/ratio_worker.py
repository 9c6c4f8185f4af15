"""The search for critical points of a network, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject

from engine.errors import ConfigError
from engine.scenario import Scenario
from surfaces import build
from surfaces.network.study import Point, critical_points

from ..newest import Newest

TRIES = 90


class Study(NamedTuple):
    """What was found so far: the points, after how many of how many tries; `error`: why there can be none."""

    points: tuple[Point, ...] = ()
    tried: int = 0
    tries: int = TRIES
    error: ConfigError | None = None


class RatioWorker(Newest):
    """Tries one network after the other."""

    result: Study | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("minimum ratio", parent)

    def request(self, scenario: Scenario, run: int) -> None:
        """Look for critical points with the optimizer of this run; returns at once."""
        self.ask((scenario, run), object())

    def _results(self, request: tuple[Scenario, int]) -> Iterator[Study]:
        found: list[Point] = []
        yield Study()
        try:
            tries = critical_points(*request, build, TRIES, self.abandoned)
            for k, point in enumerate(tries, 1):
                if self.abandoned():
                    return
                if point is not None:
                    found.append(point)
                yield Study(tuple(found), k)
        except ConfigError as error:
            yield Study(tuple(found), TRIES, error=error)
