"""The optimizers: one TOML file each, with its hyper-parameters, its buffers and its update rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..declaration import Parameter, at, check_names, listed, parameters, read_folder, table, text, unknown
from ..errors import ConfigError
from ..language import Assign, parse_expression, parse_program
from ..language.compile import compile_rule
from ..language.evaluate import evaluate

INPUTS = ("t", "eta", "theta", "g", "i")
FILE = table(
    dict.fromkeys(("name", "doc", "reference", "rule"), text),
    {
        "hyperparameters": parameters,
        "state": listed(text),
        "lr": Parameter("lr", 0.01, low=0.0, open_low=True).check,
        "limit": text,
    },
)


@dataclass(frozen=True)
class Optimizer:
    """An update rule that assigns m and sigma; Δθ = −(η/σ)·m follows from them.

    `t` counts updates from 1; `i` is the index of the parameter (0 or 1); `limit` is the largest stable
    S = η·λmax(D^−½HD^−½) as a formula of the hyper-parameters, or empty where none is known.
    """

    name: str
    doc: str
    reference: str
    rule: str
    hyperparameters: tuple[Parameter, ...] = ()
    state: tuple[str, ...] = ()
    lr: float = 0.01
    limit: str = ""

    @cached_property
    def lines(self) -> list[Assign]:
        """The rule, parsed.

        Raises:
            ConfigError: if it is no rule: for a formula with line and column.
        """
        names = [parameter.name for parameter in self.hyperparameters]
        lines = parse_program(self.rule, (*INPUTS, *names), self.state)
        for needed in ("m", "sigma"):
            if needed not in {line.name for line in lines}:
                raise ConfigError(
                    "the rule of {name} does not assign {needed}; add a line {needed} = …",
                    name=self.name,
                    needed=needed,
                )
        return lines

    @cached_property
    def compiled(self) -> Any:
        """The native rule; see `engine.language.compile.RULE_SIGNATURE`."""
        return compile_rule(self.lines, [parameter.name for parameter in self.hyperparameters], self.state)

    def stability_limit(self, values: tuple[float, ...]) -> float | None:
        """The limit of S at these hyper-parameters, or None where no such limit is known."""
        if not self.limit:
            return None
        names = [parameter.name for parameter in self.hyperparameters]
        limit = evaluate(parse_expression(self.limit, names), dict(zip(names, values, strict=True)))
        return limit if math.isfinite(limit) else None


@cache
def optimizers() -> dict[str, Optimizer]:
    """Every built-in optimizer by name."""
    return read_optimizers(Path(__file__).parent)


def read_optimizers(folder: Path) -> dict[str, Optimizer]:
    """Every optimizer of a folder by name; formulas are parsed, not compiled.

    Raises:
        ConfigError: the first fault, with file, line and column.
    """
    return read_folder(folder, FILE, _optimizer)


def _optimizer(fields: dict[str, Any]) -> Optimizer:
    optimizer = Optimizer(**fields)
    names = [parameter.name for parameter in optimizer.hyperparameters]
    check_names(optimizer.state, INPUTS, "state")
    check_names(names, (*INPUTS, *optimizer.state), "hyperparameters")
    with at("rule"):
        optimizer.lines  # noqa: B018
    with at("limit"):
        if optimizer.limit:
            parse_expression(optimizer.limit, names)
    return optimizer


def find_optimizer(name: str, where: str) -> Optimizer:
    """Look an optimizer up.

    Raises:
        ConfigError: if there is none of that name.
    """
    if name not in optimizers():
        raise unknown("optimizer", name, optimizers(), where)
    return optimizers()[name]
