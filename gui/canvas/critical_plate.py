"""What the quadratic model says, in numbers, in a corner of the canvas."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..local_model import STABLE, LocalModelAt, Reading
from ..look import icon
from ..numbers import MISSING, show, whole
from ..panels.setup_words import run_name
from ..theme import theme
from ..widget import Part, label, set_sheet

GAP = 8
TEXT_WIDTH = 190  # that sentences have at least
ROWS = 6


class ModelPlate(Part):
    """Keeps out of the way of the point that it speaks of: it goes to the other upper corner."""

    def __init__(self, model: LocalModelAt, parent: QWidget) -> None:
        super().__init__(parent, role="card")
        self._model = model
        self._frame = QRectF()
        self._words: Sequence[QWidget] = ()
        self._on_right = True
        self.title, self.place = label("head"), label("dim", wrap=True)
        self.follow, self.close_it = QToolButton(), QToolButton()
        for button in (self.follow, self.close_it):
            button.setProperty("role", "flat")
            button.setIconSize(QSize(14, 14))
        self.follow.clicked.connect(lambda: model.pin(None))
        self.close_it.clicked.connect(lambda: model.set_on(False))
        self.note = label("dim", wrap=True)
        for text in (self.place, self.note):  # as wide as the numbers need, and wrapped there
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            text.setMinimumWidth(TEXT_WIDTH)
        self.names: list[QLabel] = []
        self.values: list[QLabel] = []
        self._lay_out()
        self.hide()
        model.changed.connect(self.refresh)
        self.show_words()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.title, 1)
        head.addWidget(self.follow)
        head.addWidget(self.close_it)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for k in range(ROWS):
            name, value = label("dim"), label()
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(name, k, 0)
            grid.addWidget(value, k, 1)
            self.names.append(name)
            self.values.append(value)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 8, 6)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.place)
        column.addLayout(grid)
        column.addWidget(self.note)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Local model: the quadratic around a point"))
        self.title.setText(tr("LOCAL MODEL"))
        self.follow.setToolTip(tr("Follow the selected run again"))
        self.follow.setAccessibleName(tr("Follow the selected run again"))
        self.close_it.setToolTip(tr("Hide the local model"))
        self.close_it.setAccessibleName(tr("Hide the local model"))
        self.refresh()

    def restyle(self) -> None:
        self.follow.setIcon(icon("target", theme().dim))
        self.close_it.setIcon(icon("close", theme().dim))
        ground = QColor(theme().panel)
        fill = f"rgba({ground.red()}, {ground.green()}, {ground.blue()}, 240)"
        set_sheet(
            self,
            f"ModelPlate {{ background: {fill}; border: 1px solid {theme().line}; border-radius: 6px; }}"
            f"QLabel {{ font-size: {theme().head + 1}px; }}",
        )
        self.refresh()

    def put(self, frame: QRectF, words: Sequence[QWidget]) -> None:
        """Lie in an upper corner of `frame`, below the `words` that are there if it is high enough."""
        self._frame, self._words = frame, words
        if not self.isHidden():
            # not adjustSize: it does not know how many lines a sentence takes at this width
            width = self.sizeHint().width()
            self.resize(width, self.heightForWidth(width))
            x = frame.right() - self.width() - GAP if self._on_right else frame.left() + GAP
            place = QRect(int(x), int(frame.top()) + GAP, self.width(), self.height())
            for other in words:
                if not other.isHidden() and other.geometry().intersects(place):
                    place.moveTop(other.geometry().bottom() + GAP)
            if place.bottom() > frame.bottom():  # rather over the words than over the axis
                place.moveTop(int(frame.top()) + GAP)
            self.move(place.topLeft())

    def avoid(self, point: QPointF) -> None:
        """Go to the other corner if `point`, in the parent's pixels, is covered."""
        if self.isVisible() and QRectF(self.geometry()).adjusted(-12, -12, 12, 12).contains(point):
            self._on_right = not self._on_right
            self.put(self._frame, self._words)

    def refresh(self) -> None:
        """Show the numbers of the model's reading."""
        self.setVisible(self._model.on)
        if not self._model.on:
            return
        reading = self._model.reading
        self.follow.setVisible(self._model.pinned is not None)
        self.place.setText(self._place_words(reading))
        finite = reading is not None and reading.model.finite
        rows = _rows(reading) if reading is not None and finite else []
        note = _note(reading) if reading is not None and finite else ""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        for k, (name, value) in enumerate(zip(self.names, self.values, strict=True)):
            shown = k < len(rows)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(rows[k][0])
                name.setToolTip(rows[k][2])
                value.setText(rows[k][1])
                value.setToolTip(rows[k][2])
                colour = theme().warning if rows[k][3] else theme().text
                set_sheet(value, f"color: {colour};")
        self.put(self._frame, self._words)

    def _place_words(self, reading: Reading | None) -> str:
        if reading is None:
            simulator = self._model.session.simulator
            if simulator is not None and simulator.surface.wide is not None:
                return tr("the run leaves this plane; Ctrl-click a place of it to see its model")
            return tr("Ctrl-click a place to see its model")
        x, y = reading.model.place
        if not reading.model.finite:
            return tr("({x}, {y}): the loss is not finite here", x=show(x, 3), y=show(y, 3))
        if self._model.pinned is not None or reading.run is None:
            return tr("at ({x}, {y})", x=show(x), y=show(y))
        return f"{run_name(reading.run.config)}, {tr('step {step}', step=whole(reading.step))}"


