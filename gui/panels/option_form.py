"""A form of the choices that a surface declares: a list for each, what is wrong beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel

from engine.declaration import Option, chosen
from engine.errors import ConfigError

from ..i18n import tr, tr_error
from ..widget import Part, label
from .choice_field import ChoiceField
from .inputs import LABEL_MOST, LABEL_WIDTH
from .setup_form import NARROW_GAP, retire
from .setup_switch import GAP


def option_words(name: str) -> str:
    """An option or a choice as it is read: log_cosh is 'log cosh'."""
    return tr(name).replace("_", " ")


def offer(field: ChoiceField, name: str, choices: Iterable[tuple[str, str, str]]) -> None:
    """Offer `choices` (key, text, tooltip) in a list that may be narrower; unfolded it shows them whole."""
    field.setAccessibleName(name)
    field.set_choices(choices)
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(6)
    field.view().setMinimumWidth(field.view().sizeHintForColumn(0) + 2 * GAP)


class OptionForm(Part):
    """A list per option. A choice goes to `apply(name, choice)`; the faults it returns are shown at the lists."""

    def __init__(self, apply: Callable[[str, str], list[ConfigError]]) -> None:
        super().__init__()
        self.fields: dict[str, ChoiceField] = {}
        self._labels: dict[str, QLabel] = {}
        self._errors: dict[str, QLabel] = {}
        self._apply = apply
        self._options: tuple[Option, ...] = ()
        self._values: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(NARROW_GAP)
        self._grid.setColumnStretch(1, 1)
        self.show_words()

    def retranslate(self) -> None:
        for option in self._options:
            name, field = option.name, self.fields[option.name]
            words, doc = option_words(name), tr(option.doc) if option.doc else ""
            self._labels[name].setText(words)
            self._labels[name].setToolTip(doc)
            offer(field, words, [(choice, option_words(choice), doc) for choice in option.choices])
        widths = [text.fontMetrics().horizontalAdvance(text.text()) for text in self._labels.values()]
        for text in self._labels.values():
            text.setFixedWidth(min(max(LABEL_WIDTH, *widths), LABEL_MOST))

    def set_options(self, options: tuple[Option, ...]) -> None:
        """Build the lists anew, unless they are for these options already."""
        if options == self._options:
            return
        for widget in (*self._labels.values(), *self.fields.values(), *self._errors.values()):
            self._grid.removeWidget(widget)
            retire(widget)
        self._options = options
        self._labels = {option.name: label() for option in options}
        self._errors = {option.name: label("error", wrap=True) for option in options}
        self.fields = {option.name: ChoiceField() for option in options}
        for k, (name, field) in enumerate(self.fields.items()):
            self._labels[name].setBuddy(field)
            self._grid.addWidget(self._labels[name], 2 * k, 0)
            self._grid.addWidget(field, 2 * k, 1)
            self._grid.addWidget(self._errors[name], 2 * k + 1, 0, 1, 2)
            self._errors[name].hide()
            field.chosen.connect(lambda choice, name=name: self._choose(name, choice))
        self.setVisible(bool(options))
        self.retranslate()

    def show_choices(self, given: Mapping[str, str]) -> None:
        """Show these choices; where one is missing, the option's default."""
        self._values = chosen(self._options, given)
        for name, choice in self._values.items():
            self.fields[name].set_key(choice)
            self._show_error(name, None)

    def _choose(self, name: str, choice: str) -> None:
        if faults := self._apply(name, choice):
            self.fields[name].set_key(self._values[name])
            self._show_error(name, faults[0])

    def _show_error(self, name: str, error: ConfigError | None) -> None:
        text = tr_error(error) if error else ""
        self._errors[name].setText(text)
        self._errors[name].setVisible(bool(text))
        self.fields[name].setAccessibleDescription(text)
