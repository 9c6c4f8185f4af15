"""What a network answers at one step, worked out in the background for what the panel draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from surfaces.network.codes import CROSS_ENTROPY, LOSS
from surfaces.network.planes import never
from surfaces.network.predict import data_points, predict

from ..newest import Newest

if TYPE_CHECKING:
    from engine.wide import WideRun


Array = NDArray[np.float64]
GRID, CURVE = 72, 300
MARGIN = 0.12  # of the data's span, on each side


@dataclass(frozen=True, eq=False)
class Answers:
    """A network with its data at one step of a run.

    Attributes:
        inputs: of the data, shape (1 or 2, points); targets: shape (points,).
        span: (left, right, bottom, top) of what is drawn.
        field: of two inputs: the outputs on a grid over `span`, (GRID, GRID), row 0 at the bottom; otherwise empty.
        curve: of one input: (x, output) along `span`, shape (2, CURVE); otherwise empty.
        loss: over all data points.
        right: the share of the data points whose label is guessed; NaN for a regression.
        length, moved: of the vector θ, and of its way from step 0.
    """

    run: WideRun
    step: int
    inputs: Array
    targets: Array
    span: tuple[float, float, float, float]
    field: Array
    curve: Array
    loss: float
    right: float
    length: float
    moved: float


def answers(run: WideRun, step: int, stopped: Callable[[], bool] = never) -> Answers | None:
    """Work them out; the run's θ at `step` is made again by replay where it is not kept. None where it was stopped."""
    wide = run.wide
    theta = run.find_theta(step, stopped)
    if theta is None:
        return None
    inputs, targets = data_points(wide.parameters)
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = predict(theta, wide.parameters, inputs)
        labels = wide.parameters[LOSS] == CROSS_ENTROPY
        losses = np.logaddexp(0.0, outputs) - targets * outputs if labels else (outputs - targets) ** 2
        right = float(np.mean((outputs > 0) == (targets > 0.5))) if labels else np.nan
        span = _span(inputs, targets)
        field, curve = np.empty((0, 0)), np.empty((2, 0))
        if len(inputs) == 2:
            xs, ys = np.linspace(*span[:2], GRID), np.linspace(*span[2:], GRID)
            places = np.array(np.meshgrid(xs, ys)).reshape(2, -1)
            field = predict(theta, wide.parameters, places).reshape(GRID, GRID)
        else:
            xs = np.linspace(*span[:2], CURVE)
            curve = np.array([xs, predict(theta, wide.parameters, xs[None])])
        length, moved = float(np.linalg.norm(theta)), float(np.linalg.norm(theta - run.theta_at(0)))
    return Answers(run, step, inputs, targets, span, field, curve, float(losses.mean()), right, length, moved)


def _span(inputs: Array, targets: Array) -> tuple[float, float, float, float]:
    """The data with a margin; of two inputs with one scale for both."""
    across, up = inputs[0], inputs[1] if len(inputs) == 2 else targets
    (left, right), (bottom, top) = ((float(v.min()), float(v.max())) for v in (across, up))
    width, height = max(right - left, 1e-9) * (1 + 2 * MARGIN), max(top - bottom, 1e-9) * (1 + 2 * MARGIN)
    if len(inputs) == 2:
        width = height = max(width, height)
    x, y = (left + right) / 2, (bottom + top) / 2
    return x - width / 2, x + width / 2, y - height / 2, y + height / 2


class AnswersWorker(Newest):
    """Works out the answers at the newest step that is asked for."""

    result: Answers | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("answers", parent)

    def _results(self, request: tuple[WideRun, int]) -> Iterator[Answers]:
        found = answers(*request, self.abandoned)
        if found is not None:
            yield found
