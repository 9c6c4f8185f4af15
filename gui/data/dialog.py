"""The dialog that makes a surface of a file: a look at its rows, the columns to be used, and all that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ConfigError
from engine.scenario import MAX_POINTS, SurfaceConfig
from surfaces import find_entry, known_points, outline
from surfaces.data.layout import Layout, detect
from surfaces.data.reading import Preview, Reading, head_of, preview, read
from surfaces.data.regression import facts
from surfaces.entry import catalogue

from ..i18n import tr, tr_error
from ..job import Job
from ..numbers import whole
from ..session import Session
from ..widget import label
from .fields import DataFields
from .models import fitting, guess_columns, labelled, model_of, roles
from .preview_table import PreviewTable
from .tick_box import TickBox

GAP, WIDTH, HEIGHT, FAULTS_HEIGHT = 8, 860, 560, 92
PATIENCE_MS = 500
Found = tuple[Reading, SurfaceConfig | None, ConfigError | None]


class DataDialog(QDialog):
    """Reads the table in `path` anew at every change; `apply` makes the data the session's, undoably."""

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._path = session, path
        self._head, self._preview = b"", Preview((), [])
        self._jobs: list[Job[Found]] = []
        self._found: Found | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.fields, self.table = DataFields(), PreviewTable()
        self.status, self.faults = label(wrap=True), label("error", wrap=True)
        self.faults.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.leave_out = TickBox()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.use, self.cancel = QPushButton(), QPushButton()
        self.use.setProperty("role", "primary")
        self.use.setDefault(True)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._lay_out()
        self._say()
        self._patience.timeout.connect(self.progress.show)
        self.fields.model_chosen.connect(self._use_model)
        self.fields.columns_chosen.connect(self._read)
        self.fields.layout_chosen.connect(lambda: self._use_layout(self.fields.layout_shown()))
        self.leave_out.toggled.connect(self._show_found)
        self.use.clicked.connect(self.apply)
        self.cancel.clicked.connect(self.reject)
        self._open()

    def _lay_out(self) -> None:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.faults)
        self.faults.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._area.setMaximumHeight(FAULTS_HEIGHT)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.leave_out)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.use)
        whole_ = QVBoxLayout(self)
        whole_.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 12)
        whole_.setSpacing(GAP)
        for part in (self.fields, self.table, self.status, self.progress, self._area):
            whole_.addWidget(part, int(part is self.table))
        whole_.addLayout(buttons)
        self.progress.hide()
        self._area.hide()
        self.leave_out.hide()
        self.resize(WIDTH, HEIGHT)

    def _say(self) -> None:
        self.setWindowTitle(tr("Data from {name}", name=self._path.name))
        self.table.setAccessibleName(tr("The first rows of the file"))
        self._area.setAccessibleName(tr("What is wrong"))
        self.progress.setAccessibleName(tr("Progress"))
        self.leave_out.setToolTip(tr("Otherwise mend the file and open it again"))
        self.use.setText(tr("Use these data"))
        self.use.setToolTip(tr("Show the loss of this fit; one undo brings back what is shown now"))
        self.cancel.setText(tr("Cancel"))
        self.cancel.setToolTip(tr("Leave everything as it is"))

    # What is shown -----------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Look at the beginning of the file."""
        model = model_of(self._session.scenario.surface)
        self.fields.show_columns(model, (), ())
        try:
            self._head = head_of(self._path)
            layout = detect(self._head)
        except (OSError, ConfigError) as error:
            self._refuse(error)
            self.fields.setEnabled(False)
            self.table.hide()
            self.cancel.setFocus()
            return
        self.fields.show_layout(layout)
        self._use_layout(layout)
        self.fields.model.setFocus()

    def _use_layout(self, layout: Layout) -> None:
        try:
            self._preview = preview(self._head, layout)
        except ConfigError as error:
            self._stop()
            self._preview = Preview((), [])
            self._show_rows([])
            self._refuse(error)
            return
        self._use_model(fitting(self.fields.model.key(), len(self._preview.names)))

    def _use_model(self, model: str) -> None:
        chosen = guess_columns(self._preview, self.fields.decimal.key(), model)
        self.fields.show_columns(model, self._preview.names, chosen)
        self._read()

    def _show_rows(self, chosen: list[int]) -> None:
        model = self.fields.model.key()
        named = dict(zip(chosen, roles(model), strict=False))
        label_column = chosen[-1] if chosen and labelled(model) else None
        self.table.show_preview(self._preview, self.fields.decimal.key(), named, label_column)

    # Reading -----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read the chosen columns in the background."""
        self._stop()
        model, chosen = self.fields.model.key(), self.fields.columns_shown()
        self._show_rows(chosen)
        if len(set(chosen)) < len(roles(model)):
            self._refuse(_too_few(len(self._preview.names), len(roles(model))))
            return
        self.use.setEnabled(False)
        self.leave_out.setChecked(False)
        self.status.setText(tr("Reading …"))
        self._patience.start()
        old = self._session.scenario.surface
        job: Job[Found] = Job(
            _work(self._path, self.fields.layout_shown(), self._preview.names, chosen, model, old), self
        )
        job.progress.connect(self.progress.setValue)
        job.finished.connect(lambda: self._finished(job))
        self._jobs.append(job)
        job.start()

    def _stop(self) -> None:
        """Stop what is being read; it is of no use any more."""
        self._found = None
        self._patience.stop()
        self.progress.hide()
        while self._jobs:
            self._jobs.pop().stop()

    def _finished(self, job: Job[Found]) -> None:
        if job not in self._jobs:
            return
        self._jobs.remove(job)
        self._patience.stop()
        self.progress.hide()
        if job.error is not None:
            self._refuse(job.error)
        elif job.result is not None:
            self._found = job.result
            self._show_found()

    def _refuse(self, error: Exception) -> None:
        """Say why nothing can be used."""
        self.status.setText("")
        self._show_faults([_reason(error)], 0)
        self.use.setEnabled(False)

    def _show_faults(self, lines: list[str], bad: int) -> None:
        self.faults.setText("\n".join(lines))
        self._area.setVisible(bool(lines))
        self._area.setFixedHeight(
            min(FAULTS_HEIGHT, 4 + max(1, len(lines)) * (self.faults.fontMetrics().lineSpacing() + 2))
        )
        self.leave_out.setVisible(bad > 0)
        self.leave_out.setText(tr("Leave out rows with a fault ({count})", count=whole(bad)))

    def _show_found(self) -> None:
        """Say what the file holds, and whether that can be used."""
        if self._found is None:
            return
        reading, config, error = self._found
        good = reading.rows - reading.bad
        said = [tr("1 row") if reading.rows == 1 else tr("{count} rows", count=whole(reading.rows))]
        if reading.bad:
            said.append(tr("{count} of them with a fault", count=whole(reading.bad)))
        if good > MAX_POINTS:
            template = tr("{count} are used, spread evenly over the file: more cannot be", count=whole(MAX_POINTS))
            said.append(template)
        if reading.labels:
            said.append(tr("y = 0: {zero}, y = 1: {one}", zero=reading.labels[0], one=reading.labels[1]))
        self.status.setText(" · ".join(said))
        lines = [tr_error(fault) for fault in reading.faults]
        if reading.bad > len(lines):
            lines.append("…")
        if error is not None and (self.leave_out.isChecked() or not reading.bad):
            lines = [tr_error(error)]
        self._show_faults(lines, reading.bad if config else 0)
        self.use.setEnabled(config is not None and error is None and (not reading.bad or self.leave_out.isChecked()))

    # What becomes of it ------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Show the loss on these data and close; nothing while they cannot be used."""
        if self._found is None or (config := self._found[1]) is None or not self.use.isEnabled():
            return
        faults = self._session.set_surface(config, tr("Use {name}", name=self._path.name))
        if faults:
            self._refuse(faults[0])
            return
        self.accept()

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)


