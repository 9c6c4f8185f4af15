"""The editor for an optimizer or schedule of one's own: checked as it is typed, used at once, kept in the library."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ConfigError
from engine.language import FormulaError
from engine.language.compile import RULE_INPUTS, SCHEDULE_INPUTS
from engine.language.functions import FUNCTIONS, VECTOR_FUNCTIONS
from engine.language.typeset import program_to_latex
from engine.library import Own
from engine.optimizers import Optimizer, optimizers
from engine.rates import Phase
from engine.scenario import RunConfig
from engine.schedules import schedules

from ..i18n import tr, tr_error
from ..panels.choice_field import ChoiceField
from ..panels.formula_view import FormulaView
from ..panels.surface_formula import FormulaEdit
from ..session import Session
from ..theme import theme
from ..widget import label
from .draft import Draft
from .rows import Rows

PAUSE_MS = 300
GAP, LEFT, PREVIEW_LINES = 8, 430, 12


class RuleEdit(FormulaEdit):
    """Some lines of a rule; Enter begins the next."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        QPlainTextEdit.keyPressEvent(self, event)

    def _fit(self, size: object) -> None:
        self.setMinimumHeight(8 * self.fontMetrics().lineSpacing())
        self.setMaximumHeight(16_777_215)


class OwnEditor(QDialog):
    """Writes an optimizer, or a schedule, for the session's selected run."""

    def __init__(self, session: Session, draft: Draft, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._draft = session, draft
        self._used, self._begun = "", draft
        self.made: Own | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Your own optimizer") if draft.optimizer else tr("Your own schedule"))
        self.model = ChoiceField()
        self.name, self.doc, self.lr, self.state = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.rule = RuleEdit()
        self.error, self.words = label("error", wrap=True), label("dim", wrap=True)
        self.rows = Rows()
        self.preview = [FormulaView() for _ in range(PREVIEW_LINES)]
        self.use = QPushButton(tr("Use in the selected run"))
        self.use.setProperty("role", "primary")
        self.save = QPushButton(tr("Save in my library"))
        self.delete = QPushButton(tr("Delete from my library"))
        self.leave = QPushButton(tr("Close"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._offer()
        scenario = session.scenario
        own = scenario.optimizers if draft.optimizer else scenario.schedules
        self._used = draft.name if draft.name in [entry.name for entry in own] else ""
        self.show_draft(draft)
        self._begun = self.draft()
        for field in (self.name, self.doc, self.lr, self.state):
            field.textEdited.connect(self._typed)
        self.rule.textChanged.connect(self._typed)
        self.rows.edited.connect(self._typed)
        self.model.chosen.connect(self._copy)
        self.use.clicked.connect(self.apply)
        self.save.clicked.connect(self.keep)
        self.delete.clicked.connect(self.remove)
        self.leave.clicked.connect(self.reject)
        self._pause.timeout.connect(self.check)

    def _lay_out(self) -> None:
        optimizer = self._draft.optimizer
        form = QGridLayout()
        form.setHorizontalSpacing(GAP)
        fields: list[tuple[str, QWidget]] = [
            (tr("A copy of"), self.model),
            (tr("Name"), self.name),
            (tr("In one sentence"), self.doc),
            *([(tr("Learning rate η at first"), self.lr)] if optimizer else []),
            (tr("Buffers, kept from step to step"), self.state),
        ]
        for k, (text, field) in enumerate(fields):
            form.addWidget(label("", text), k, 0)
            form.addWidget(field, k, 1)
            field.setAccessibleName(text)
        self.state.setPlaceholderText("exp_avg, exp_avg_sq" if optimizer else "")
        self.rule.setAccessibleName(tr("Rule"))
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(form)
        left.addWidget(label("head", tr("RULE") if optimizer else tr("FORMULA OF η, OR RULE")))
        left.addWidget(self.rule, 1)
        left.addWidget(self.error)
        left.addWidget(label("head", tr("PARAMETERS")))
        left.addWidget(self.rows)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(label("head", tr("AS IT READS")))
        for view in self.preview:
            right.addWidget(view)
        right.addStretch(1)
        right.addWidget(label("head", tr("WHAT IT CAN USE")))
        right.addWidget(self.words)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(left, 3)
        columns.addLayout(right, 2)
        buttons = QHBoxLayout()
        for button in (self.delete, self.save):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.leave, self.use):
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 12)
        whole.setSpacing(12)
        whole.addLayout(columns, 1)
        whole.addLayout(buttons)
        self.resize(980, 620)
        inputs = RULE_INPUTS if optimizer else SCHEDULE_INPUTS
        functions = [*FUNCTIONS, *(VECTOR_FUNCTIONS if optimizer else ())]
        must = tr("A rule must assign m and sigma: θ ← θ − (η/σ)·m.") if optimizer else tr("A rule must assign eta.")
        self.words.setText("\n".join((must, ", ".join(inputs), ", ".join(functions))))

    def _offer(self) -> None:
        known = self._session.known_optimizers if self._draft.optimizer else self._session.known_schedules
        self.model.set_choices([("", "–", ""), *((name, name, tr(entry.doc)) for name, entry in known.items())])

    # What is written ---------------------------------------------------------------------------------------------

    def show_draft(self, draft: Draft) -> None:
        """Fill the fields."""
        self._draft = draft
        for field, text in ((self.name, draft.name), (self.doc, draft.doc), (self.lr, draft.lr)):
            field.setText(text)
            field.setCursorPosition(0)
        self.state.setText(draft.state)
        self.rule.setPlainText(draft.rule)
        self.rows.show_rows(draft.rows)
        self.check()

    def draft(self) -> Draft:
        """What the fields say."""
        return Draft(
            self._draft.optimizer,
            self.name.text().strip(),
            self.doc.text().strip(),
            self.lr.text(),
            self.state.text(),
            self.rule.toPlainText(),
            self.rows.rows(),
            self._draft.typed,
        )

    def _taken(self) -> Collection[str]:
        return optimizers() if self._draft.optimizer else schedules()

    def _typed(self) -> None:
        self._pause.start()

    def check(self) -> None:
        """Say what is wrong, or show how it reads; what is used already follows at once."""
        self._pause.stop()
        error: ConfigError | None = None
        try:
            self.made = self.draft().made(self._taken())
        except ConfigError as fault:
            self.made, error = None, fault
        self._say(error)
        self.rule.mark(error if isinstance(error, FormulaError) else None)
        for button in (self.use, self.save):
            button.setEnabled(self.made is not None)
        kept = self._session.library
        names = kept.optimizers if self._draft.optimizer else kept.schedules
        self.delete.setVisible(self.name.text().strip() in names)
        if self.made:
            self._preview(self.made)
            if self.made.name == self._used:
                self.apply()

    def _say(self, error: ConfigError | None) -> None:
        self.error.setText(_worded(error) if error else "")
        self.error.setVisible(error is not None)

    def _preview(self, entry: Own) -> None:
        lines = program_to_latex(entry.lines)
        texts = [line.strip() for line in self.rule.toPlainText().splitlines() if line.strip()]
        for k, view in enumerate(self.preview):
            view.setVisible(k < len(lines))
            if k < len(lines):
                view.forget_height()
                view.show_latex(lines[k], texts[min(k, len(texts) - 1)], theme().text)

    @property
    def unsaved(self) -> bool:
        """Whether what was written is neither in the scene nor in the library."""
        scenario, draft = self._session.scenario, self.draft()
        if draft == self._begun or not draft.rule.strip():
            return False
        own = (*scenario.optimizers, *scenario.schedules)
        return self.made is None or not (self.made in own or self._session.library.has(self.made))

    def reject(self) -> None:
        """Close, after a question if something would be lost."""
        if not self.unsaved:
            super().reject()
            return
        buttons = QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
        words = tr("Close without using or saving what you wrote?")
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.windowTitle(), words, buttons, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(QMessageBox.StandardButton.Discard).setText(tr("Close without it"))
        box.button(QMessageBox.StandardButton.Cancel).setText(tr("Go on writing"))
        box.button(QMessageBox.StandardButton.Discard).clicked.connect(super().reject)
        box.open()

    # What is done with it ----------------------------------------------------------------------------------------

    def _copy(self, name: str) -> None:
        known = self._session.known_optimizers if self._draft.optimizer else self._session.known_schedules
        if name in known:
            own = name not in self._taken()
            self.show_draft(Draft.of(known[name], name if own else tr("My {name}", name=name)))

    def apply(self) -> None:
        """Let the selected run use it: one undoable change, and the same step again for what is typed after."""
        session, entry = self._session, self.made
        if entry is None:
            return
        index, scenario = session.selected, session.scenario
        runs = list(scenario.runs)
        if isinstance(entry, Optimizer):
            others = tuple(other for other in scenario.optimizers if other.name != entry.name)
            if runs[index].optimizer != entry.name:
                runs[index] = replace(runs[index], optimizer=entry.name, hyperparameters={}, lr=entry.lr, label="")
            after = replace(scenario, optimizers=(*others, entry), runs=tuple(_fitting(run, entry) for run in runs))
        else:
            rest = tuple(other for other in scenario.schedules if other.name != entry.name)
            if entry.name not in [phase.name for phase in runs[index].schedule]:
                runs[index] = replace(runs[index], schedule=(Phase(entry.name, {}),))
            after = replace(scenario, schedules=(*rest, entry), runs=tuple(runs))
        found = session.change(after, tr("Use {name}", name=entry.name), f"own {id(self)}")
        self._say(found[0] if found else None)
        self._used = "" if found else entry.name

    def keep(self) -> None:
        """Put it into the library."""
        self._with_disk(self._session.library.save)

    def remove(self) -> None:
        """Take it out of the library; a scene that uses it keeps it."""
        self._with_disk(self._session.library.delete)

    def _with_disk(self, do: Callable[[Own], None]) -> None:
        if self.made is None:
            return
        try:
            do(self.made)
        except OSError as error:
            self._say(ConfigError("cannot be written: {reason}", str(error.filename or ""), reason=error.strerror))
            return
        self._offer()
        self.check()
        self._session.scenario_changed.emit()  # the menus offer what there is now


def _fitting(run: RunConfig, entry: Optimizer) -> RunConfig:
    """A run without hyper-parameters that its optimizer no longer has."""
    if run.optimizer != entry.name:
        return run
    return replace(run, hyperparameters={k: v for k, v in run.hyperparameters.items() if k in entry.names})


def _worded(error: ConfigError) -> str:
    """A fault with its place: the line and column of a rule, or the field."""
    if isinstance(error, FormulaError):
        return tr(
            "Line {line}, column {column}: {message}", line=error.line, column=error.column, message=tr_error(error)
        )
    return f"{error.where}: {tr_error(error)}" if error.where else tr_error(error)
