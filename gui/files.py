"""Open, save and export, with the dialogs that these need; a file that cannot be used leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog

from engine.check import load_checked
from engine.errors import ConfigError
from engine.export import export, replacing
from engine.scenario_dump import dump
from engine.scenario_file import ScenarioError
from surfaces import outline
from surfaces.library import completed

from .data.dialog import DataDialog
from .i18n import pick, tr, tr_error
from .job import Job
from .look import icon
from .theme import theme

if TYPE_CHECKING:
    from .main_window import MainWindow

PATIENCE_MS = 500


class Files:
    """The commands of the File menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.path: Path | None = None
        self._coming: Path | None = None
        self._export: Job[None] | None = None

    def _dialog(self, title: str, filters: str, suffix: str, name: str, done: Callable[[Path], object]) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._window.settings.folder, filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if suffix:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(suffix)
            dialog.selectFile(name)
            dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(chosen.split("*.")[-1].rstrip(")")))
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def chosen(text: str) -> None:
            path = Path(text)
            self._window.remember(folder=str(path.parent))
            done(path)

        dialog.fileSelected.connect(chosen)
        dialog.open()
        return dialog

    def open(self) -> None:
        """Ask for a scenario file and open it."""
        self._dialog(tr("Open a scenario"), tr("Scenario (*.toml)"), "", "", self.open_path)

    def open_path(self, path: Path) -> bool:
        """Open a scenario file; its faults, if any, are listed and the scenario in use stays."""
        try:
            scenario = load_checked(path, outline, completed)
        except ScenarioError as error:
            self._complain(
                tr("{name} cannot be opened", name=path.name), "\n".join(error.lines(tr_error, excerpts=False)[:12])
            )
            return False
        except OSError as error:
            self._complain(tr("{name} cannot be opened", name=path.name), error.strerror or str(error))
            return False
        self._coming = path
        self._window.session.open(scenario, tr("Open {name}", name=path.name))
        return True

    def open_data(self) -> None:
        """Ask for a file with data points and look at it."""
        filters = tr("Table (*.csv *.tsv *.txt *.dat);;All files (*)")
        self._dialog(tr("Open data"), filters, "", "", self.open_table)

    def open_table(self, path: Path) -> None:
        """Look at a file with data points; nothing changes until they are used."""
        DataDialog(self._window.session, path, self._window).open()

    def take_path(self) -> None:
        """The scenario has been replaced: saving goes to the file that it came from, if it came from one."""
        self.path, self._coming = self._coming, None

    def save(self) -> None:
        """Save to the file that was opened or saved last; ask where, if there is none."""
        if self.path is None:
            self.save_as()
        else:
            self.save_path(self.path)

    def save_as(self) -> None:
        """Ask for a file and save the scenario in it."""
        name = pick(self._window.session.scenario.title) or tr("Untitled scene")
        self._dialog(tr("Save the scenario"), tr("Scenario (*.toml)"), "toml", f"{_plain(name)}.toml", self.save_path)

    def save_path(self, path: Path) -> None:
        """Save the scenario with the part of the surface that is visible; the old file stays until the new is whole."""
        window = self._window.canvas.visible_window()
        scenario = replace(self._window.session.scenario, window=window, id="", order=0, slide=None, panel="")
        try:
            with replacing(path) as file:
                file.write(dump(scenario).encode())
        except OSError as error:
            self._complain(tr("{name} cannot be saved", name=path.name), error.strerror or str(error))
            return
        self.path = path
        self._window.session.undo_stack.setClean()
        self._window.notice.say(tr("Saved as {path}", path=path))

    def export(self) -> None:
        """Ask for a CSV or NPZ file and write the rows of all runs."""
        filters = tr("Table (*.csv);;NumPy arrays (*.npz)")
        self._dialog(tr("Export the trajectory"), filters, "csv", "trajectory.csv", self.export_path)

    def export_path(self, path: Path) -> None:
        """Write all computed rows in the background, with progress and cancel."""
        simulator = self._window.session.simulator
        if simulator is None or (self._export and self._export.isRunning()):
            return
        job: Job[None] = Job(lambda tell: export(simulator, path, tell), self._window)
        bar = QProgressDialog(tr("Writing {name} …", name=path.name), tr("Cancel"), 0, 100, self._window)
        bar.setWindowModality(Qt.WindowModality.WindowModal)
        bar.setMinimumDuration(PATIENCE_MS)
        bar.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        bar.setAutoReset(False)
        bar.canceled.connect(job.requestInterruption)
        job.progress.connect(bar.setValue)

        def finished() -> None:
            self._export = None  # it holds all rows
            job.deleteLater()
            bar.close()
            if job.error is not None:
                reason = tr_error(job.error) if isinstance(job.error, ConfigError) else str(job.error)
                self._complain(tr("{name} cannot be saved", name=path.name), reason)
            elif not job.stopped:
                self._window.notice.say(tr("Saved as {path}", path=path))

        job.finished.connect(finished)
        self._export = job
        job.start()

    def save_picture(self) -> None:
        """Ask for a PNG file and save a picture of the window in it."""
        self._dialog(tr("Save a picture"), tr("Picture (*.png)"), "png", "ravine.png", self.save_picture_path)

    def save_picture_path(self, path: Path) -> None:
        """Save a picture of the window."""
        if self._window.grab().save(str(path), "PNG"):
            self._window.notice.say(tr("Saved as {path}", path=path))
        else:
            self._complain(tr("{name} cannot be saved", name=path.name), str(path))

    def close(self) -> None:
        """Stop what is written or read in the background and wait for it."""
        if self._export:
            self._export.stop()
        for dialog in self._window.findChildren(DataDialog):
            dialog.reject()

    def _complain(self, title: str, text: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, QMessageBox.StandardButton.Ok, self._window)
        box.setIconPixmap(icon("warning", theme().error).pixmap(32, 32))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(text)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def last_session() -> Path:
    """Where the scenario in use is kept when the window is closed."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))
    return folder / "last-session.toml"


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in " -_" else "-" for c in name)[:60].strip()
