"""The kinds of things that a person can write, and where each of them is kept."""

from __future__ import annotations

from typing import Literal

from engine.library import OPTIMIZERS, SCHEDULES, Shelf
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from surfaces import Entry
from surfaces.library import SURFACES

Kind = Literal["optimizer", "schedule", "surface"]
Own = Optimizer | Schedule | Entry
KINDS: tuple[Kind, ...] = ("optimizer", "schedule", "surface")


def kind_of(entry: Own) -> Kind:
    """What `entry` is."""
    return "optimizer" if isinstance(entry, Optimizer) else "schedule" if isinstance(entry, Schedule) else "surface"


def shelf_of(kind: Kind) -> Shelf[Own]:
    """The folder of the library for one kind."""
    shelves: dict[Kind, Shelf[Own]] = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "surface": SURFACES}  # type: ignore[dict-item]
    return shelves[kind]
