"""The inspector: one step of the selected run, as formulas with this step's numbers in them and as a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from engine.simulator import Run

from ..changes import event_at
from ..i18n import tr
from ..look import run_colour
from ..session import Session
from ..theme import theme
from ..verdict import verdict
from ..widget import Part, label, set_sheet
from .arithmetic import Arithmetic, arithmetic, rule_latex, rule_sources, summary_symbols
from .event_words import event_words
from .formula_view import FormulaView
from .inspector_head import InspectorHead, toggle_style
from .setup_words import symbol
from .state_table import StateTable
from .turns import Turns

STILL_MS, UPDATE_MS = 120, 67
SLOW = 10.0  # steps per second at which there is time to typeset each step
RULE_SIZE = 13.0
SYMBOLS_HEIGHT, NUMBERS_HEIGHT = 34, 38  # of a fraction, and of one with powers of ten


class InspectorPanel(Part):
    """Follows the selected run and the shown step at most 15 times a second; typeset numbers follow."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self._session = session
        self._parameter = 0
        self._laid_out: tuple[object, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._said: tuple[object, ...] = ()
        self._asked: tuple[object, ...] = ()
        self._arithmetic: Arithmetic | None = None
        self._behind = False
        self.head = InspectorHead()
        self.summary, self.numbers = FormulaView(least=SYMBOLS_HEIGHT), FormulaView(least=NUMBERS_HEIGHT)
        self.no_update = label("dim")
        self.no_update.setMinimumHeight(NUMBERS_HEIGHT)
        self.rule_title = label("head")
        self.with_numbers = QToolButton()
        self.with_numbers.setCheckable(True)
        self.rule: list[FormulaView] = []
        self.table = StateTable()
        self._lay_out()
        self._symbols, self._sums = Turns(self), Turns(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(UPDATE_MS)
        self._pause.timeout.connect(self._catch_up)
        self.with_numbers.clicked.connect(self.refresh)
        self.head.chosen.connect(self.choose)
        self.head.copy_wanted.connect(self._copy)
        session.ticked.connect(self._follow)
        session.cursor_moved.connect(self._follow)
        session.selection_changed.connect(self.refresh)
        session.scenario_changed.connect(self._name_run)
        self.show_words()

    def _lay_out(self) -> None:
        rule_head = QHBoxLayout()
        rule_head.addWidget(self.rule_title, 1)
        rule_head.addWidget(self.with_numbers)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(2)
        self.sums = QStackedWidget()  # one place for both, so that nothing moves where a run ends
        self.sums.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for page in (self.numbers, self.no_update):
            self.sums.addWidget(page)
        for widget in (self.summary, self.sums, self.table):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addLayout(rule_head)
        column.addLayout(self._lines)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 4, 4)
        layout.setSpacing(2)
        layout.addWidget(self.head)
        layout.addWidget(self.area, 1)

    def sizeHint(self) -> QSize:
        return QSize(400, 230)

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Inspector: the update of the selected run in numbers"))
        self.area.setAccessibleName(tr("The update as formulas, and the state in numbers"))
        self.table.setAccessibleName(tr("State of the run"))
        self.no_update.setText(tr("no update: the run ended here"))
        self.rule_title.setText(tr("Update rule").upper())
        self.rule_title.setToolTip(tr("t counts updates from 1; each line holds for each parameter on its own"))
        self.with_numbers.setText(tr("with numbers"))
        self.with_numbers.setToolTip(tr("Show the rule with this step's numbers in it"))
        self.with_numbers.setAccessibleName(tr("Show the rule with this step's numbers in it"))
        self._laid_out = ()
        self.refresh()

    def restyle(self) -> None:
        set_sheet(self.with_numbers, toggle_style())
        self._laid_out = ()
        self.refresh()

    # What is shown -----------------------------------------------------------------------------------------------

    def choose(self, parameter: int) -> None:
        """Show the formulas of the first (0) or the second (1) parameter."""
        self._parameter = parameter
        self.refresh()

    def refresh(self) -> None:
        """Show everything anew, formulas included."""
        self._name_run()
        self.head.choose(self._parameter)
        self._shown = self._said = ()
        self._update(delay_ms=0)

    def _name_run(self) -> None:
        index = self._session.selected
        self.head.show_run(index, self._session.scenario.runs[index])

    def _follow(self) -> None:
        if self._pause.isActive():
            self._behind = True
            return
        slow = self._session.status.running and self._session.speed <= SLOW
        self._update(delay_ms=0 if slow else STILL_MS)
        self._pause.start()

    def _catch_up(self) -> None:
        if self._behind:
            self._behind = False
            self._follow()

    def _run(self) -> Run | None:
        """The selected run, once it has a row."""
        runs, index = self._session.runs, self._session.selected
        return runs[index] if index < len(runs) and runs[index].computed >= 0 else None

    def _update(self, delay_ms: int) -> None:
        run = self._run()
        if run is None:
            return
        step = min(self._session.shown_step, run.computed)
        numbered = self.with_numbers.isChecked() and not (run.end and step >= run.end.step)
        if not numbered or run.at_hand(step):
            self._asked = ()
        else:
            numbered = False
            if not self._session.status.running and self._asked != (run, step):
                self._asked = (run, step)
                self._session.bring(run, step)
        structure = (run.optimizer, run.names, run.index, self._parameter, numbered)
        if structure != self._laid_out:
            self._laid_out = structure
            self._show_symbols(run, numbered)
        shown = (run, step, run.end, numbered)
        if shown != self._shown or self._arithmetic is None:
            self._shown = shown
            self._arithmetic = arithmetic(run, step, run.row(step).copy())
            self.table.show_numbers(self._arithmetic)
            self._show_sums(self._arithmetic, numbered, delay_ms)
        self._show_status(self._arithmetic)

    def _show_status(self, arithmetic: Arithmetic) -> None:
        playing = self._session.status.running
        if (*self._shown, playing) != self._said:
            self._said = (*self._shown, playing)
            run, step = arithmetic.run, arithmetic.step
            words = verdict(run, step, arithmetic.row, playing)
            self.head.show_status(step, run.last_step, words, not arithmetic.updates)
            self.head.show_change(_change(arithmetic))

    def _show_symbols(self, run: Run, numbered: bool) -> None:
        axes, colour = run.names, theme().text
        read = symbol(axes[0]), symbol(axes[1])
        self.head.show_axes(read)
        self.table.lay_out(run.optimizer.state, read)
        while len(self.rule) > len(run.optimizer.lines):
            self.rule.pop().deleteLater()
        while len(self.rule) < len(run.optimizer.lines):
            self.rule.append(FormulaView(RULE_SIZE))
            self._lines.addWidget(self.rule[-1])
        formulas = [(self.summary, summary_symbols(axes[self._parameter]), "θ(t+1) = θ − (η/σ)·m")]
        if not numbered:
            sources = rule_sources(run.optimizer)
            formulas += list(zip(self.rule, rule_latex(run.optimizer), sources, strict=True))
        for view in (self.summary, self.numbers, *self.rule):
            view.forget_height()
        jobs = []
        for view, latex, plain in formulas:
            if view.has_ready(latex, colour):
                view.show_latex(latex, plain, colour)
            else:
                view.show_plain(plain, colour)
                jobs.append(partial(view.show_latex, latex, plain, colour))
        self._symbols.start(jobs)

    def _show_sums(self, arithmetic: Arithmetic, numbered: bool, delay_ms: int) -> None:
        """The formulas with numbers: at once as plain text, after `delay_ms` without a further step typeset."""
        self.sums.setCurrentWidget(self.numbers if arithmetic.updates else self.no_update)
        if not arithmetic.updates:
            self._sums.start(())
            return
        i, colour = self._parameter, run_colour(arithmetic.run.index).name()
        lines = arithmetic.lines(i) if numbered else []
        views = [self.numbers, *self.rule[: len(lines)]]
        plains = [arithmetic.summary_plain(i), *(line.plain() for line in lines)]
        latex: list[Callable[[], str]] = [partial(arithmetic.summary_latex, i), *(line.latex for line in lines)]
        for view, plain in zip(views, plains, strict=True):
            view.show_plain(plain, colour)
        jobs = zip(views, latex, plains, strict=True)
        self._sums.start((partial(_typeset, view, text, plain, colour) for view, text, plain in jobs), delay_ms)

    def _copy(self) -> None:
        if self._arithmetic is None:
            return
        words = verdict(self._arithmetic.run, self._arithmetic.step, self._arithmetic.row)
        words = "; ".join(filter(None, (words, _change(self._arithmetic))))
        QGuiApplication.clipboard().setText(self._arithmetic.as_text(self.head.title.text(), words))
        self.head.say_copied()


def _typeset(view: FormulaView, latex: Callable[[], str], plain: str, colour: str) -> None:
    view.show_latex(latex(), plain, colour)


def _change(arithmetic: Arithmetic) -> str:
    """What is changed at the step, in words."""
    run = arithmetic.run
    event = event_at(run.config, arithmetic.step)
    defaults = {parameter.name: parameter.default for parameter in run.optimizer.hyperparameters}
    return event_words(run.config, event, defaults) if event else ""
