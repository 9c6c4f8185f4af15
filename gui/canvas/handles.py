"""What can be dragged on the canvas: the starts, and the head of the selected run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.scenario import Pair

from ..session import Session

RING, HEAD = 14.0, 8.0


@dataclass(frozen=True)
class Handle:
    """Something that is held at `place`, from within `reach` pixels.

    `run`: whose own start or whose head it is; None for the common start. `step`: of a head, where it nudges.
    """

    place: Pair
    reach: float
    run: int | None
    step: int = 0


def start_handles(session: Session) -> list[Handle]:
    """Each run's own start, and the common one where a run uses it; none on a plane that no start lies on."""
    if not session.plane.has_starts:
        return []
    runs = session.scenario.runs
    own = [Handle(run.start, RING, k) for k, run in enumerate(runs) if run.start]
    return own if len(own) == len(runs) else [*own, Handle(session.scenario.start, RING, None)]


def shown_starts(session: Session) -> list[Handle]:
    """Where starts are seen; on a plane that they do not lie on they cannot be held."""
    if session.plane.has_starts:
        return start_handles(session)
    runs = [run for run in session.runs if run.computed >= 0]
    return [Handle(session.plane.place(run, 0), 0.0, run.index) for run in runs]


def head_handle(session: Session) -> Handle | None:
    """The head of the selected run after its start, unless it moves by itself or has stopped before."""
    step, index = session.here, session.selected
    if (
        step == 0
        or not session.plane.has_starts
        or session.status.running
        or not session.current
        or index >= len(session.runs)
    ):
        return None
    run = session.runs[index]
    if run.computed < step:
        return None
    x, y = session.plane.place(run, step)
    return Handle((x, y), HEAD, index, step) if math.isfinite(x) and math.isfinite(y) else None


def handles(session: Session) -> list[Handle]:
    """All of them; the later lie on top."""
    head = head_handle(session)
    return ([head] if head else []) + start_handles(session)
