"""Files dropped on the window: a scenario is opened, anything else is looked at as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from ..i18n import tr

if TYPE_CHECKING:
    from ..main_window import MainWindow

DROPS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


def take_drop(window: MainWindow, event: QEvent) -> bool:
    """Accept files wherever they are dropped on the window; False for anything else, such as text."""
    if not isinstance(event, QDropEvent) or not event.mimeData().hasUrls():
        return False
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if not paths:
        return False
    event.acceptProposedAction()
    if isinstance(event, QDragMoveEvent):  # QDragEnterEvent is one, too
        return True
    if len(paths) > 1 or not paths[0].is_file():
        window.notice.say(tr("Drop one file: a table of numbers, or a scenario"), error=True)
    elif paths[0].suffix.lower() == ".toml":
        window.files.open_path(paths[0])
    else:
        window.files.open_table(paths[0])
    return True
