"""A run's time line cut where something changes: at the phases of its schedule and at its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .declaration import check_values
from .optimizers import Optimizer
from .rates import BoundPhase, Rates
from .scenario import Event, Pair, RunConfig
from .schedules import Schedule


@dataclass(frozen=True, eq=False)
class Piece:
    """The steps from `first` to the next piece: one learning rate, one set of hyper-parameters, one phase.

    `phase_first` is the step at which the phase began; `nudge` is added to θ before the first of these updates.
    """

    first: int
    lr: float
    hyperparameters: NDArray[np.float64]
    phase: BoundPhase
    phase_first: int
    nudge: Pair | None = None

    @property
    def begins_phase(self) -> bool:
        return self.first == self.phase_first


@dataclass(frozen=True)
class _Settings:
    """What holds until the next event."""

    lr: float
    given: Mapping[str, float]
    rates: Rates
    origin: int = 0
    nudge: Pair | None = None
    first: int = 0


def cut(config: RunConfig, optimizer: Optimizer, own: tuple[Schedule, ...] = ()) -> list[Piece]:
    """The pieces of a run, in order.

    Raises:
        ConfigError: for an unknown schedule, or a value out of range.
    """
    now = _Settings(config.lr, config.hyperparameters, Rates(config.lr, config.schedule, own))
    pieces: list[Piece] = []
    for event, after in zip((None, *config.events), (*config.events, None), strict=True):
        if event:
            now = _changed(now, event, own)
        last = after.step if after else None
        values = np.array(check_values(optimizer.hyperparameters, now.given, "hyperparameters"), dtype=np.float64)
        pieces += _phases(now, values, last)
    return pieces


def _changed(now: _Settings, event: Event, own: tuple[Schedule, ...]) -> _Settings:
    lr = now.lr if event.lr is None else event.lr
    given = {**now.given, **event.hyperparameters}
    rates, origin = now.rates, now.origin
    if event.schedule is not None:
        rates, origin = Rates(lr, event.schedule, own), event.step
    return _Settings(lr, given, rates, origin, event.nudge, event.step)


def _phases(now: _Settings, values: NDArray[np.float64], last: int | None) -> list[Piece]:
    """The pieces of the steps now.first … last − 1, within which only the phase changes."""
    found: list[Piece] = []
    for k, phase in enumerate(now.rates.phases):
        begin = now.origin + phase.first
        end = now.origin + now.rates.phases[k + 1].first if k + 1 < len(now.rates.phases) else None
        if end is not None and end <= now.first or last is not None and begin >= last:
            continue
        first = max(begin, now.first)
        nudge = now.nudge if first == now.first else None
        found.append(Piece(first, now.lr, values, phase, begin, nudge))
    return found
