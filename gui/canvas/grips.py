"""Moving a handle of the canvas by mouse or keys: a start, or a nudge of the selected run; each drag one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.errors import ConfigError
from engine.scenario import Pair

from ..changes import event_at
from ..i18n import tr
from ..numbers import whole
from ..plane import NO_STARTS
from ..session import Session
from .handles import Handle

Rounded = Callable[[float, float], Pair]


class Grips:
    """Holds one handle at a time; places and distances are in data coordinates."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: Handle | None = None
        self._from: Pair = (0.0, 0.0)
        self._nudge: Pair = (0.0, 0.0)
        self._drags = 0

    @property
    def held(self) -> bool:
        return self._held is not None

    def grab(self, handle: Handle, at: Pair) -> None:
        """Begin a drag."""
        self._held, self._from = handle, at
        self._nudge = self._nudge_of(handle)
        self._drags += 1

    def drag(self, to: Pair, rounded: Rounded) -> None:
        """Bring a start to `to`, or move a head as far as the pointer has moved."""
        handle = self._held
        if handle is None or (handle.run is not None and handle.run >= len(self._session.scenario.runs)):
            return
        if handle.step:
            moved = (self._nudge[0] + to[0] - self._from[0], self._nudge[1] + to[1] - self._from[1])
            self._move(handle, rounded(*moved), f"drag {self._drags}")
        else:
            self._move(handle, rounded(*to), f"drag {self._drags}")

    def release(self) -> None:
        """End the drag."""
        self._held = None

    def shift(self, dx: float, dy: float, rounded: Rounded) -> None:
        """Nudge the selected run at the shown step, or move its start where that is step 0."""
        session, index = self._session, self._session.selected
        if not session.plane.has_starts:
            session.failed.emit(ConfigError(NO_STARTS, "surface.options.plane"))
            return
        if session.here == 0:
            own = session.scenario.runs[index].start is not None
            handle = Handle(session.start_of(index), 0.0, index if own else None)
            before = handle.place
        elif session.status.running:
            return
        elif session.current and session.runs[index].computed < session.here:
            template = "the selected run ended before step {step}: there is nothing to nudge"
            session.failed.emit(ConfigError(template, step=whole(session.here)))
            return
        else:
            handle = Handle((0.0, 0.0), 0.0, index, session.here)
            before = self._nudge_of(handle)
        self._move(handle, rounded(before[0] + dx, before[1] + dy), f"shift {handle.run} {handle.step}")

    def _nudge_of(self, handle: Handle) -> Pair:
        event = event_at(self._session.scenario.runs[handle.run or 0], handle.step)
        return (event and event.nudge) or (0.0, 0.0)

    def _move(self, handle: Handle, to: Pair, merge: str) -> None:
        session = self._session
        if handle.run is None:
            session.set_start(to, tr("Move start"), merge)
        elif handle.step:
            session.events.nudge(handle.run, handle.step, to, merge)
        else:
            session.change_run(handle.run, lambda run: replace(run, start=to), tr("Move start"), merge)
