"""Whatever a file declares, as data that JSON can carry: what `list --json` prints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .declaration import Parameter


def described(entry: Any) -> Any:
    """A declared thing with all its fields; an end of a range that is not there is null."""
    if isinstance(entry, Parameter):
        ends = {"low_included": not entry.open_low, "high_included": not entry.open_high}
        names = ("name", "default", "low", "high", "integer", "log", "doc")
        return {name: described(getattr(entry, name)) for name in names} | ends
    if is_dataclass(entry):
        return {field.name: described(getattr(entry, field.name)) for field in fields(entry)}
    if isinstance(entry, Mapping):
        return {key: described(value) for key, value in entry.items()}
    if isinstance(entry, list | tuple):
        return [described(part) for part in entry]
    if isinstance(entry, float) and not math.isfinite(entry):
        return None
    return entry.strip() if isinstance(entry, str) else entry
