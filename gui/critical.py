"""The critical points of what the canvas shows: kept as long as they are true, one of them selected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from engine.scenario import Pair, SurfaceConfig
from engine.surface import Surface
from surfaces.critical import CriticalPoint, Findings, Window

from .critical_worker import FinderWorker, Found
from .i18n import tr
from .session import Session

SOON_MS = 120
SLOW_MS = 400  # from then on progress is shown
BESIDE = 0.02  # of the window
NEAR = 1e-3  # of the window: the same place


class Critical(QObject):
    """Keeps the critical points to the surface of the session and to the window that the canvas shows.

    Signals:
        changed: other points, or on, off, working, cancelled.
        selection_changed: another point is selected.
        progressed: `share` has grown.
    """

    changed = Signal()
    selection_changed = Signal()
    progressed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.on = self.working = self.slow = self.cancelled = False
        self.selected: int | None = None
        self.worker = FinderWorker(self)
        self._found: Found | None = None
        self._places = np.empty((0, 2))
        self._surface: Surface | None = None
        self._config: SurfaceConfig | None = None
        self._window: Window | None = None
        self._soon, self._patience = QTimer(self), QTimer(self)
        for timer, delay, do in ((self._soon, SOON_MS, self._find), (self._patience, SLOW_MS, self._say_slow)):
            timer.setSingleShot(True)
            timer.setInterval(delay)
            timer.timeout.connect(do)
        self.worker.ready.connect(self._take)
        self.worker.progressed.connect(self.progressed)
        self.worker.broke.connect(self._give_up)
        session.scenario_changed.connect(self._follow)
        session.ticked.connect(self._follow)
        session.plane.changed.connect(self._follow)

    # What is there -----------------------------------------------------------------------------------------------

    @property
    def findings(self) -> Findings | None:
        """What was found on the surface in use; None where nothing was looked for yet."""
        return self._found.findings if self._found else None

    @property
    def points(self) -> Sequence[CriticalPoint]:
        """The points by ascending loss."""
        return self._found.findings.points if self._found else ()

    @property
    def point(self) -> CriticalPoint | None:
        """The selected one."""
        return self.points[self.selected] if self.selected is not None else None

    @property
    def share(self) -> float:
        """How much of the work is done."""
        return self.worker.share

    def covers(self, place: Pair) -> bool:
        """Whether one of the points is at `place`."""
        return self.near(place) is not None

    def near(self, place: Pair) -> int | None:
        """The point that is at `place`."""
        if self._found is None or not self.points:
            return None
        left, right, bottom, top = self._found.findings.window
        far = np.hypot(*((self._places - place) / (right - left, top - bottom)).T)
        nearest = int(far.argmin())
        return nearest if far[nearest] < NEAR else None

    # Finding -----------------------------------------------------------------------------------------------------

    def set_on(self, on: bool) -> None:
        """Find the critical points and follow surface and window from now on, or forget them."""
        if on == self.on:
            return
        self.on = on
        if on:
            self.find_again()
        else:
            self._stop()
            self._forget()
            self.changed.emit()

    def find_again(self) -> None:
        """Find at once."""
        self.cancelled = False
        self._follow()
        self._find()

    def cancel(self) -> None:
        """Give up looking; what was found before stays."""
        if self.working:
            self._stop()
            self.cancelled = True
            self.changed.emit()

    def _give_up(self) -> None:
        if self.worker.error is not None:  # otherwise something newer was asked for meanwhile
            self.cancel()

    def look_at(self, window: Window) -> None:
        """The canvas shows this window now: left, right, bottom, top."""
        if window != self._window:
            self._window = window
            if self.on:
                self.cancelled = False
                self._soon.start()

    def _follow(self) -> None:
        """Drop what is no longer true, and find anew once the engine has the new surface."""
        session = self.session
        if session.scenario.surface != self._config:
            self._config, self._surface = session.scenario.surface, None
        surface = session.plane.surface if session.current else None
        if surface and self._surface and surface.identity != self._surface.identity:
            self._surface = None
        if self._surface is not None:
            return
        self._stop()
        if self._found:
            self._forget()
            self.changed.emit()
        if surface:
            self._surface, self.cancelled = surface, False
            if self.on:
                self._soon.start()

    def _find(self) -> None:
        if not self.on or self._surface is None or self._window is None:
            return
        left, right, bottom, top = self._window
        if not (0 < right - left < math.inf and 0 < top - bottom < math.inf):
            return
        self._soon.stop()
        self.working, self.slow = True, False
        self._patience.start()
        self.worker.request(self._surface, self._window)
        self.changed.emit()

    def _say_slow(self) -> None:
        self.slow = self.working
        self.changed.emit()

    def _stop(self) -> None:
        self._soon.stop()
        self._patience.stop()
        self.worker.cancel()
        self.working = self.slow = False

    def _forget(self) -> None:
        self._found = None
        self._select_quietly(None)

    def _take(self) -> None:
        found = self.worker.result
        if not self.on or found is None or found.surface is not self._surface:
            return
        self._patience.stop()
        self.working = self.slow = False
        before, self._found = self.point, found
        self._places = np.array([point.place for point in found.findings.points]).reshape(-1, 2)
        self._select_quietly(self.near(before.place) if before is not None else None)
        self.changed.emit()

    # Choosing and using ------------------------------------------------------------------------------------------

    def select(self, index: int | None) -> None:
        """Select a point, or none."""
        if index != self.selected and (index is None or 0 <= index < len(self.points)):
            self._select_quietly(index)

    def _select_quietly(self, index: int | None) -> None:
        if index != self.selected:
            self.selected = index
            self.selection_changed.emit()

    def start_there(self, beside: bool = False) -> None:
        """Start at the selected point, or a little beside it along the eigenvector of λ2: down from a saddle."""
        point, session = self.point, self.session
        if point is None or self._window is None:
            return
        x, y = point.place
        if beside:
            left, right, bottom, top = self._window
            v1, v2 = point.eigenvectors[1]
            length = BESIDE / math.hypot(v1 / (right - left), v2 / (top - bottom))
            x, y = x + length * v1, y + length * v2
        run = session.scenario.runs[session.selected]
        if run.start is None:
            faults = session.set_start((x, y), tr("Start at a critical point"))
        else:
            moved = replace(run, start=(x, y))
            faults = session.replace_run(session.selected, moved, tr("Start at a critical point"))
        if faults:
            session.failed.emit(faults[0])

    def close(self) -> None:
        """End the thread."""
        self._soon.stop()
        self._patience.stop()
        self.worker.close()
