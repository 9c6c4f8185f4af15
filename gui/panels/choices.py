"""What the menus of optimizers and schedules offer: entries in groups, and how a search ranks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.declaration import Parameter
from engine.optimizers import GROUPS as OPTIMIZER_GROUPS
from engine.optimizers import Optimizer
from engine.scenario import LR
from engine.schedules import GROUPS as SCHEDULE_GROUPS
from engine.schedules import Schedule

from ..i18n import tr
from ..numbers import show
from .setup_words import group_title, optimizer_title, symbol

STICKS = "\u00a0"  # a space at which no line breaks


@dataclass(frozen=True)
class Choice:
    """One entry of a menu: `key` is what is chosen, all else is what a person reads about it."""

    key: str
    title: str
    doc: str
    group: str
    reference: str = ""
    defaults: str = ""

    def rank(self, query: str) -> int | None:
        """How well `query` fits: 0 if the title begins with it, 1 if its words stand in the title, 2 in the rest."""
        words = query.casefold().split()
        title = f"{self.title} {self.key}".casefold()
        if not words or title.startswith(" ".join(words)):
            return 0
        if all(word in title for word in words):
            return 1
        whole = f"{title} {self.doc} {self.group} {self.reference}".casefold()
        return 2 if all(word in whole for word in words) else None


def optimizer_choices(known: Mapping[str, Optimizer]) -> list[Choice]:
    """The optimizers, group by group."""
    return [
        Choice(
            name,
            optimizer_title(name),
            tr(optimizer.doc),
            group_title(optimizer.group),
            optimizer.reference,
            defaults((Parameter(LR.name, optimizer.lr), *optimizer.hyperparameters)),
        )
        for name, optimizer in sorted(known.items(), key=lambda item: OPTIMIZER_GROUPS.index(item[1].group))
    ]


def schedule_choices(known: Mapping[str, Schedule]) -> list[Choice]:
    """The schedules, group by group."""
    return [
        Choice(
            name,
            name,
            tr(schedule.doc),
            group_title(schedule.group),
            schedule.reference,
            defaults(schedule.parameters),
        )
        for name, schedule in sorted(known.items(), key=lambda item: SCHEDULE_GROUPS.index(item[1].group))
    ]


def defaults(parameters: Iterable[Parameter]) -> str:
    """Every parameter with its default, in one line."""
    return " · ".join(f"{symbol(parameter.name)}{STICKS}{show(parameter.default)}" for parameter in parameters)
