"""Slow jobs of the window, one to a turn of the event loop, so that no frame waits for more than one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

Job = Callable[[], None]


class Turns(QObject):
    """Does the jobs of the last `start`; those of the one before that are still undone are dropped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    def start(self, jobs: Iterable[Job], delay_ms: int = 0) -> None:
        """Begin with `jobs` after `delay_ms`."""
        self._jobs = list(jobs)
        self._timer.start(delay_ms)

    def _next(self) -> None:
        if self._jobs:
            self._jobs.pop(0)()
        if self._jobs:
            self._timer.start(0)
