"""Whether the 3-D view is shown: not at all, beside the canvas, or instead of it. Loads it when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QToolButton

from ..i18n import tr
from ..widget import Part

if TYPE_CHECKING:
    from ..main_window import MainWindow
    from .view import SpaceView

OFF, BESIDE, INSTEAD = PLACES = ("off", "beside", "instead")
GAP = 8
WIDE = 1.25  # times as wide as high: side by side


class Space(QSplitter):
    """The canvas, and beside it the 3-D view."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._window = window
        self.view: SpaceView | None = None
        self.place = OFF
        self.setHandleWidth(GAP)
        self.setChildrenCollapsible(False)
        self.addWidget(window.canvas)
        self.corner = Corner(window.canvas)
        self.corner.button.clicked.connect(self.cycle)
        self._kept = window.settings.space if window.settings.space in PLACES else OFF
        window.canvas.worker.ready.connect(self._restore)  # not before: the canvas samples only what is shown

    def _restore(self) -> None:
        place, self._kept = self._kept, OFF
        if place != OFF and self.place == OFF:
            self.show_at(place)

    def cycle(self) -> None:
        """Beside the canvas, instead of it, off again."""
        self.show_at(PLACES[(PLACES.index(self.place) + 1) % len(PLACES)])

    def show_at(self, place: str) -> None:
        """Show the view `BESIDE` or `INSTEAD` of the canvas, or `OFF`; it is remembered."""
        canvas = self._window.canvas
        before, self.place = self.place, place
        if place == INSTEAD:
            canvas.hide()  # first, or it would sample the surface for a sliver beside the view
        if place != OFF and self.view is None:
            self._load()
        elif place == OFF and self.view is not None:
            self._unload()
        both = place == BESIDE or (place == INSTEAD and self._lacking())
        canvas.setVisible(both or place == OFF)
        if both and before != BESIDE:
            self._share()
        if place == INSTEAD and self.view is not None:
            self.view.stage.setFocus()  # not a number field, which would take the arrows
        elif before == INSTEAD:
            canvas.setFocus()
        if place != self._window.settings.space:
            self._window.remember(space=place)
        self._window.show_space()

    def _lacking(self) -> bool:
        """Whether there is only a message in place of the view: then the canvas stays."""
        return self.view is not None and bool(self.view.missing)

    def _stay(self) -> None:
        self._window.canvas.show()
        self._share()

    def _share(self) -> None:
        """Side by side where that leaves both wide enough, otherwise one above the other; half each."""
        wide = self.width() > WIDE * self.height()
        self.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        half = max((self.width() if wide else self.height()) - GAP, 2) // 2
        self.setSizes([half, half])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > WIDE * self.height()
        if self.place == BESIDE and wide != (self.orientation() == Qt.Orientation.Horizontal):
            self._share()

    def _load(self) -> None:
        from .view import SpaceView

        window = self._window
        self.view = SpaceView(window.session, window.canvas, window.settings.space_heights)
        self.view.start_refused.connect(window.canvas.start_refused)
        self.view.lacking.connect(self._stay)
        self.view.used.connect(window.canvas.used)
        self.view.heights_changed.connect(lambda mode: window.remember(space_heights=mode))
        self.view.closing.connect(lambda: self.show_at(OFF), Qt.ConnectionType.QueuedConnection)
        self.addWidget(self.view)

    def _unload(self) -> None:
        view, self.view = self.view, None
        if view is not None:
            view.close_studio()
            view.hide()
            view.setParent(None)
            view.deleteLater()

    def close_view(self) -> None:
        """End the view's thread."""
        if self.view is not None:
            self.view.close_studio()


class Corner(Part):
    """A small button in the lower right corner of the canvas, below the colour bar."""

    def __init__(self, canvas: Part) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.button = QToolButton(self)
        self.button.setProperty("role", "flat")
        canvas.installEventFilter(self)
        self.show_words()

    def retranslate(self) -> None:
        self.button.setText(tr("3-D"))
        self.button.setToolTip(tr("3-D view: beside the canvas, instead of it, off (Ctrl+3)"))
        self.button.setAccessibleName(tr("3-D view"))
        self.button.adjustSize()
        self.resize(self.button.size())
        self._put()

    def _put(self) -> None:
        self.move(self._canvas.width() - self.width() - 6, self._canvas.height() - self.height() - 4)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._put()
        return False
