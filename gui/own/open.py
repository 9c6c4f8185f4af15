"""The commands that open the editor."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from ..panels.number_text import format_number
from ..session import Session
from .editor import OwnEditor
from .starting import BLANK, start


def write_own(session: Session, optimizer: bool, parent: QWidget) -> None:
    """Open the editor on what the selected run uses, or bring the one that is open to the front.

    The window behind stays in use, so that the run can be watched while its rule is written.
    """
    for editor in parent.findChildren(OwnEditor):
        if editor.optimizer == optimizer and editor.isVisible():
            editor.raise_()
            editor.activateWindow()
            return
    session.library.read()  # files may have been put there meanwhile
    run = session.scenario.runs[session.selected]
    name = run.optimizer if optimizer else run.schedule[0].name if run.schedule else BLANK
    draft = start(session, optimizer, name)
    if optimizer and draft.name != name:  # a copy begins with the rate of the run
        draft = replace(draft, lr=format_number(run.lr))
    editor = OwnEditor(session, draft, parent, name)
    editor.show()
    session.scenario_changed.emit()
