"""The learning-rate schedules: one TOML file each, with its parameters and the formula of η^t."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..declaration import Parameter, at, check_names, check_values, parameters, read_folder, table, text, unknown
from ..language import Node, parse_expression
from ..language.compile import compile_schedule

INPUTS = ("t", "lr")
FILE = table(dict.fromkeys(("name", "doc", "reference", "formula"), text), {"parameters": parameters})


@dataclass(frozen=True)
class Schedule:
    """η^t as a formula of `t`, counted from 0 within the phase, and `lr`."""

    name: str
    doc: str
    reference: str
    formula: str
    parameters: tuple[Parameter, ...] = ()

    @cached_property
    def tree(self) -> Node:
        """The formula, parsed.

        Raises:
            FormulaError: with line and column.
        """
        return parse_expression(self.formula, (*INPUTS, *(parameter.name for parameter in self.parameters)))

    @cached_property
    def compiled(self) -> Any:
        """The native function; see `engine.language.compile.SCHEDULE_SIGNATURE`."""
        return compile_schedule(self.tree, [parameter.name for parameter in self.parameters])


@cache
def schedules() -> dict[str, Schedule]:
    """Every built-in schedule by name, in the order of the files' numbers."""
    return read_schedules(Path(__file__).parent)


def read_schedules(folder: Path) -> dict[str, Schedule]:
    """Every schedule of a folder by name; formulas are parsed, not compiled.

    Raises:
        ConfigError: the first fault, with file, line and column.
    """
    return read_folder(folder, FILE, _schedule)


def _schedule(fields: dict[str, Any]) -> Schedule:
    schedule = Schedule(**fields)
    check_names([parameter.name for parameter in schedule.parameters], INPUTS, "parameters")
    with at("formula"):
        schedule.tree  # noqa: B018
    return schedule


@dataclass(frozen=True)
class Phase:
    """A schedule for `steps` steps, after which the next phase begins with t = 0; without `steps` it is the last."""

    name: str
    parameters: Mapping[str, float]
    steps: int | None = None


@dataclass(frozen=True)
class BoundPhase:
    first: int
    schedule: Schedule
    values: NDArray[np.float64]


def find_schedule(name: str, where: str) -> Schedule:
    """Look a schedule up.

    Raises:
        ConfigError: if there is none of that name.
    """
    if name not in schedules():
        raise unknown("schedule", name, schedules(), where)
    return schedules()[name]


class Rates:
    """η^t of a whole run: phases one after the other, or the constant lr where there are none.

    As torch's SequentialLR: each phase starts from lr and from its own t = 0.

    Raises:
        ConfigError: for an unknown schedule or a parameter out of range.
    """

    def __init__(self, lr: float, phases: tuple[Phase, ...] = ()) -> None:
        self.lr, self.phases, first = lr, [], 0
        for k, phase in enumerate(phases):
            schedule = find_schedule(phase.name, f"schedule[{k}].name")
            values = check_values(schedule.parameters, phase.parameters, f"schedule[{k}]")
            self.phases.append(BoundPhase(first, schedule, np.array(values, dtype=np.float64)))
            first += phase.steps or 0

    def at(self, first: int, count: int) -> NDArray[np.float64]:
        """η for the steps first … first + count − 1."""
        out = np.full(count, self.lr)
        for k, phase in enumerate(self.phases):
            last = self.phases[k + 1].first if k + 1 < len(self.phases) else first + count
            low, high = max(first, phase.first), min(first + count, last)
            if low < high:
                phase.schedule.compiled(low - phase.first, self.lr, phase.values, out[low - first : high - first])
        return out
