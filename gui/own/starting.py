"""What an optimizer or schedule of one's own can begin with."""

from __future__ import annotations

from itertools import count

from engine.optimizers import optimizers
from engine.schedules import schedules

from ..i18n import tr
from ..panels.choices import Choice, optimizer_choices, schedule_choices
from ..panels.setup_words import group_title
from ..session import Session
from .draft import Draft

BLANK = "="  # no optimizer or schedule can have this name


def offers(session: Session, optimizer: bool) -> list[Choice]:
    """A blank one, those of one's own, then the built-in ones."""
    words = tr("Plain gradient descent, to write on from") if optimizer else tr("A constant η, to write on from")
    blank = Choice(BLANK, tr("Blank"), words, group_title("own"))
    known = optimizer_choices(session.known_optimizers) if optimizer else schedule_choices(session.known_schedules)
    return [blank, *sorted(known, key=lambda choice: choice.group != blank.group)]


def start(session: Session, optimizer: bool, name: str) -> Draft:
    """The draft to begin with: one of one's own itself, a copy of a built-in one, or a blank one."""
    known = {**session.known_optimizers} if optimizer else {**session.known_schedules}
    built_in = name in (optimizers() if optimizer else schedules())
    if name in known and not built_in:
        return Draft.of(known[name])
    title = tr("My {name}", name=name) if name in known else tr("My optimizer") if optimizer else tr("My schedule")
    free = next(text for k in count(1) if (text := title if k == 1 else f"{title} {k}") not in known)
    return Draft.of(known[name], free) if name in known else Draft.blank(optimizer, free)
