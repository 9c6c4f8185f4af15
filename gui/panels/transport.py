"""The bar under the canvas: run, step, speed, and the way to any step."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from ..i18n import tr
from ..look import icon
from ..numbers import show, whole
from ..session import Session
from ..theme import theme
from ..widget import Part, label
from .from_here import FromHereButton
from .scrubber import Scrubber
from .sliders import STEPS_PER_DECADE, LogSlider
from .step_field import StepField

SLOWEST, FASTEST = 1.0, 1e6
_STEERS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


class SpeedSlider(LogSlider):
    """Steps per second; the last notch, one above the fastest speed, is inf: as fast as the engine can."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_range(SLOWEST, FASTEST * 10 ** (1 / STEPS_PER_DECADE))

    def number(self) -> float:
        return math.inf if self.value() == self.maximum() else super().number()

    def event(self, event: QEvent) -> bool:
        """Take the keys that move the handle before a shortcut of the window does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._steers(event):
            event.accept()
            return True
        return super().event(event)

    def _steers(self, event: QKeyEvent) -> bool:
        control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return event.key() in _STEERS and not event.modifiers() & control


class TransportBar(Part):
    """One row: buttons, speed, step, timeline."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self._session = session
        self._running = False
        self.to_start = self._button(session.go_home)
        self.back = self._button(lambda: session.step(-1))
        self.run = QPushButton()
        self.run.setProperty("role", "primary")
        self.run.clicked.connect(session.toggle)
        self.forward = self._button(lambda: session.step(1))
        self.to_end = self._button(session.go_to_end)
        self.speed_label, self.speed, self.speed_words = label("dim"), SpeedSlider(), label()
        self.step_label, self.step, self.reach = label("dim"), StepField(), label("dim")
        self.speed_label.setBuddy(self.speed)
        self.step_label.setBuddy(self.step)
        self.from_here = FromHereButton(session)
        self.timeline = Scrubber(session)
        self._lay_out()
        self.speed.value_edited.connect(self._set_speed)
        self.step.wanted.connect(self._go_to)
        session.ticked.connect(self._follow)
        session.cursor_moved.connect(self._follow)
        session.speed_changed.connect(self.show_speed)
        self.show_words()

    def _button(self, do: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(32, 30)
        button.setStyleSheet("QToolButton { padding: 0; }")
        button.clicked.connect(lambda checked=False: do())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(4)
        for button in (self.to_start, self.back, self.run, self.forward, self.to_end):
            layout.addWidget(button)
        self.run.setIconSize(QSize(16, 16))
        self.run.setFixedHeight(30)
        self.speed.setFixedWidth(104)
        self.step.setFixedHeight(28)
        for group in ((self.speed_label, self.speed, self.speed_words), (self.step_label, self.step, self.reach)):
            layout.addSpacing(12)
            for widget in group:
                layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self.from_here)
        layout.addSpacing(4)
        layout.addWidget(self.timeline, 1)
        self.setFixedHeight(48)

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Transport: run, step and travel in time"))
        for button, words in (
            (self.to_start, tr("To the start (Home)")),
            (self.back, tr("A step back (←)")),
            (self.forward, tr("A step on (→)")),
            (self.to_end, tr("To the end (End)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.speed_label.setText(tr("Speed"))
        self.speed.setToolTip(tr("Steps per second while running (Ctrl+← slower, Ctrl+→ faster)"))
        self.speed.setAccessibleName(tr("Speed in steps per second"))
        self.step_label.setText(tr("step"))
        self.step.retranslate()
        self.timeline.setAccessibleName(tr("Timeline"))
        self.timeline.setAccessibleDescription(
            tr(
                "Left and Right go a step, with Shift ten, Page Up and Page Down a twentieth of the way; "
                "Delete removes the change at the shown step"
            )
        )
        metrics = self.run.fontMetrics()
        self.run.setMinimumWidth(max(metrics.horizontalAdvance(word) for word in (tr("Run"), tr("Pause"))) + 52)
        self.show_speed()
        self._follow(anew=True)

    def restyle(self) -> None:
        for button, name in (
            (self.to_start, "skip-start"),
            (self.back, "step-back"),
            (self.forward, "step-forward"),
            (self.to_end, "skip-end"),
        ):
            button.setIcon(icon(name))
        self._follow(anew=True)
        self.timeline.update()

    # What the session says ---------------------------------------------------------------------------------------

    def _follow(self, anew: bool = False) -> None:
        status = self._session.status
        if anew or status.running != self._running:
            self._running = status.running
            self.run.setText(tr("Pause") if self._running else tr("Run"))
            self.run.setIcon(icon("pause" if self._running else "play", theme().on_accent))
            self.run.setToolTip(tr("Pause (Space)") if self._running else tr("Run (Space)"))
            self.run.setAccessibleName(self.run.text())
        self.step.set_step(self._session.shown_step)
        reach = f"/ {whole(status.reach)}"
        if anew or self.reach.text() != reach:
            self.reach.setText(reach)
            self.reach.setToolTip(
                tr("The last step. The scene asks for {steps} steps.", steps=whole(self._session.steps))
            )
            digits = self.step.fontMetrics().horizontalAdvance(whole(max(status.reach, 1000)))
            self.step.setFixedWidth(digits + 22)

    def show_speed(self) -> None:
        """Show the session's speed."""
        speed = self._session.speed
        self.speed.set_number(speed)
        self.speed_words.setText(tr("max") if speed == math.inf else tr("{count}/s", count=_count(speed)))
        widest = tr("{count}/s", count=whole(int(FASTEST)))
        self.speed_words.setMinimumWidth(self.speed_words.fontMetrics().horizontalAdvance(widest) + 2)

    def _go_to(self, step: int) -> None:
        target = min(step, self._session.status.reach)
        self.step.set_step(target)
        self._session.seek(target)

    def _set_speed(self, speed: float) -> None:
        self._session.set_speed(speed)


def _count(speed: float) -> str:
    return whole(round(speed)) if speed >= 100 else show(speed, 3)