def _work(
    path: Path, layout: Layout, names: tuple[str, ...], chosen: list[int], model: str, old: SurfaceConfig
) -> Callable[[Callable[[float], None]], Found]:
    """Reads, checks and, as all that is computed of the data is kept, spares the window's thread doing so."""

    def work(tell: Callable[[float], None]) -> Found:
        reading = read(path, layout, names, chosen, labelled(model), tell)
        if reading.data is None:
            return reading, None, ConfigError("there is no row that can be used")
        config = SurfaceConfig(model, data=reading.data)
        if old.name and find_entry(old).kind == (entry := catalogue()[model]).kind:
            choices = {option.name: option.choices for option in entry.options}
            kept = {name: choice for name, choice in old.options.items() if choice in choices.get(name, ())}
            config = replace(config, options=kept, parameters=old.parameters)
        try:
            outline(config)
            facts(find_entry(config), config)
            known_points(config)
        except ConfigError as error:
            return reading, config, error
        return reading, config, None

    return work


def _too_few(there: int, needed: int) -> ConfigError:
    if there < needed:
        template = "needs {needed} columns, but there is only {count}; is the separator right?"
        if there > 1:
            template = "needs {needed} columns, but there are only {count}; is the separator right?"
        return ConfigError(template, needed=needed, count=there)
    return ConfigError("the columns must differ")


def _reason(error: Exception) -> str:
    if isinstance(error, ConfigError):
        return tr_error(error)
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
