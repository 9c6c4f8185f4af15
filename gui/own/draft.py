"""What a person writes, while it is being written: texts as they stand in the fields, and what they make."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.declaration import Parameter, at, check_name
from engine.errors import ConfigError
from engine.optimizers import Optimizer, make_optimizer
from engine.schedules import Schedule, make_schedule
from surfaces import Entry

from ..panels.number_text import format_number, parse_number
from .kinds import Kind, Own
from .surface_draft import XY, AxisRow, axis_rows, made_surface

BLANK_RULE: dict[Kind, str] = {"optimizer": "m = g\nsigma = 1", "schedule": "lr", "surface": "x^2 + 10*y^2"}


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
    """The texts of the editor. `rule` is that of an optimizer, a schedule's formula or rule, or a surface's formula.

    `typed` and `reference` are those of what was copied, `source` is the surface that was.
    """

    kind: Kind
    name: str = ""
    doc: str = ""
    lr: str = "0.01"
    state: str = ""
    rule: str = ""
    rows: tuple[Row, ...] = ()
    limit: str = ""
    typed: str = ""
    reference: str = ""
    axes: tuple[AxisRow, AxisRow] = XY
    source: Entry | None = None

    @staticmethod
    def blank(kind: Kind, name: str) -> Draft:
        """The simplest one there is: plain descent, a constant rate, or a bowl."""
        return Draft(kind, name, lr="0.01" if kind == "optimizer" else "", rule=BLANK_RULE[kind])

    @staticmethod
    def of(entry: Own, name: str = "") -> Draft:
        """The draft that makes `entry`, under another name if one is given."""
        name = name or entry.name
        if isinstance(entry, Optimizer):
            return Draft(
                *("optimizer", name, entry.doc, format_number(entry.lr), ", ".join(entry.state)),
                entry.rule.strip("\n"),
                _rows(entry.hyperparameters),
                entry.limit,
                reference=entry.reference,
            )
        if isinstance(entry, Schedule):
            text, rows = (entry.rule or entry.formula).strip("\n"), _rows(entry.parameters)
            state = ", ".join(entry.state)
            return Draft(
                *("schedule", name, entry.doc, "", state, text, rows), typed=entry.typed, reference=entry.reference
            )
        text, rows = entry.formula.strip("\n"), _rows(entry.parameters)
        return Draft(
            *("surface", name, entry.doc, "", "", text, rows),
            reference=entry.reference,
            axes=axis_rows(entry),
            source=entry,
        )

    def made(self, taken: Collection[str]) -> Own:
        """What the texts make; `taken` are the names of others.

        Raises:
            ConfigError: the first fault; `where` says in which field: name, lr, state, rule, limit, or
                parameters[k].name, .default, .low, .high, or axes[k].name, .low, .high, .start.
        """
        check_name(self.name, taken)
        parameters = tuple(_parameter(row, f"parameters[{k}]") for k, row in enumerate(self.rows))
        if not self.rule.strip():
            raise ConfigError("the formula is empty", "rule")
        if self.kind == "surface":
            formula = self.rule.strip("\n")
            return made_surface(self.name, self.doc, formula, parameters, self.axes, self.source)
        state = tuple(name for name in re.split(r"[\s,]+", self.state) if name)
        common = {"name": self.name, "doc": self.doc, "reference": self.reference, "state": state}
        try:
            if self.kind == "optimizer":
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


def _rows(parameters: tuple[Parameter, ...]) -> tuple[Row, ...]:
    return tuple(_row(parameter) for parameter in parameters)


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
