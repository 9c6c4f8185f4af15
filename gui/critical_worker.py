"""The search for critical points in a thread of its own: the newest request counts, and it can be cancelled."""

from __future__ import annotations

import threading
import time
import traceback
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.surface import Surface
from surfaces.critical import Findings, Window, find_critical

PROGRESS_SECONDS = 0.05


@dataclass(frozen=True, eq=False)
class Found:
    """Findings together with the surface that they are true of."""

    surface: Surface
    findings: Findings


class FinderWorker(QObject):
    """Finds in a thread of its own; a newer request, or `cancel`, ends the one that is being carried out.

    `ready` and `progressed` are emitted when `result` or `share` has been replaced; `broke`, with the number of the
    request, when a search could not be finished.
    """

    ready = Signal()
    progressed = Signal()
    broke = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: Found | None = None
        self.share = 0.0
        self._request: tuple[Surface, Window] | None = None
        self._number = 0  # of the newest request or cancel
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def request(self, surface: Surface, window: Window) -> None:
        """Ask for the critical points; returns at once."""
        with self._changed:
            if self._closed:
                return
            self._request, self.share = (surface, window), 0.0
            self._number += 1
            if self._thread is None:  # many never ask
                self._thread = threading.Thread(target=self._work, name="critical points", daemon=True)
                self._thread.start()
            self._changed.notify()

    def cancel(self) -> None:
        """Find nothing any more, unless asked again."""
        with self._changed:
            self._request = None
            self._number += 1

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._closed = True
            self._number += 1
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._request is not None or self._closed)
                if self._closed:
                    return
                request, self._request, number = self._request, None, self._number
            assert request is not None
            try:
                findings = find_critical(*request, report=_Reporter(self, number))
            except Exception:  # such as no memory: what was found before stays, and the thread goes on
                traceback.print_exc()
                self.broke.emit(number)
                continue
            with self._changed:
                if findings is None or number != self._number:
                    continue
                self.result = Found(request[0], findings)
            self.ready.emit()

    def wanted(self, number: int) -> bool:
        """Whether a request is still the newest."""
        return number == self._number


class _Reporter:
    def __init__(self, worker: FinderWorker, number: int) -> None:
        self._worker, self._number, self._told = worker, number, 0.0

    def __call__(self, share: float) -> bool:
        wanted = self._worker.wanted(self._number)
        if wanted and time.monotonic() - self._told > PROGRESS_SECONDS:
            self._told = time.monotonic()
            self._worker.share = share
            self._worker.progressed.emit()
        return wanted
