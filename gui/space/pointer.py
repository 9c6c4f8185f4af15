"""Pointing at the relief: what is there, which step of a path is near, and a start where a person clicks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from engine.errors import ConfigError
from engine.polyline import nearest
from engine.simulator import Run

from ..canvas.readout import values_at
from ..i18n import tr
from ..numbers import whole
from ..panels.setup_words import run_name
from ..session import Session
from ..start_clicks import StartClicks, round_to_pixel
from .drape import thinned
from .feed import Feed
from .picking import hidden, meet
from .relief import Relief
from .scene import Path, Shot

NEAR = 9.0  # pixels
PLACES = 800  # that can be told apart along the window


class Pointer:
    """Answers for one view; `feed` knows the runs of its paths."""

    def __init__(self, session: Session, feed: Feed) -> None:
        self._session, self._feed = session, feed
        self._placed: dict[int, tuple[Path, Relief, NDArray[np.float64], NDArray[np.float64]]] = {}
        self._clicks = StartClicks(session)

    def place(self, shot: Shot, at: QPointF) -> tuple[float, float] | None:
        """The place of the surface under a pixel, in data coordinates; None beside it."""
        met = meet(shot.relief, *shot.camera.ray(at.x(), at.y(), shot.size))
        return shot.relief.to_data(met[0], met[1]) if met else None

    def start_at(self, shot: Shot, at: QPointF, shift: bool) -> list[ConfigError]:
        """Start where the pixel is, or with `shift` add a run that does; returns what is wrong with that place."""
        place = self.place(shot, at)
        return self._clicks.start_at(place and round_to_pixel(place, _pixel(shot.relief)), another=shift)

    def take_back(self) -> None:
        """The click was the first half of a double click."""
        self._clicks.take_back()

    def words(self, shot: Shot, at: QPointF) -> tuple[str, int | None]:
        """What to say about a pixel, '' beside the surface, and the step of the path that is near, if any."""
        surface, place = self._session.plane.surface, self.place(shot, at)
        found = None if self._session.status.running else self._near(shot, at)
        if surface is None or (place is None and found is None):
            return "", None
        words = ""
        if found:
            run, step = found
            words = f"{run_name(run.config)}, {tr('step {step}', step=whole(step))}      "
            place = self._session.plane.place(run, step)
        assert place is not None
        words += values_at(surface, *place, _pixel(shot.relief))
        return words, found[1] if found else None

    def _near(self, shot: Shot, at: QPointF) -> tuple[Run, int] | None:
        """The run whose visible path lies under the pixel, the one drawn last first, and the step there."""
        best: tuple[Run, int] | None = None
        least = NEAR
        kept, self._placed = self._placed, {}
        for path in reversed(shot.paths):
            run = self._feed.run_of(path)
            known = kept.get(id(path))
            if known is None or known[0] is not path or known[1] is not shot.relief:
                points = thinned(np.column_stack([shot.relief.to_box(path.points), path.points[:, 2]]))
                placed = np.column_stack([points[:, :2], shot.relief.z_at(points)])
                known = (path, shot.relief, placed, points[:, 2])
            self._placed[id(path)] = known
            placed, steps = known[2], known[3]
            pixels = np.ascontiguousarray(shot.camera.project(placed, shot.size))
            if run is None or not len(pixels):
                continue
            k, distance = nearest(pixels, (1.0, 0.0, 1.0, 0.0), at.x(), at.y())
            if not distance < least or not np.isfinite(placed[k]).all():
                continue
            if not hidden(shot.relief, shot.camera.place(shot.size), placed[k : k + 1])[0]:
                best, least = (run, min(int(steps[k]), run.computed)), distance - NEAR / 2
        return best


def _pixel(relief: Relief) -> tuple[float, float]:
    """About the width and height of a pixel in data coordinates."""
    left, right, bottom, top = relief.rect
    return (right - left) / PLACES, (top - bottom) / PLACES
