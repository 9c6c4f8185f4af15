"""Typed values out of parsed TOML tables, each fault noted with its path."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .errors import ConfigError, unknown

MAX_FAULTS = 100
MAX_VALUES = 50


def shown(value: object) -> str:
    """`value` as Python writes it, cut short."""
    try:
        return repr(value)[:60]
    except (ValueError, RecursionError):  # an integer of thousands of digits; tables nested too deeply
        return f"{type(value).__name__} …"


class Reader:
    """Takes typed values out of parsed tables; notes each fault with its path, up to `MAX_FAULTS`, and goes on."""

    def __init__(self) -> None:
        self.faults: list[ConfigError] = []

    def note(self, template: str, where: str, **values: object) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(ConfigError(template, where, **values))

    def known(self, table: Mapping[str, Any], names: str, where: str) -> None:
        for key in table:
            if key not in names.split() and len(self.faults) < MAX_FAULTS:
                self.faults.append(unknown("entry", key, names.split(), f"{where}.{key}" if where else key))

    def table(self, value: object, where: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.note("must be a table of names and values, not {value}", where, value=shown(value))
        return {}

    def flag(self, value: object, where: str) -> bool:
        if not isinstance(value, bool):
            self.note("must be true or false, not {value}", where, value=shown(value))
        return value is True

    def text(self, value: object, where: str) -> str:
        if isinstance(value, str):
            return value
        self.note("must be text in quotes, not {value}", where, value=shown(value))
        return ""

    def texts(self, value: object, where: str) -> Mapping[str, str]:
        if isinstance(value, str):
            return {"en": value}
        return {key: self.text(item, f"{where}.{key}") for key, item in self.table(value, where).items()}

    def number(self, value: object, where: str, low: float = -math.inf, high: float = math.inf) -> float:
        try:
            number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.note("must be a finite number, not {value}", where, value=shown(value))
        elif not low <= number <= high:
            self.note("{value} is out of range; allowed: {low} to {high}", where, value=value, low=low, high=high)
        else:
            return number
        return max(low, 0.0)

    def whole(self, value: object, where: str, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.note("must be a whole number, not {value}", where, value=shown(value))
        elif not low <= value <= high:
            template = "{value} is out of range; allowed: {low} to {high}"
            self.note(template, where, value=shown(value), low=low, high=high)
        else:
            return value
        return low

    def numbers(
        self, value: object, where: str, count: int | None, item: Callable[[object, str], Any]
    ) -> tuple[Any, ...]:
        if not isinstance(value, list) or (count is not None and len(value) != count):
            if count:
                self.note("must be a list of {count} numbers, not {value}", where, count=count, value=shown(value))
            else:
                self.note("must be a list of numbers, not {value}", where, value=shown(value))
            return (0.0,) * (count or 0)
        return tuple(item(part, f"{where}[{k}]") for k, part in enumerate(value))

    def values(self, value: object, where: str) -> dict[str, float]:
        table = self.table(value, where)
        if len(table) > MAX_VALUES:
            self.note("there can be at most {limit} values", where, limit=MAX_VALUES)
            return {}
        return {key: self.number(item, f"{where}.{key}") for key, item in table.items()}
