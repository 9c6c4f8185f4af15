"""An optimizer or schedule while it is being written: texts as they stand in the fields, and what they make."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.declaration import Parameter, at
from engine.errors import ConfigError
from engine.library import Own, check_name
from engine.optimizers import Optimizer, make_optimizer
from engine.schedules import make_schedule

from ..panels.number_text import format_number, parse_number


@dataclass(frozen=True)
class Row:
    """A hyper-parameter as it is typed; an empty limit is none, and < or > before it leaves the end itself out.

    `integer` and `log` are those of the parameter that was copied.
    """

    name: str = ""
    default: str = "0"
    low: str = ""
    high: str = ""
    doc: str = ""
    integer: bool = False
    log: bool = False


@dataclass(frozen=True)
class Draft:
    """The texts of the editor. `rule` is that of an optimizer, or a schedule's formula or rule.

    `typed` and `reference` are those of what was copied.
    """

    optimizer: bool
    name: str = ""
    doc: str = ""
    lr: str = "0.01"
    state: str = ""
    rule: str = ""
    rows: tuple[Row, ...] = ()
    limit: str = ""
    typed: str = ""
    reference: str = ""

    @staticmethod
    def blank(optimizer: bool, name: str) -> Draft:
        """The simplest one there is: plain descent, or a constant rate."""
        return Draft(optimizer, name, lr="0.01" if optimizer else "", rule="m = g\nsigma = 1" if optimizer else "lr")

    @staticmethod
    def of(entry: Own, name: str = "") -> Draft:
        """The draft that makes `entry`, under another name if one is given."""
        parameters = entry.hyperparameters if isinstance(entry, Optimizer) else entry.parameters
        text = entry.rule if isinstance(entry, Optimizer) else entry.rule or entry.formula
        return Draft(
            isinstance(entry, Optimizer),
            name or entry.name,
            entry.doc,
            format_number(entry.lr) if isinstance(entry, Optimizer) else "",
            ", ".join(entry.state),
            text.strip("\n"),
            tuple(_row(parameter) for parameter in parameters),
            entry.limit if isinstance(entry, Optimizer) else "",
            "" if isinstance(entry, Optimizer) else entry.typed,
            entry.reference,
        )

    def made(self, taken: Collection[str]) -> Own:
        """What the texts make; `taken` are the names of others.

        Raises:
            ConfigError: the first fault; `where` says in which field: name, lr, state, rule, limit, or
                parameters[k].name, .default, .low, .high.
        """
        check_name(self.name, taken)
        parameters = tuple(_parameter(row, f"parameters[{k}]") for k, row in enumerate(self.rows))
        state = tuple(name for name in re.split(r"[\s,]+", self.state) if name)
        common = {"name": self.name, "doc": self.doc, "reference": self.reference, "state": state}
        if not self.rule.strip():
            raise ConfigError("the formula is empty", "rule")
        try:
            if self.optimizer:
                with at("lr"):
                    lr = Parameter("lr", 0.01, low=0.0, open_low=True).check(parse_number(self.lr))
                fields = {"rule": self.rule, "hyperparameters": parameters, "lr": lr, "limit": self.limit.strip()}
                return make_optimizer(common | fields)
            key = "rule" if re.search(r"(?m)^\s*\w+\s*=(?!=)", self.rule) else "formula"
            return make_schedule(common | {key: self.rule, "parameters": parameters, "typed": self.typed})
        except ConfigError as fault:
            fault.where = _field(fault.where, [row.name for row in self.rows])
            raise


def _field(where: str, names: list[str]) -> str:
    """The field in which a fault lies that an optimizer's or schedule's file would have at `where`."""
    kind, _, name = where.partition(".")
    if kind in ("hyperparameters", "parameters"):
        last = len(names) - 1 - names[::-1].index(name) if name in names else 0
        return f"parameters[{last}].name"
    return {"formula": "rule"}.get(kind, kind)


def _row(parameter: Parameter) -> Row:
    def limit(value: float, mark: str) -> str:
        return mark + format_number(value) if abs(value) < float("inf") else ""

    low = limit(parameter.low, ">" if parameter.open_low else "")
    high = limit(parameter.high, "<" if parameter.open_high else "")
    default = format_number(parameter.default)
    return Row(parameter.name, default, low, high, parameter.doc, parameter.integer, parameter.log)


def _parameter(row: Row, where: str) -> Parameter:
    def number(text: str, name: str) -> float:
        with at(f"{where}.{name}"):
            return parse_number(text)

    parameter = Parameter(row.name, number(row.default, "default"), row.doc, integer=row.integer, log=row.log)
    if row.low:
        parameter = replace(parameter, low=number(row.low.lstrip("> "), "low"), open_low=row.low.startswith(">"))
    if row.high:
        parameter = replace(parameter, high=number(row.high.lstrip("< "), "high"), open_high=row.high.startswith("<"))
    parameter.check(parameter.default, f"{where}.default")
    return parameter
