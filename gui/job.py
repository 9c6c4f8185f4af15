"""Work in a thread that tells how far it is and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QThread, Signal

T = TypeVar("T")


class _Stopped(Exception):
    pass


class Job(QThread, Generic[T]):
    """Runs `work(tell)` once started; afterwards there is a `result`, an `error`, or it was `stopped`.

    `tell` is to be called with the share of the work that is done; while it is, the thread can be stopped.

    Signals:
        progress: the percentage that is done.
    """

    progress = Signal(int)

    def __init__(self, work: Callable[[Callable[[float], None]], T], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.result: T | None = None
        self.error: Exception | None = None
        self.stopped = False

    def run(self) -> None:
        def tell(share: float) -> None:
            if self.isInterruptionRequested():
                raise _Stopped
            self.progress.emit(int(100 * share))

        try:
            self.result = self._work(tell)
        except _Stopped:
            self.stopped = True
        except Exception as error:  # whatever it was, it is said where the result would stand
            self.error = error

    def stop(self) -> None:
        """Ask it to end at its next report, and wait for that."""
        self.requestInterruption()
        self.wait()
