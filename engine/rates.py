"""η^t of a whole run: phases of schedules one after the other, each a schedule or a chain of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .declaration import at, check_values
from .language import Assign, parse_expression
from .language.compile import Stage, compile_schedule
from .schedules import Schedule, find_schedule


@dataclass(frozen=True)
class Phase:
    """A schedule for `steps` steps, after which the next phase begins with t = 0; without `steps` it is the last.

    `formula` is what a person typed for a schedule that takes a formula; `chained` are schedules that act at the same
    time, each on the η that the one before gives, as torch's ChainedScheduler does with those that multiply from step
    to step (there LambdaLR and the cycles, which set η, undo what stands before them).
    """

    name: str
    parameters: Mapping[str, float]
    steps: int | None = None
    formula: str = ""
    chained: tuple[Phase, ...] = ()


@dataclass(frozen=True)
class BoundPhase:
    """A phase ready to run: it begins at step `first` and keeps the numbers `state` from step to step."""

    first: int
    names: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    parameters: tuple[float, ...] = ()
    needs_loss: bool = False
    sets_momentum: bool = False

    @property
    def title(self) -> str:
        """What its schedules are called."""
        return " × ".join(self.names)

    @property
    def state(self) -> list[str]:
        """The names of what it keeps."""
        return [name for stage in self.stages for name in stage.state]

    @cached_property
    def values(self) -> NDArray[np.float64]:
        return np.array(self.parameters, dtype=np.float64)

    @cached_property
    def function(self) -> Any:
        """The native function; see `engine.language.compile.SCHEDULE_SIGNATURE`."""
        return compile_schedule(self.stages)


class Rates:
    """The phases of a run, bound to their schedules; the constant lr where there are none.

    As torch's SequentialLR: each phase starts from lr and from its own t = 0. Nothing is compiled before it is needed.

    Raises:
        ConfigError: for an unknown schedule, a parameter out of range, or a faulty typed formula.
    """

    def __init__(self, lr: float, phases: tuple[Phase, ...] = (), own: tuple[Schedule, ...] = ()) -> None:
        self.lr, self.phases, first = lr, list[BoundPhase](), 0
        for k, phase in enumerate(phases):
            self.phases.append(_bind(phase, first, own, f"schedule[{k}]"))
            first += phase.steps or 0
        self.phases = self.phases or [BoundPhase(0)]

    @property
    def needs_loss(self) -> bool:
        """Whether η depends on the run, so that `at` cannot tell it."""
        return any(phase.needs_loss for phase in self.phases)

    def at(self, first: int, count: int) -> NDArray[np.float64]:
        """η for the steps first … first + count − 1; NaN where it depends on the run."""
        out = np.full(count, np.nan)
        for k, phase in enumerate(self.phases):
            last = self.phases[k + 1].first if k + 1 < len(self.phases) else first + count
            low, high = max(first, phase.first), min(first + count, last)
            if low < high and not phase.needs_loss:
                state = np.zeros(len(phase.state))
                skipped = low - phase.first if len(state) else 0  # what is kept has to be carried from t = 0 on
                rates = np.empty(high - low + skipped)
                kernel.sample_schedule(phase.function, self.lr, phase.values, state, low - phase.first - skipped, rates)
                out[low - first : high - first] = rates[skipped:]
        return out


def _bind(phase: Phase, first: int, own: tuple[Schedule, ...], where: str) -> BoundPhase:
    stages: list[Stage] = []
    values: list[float] = []
    found: list[Schedule] = []
    for k, part in enumerate((phase, *phase.chained)):
        place = f"{where}.chained[{k - 1}]" if k else where
        schedule = find_schedule(part.name, f"{place}.name", own)
        values += check_values(schedule.parameters, part.parameters, place)
        with at(place):
            stages.append(Stage(typed_lines(schedule, part.formula), schedule.names, schedule.state))
        found.append(schedule)
    return BoundPhase(
        first,
        tuple(schedule.name for schedule in found),
        tuple(stages),
        tuple(values),
        any(schedule.needs_loss for schedule in found),
        any(schedule.sets_momentum for schedule in found),
    )


def typed_lines(schedule: Schedule, formula: str) -> list[Assign]:
    """The lines of a schedule, with the typed formula in its place.

    Raises:
        FormulaError: if the formula is faulty.
    """
    if not schedule.typed:
        return schedule.lines
    with at("formula"):
        return [Assign(schedule.typed, parse_expression(formula or "1", ("t",)), 0), *schedule.lines]
