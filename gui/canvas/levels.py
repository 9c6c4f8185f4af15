"""At which losses the bands of colour meet: quantiles, equal steps, equal factors, or numbers that a person typed."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError

Array = NDArray[np.float64]
QUANTILE, LINEAR, LOG, TYPED = SPACINGS = ("quantile", "linear", "log", "typed")
BANDS = 24
MOST_TYPED = 100
SOME = 20_000  # losses are enough to find quantiles
FLAT, TINY = 1e-12, 1e-300  # relative to the loss, and at all: what is closer is one loss
LARGEST = 1e308
WILD = 20.0  # so many times wider than 96 % of the losses is a range that poles have made
_LINEAR_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_FACTORS = ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0,))  # within a decade, fine to coarse
_NUMBER = re.compile(r"[^\s,;，；、]+")


class Levels(NamedTuple):
    """`values`: the losses, ascending; `base`: what equal factors are counted from, 0 unless losses go below it."""

    values: Array
    base: float = 0.0


def choose_levels(losses: Array, spacing: str, typed: tuple[float, ...] = (), count: int = BANDS) -> Levels:
    """Where up to `count` bands over finite losses meet.

    - quantile: each band covers about the same area; a level is rounded to what its neighbours leave room for.
    - linear: equal steps of 1, 2, 2.5 or 5 times a power of ten. Where poles make the range more than 20 times wider
      than that of 96 % of the losses, the steps are those of the 96 %, and the outermost bands take in the rest.
    - log: base + 1, 2, 5, 10 … with base 0 if all losses are above 0 and differ by a factor of 10 at least, and the
      least visible loss otherwise.
    - typed: as they are, also those out of sight, so that a colour stands for the same loss at any zoom.
    """
    if spacing == TYPED and typed:
        return Levels(np.array(typed, dtype=np.float64))
    if not losses.size:
        return Levels(np.empty(0))
    low, high = float(losses.min()), float(losses.max())
    if not high - low > max(FLAT * max(abs(low), abs(high)), TINY):
        return Levels(np.empty(0))
    some = losses[:: max(1, losses.size // SOME)]
    if spacing == LINEAR:
        return Levels(_linear(some, low, high, count))
    if spacing == LOG:
        base = 0.0 if low > 0 and high >= 10 * low else low
        with np.errstate(over="ignore"):
            found = _log(np.minimum(some - base, LARGEST), min(high - base, LARGEST), count)
        return Levels(_between(found + base, low, high), base)
    return Levels(_between(_rounded(np.unique(_quantiles(some, np.linspace(0, 1, count + 1)[1:-1]))), low, high))


def _quantiles(some: Array, shares: Array) -> Array:
    """As np.quantile, which overflows where losses are farther apart than any number."""
    ascending = np.sort(some)
    place = shares * (len(some) - 1)
    below = np.minimum(place.astype(int), max(0, len(some) - 2))
    low, high = ascending[below], ascending[np.minimum(below + 1, len(some) - 1)]
    found: Array = np.where(low == high, low, (1 - (place - below)) * low + (place - below) * high)
    return found


def _linear(some: Array, low: float, high: float, count: int) -> Array:
    inner = _quantiles(some, np.array([0.02, 0.98]))
    if (high / 2 - low / 2) / WILD >= inner[1] / 2 - inner[0] / 2 > 0:
        low, high = float(inner[0]), float(inner[1])
    rough = (high / count) - (low / count)  # the difference itself may overflow
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in _LINEAR_STEPS if k * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step) + 1, math.ceil(high / step) - 1
    return _between(np.arange(first, last + 1, dtype=np.float64) * step, low, high)


def _log(above: Array, highest: float, count: int) -> Array:
    """1, 2, 5, 10 … from what one visible place in 500 lies below, up to `highest`."""
    above = above[above > 0]
    least = max(float(_quantiles(above, np.array([0.002]))[0]) if above.size else highest, highest * 1e-15, 1e-300)
    first, last = math.floor(math.log10(least)), math.ceil(math.log10(highest))
    for factors in _FACTORS:
        found = np.array([k * 10.0**power for power in range(first, last + 1) for k in factors])
        found = found[(found >= least) & (found < highest)]
        if len(found) < count:
            return found
    return found[:: -(-len(found) // (count - 1))]


def _rounded(values: Array) -> Array:
    """Each to the digits that its nearest neighbour leaves room for, so that it can be written as it is."""
    if len(values) < 2:
        return values
    with np.errstate(over="ignore"):
        gaps = np.minimum(np.diff(values), LARGEST)
    nearest = np.minimum(np.append(gaps, LARGEST), np.insert(gaps, 0, LARGEST))
    places = 1 - np.floor(np.log10(nearest)).astype(int)
    return np.unique([round(float(v), int(p)) if abs(p) < 300 else v for v, p in zip(values, places, strict=True)])


def _between(values: Array, low: float, high: float) -> Array:
    return values[(values > low) & (values < high)]


def parse_levels(text: str) -> tuple[float, ...]:
    """The numbers of a list such as '0.1, 1, 10, 100', ascending, each once.

    Raises:
        ConfigError: with what is wrong, in words for a person.
    """
    found: set[float] = set()
    for match in _NUMBER.finditer(text):
        word = match.group()
        try:
            value = float(word.replace("−", "-"))
        except ValueError:
            raise ConfigError("{text} is no number", text=repr(word)) from None
        if not math.isfinite(value):
            raise ConfigError("{text} is not a finite number", text=repr(word))
        found.add(value)
    if not found:
        raise ConfigError("type at least one loss, such as 0.1, 1, 10, 100")
    if len(found) > MOST_TYPED:
        raise ConfigError("at most {limit} levels", limit=MOST_TYPED)
    return tuple(sorted(found))
