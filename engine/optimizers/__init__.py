"""The optimizers: one TOML file each, with its hyper-parameters, its buffers and its update rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..declaration import Parameter, read_folder, read_parameters, unknown
from ..errors import ConfigError
from ..language import Assign, parse_expression, parse_program
from ..language.compile import compile_rule
from ..language.evaluate import evaluate

INPUTS = ("t", "eta", "theta", "g", "i")


@dataclass(frozen=True)
class Optimizer:
    """An update rule that assigns m and sigma; Δθ = −(η/σ)·m follows from them.

    `t` counts updates from 1; `i` is the index of the parameter (0 or 1); `limit` is the largest stable
    S = η·λmax(D^−½HD^−½) as a formula of the hyper-parameters, or empty where none is known.
    """

    name: str
    doc: str
    reference: str
    hyperparameters: tuple[Parameter, ...]
    state: tuple[str, ...]
    rule: str
    lr: float
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
    """Every optimizer of a folder by name; nothing is compiled yet.

    Raises:
        ConfigError: for the first fault, with the file.
    """
    found = {}
    for name, file in read_folder(folder, "name doc reference rule", "hyperparameters state lr limit").items():
        parameters = read_parameters(file.get("hyperparameters", {}), file["file"])
        state, lr, limit = tuple(file.get("state", ())), float(file.get("lr", 0.01)), file.get("limit", "")
        optimizer = Optimizer(name, file["doc"], file["reference"], parameters, state, file["rule"], lr, limit)
        try:
            optimizer.lines  # noqa: B018  parsed here, so that a fault names the file
            optimizer.stability_limit(tuple(parameter.default for parameter in parameters))
        except ConfigError as fault:
            raise fault.at(file["file"]) from None
        found[name] = optimizer
    return found


def find_optimizer(name: str, where: str) -> Optimizer:
    """Look an optimizer up.

    Raises:
        ConfigError: if there is none of that name.
    """
    if name not in optimizers():
        raise unknown("optimizer", name, optimizers(), where)
    return optimizers()[name]
