"""What something of one's own can begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from engine.optimizers import optimizers
from engine.schedules import schedules
from surfaces import Entry, catalogue

from ..i18n import tr
from ..panels.choices import Choice, optimizer_choices, schedule_choices
from ..panels.setup_words import group_title
from ..panels.surface_choices import OWN, surface_choices
from ..session import Session
from .draft import Draft
from .kinds import Kind, Own

BLANK = "="  # nothing can have this name


def offers(session: Session, kind: Kind) -> list[Choice]:
    """A blank one, those of one's own, then the built-in ones."""
    words = {
        "optimizer": tr("Plain gradient descent, to write on from"),
        "schedule": tr("A constant η, to write on from"),
        "surface": tr("A bowl, to write on from"),
    }
    blank = Choice(BLANK, tr("Blank"), words[kind], group_title("own"))
    if kind == "optimizer":
        choices = optimizer_choices(session.known_optimizers)
    elif kind == "schedule":
        choices = schedule_choices(session.known_schedules)
    else:
        formulas = {name: entry for name, entry in session.known_surfaces.items() if entry.kind == "formula"}
        choices = [choice for choice in surface_choices(formulas) if choice.key != OWN]
    return [blank, *sorted(choices, key=lambda choice: choice.group != blank.group)]


def known_of(session: Session, kind: Kind) -> Mapping[str, Own]:
    """All of one kind, by name."""
    if kind == "optimizer":
        return session.known_optimizers
    return session.known_schedules if kind == "schedule" else session.known_surfaces


def built_in(kind: Kind) -> Mapping[str, Own]:
    """The names that something of one's own cannot have."""
    if kind == "optimizer":
        return optimizers()
    return schedules() if kind == "schedule" else catalogue()


def start(session: Session, kind: Kind, name: str) -> Draft:
    """The draft to begin with: one of one's own itself, a copy of a built-in one, or a blank one."""
    known = known_of(session, kind)
    if name in known and name not in built_in(kind):
        return Draft.of(known[name])
    free = free_name(session, kind, known.get(name))
    if name not in known:
        return Draft.blank(kind, free)
    copy = Draft.of(known[name], free)
    rows = tuple(replace(row, doc=row.doc and tr(row.doc)) for row in copy.rows)
    return replace(copy, doc=copy.doc and tr(copy.doc), rows=rows)  # from now on it is a person's own text


def free_name(session: Session, kind: Kind, entry: Own | None = None) -> str:
    """A name that nothing has, for a copy of `entry` or for something new."""
    new = {"optimizer": tr("My optimizer"), "schedule": tr("My schedule"), "surface": tr("My surface")}
    shown = "" if entry is None else tr(entry.title) if isinstance(entry, Entry) else entry.name
    title, known = tr("My {name}", name=shown) if shown else new[kind], known_of(session, kind)
    return next(text for k in count(1) if (text := title if k == 1 else f"{title} {k}") not in known)
