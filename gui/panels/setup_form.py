"""Forms derived from declared parameters: a field for each, and every burst of edits one undo step."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLayout, QScrollArea, QWidget

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.scenario import Pair, SurfaceConfig
from surfaces import find_entry

from ..widget import Part
from .inputs import LABEL_MOST, Field, align_labels
from .setup_switch import GAP, Switch
from .setup_words import symbol

Apply = Callable[[str, float, str], list[ConfigError]]
Span = tuple[float, float]
NARROW_GAP, NARROW_LABEL, SLIDER_WIDTH, NUMBER_WIDTH = 4, 84, 40, 76
_bursts = itertools.count()


def new_burst() -> str:
    """A merge key for the edits that shall be one undo step."""
    return f"edit {next(_bursts)}"


def no_slider(parameter: Parameter) -> Span | None:
    """For forms of numbers alone."""
    return None


def retire(widget: QWidget) -> None:
    """Delete a widget later; what is typed but not committed in it is not applied to what stands in its place."""
    for field in (widget, *widget.findChildren(QWidget)):
        if isinstance(field, Field):
            field.blockSignals(True)
    widget.hide()
    widget.deleteLater()


def reveal(widget: QWidget) -> None:
    """Scroll the area around a widget until it is seen, once it has its place there."""

    def scroll() -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # level by level: not all done by now
        around = widget.parentWidget()
        while around and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget, 0, GAP)

    QTimer.singleShot(0, widget, scroll)


def tab_stops(layout: QLayout) -> Iterator[QWidget]:
    """The widgets of a layout that Tab should reach, in the order of the layout."""
    for k in range(layout.count()):
        item = layout.itemAt(k)
        widget = item.widget() if item else None
        if widget and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        inner = widget.layout() if widget else item.layout() if item else None
        if inner:
            yield from tab_stops(inner)


class ParameterForm(Part):
    """A field per parameter. Edits go to `apply(name, value, merge)`; the faults it returns are shown at the fields.

    `slider` gives the range of a parameter's slider, or None where it should have none.
    """

    def __init__(self, apply: Apply, slider: Callable[[Parameter], Span | None] = no_slider, columns: int = 1) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self.switches: dict[str, QCheckBox] = {}
        self._apply, self._slider, self._columns = apply, slider, columns
        self._parameters: tuple[Parameter, ...] = ()
        self._rows: dict[str, Field | Switch] = {}
        self._burst = new_burst()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(NARROW_GAP)
        self.show_words()

    def retranslate(self) -> None:
        for name, row in self._rows.items():
            if isinstance(row, Field):
                row.label.setText(symbol(name))
            else:
                row.retranslate()
        if self._columns == 1:
            sliders = any(field.slider for field in self.fields.values())
            align_labels(self._rows.values(), NARROW_LABEL if sliders else LABEL_MOST)
        else:
            for field in self.fields.values():
                field.label.setMinimumWidth(0)

    def set_parameters(self, parameters: tuple[Parameter, ...]) -> None:
        """Build the fields anew, unless they are for these parameters already."""
        if parameters == self._parameters:
            return
        for row in self._rows.values():
            self._grid.removeWidget(row)
            retire(row)
        self._parameters = parameters
        self._rows = {parameter.name: self._row(parameter) for parameter in parameters}
        self.fields = {name: row for name, row in self._rows.items() if isinstance(row, Field)}
        self.switches = {name: row.box for name, row in self._rows.items() if isinstance(row, Switch)}
        for k, row in enumerate(self._rows.values()):
            self._grid.addWidget(row, *divmod(k, self._columns), Qt.AlignmentFlag.AlignTop)
        self.retranslate()

    def show_values(self, values: Mapping[str, float]) -> None:
        """Show these values; where one is missing, the parameter's default."""
        for parameter in self._parameters:
            value = values.get(parameter.name, parameter.default)
            row = self._rows[parameter.name]
            if isinstance(row, Switch):
                row.set_on(bool(value))
            elif row.value() != value:
                row.show_error(None)
                row.set_value(value)

    def _row(self, parameter: Parameter) -> Field | Switch:
        name = parameter.name
        if parameter.integer and (parameter.low, parameter.high) == (0, 1):
            switch = Switch(parameter)
            switch.box.clicked.connect(lambda on: self._switch(name, switch, on))
            return switch
        span = self._slider(parameter)
        field = Field(parameter, "", slider=span is not None)
        if field.slider and span:
            field.slider.set_range(*span)
            field.slider.setMinimumWidth(SLIDER_WIDTH)
            field.number.setFixedWidth(NUMBER_WIDTH)
        if self._columns > 1:
            layout = field.layout()
            assert isinstance(layout, QGridLayout)
            layout.addWidget(field.error, 1, 0, 1, 3)
        field.edited.connect(lambda value: self._edit(name, int(value) if parameter.integer else value))
        field.edit_finished.connect(self._finish)
        return field

    def _edit(self, name: str, value: float) -> None:
        self._show_faults(name, self._apply(name, value, f"{self._burst} {name}"))

    def _switch(self, name: str, switch: Switch, on: bool) -> None:
        switch.show_error(None)
        faults = self._apply(name, int(on), "")
        if faults:
            switch.box.setChecked(not on)
        self._show_faults(name, faults)

    def _show_faults(self, name: str, faults: list[ConfigError]) -> None:
        for fault in reversed(faults):
            self._rows.get(fault.where.rpartition(".")[2], self._rows[name]).show_error(fault)

    def _finish(self) -> None:
        self._burst = new_burst()


class StartForm(ParameterForm):
    """The two coordinates of a start, side by side, called as the axes of the surface; `move(start, merge)`."""

    def __init__(self, move: Callable[[Pair, str], list[ConfigError]]) -> None:
        super().__init__(self._changed, columns=2)
        self._move = move
        self._start: Pair = (0.0, 0.0)

    def show_start(self, surface: SurfaceConfig, start: Pair) -> None:
        """Show a start on a surface."""
        self._start = start
        entry = find_entry(surface)
        spans = (entry.domain[:2], entry.domain[2:])
        self.set_parameters(
            tuple(
                Parameter(axis, 0.0, "where the run starts along this axis", *span)
                for axis, span in zip(entry.axes, spans, strict=True)
            )
        )
        self.show_values(dict(zip(entry.axes, start, strict=True)))

    def _changed(self, name: str, value: float, merge: str) -> list[ConfigError]:
        first = name == next(iter(self.fields))
        return self._move((value, self._start[1]) if first else (self._start[0], value), merge)
