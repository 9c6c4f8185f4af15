"""The search for critical points in the background, which tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.surface import Surface
from surfaces.critical import Findings, Window, find_critical

from .newest import Newest

PROGRESS_SECONDS = 0.05


@dataclass(frozen=True, eq=False)
class Found:
    """Findings together with the surface that they are true of."""

    surface: Surface
    findings: Findings


class FinderWorker(Newest):
    """Finds the critical points of the surface and in the window that it is asked for last.

    Signals:
        progressed: `share`, how much of the search is done, has grown.
    """

    progressed = Signal()
    result: Found | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("critical points", parent)
        self.share = 0.0

    def request(self, surface: Surface, window: Window) -> None:
        """Ask for the critical points; returns at once."""
        self.share = 0.0
        self.ask((surface, window), object())  # what was found in another window is of no use

    def _results(self, request: tuple[Surface, Window]) -> Iterator[Found]:
        told = 0.0

        def report(share: float) -> bool:
            nonlocal told
            if self.abandoned():
                return False
            if time.monotonic() - told > PROGRESS_SECONDS:
                told, self.share = time.monotonic(), share
                self.progressed.emit()
            return True

        findings = find_critical(*request, report=report)
        if findings is not None:
            yield Found(request[0], findings)
