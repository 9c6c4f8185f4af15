"""The runs' paths as data for the drawing thread: copied once for each piece of history that is new."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.blocks import Walk
from engine.simulator import Run
from engine.trajectory import View

from ..look import run_colour
from ..plane import Plane
from ..session import Session
from ..theme import Theme, theme
from ..wide import is_wide
from .scene import Colour, Path

SELECTED, OTHERS = 1.5, 1.15  # half the width in pixels
AHEAD = 0.42  # how much of its colour the path ahead has; the rest is the middle of the surface's colours


class _Known(NamedTuple):
    run: Run
    view: View
    look: tuple[Theme, bool, bool]
    token: object
    path: Path
    walk: Walk | None


class Feed:
    """Keeps a `Path` per run for as long as nothing about it changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: list[_Known] = []

    def paths(self) -> tuple[Path, ...]:
        """The paths of all runs, the selected one last, so that it lies on top."""
        session, kept = self._session, self._known
        faint = bool(session.simulator and session.simulator.ensembles)
        self._known = []
        for k, run in enumerate(session.runs):
            before = kept[k] if k < len(kept) and kept[k].run is run else None
            view, look = run.trajectory.view, (theme(), run.index == session.selected, faint)
            token = session.plane.token
            if before and before.token is not token:
                before = None
            if before and before.view is view and before.look == look:
                self._known.append(before)
            else:
                self._known.append(_known(run, view, look, before, session.plane))
        order = sorted(self._known, key=lambda known: known.look[1])
        return tuple(known.path for known in order)

    def run_of(self, path: Path) -> Run | None:
        """The run that a path belongs to."""
        return next((known.run for known in self._known if known.path is path), None)


def _known(run: Run, view: View, look: tuple[Theme, bool, bool], before: _Known | None, plane: Plane) -> _Known:
    walk = before.walk if before else None
    if before and before.view is view:
        points = before.path.points
    elif is_wide(run):
        points = plane.points(run)[:, :3].copy()
    elif view.stride == 1:
        walk = None
        points = np.column_stack([view.rows[:, :2], view.first + np.arange(len(view.rows), dtype=np.float64)])
    else:
        walk = walk or Walk(run)
        points = walk.follow(view).copy()
    _, selected, faint = look
    return _Known(run, view, look, plane.token, _path(points, run.index, selected, faint), walk)


def _path(points: NDArray[np.float64], index: int, selected: bool, faint: bool) -> Path:
    colour = run_colour(index)
    ahead = mixed(colour, _middle(), AHEAD)
    return Path(points, ahead if faint else rgba(colour), ahead, SELECTED if selected else OTHERS)


def _middle() -> QColor:
    low, high = (QColor(shade) for shade in theme().ramp)
    return QColor.fromRgbF(*(0.5 * (a + b) for a, b in zip(rgba(low)[:3], rgba(high)[:3], strict=True)))


def mixed(colour: QColor, other: QColor, share: float) -> Colour:
    """So much of `colour`, the rest of the other."""
    red, green, blue = (share * p + (1 - share) * q for p, q in zip(rgba(colour)[:3], rgba(other)[:3], strict=True))
    return red, green, blue, 1.0


def rgba(colour: QColor) -> Colour:
    """As the graphics processor takes colours."""
    return (colour.redF(), colour.greenF(), colour.blueF(), colour.alphaF())
