"""The learning-rate schedules: one TOML file each, with its parameters and the formula of η^t."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..declaration import Parameter, at, check_names, choice, listed, parameters, read_folder, table, text
from ..errors import ConfigError, unknown
from ..language import Assign, parse_expression, parse_program
from ..language.compile import SCHEDULE_INPUTS
from ..language.syntax import names

GROUPS = ("lecture", "torch", "hugging_face", "own")  # the parts of the menu, in its order
FILE = table(
    dict.fromkeys(("name", "doc", "reference"), text),
    {
        "group": choice(GROUPS),
        "formula": text,
        "rule": text,
        "typed": text,
        "state": listed(text),
        "parameters": parameters,
    },
)


@dataclass(frozen=True)
class Schedule:
    """η^t as a formula of `t`, counted from 0 within the phase, `lr`, and `loss` = L(θ^t).

    `formula` is η itself; instead of it there may be a `rule` that assigns `eta` and may keep `state`, which starts at
    0, from step to step. A rule may assign `momentum` too, that of the optimizer; a negative one leaves it as it is.
    `typed` is the name of a formula of `t` that a person writes for each use, as torch's LambdaLR takes a function.
    """

    name: str
    doc: str
    reference: str
    formula: str = ""
    rule: str = ""
    typed: str = ""
    state: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    group: str = "own"

    @cached_property
    def names(self) -> list[str]:
        """The names of the parameters."""
        return [parameter.name for parameter in self.parameters]

    @cached_property
    def lines(self) -> list[Assign]:
        """The rule, parsed; a formula is the one line `eta = …`.

        Raises:
            ConfigError: if it is no schedule: for a formula with line and column.
        """
        known = (*SCHEDULE_INPUTS, *self.names, *filter(None, [self.typed]))
        if bool(self.formula) == bool(self.rule):
            raise ConfigError("needs either a formula or a rule")
        if self.formula:
            with at("formula"):
                return [Assign("eta", parse_expression(self.formula, known), 1)]
        with at("rule"):
            lines = parse_program(self.rule, known, self.state)
            if "eta" not in {line.name for line in lines}:
                template = "the rule of {name} does not assign {needed}; add a line {needed} = …"
                raise ConfigError(template, name=self.name, needed="eta")
        return lines

    @property
    def needs_loss(self) -> bool:
        """Whether η depends on the run, so that it cannot be known before."""
        return any("loss" in names(line.value) for line in self.lines)

    @property
    def sets_momentum(self) -> bool:
        """Whether it sets the optimizer's momentum, or beta1, besides η."""
        return any(line.name == "momentum" for line in self.lines)


@cache
def schedules() -> dict[str, Schedule]:
    """Every built-in schedule by name, in the order of the files' numbers."""
    return read_schedules(Path(__file__).parent)


def read_schedules(folder: Path) -> dict[str, Schedule]:
    """Every schedule of a folder by name; formulas are parsed, not compiled.

    Raises:
        ConfigError: the first fault, with file, line and column.
    """
    return read_folder(folder, FILE, make_schedule)


def make_schedule(fields: dict[str, Any]) -> Schedule:
    """A schedule of the fields that its file has.

    Raises:
        ConfigError: if a name or its formula is faulty.
    """
    schedule = Schedule(**fields)
    check_names(schedule.names, SCHEDULE_INPUTS, "parameters")
    check_names(schedule.state, (*SCHEDULE_INPUTS, *schedule.names), "state")
    schedule.lines  # noqa: B018
    return schedule


def find_schedule(name: str, where: str, own: tuple[Schedule, ...] = ()) -> Schedule:
    """Look a schedule up, first among a scenario's `own`.

    Raises:
        ConfigError: if there is none of that name.
    """
    known = schedules() | {schedule.name: schedule for schedule in own}
    if name not in known:
        raise unknown("schedule", name, known, where)
    return known[name]
