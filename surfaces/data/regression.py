"""Linear, robust and logistic regression: the surface of a catalogue entry on its own points or on those given."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from engine.declaration import chosen
from engine.errors import ConfigError
from engine.scenario import Data, SurfaceConfig
from engine.surface import Surface

from ..entry import Entry
from . import native
from .minimum import Pair, guess, least_squares, minimum, vector
from .rows import RAW, Array, Rows, rows

FEW = 100  # rows of a sum of squares that are gone through one by one
SQUARES, LECTURE = "squares", "lecture"
CODES = {
    **{"absolute": native.ABSOLUTE, "huber": native.HUBER, "log_cosh": native.LOG_COSH, "cauchy": native.CAUCHY},
    **{"tukey": native.TUKEY, "logistic": native.LOGISTIC},
}


class Task(NamedTuple):
    """All that a regression depends on. `loss` is 'squares' or one of `CODES`, `c` the residual that counts as far.

    `reduction`: 'sum' or 'mean', of loss and derivatives; 'lecture' shows the mean and descends on the sum.
    """

    data: Data
    features: str
    loss: str
    reduction: str
    c: float

    @property
    def rows(self) -> Rows:
        return rows(self.data, self.features, self.loss == "logistic")


def task(entry: Entry, config: SurfaceConfig) -> Task:
    """What a configuration asks for.

    Raises:
        ConfigError: for data that do not fit the axes.
    """
    data = config.data or entry.data
    bias = entry.axes[0] == "b"
    if data is None or len(data.columns) != (2 if bias else 3):
        template = "needs two columns of data, x and y"
        if not bias:
            template = "needs three columns of data: two features and y"
        raise ConfigError(template, "surface.data")
    options = chosen(entry.options, config.options)
    loss = "logistic" if entry.kind == "logistic_regression" else options.get("loss", SQUARES)
    defaults = {parameter.name: float(parameter.default) for parameter in entry.parameters}
    c = config.parameters.get("c", defaults.get("c", 1.0))
    return Task(data, options.get("features", RAW), loss, options.get("reduction", "mean"), c)


def build(entry: Entry, config: SurfaceConfig) -> Surface:
    """The loss over two weights.

    Raises:
        ConfigError: for data that cannot be used.
    """
    asked = task(entry, config)
    function, parameters = compiled(asked)
    return replace(outline(entry, config), function=function, parameters=parameters)


@lru_cache(maxsize=4)
def compiled(asked: Task) -> tuple[Any, Array]:
    """The native function and the vector it is handed."""
    table = asked.rows
    n = len(table.y)
    by = {"sum": (1.0, 1.0), LECTURE: (n, 1.0)}.get(asked.reduction, (n, n))
    found = vector(table.u, table.v, table.y, CODES.get(asked.loss, 0), asked.c, by)
    if asked.loss != SQUARES:
        return native.curved, found
    if n <= FEW:
        return native.squares, found
    theta = np.array(least_squares(table))
    triangle: Array = np.asarray(np.linalg.qr(table.design, mode="r"))
    residual = table.y - table.design @ theta
    found[native.MINIMUM : native.MINIMUM + 2] = theta
    found[native.LEAST] = residual @ residual
    found[native.TRIANGLE : native.TRIANGLE + 3] = triangle[0, 0], triangle[0, 1], triangle[1, 1]
    return native.quadratic, found


def outline(entry: Entry, config: SurfaceConfig) -> Surface:
    """The same without its function."""
    return Surface(None, np.empty(0), entry.axes, entry.domain, samples=len(task(entry, config).rows.y))


def minima(entry: Entry, config: SurfaceConfig) -> list[Pair]:
    """Where the loss is least; nothing where it falls for ever, as on labels that a line separates."""
    found = lowest(task(entry, config))
    return [found] if found else []


@lru_cache(maxsize=16)
def lowest(asked: Task) -> Pair | None:
    """The minimum, where there is one."""
    table = asked.rows
    return least_squares(table) if asked.loss == SQUARES else minimum(table, CODES[asked.loss], asked.c)


class Facts(NamedTuple):
    """What can be said of the loss at its minimum.

    Attributes:
        points: number of data points.
        minimum: where it is, or None where the loss falls for ever.
        largest: the largest eigenvalue of the Hessian there; gradient descent is stable below η = 2/largest.
        condition: largest by smallest eigenvalue; inf where the smallest is 0 to rounding, None without a curvature.
    """

    points: int
    minimum: Pair | None
    largest: float
    condition: float | None


def facts(entry: Entry, config: SurfaceConfig) -> Facts:
    """Minimum and curvature at this configuration.

    Raises:
        ConfigError: for data that cannot be used.
    """
    return _facts(task(entry, config))


@lru_cache(maxsize=16)
def _facts(asked: Task) -> Facts:
    place, table = lowest(asked), asked.rows
    n = len(table.y)
    if place is None or asked.loss == "absolute":
        return Facts(n, place, 0.0, None)
    if asked.loss == SQUARES:
        by = n if asked.reduction == "mean" else 1
        sizes = np.linalg.svd(table.design, compute_uv=False)
        low, high = (2.0 * sizes[::-1] ** 2 / by).tolist()
    else:
        function, parameters = compiled(asked)
        out = np.empty(6)
        function(np.array(place), parameters, -1, out)
        low, high = np.linalg.eigvalsh([[out[3], out[4]], [out[4], out[5]]]).tolist()
    if high <= 0.0:
        return Facts(n, place, 0.0, None)
    return Facts(n, place, high, high / low if low > 1e-15 * high else float("inf"))


def centre(asked: Task) -> Pair:
    """The middle of a window on the task: the least squares line, or of labels about where they are told apart."""
    if asked.loss == "logistic":
        return lowest(asked) or guess(asked.rows)
    return least_squares(asked.rows)
