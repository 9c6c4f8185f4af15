"""The window of a chooser: a line to search in, the entries found, and what there is to know of the highlighted one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ..i18n import tr
from ..theme import theme
from ..widget import label
from .choices import Choice
from .chooser_list import ChooserList
from .setup_switch import GAP

LIST_WIDTH, DOC_WIDTH, HEIGHT, MARGIN, PICTURE_HEIGHT = 232, 248, 400, 4, 144
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CLOSE = (Qt.Key.Key_Escape, Qt.Key.Key_F4)

# key, width, height → what the choice looks like, or None
Pictures = Callable[[str, int, int], QImage | None]


class _Search(QLineEdit):
    """The line to search in; keys that move or pick are the list's."""

    pressed = Signal(QKeyEvent)

    def event(self, event: QEvent) -> bool:
        """No key in here is a shortcut of the window behind."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return True  # there is nowhere else to go


class ChooserPopup(QFrame):
    """Opens beside `field`, offers choices, and says in `chosen` which was picked; Escape or a click outside: none."""

    chosen = Signal(str)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field, Qt.WindowType.Popup)
        self._field = field
        self._choices: dict[str, Choice] = {}
        self._used = ""
        self._pictures: Pictures | None = None
        self.search = _Search()
        self.list = ChooserList()
        self.list.setFixedWidth(LIST_WIDTH)
        self.title, self.doc = label("title", wrap=True), label(wrap=True)
        self.defaults, self.reference = label("dim", wrap=True), label("dim", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(GAP)
        for part in (self.title, self.doc, self.defaults):
            part.setFixedWidth(DOC_WIDTH)
            words.addWidget(part)
        words.addStretch(1)
        self.picture = QLabel()
        words.addWidget(self.picture)
        self.reference.setFixedWidth(DOC_WIDTH)
        words.addWidget(self.reference)
        sides = QHBoxLayout()
        sides.setSpacing(2 * GAP)
        sides.addWidget(self.list)
        sides.addLayout(words)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, 2 * GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.search)
        column.addLayout(sides)
        self.setFixedHeight(HEIGHT)
        self.search.textChanged.connect(self._find)
        self.search.pressed.connect(self._pressed)
        self.list.highlighted.connect(self._show_words)
        self.list.picked.connect(self._pick)

    def open(
        self, name: str, choices: Sequence[Choice], used: str, text: str = "", pictures: Pictures | None = None
    ) -> None:
        """Offer `choices`, of which `used` is in use, with `text` in the search line; `name` says what they are."""
        self._pictures = pictures
        self._choices, self._used = {choice.key: choice for choice in choices}, used
        self.setAccessibleName(name)
        self.list.setAccessibleName(name)
        self.search.setAccessibleName(tr("Search by name or by what it does"))
        self.search.setPlaceholderText(tr("Search by name or by what it does"))
        self.search.setText(text)
        self._find()
        self._place()
        self.show()
        self._column.activate()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self.list.highlight(self.list.key())  # scrolled to, now that it has its height

    def _place(self) -> None:
        """Below the field if there is room in the window, otherwise at its right."""
        size = QSize(self.sizeHint().width(), HEIGHT)
        window, screen = self._field.window().geometry(), self._field.screen().availableGeometry()
        room = (window.intersected(screen) if window.height() > HEIGHT else screen).adjusted(0, 0, 0, -MARGIN)
        below = self._field.mapToGlobal(QPoint(0, self._field.height() + 2))
        place = QRect(below, size)
        if place.bottom() > room.bottom():
            place.moveTopLeft(self._field.mapToGlobal(QPoint(self._field.width() + MARGIN, 0)))
            place.moveBottom(min(place.bottom(), room.bottom()))
        place.moveRight(min(place.right(), screen.right()))
        place.moveTop(max(place.top(), screen.top()))
        self.setGeometry(place)

    def _find(self) -> None:
        """Show what fits the search; the best is highlighted, the one in use where nothing is searched for."""
        query = self.search.text()
        ranks = {choice: choice.rank(query) for choice in self._choices.values()}
        found = [choice for choice, rank in ranks.items() if rank is not None]
        best = min(found, key=lambda choice: ranks[choice] or 0).key if found else ""
        self.list.show_choices(found, self._used, best if query.strip() else self._used)

    def _show_words(self, key: str) -> None:
        choice = self._choices.get(key)
        nothing = tr("Nothing fits “{words}”", words=self.search.text().strip())
        self.title.setText(choice.title if choice else nothing)
        self.doc.setText(choice.doc if choice else tr("Names and descriptions are searched, all words together."))
        self.defaults.setText(choice.defaults if choice else "")
        self.reference.setText(choice.reference if choice else "")
        self._show_picture(choice)
        self.search.setAccessibleDescription(". ".join((self.title.text(), self.doc.text())))

    def _show_picture(self, choice: Choice | None) -> None:
        ratio = self.devicePixelRatioF()
        size = round(DOC_WIDTH * ratio), round(PICTURE_HEIGHT * ratio)
        image = self._pictures(choice.key, *size) if self._pictures and choice else None
        self.picture.setVisible(image is not None)
        if image:
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(ratio)
            self.picture.setPixmap(pixmap)

    def _pressed(self, event: QKeyEvent) -> None:
        key, steps = event.key(), {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        steps |= {Qt.Key.Key_PageUp: -self.list.page, Qt.Key.Key_PageDown: self.list.page}
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = {Qt.Key.Key_Home: -len(self._choices), Qt.Key.Key_End: len(self._choices)}
        if key in steps:
            self.list.move_by(steps[Qt.Key(key)])
        elif key in _ENTER:
            self._pick(self.list.key())
        elif key in _CLOSE:
            self.close()
        else:
            return
        event.accept()

    def _pick(self, key: str) -> None:
        if key:
            self.close()
            self.chosen.emit(key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the field closes the list; it must not open it again at once."""
        if not self.rect().contains(event.position().toPoint()):
            at = self._field.mapFromGlobal(event.globalPosition().toPoint())
            self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay, self._field.rect().contains(at))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().panel))
        painter.setPen(QColor(theme().dim))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