def _rows(reading: Reading) -> list[tuple[str, str, str, bool]]:
    """Name, value, what it means, and whether it is above its limit."""
    model = reading.model
    largest, least = model.eigenvalues
    norm = math.hypot(*model.gradient)
    product = reading.lr * largest
    rows = [
        ("λ₁, λ₂", f"{show(largest, 3)}, {show(least, 3)}", tr("Curvatures: the eigenvalues of the Hessian"), False),
        (
            "|λ|ₘₐₓ/|λ|ₘᵢₙ",
            show(model.condition, 3) if not math.isnan(model.condition) else MISSING,
            tr("Condition number: how much steeper the steepest direction curves than the flattest"),
            False,
        ),
        (
            "η·λₘₐₓ",
            _compared(product, STABLE),
            tr("Above 2 plain gradient descent diverges along the steepest eigenvector of a quadratic"),
            product > STABLE,
        ),
        ("η‖g‖", _number(reading.lr * norm), tr("Length of a step of plain gradient descent"), False),
    ]
    if not math.isnan(reading.sharpness):
        limit = reading.limit
        words = _compared(reading.sharpness, limit) if limit is not None else _number(reading.sharpness)
        above = limit is not None and reading.sharpness > limit
        rows.append(("S", words, tr("Stability of the run's own update: η·λmax(D^−½HD^−½), D = diag(σ)"), above))
    if not math.isnan(reading.predicted):
        words = tr("{model}, really {real}", model=_number(reading.predicted), real=_number(reading.real))
        hint = tr("By how much the next update changes L: as the model says, and as it does")
        rows.append((tr("next ΔL"), words, hint, False))
    return rows


def _note(reading: Reading) -> str:
    """What η·λmax means for plain gradient descent on this quadratic: along v₁ each step multiplies by 1 − η·λ₁."""
    largest, least = reading.model.eigenvalues
    product, words = reading.lr * largest, []
    if product > STABLE:
        words.append(tr("above 2: gradient descent diverges along v₁"))
    elif product > STABLE / 2:
        words.append(tr("between 1 and 2: it swings to and fro along v₁"))
    elif product > 0:
        words.append(tr("at most 1: it does not swing along v₁"))
    if largest < 0:
        words.append(tr("curved down all around: it only runs away"))
    elif least < 0:
        words.append(tr("λ₂ < 0: runs away along v₂"))
    return "\n".join(words)


def _compared(value: float, limit: float) -> str:
    if math.isnan(value):
        return MISSING
    return f"{show(value, 3)} {'>' if value > limit else '≤'} {show(limit, 3)}"


def _number(value: float) -> str:
    return MISSING if math.isnan(value) else show(value, 3)
