"""The critical points of a surface in a window, ∇L = 0: found from many starts, and told apart by their curvature.

It asks a surface and no run, hence it stands here and not in the engine.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.surface import Surface

from . import newton
from .newton import BESIDE, DAMPED, SINGULAR
from .starts import promising
from .taylor import decompose, local_model

MINIMUM, MAXIMUM, SADDLE, DEGENERATE = "minimum", "maximum", "saddle", "degenerate"
KINDS = (MINIMUM, MAXIMUM, SADDLE, DEGENERATE)
MOST, MOST_STARTS = 500, 20_000  # points that are handed back; starts
SAME, SAME_DEGENERATE = 1e-6, 1e-3  # of the window: what is one point
ALONG, ACROSS = 0.06, 0.18  # of the window: how far apart points of a line, of an area are
FINEST, COARSEST, EVERY = 256, 16, 32  # cells and starts along a side
SECONDS = 2.0  # of evaluations, about
BATCH_SECONDS = 0.01
CHEAP = 1.5e-6  # seconds: what takes less gets all the starts
ZERO, VANISHING = 1e-9, 1e-3
ROUNDING = 4 * float(np.finfo(np.float64).eps)

Window = tuple[float, float, float, float]  # left, right, bottom, top
Array = NDArray[np.float64]
Report = Callable[[float], bool]


@dataclass(frozen=True)
class CriticalPoint:
    """A place where the gradient vanishes.

    Attributes:
        place: θ.
        loss: L there.
        kind: one of MINIMUM, MAXIMUM, SADDLE, DEGENERATE.
        eigenvalues: λ1 ≥ λ2 of the Hessian.
        eigenvectors: unit vectors in the same order.
        gradient_norm: ‖∇L‖ that is left, by rounding.
        zeros: which of the eigenvalues count as zero.
        spread: whether it is one of a line or an area of critical points, of which only some are handed back.
    """

    place: tuple[float, float]
    loss: float
    kind: str
    eigenvalues: tuple[float, float]
    eigenvectors: tuple[tuple[float, float], tuple[float, float]]
    gradient_norm: float
    zeros: tuple[bool, bool] = (False, False)
    spread: bool = False


@dataclass(frozen=True)
class Findings:
    """What was found in a window.

    Attributes:
        window: left, right, bottom, top.
        points: by ascending loss.
        left_out: how many more were found, of larger loss.
        coarse: whether the surface costs so much that fewer starts than usual were tried.
    """

    window: Window
    points: tuple[CriticalPoint, ...]
    left_out: int = 0
    coarse: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """How many points there are of each kind."""
        return Counter(point.kind for point in self.points)


class Finder:
    """Multi-start damped Newton on ∇L = 0; it works in batches of some 10 ms and releases the GIL in them.

    A surface that takes long is looked at on a coarser grid and from fewer starts. What it cannot find: minima at a
    kink, as of |x|, where no gradient vanishes; and points closer than a cell to each other that no start leads to.

    `report` is asked with the share done, and says whether to go on.
    """

    def __init__(self, surface: Surface, window: Window, report: Report = lambda share: True) -> None:
        self._surface, self._window, self._report = surface, window, report
        left, right, bottom, top = window
        self._low = np.array([left, bottom], dtype=np.float64)
        self._scale = np.array([right - left, top - bottom], dtype=np.float64)
        self._given = (surface.function, surface.parameters, self._scale)
        self._flat = self._small = self._curvature = 0.0
        self._cost = self._time_one()
        self._cells = max(COARSEST, min(FINEST, int(math.sqrt(0.3 * SECONDS / self._cost))))
        self._most_starts = max(24, min(MOST_STARTS, int(0.7 * SECONDS / self._cost / 40)))

    def find(self) -> Findings | None:
        """The critical points of the window; None where `report` has said no."""
        n = self._cells
        sides = np.linspace(0.0, 1.0, n + 1)
        corners = np.stack(np.meshgrid(sides, sides), axis=-1).reshape(-1, 2)
        looks = self._look(self._low + corners * self._scale)
        if looks is None:
            return None
        self._measure(looks)
        starts = self._low + promising(looks.reshape(n + 1, n + 1, 6), self._flat, min(EVERY, n)) * self._scale
        coarse = n < FINEST or len(starts) > self._most_starts
        found = self._solve(starts[: self._most_starts], twice=n == FINEST)
        around = None if found is None else self._examine(found)
        if found is None or around is None:
            return None
        points = self._points(found, around)
        self._report(1.0)
        return Findings(self._window, tuple(points[:MOST]), max(0, len(points) - MOST), coarse)

    def _time_one(self) -> float:
        """Seconds that one evaluation takes, at best and roughly, so that the same starts are tried again next time."""
        theta, best = self._low + 0.4321 * self._scale, math.inf
        newton.look_around(*self._given, theta[None], np.empty((1, 6)))  # the first call is slow
        for repeated in (2, 2, 4, 16, 64, 64, 64, 1024):
            if repeated > 2 and best * repeated > BATCH_SECONDS:
                break
            thetas, looks = np.tile(theta, (repeated, 1)), np.empty((repeated, 6))
            began = time.perf_counter()
            newton.look_around(*self._given, thetas, looks)
            best = min(best, (time.perf_counter() - began) / repeated)
        return float(CHEAP * 4.0 ** max(0, math.ceil(math.log(max(best, 1e-9) / CHEAP, 4.0))))

    def _batches(self, count: int, evaluations: int, shares: tuple[float, float]) -> Iterator[slice]:
        """Parts of `count` points that take so many evaluations each; stops early where the work is to end."""
        size = max(1, int(BATCH_SECONDS / (self._cost * evaluations)))
        for first in range(0, count, size):
            if not self._report(shares[0] + (shares[1] - shares[0]) * first / count):
                return
            yield slice(first, min(first + size, count))

    def _look(self, thetas: Array) -> Array | None:
        """[L, L_1, …] at many points in the window's units, shape (n, 6); NaN where anything is not finite."""
        looks, done = np.empty((len(thetas), 6)), 0
        for part in self._batches(len(thetas), 1, (0.0, 0.3)):
            newton.look_around(*self._given, thetas[part], looks[part])
            done = part.stop
        return looks if done == len(thetas) else None

    def _measure(self, looks: Array) -> None:
        """Learn what is nothing in this window.

        A gradient that changes L over the window by no more than rounding is flat; what a last step may leave of it is
        small; the curvature is the median of the largest |λ|.
        """
        some = looks[np.isfinite(looks[:, 0])]
        if not len(some):
            return
        above = some[:, 0] - some[:, 0].min()
        span, middle = float(above.max()), float(np.median(above))
        span = min(span, 1e6 * middle) if middle > 0 else span  # one pole does not make the rest flat
        slope = float(np.median(np.hypot(some[:, 1], some[:, 2])))
        self._flat = ROUNDING * span
        self._small = max(self._flat, 1e-10 * slope)
        self._curvature = float(np.median(np.abs(decompose(some[:, 3], some[:, 4], some[:, 5])[0]).max(axis=1)))

    def _solve(self, starts: Array, twice: bool) -> Array | None:
        """Where the starts lead to, each place once, shape (n, 2); `twice`: by damped steps as well."""
        thetas = np.concatenate([starts] * (1 + twice))
        results, done = np.zeros((len(thetas), 2)), 0
        for part in self._batches(len(thetas), 30, (0.3, 0.8)):
            singular = SINGULAR if part.start < len(starts) else DAMPED
            newton.solve(*self._given, self._flat, self._small, singular, thetas[part], results[part])
            done = part.stop
        if done < len(thetas):
            return None
        low1, high1, low2, high2 = self._surface.domain
        shares = (thetas - self._low) / self._scale
        inside = ((shares >= -SAME) & (shares <= 1 + SAME)).all(axis=1)
        inside &= (thetas >= (low1, low2)).all(axis=1) & (thetas <= (high1, high2)).all(axis=1)
        arrived = np.flatnonzero((results[:, newton.ARRIVED] == 1) & inside)
        best_first = arrived[np.argsort(results[arrived, newton.NORM], kind="stable")]
        return thetas[best_first[_distinct(shares[best_first], SAME)]]

    def _examine(self, found: Array) -> Array | None:
        """What `newton.examine` says of each point, shape (n, 5)."""
        results, done = np.empty((len(found), 5)), 0
        for part in self._batches(len(found), 60, (0.8, 1.0)):
            newton.examine(*self._given, self._flat, self._small, found[part], results[part])
            done = part.stop
        return results if done == len(found) else None

    def _points(self, found: Array, around: Array) -> list[CriticalPoint]:
        """Classify and thin out, by ascending loss."""
        smooth = around[:, newton.KINKED] == 0
        found, around = found[smooth], around[smooth]
        looks = np.empty((len(found), 6))
        newton.look_around(*self._given, found, looks)
        curvatures, _ = decompose(looks[:, 3], looks[:, 4], looks[:, 5])
        # Signs are the same in the window's units as in the parameters' (Sylvester's law of inertia).
        nothing = np.maximum(ZERO * np.abs(curvatures).max(axis=1), max(ZERO * self._curvature, self._flat / BESIDE))
        # A curvature that changes a thousandfold within a thousandth of the window: at most 2e-6 away lies another
        # critical point, which this cannot be told from.
        changes = around[:, newton.CHANGE_1 : newton.CHANGE_2 + 1]
        area = around[:, newton.FLAT_AROUND] == 1
        zeros = (np.abs(curvatures) <= np.maximum(nothing[:, None], VANISHING * changes)) | area[:, None]
        degenerate = zeros.any(axis=1)
        line = degenerate & ~area & (around[:, newton.SPREADS] == 1)
        shares, keep = (found - self._low) / self._scale, ~degenerate
        alone = np.flatnonzero(degenerate & ~area & ~line)
        keep[alone[_distinct(shares[alone], SAME_DEGENERATE)]] = True
        for which, apart in ((area, ACROSS), (line, ALONG)):
            many = np.flatnonzero(which)
            keep[many[_spaced(shares[many], apart)]] = True
        order = np.lexsort((found[:, 1], found[:, 0], looks[:, 0]))
        return [self._point(found[k], zeros[k], bool(area[k] or line[k])) for k in order if keep[k]]

    def _point(self, theta: Array, zeros: NDArray[np.bool_], spread: bool) -> CriticalPoint:
        model = local_model(self._surface, (float(theta[0]), float(theta[1])))
        (v11, v12), (v21, v22) = model.eigenvectors.tolist()
        up = [value > 0 for value in model.eigenvalues]
        kind = DEGENERATE if zeros.any() else MINIMUM if all(up) else SADDLE if any(up) else MAXIMUM
        norm, known = math.hypot(*model.gradient), (bool(zeros[0]), bool(zeros[1]))
        vectors = ((v11, v12), (v21, v22))
        return CriticalPoint(model.place, model.loss, kind, model.eigenvalues, vectors, norm, known, spread)


def find_critical(surface: Surface, window: Window, report: Report = lambda share: True) -> Findings | None:
    """The critical points of `surface` in `window`; None where `report`, asked with the share done, has said no."""
    return Finder(surface, window, report).find()


def _distinct(shares: Array, apart: float) -> NDArray[np.bool_]:
    """Which points to keep so that none is within `apart` of one before it."""
    keep = np.zeros(len(shares), np.bool_)
    newton.distinct(np.ascontiguousarray(shares), np.argsort(shares[:, 0], kind="stable"), apart, keep)
    return keep


def _spaced(shares: Array, apart: float) -> NDArray[np.bool_]:
    """Which points to keep so that they stand evenly, about `apart` from each other."""
    keep = np.zeros(len(shares), np.bool_)
    newton.spaced(np.ascontiguousarray(shares), apart, keep)
    return keep
