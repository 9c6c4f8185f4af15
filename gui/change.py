"""One undoable replacement of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from engine.scenario import Scenario

if TYPE_CHECKING:
    from .session import Session


class Change(QUndoCommand):
    """One replacement of the scenario; changes with the same `merge` key, one after the other, are one step.

    `forgotten`: once it is undone it cannot be redone.
    """

    def __init__(self, session: Session, after: Scenario, text: str, merge: str, opening: bool) -> None:
        super().__init__(text)
        self._session, self.before, self.after = session, session.scenario, after
        self._merge, self._opening = merge, opening
        self.forgotten = False

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Change) or other._merge != self._merge:
            return False
        self.after = other.after
        return True

    def undo(self) -> None:
        self._session.use(self.before, self._opening)
        self.setObsolete(self.forgotten)  # not before: the stack undoes no command that is obsolete

    def redo(self) -> None:
        self._session.use(self.after, self._opening)
