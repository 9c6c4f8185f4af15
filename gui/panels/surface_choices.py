"""What the menu of surfaces offers: the catalogue under its headings, and a formula of one's own."""

from __future__ import annotations

from collections.abc import Mapping

from surfaces.entry import GROUPS, Entry

from ..i18n import tr
from .choices import Choice, defaults

OWN = "="  # no surface can be called so


def surface_choices(known: Mapping[str, Entry]) -> list[Choice]:
    """The surfaces, group by group; first a new formula of one's own, then those that a person has."""
    new = Choice(OWN, tr("Your own formula…"), tr("Type the loss as a formula of two variables."), heading("own"))
    found = [
        Choice(
            name,
            tr(entry.title),
            tr(entry.doc),
            heading(entry.group),
            entry.reference,
            defaults(entry.parameters),
        )
        for name, entry in sorted(known.items(), key=lambda item: GROUPS.index(item[1].group))
    ]
    return [new, *found]


def heading(group: str) -> str:
    """What a part of the menu is called."""
    return {
        "own": tr("Your own"),
        "lecture": tr("Lecture"),
        "teaching": tr("Shapes to learn from"),
        "saddles": tr("Saddles"),
        "bowls": tr("Bowls"),
        "valleys": tr("Valleys"),
        "few_minima": tr("A few minima"),
        "many_minima": tr("Many minima"),
        "plateaus": tr("Plateaus"),
        "data": tr("From data"),
        "network": tr("Networks"),
    }[group]
