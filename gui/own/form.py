"""The fields in which something of one's own is written, with what is wrong beside the one that it is in."""

from __future__ import annotations

import re

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout

from engine.errors import ConfigError
from engine.language import FormulaError

from ..i18n import tr, tr_error
from ..panels.formula_entry import unknown_name
from ..widget import Part, label
from .axis_fields import COLUMNS as AXIS_COLUMNS
from .axis_fields import AxisFields
from .draft import Draft, Row
from .kinds import Kind
from .rows import COLUMNS, Rows
from .rule_edit import RuleEdit

GAP, ROWS_HEIGHT = 8, 144


class OwnForm(Part):
    """Holds the texts of a `Draft`.

    Signals:
        edited: a person changed one of them.
    """

    edited = Signal()

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind, self._kept = kind, Draft(kind)
        self._error: ConfigError | None = None
        self.name, self.doc, self.lr, self.limit, self.state = (QLineEdit() for _ in range(5))
        self.rule, self.rows, self.axes = RuleEdit(), Rows(kind), AxisFields()
        self.error, self.offer = label("error", wrap=True), QPushButton()
        self.offer.setAutoDefault(False)
        self._labels = {field: label() for field in (self.name, self.doc, self.lr, self.limit, self.state)}
        self._rule_head, self._rows_head = label("head"), label("head")
        self._lay_out()
        for field in self._labels:
            field.textEdited.connect(self.edited)
        self.rule.textChanged.connect(self.edited)
        self.rows.edited.connect(self.edited)
        self.axes.edited.connect(self.edited)
        self.offer.clicked.connect(self._declare)
        self.show_words()
        self.show_error(None)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(4)
        left_out = {"optimizer": (), "schedule": (self.lr, self.limit), "surface": (self.lr, self.limit, self.state)}
        shown = [field for field in self._labels if field not in left_out[self._kind]]
        for k, field in enumerate(shown):
            grid.addWidget(self._labels[field], k, 0)
            grid.addWidget(field, k, 1)
            self._labels[field].setBuddy(field)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(ROWS_HEIGHT)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QFrame()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, GAP, 0)
        column.addWidget(self.rows)
        column.addStretch(1)
        area.setWidget(inside)
        head = QHBoxLayout()
        head.addWidget(self._rows_head, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.rows.add)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(grid)
        if self._kind == "surface":
            whole.addWidget(self.axes)
        whole.addSpacing(4)
        whole.addWidget(self._rule_head)
        whole.addWidget(self.rule, 1)
        whole.addWidget(self.error)
        whole.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addSpacing(4)
        whole.addLayout(head)
        whole.addWidget(area)

    def retranslate(self) -> None:
        names = tr("Names that keep their value from step to step, 0 at first; with commas between them")
        for field, text, tooltip in (
            (self.name, tr("Name"), tr("Under this name it stands in the menus")),
            (self.doc, tr("In one sentence"), tr("What it is, for whoever chooses it")),
            (self.lr, tr("Learning rate η at first"), tr("The η of a run that begins to use it")),
            (self.limit, tr("Stable up to S ="), tr("A formula of the parameters, such as 2; nothing if not known")),
            (self.state, tr("Buffers"), names),
        ):
            self._labels[field].setText(text)
            field.setAccessibleName(text)
            field.setToolTip(tooltip)
        head, name, tooltip = self._rule_words()
        self._rule_head.setText(head)
        self.rule.setAccessibleName(name)
        self.rule.setToolTip(tooltip)
        self._rows_head.setText(tr("PARAMETERS"))
        if self._kind == "surface":
            self._align([self._labels[self.name], self._labels[self.doc], *self.axes.labels])
        self.show_error(self._error)

    def _align(self, labels: list[QLabel]) -> None:
        width = max(each.fontMetrics().horizontalAdvance(each.text()) for each in labels) + 2
        for each in labels:
            each.setFixedWidth(width)

    def _rule_words(self) -> tuple[str, str, str]:
        """Heading, accessible name and tooltip of the large field."""
        if self._kind == "optimizer":
            return tr("RULE"), tr("Rule"), tr("Lines name = formula, of which one assigns m and one sigma")
        if self._kind == "schedule":
            words = tr("A formula of η, or lines name = formula of which one assigns eta")
            return tr("FORMULA OF η, OR RULE"), tr("Rule"), words
        words = tr("The loss as a formula of the two axes and of parameters, such as x^2 + k*y^2")
        return tr("FORMULA OF THE LOSS"), tr("Formula of the loss"), words

    def restyle(self) -> None:
        self.rule.use_font()
        self.show_error(self._error)

    def show_draft(self, draft: Draft) -> None:
        """Fill the fields."""
        self._kept = draft
        texts = (draft.name, draft.doc, draft.lr, draft.limit, draft.state)
        for field, text in zip(self._labels, texts, strict=True):
            field.setText(text)
            field.setCursorPosition(0)
        with QSignalBlocker(self.rule):
            self.rule.setPlainText(draft.rule)
        self.rows.show_rows(draft.rows)
        self.axes.show_rows(draft.axes)

    def draft(self) -> Draft:
        """What the fields say."""
        return Draft(
            self._kind,
            self.name.text().strip(),
            self.doc.text().strip(),
            self.lr.text(),
            self.state.text(),
            self.rule.toPlainText(),
            self.rows.rows(),
            self.limit.text(),
            self._kept.typed,
            self._kept.reference,
            self.axes.rows(),
            self._kept.source,
        )

    def show_error(self, error: ConfigError | None) -> None:
        """Say what is wrong, and mark the field in which it is."""
        self._error = error
        where = error.where if error else ""
        self.error.setText(self._worded(error) if error else "")
        self.error.setVisible(error is not None)
        self.rule.mark(error if where == "rule" else None)
        self.rule.setAccessibleDescription(self.error.text() if where == "rule" else "")
        for name in ("name", "lr", "limit", "state"):
            _mark(getattr(self, name), where == name)
        for k, fields in enumerate(self.rows.fields):
            for column, field in zip(COLUMNS, fields, strict=True):
                _mark(field, where == f"parameters[{k}].{column}")
        for k, fields in enumerate(self.axes.fields):
            for column, field in zip(AXIS_COLUMNS, fields, strict=True):
                _mark(field, where == f"axes[{k}].{column}")
        name, buffer = self._undeclared()
        self.offer.setText(
            tr("Make “{name}” a buffer", name=name) if buffer else tr("Make “{name}” a parameter", name=name)
        )
        self.offer.setToolTip(
            tr("It keeps its value from step to step") if buffer else tr("It becomes a field below, with the value 1")
        )
        self.offer.setVisible(bool(name))

    def _worded(self, error: ConfigError) -> str:
        """A fault with its place: the line and column of a rule, or the field."""
        text = tr_error(error)
        if error.where == "rule" and isinstance(error, FormulaError):
            return tr("Line {line}, column {column}: {message}", line=error.line, column=error.column, message=text)
        if match := re.match(r"parameters\[(\d+)\]", error.where):
            return tr("Parameter {number}: {message}", number=int(match.group(1)) + 1, message=text)
        if match := re.match(r"axes\[(\d)\]\.(\w+)", error.where):
            field = self.axes.fields[int(match.group(1))][AXIS_COLUMNS.index(match.group(2))]
            return tr("{field}: {message}", field=field.accessibleName(), message=text)
        named = {"name": self.name, "lr": self.lr, "limit": self.limit, "state": self.state}.get(error.where)
        return tr("{field}: {message}", field=self._labels[named].text(), message=text) if named else text

    def _undeclared(self) -> tuple[str, bool]:
        """The name that the rule uses and nobody has declared, and whether it is assigned, so that it can be kept."""
        error = self._error
        name = unknown_name(error) if error and error.where == "rule" else ""
        return name, self._kind != "surface" and bool(re.search(rf"(?m)^\s*{name}\s*=(?!=)", self.rule.toPlainText()))

    def _declare(self) -> None:
        name, buffer = self._undeclared()
        if buffer:
            self.state.setText(", ".join(filter(None, [self.state.text().strip(" ,"), name])))
        else:
            self.rows.append(Row(name, "1"))
        self.rule.setFocus()
        self.edited.emit()


def _mark(field: QLineEdit, invalid: bool) -> None:
    if bool(field.property("invalid") == "true") != invalid:
        field.setProperty("invalid", "true" if invalid else "false")
        field.style().unpolish(field)
        field.style().polish(field)
