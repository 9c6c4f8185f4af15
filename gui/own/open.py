"""The commands that open the editor."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from surfaces import find_entry

from ..panels.number_text import format_number
from ..session import Session
from .draft import Draft
from .editor import OwnEditor
from .kinds import Kind
from .starting import BLANK, free_name, start


def write_own(session: Session, kind: Kind, parent: QWidget) -> None:
    """Open the editor on what is in use, or bring the one that is open to the front.

    The window behind stays in use, so that the run can be watched while its rule is written.
    """
    for editor in parent.findChildren(OwnEditor):
        if editor.kind == kind and editor.isVisible():
            editor.raise_()
            editor.activateWindow()
            return
    session.library.read()  # files may have been put there meanwhile
    draft, name = _surface_draft(session) if kind == "surface" else _run_draft(session, kind)
    editor = OwnEditor(session, draft, parent, name)
    editor.show()
    session.scenario_changed.emit()


def _run_draft(session: Session, kind: Kind) -> tuple[Draft, str]:
    """What the selected run uses, with its name in the menu."""
    run = session.scenario.runs[session.selected]
    name = run.optimizer if kind == "optimizer" else run.schedule[0].name if run.schedule else BLANK
    draft = start(session, kind, name)
    if kind == "optimizer" and draft.name != name:  # a copy begins with the rate of the run
        draft = replace(draft, lr=format_number(run.lr))
    return draft, name


def _surface_draft(session: Session) -> tuple[Draft, str]:
    """The surface of the scene: one of one's own itself, a copy of a formula, or a blank one."""
    surface = session.scenario.surface
    if surface.formula and not surface.declared.name:  # typed beside the canvas: its numbers become the defaults
        entry, scenario = find_entry(surface), session.scenario
        entry = replace(entry, window=scenario.window or entry.window, start=scenario.start)
        return Draft.of(entry, free_name(session, "surface")), BLANK
    name = surface.name or surface.declared.name
    known = session.known_surfaces
    name = name if name in known and known[name].kind == "formula" else BLANK
    return start(session, "surface", name), name
