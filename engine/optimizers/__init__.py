"""The optimizers: one TOML file each, with its hyper-parameters, its buffers and its update rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..declaration import Parameter, at, check_names, choice, listed, parameters, read_folder, table, text
from ..errors import ConfigError, unknown
from ..language import Assign, parse_expression, parse_program
from ..language.compile import RULE_INPUTS, compile_rule, powers_of_t
from ..language.compile_wide import WideRule, compile_wide, pairs_only, words
from ..language.evaluate import evaluate
from ..language.functions import SEARCHES

GROUPS = ("torch", "literature", "classical", "lecture", "own")  # the parts of the menu, in its order
FILE = table(
    dict.fromkeys(("name", "doc", "reference", "rule"), text),
    {
        "hyperparameters": parameters,
        "state": listed(text),
        "lr": Parameter("lr", 0.01, low=0.0, open_low=True).check,
        "limit": text,
        "group": choice(GROUPS),
    },
)


@dataclass(frozen=True)
class Optimizer:
    """An update rule that assigns m and sigma; Δθ = −(η/σ)·m follows from them.

    A rule reads `engine.language.compile.RULE_INPUTS` (`t` counts updates from 1, `i` is the index of the parameter,
    `g` the gradient as treated, `hess` the diagonal of the Hessian), its hyper-parameters and its `state`, which starts
    at 0. `limit` is the largest stable S = η·λmax(D^−½HD^−½) as a formula of the hyper-parameters, or empty where none
    is known.
    """

    name: str
    doc: str
    reference: str
    rule: str
    hyperparameters: tuple[Parameter, ...] = ()
    state: tuple[str, ...] = ()
    lr: float = 0.01
    limit: str = ""
    group: str = "own"

    @cached_property
    def names(self) -> list[str]:
        """The names of the hyper-parameters."""
        return [parameter.name for parameter in self.hyperparameters]

    @cached_property
    def lines(self) -> list[Assign]:
        """The rule, parsed.

        Raises:
            ConfigError: if it is no rule: for a formula with line and column.
        """
        lines = parse_program(self.rule, (*RULE_INPUTS, *self.names), self.state, vector=True)
        for needed in ("m", "sigma"):
            if needed not in {line.name for line in lines}:
                raise ConfigError(
                    "the rule of {name} does not assign {needed}; add a line {needed} = …",
                    name=self.name,
                    needed=needed,
                )
        return lines

    @property
    def searches(self) -> bool:
        """Whether it looks for the length of its step along the loss."""
        return any(f"{name}(" in self.rule for name in SEARCHES)

    @cached_property
    def compiled(self) -> Any:
        """The native rule; see `engine.language.compile.RULE_SIGNATURE`."""
        return compile_rule(self.lines, self.names, self.state)

    @cached_property
    def compiled_wide(self) -> WideRule:
        """The native rule for any number of parameters."""
        return compile_wide(self.lines, self.names, self.state)

    @cached_property
    def curved(self) -> bool:
        """Whether it looks at the diagonal of the Hessian."""
        return any("hess" in words(line.value) for line in self.lines)

    @property
    def pairs_only(self) -> bool:
        """Whether it is written for two parameters and has no meaning for more."""
        return bool(pairs_only(self.lines))

    @cached_property
    def powers(self) -> NDArray[np.int64]:
        """The places of the hyper-parameters whose power of t the rule is given."""
        names = powers_of_t(self.lines, self.names)
        return np.array([self.names.index(name) for name in names], dtype=np.int64)

    @property
    def momentum_place(self) -> int:
        """Which hyper-parameter a schedule may set as momentum: `momentum` or `beta1`; −1 if there is none."""
        return next((self.names.index(name) for name in ("momentum", "beta1") if name in self.names), -1)

    def stability_limit(self, values: tuple[float, ...]) -> float | None:
        """The limit of S at these hyper-parameters, or None where no such limit is known."""
        if not self.limit:
            return None
        limit = evaluate(parse_expression(self.limit, self.names), dict(zip(self.names, values, strict=True)))
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
    return read_folder(folder, FILE, make_optimizer)


def make_optimizer(fields: dict[str, Any]) -> Optimizer:
    """An optimizer of the fields that its file has.

    Raises:
        ConfigError: if a name or a formula is faulty.
    """
    optimizer = Optimizer(**fields)
    check_names(optimizer.state, RULE_INPUTS, "state")
    check_names(optimizer.names, (*RULE_INPUTS, *optimizer.state), "hyperparameters")
    with at("rule"):
        optimizer.lines  # noqa: B018
    with at("limit"):
        if optimizer.limit:
            parse_expression(optimizer.limit, optimizer.names)
    return optimizer


def find_optimizer(name: str, where: str, own: tuple[Optimizer, ...] = ()) -> Optimizer:
    """Look an optimizer up, first among a scenario's `own`.

    Raises:
        ConfigError: if there is none of that name.
    """
    known = optimizers() | {optimizer.name: optimizer for optimizer in own}
    if name not in known:
        raise unknown("optimizer", name, known, where)
    return known[name]
