"""The inspector: its sums are those of the engine, and no frame waits for a formula."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import kernel
from engine.optimizers import optimizers
from engine.rates import Phase
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Simulator
from gui.language import apply_language
from gui.numbers import show, whole
from gui.panels.arithmetic import Arithmetic, summary_symbols
from gui.panels.formula_view import FormulaView
from gui.panels.inspector import InspectorPanel
from gui.panels.state_table import StateTable
from gui.session import Session
from gui.theme import apply_theme, theme
from surfaces import build

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Start = Callable[[Scenario], InspectorPanel]
ADAM = RunConfig("Adam", 0.05, "first try")
SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.2, 1.0), (ADAM, RunConfig("Adagrad_lecture", 0.1)), steps=2000)
DIVERGES = replace(SCENE, runs=(RunConfig("SGD", 1.0),))


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Iterator[Start]:
    apply_theme(qapp, "dark")
    panels: list[InspectorPanel] = []

    def begin(scenario: Scenario) -> InspectorPanel:
        session = Session(scenario)
        panel = InspectorPanel(session)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(400, 400)
        panel.show()
        qtbot.waitUntil(lambda: session.current and not session.status.working)
        return panel

    yield begin
    for panel in panels:
        panel._session.close()
    apply_language(qapp, "en")


def go_to(qtbot: QtBot, panel: InspectorPanel, step: int) -> None:
    panel._session.seek(step)
    qtbot.waitUntil(lambda: panel._arithmetic is not None and panel._arithmetic.step == step)


def cell(table: StateTable, name: str, column: int = 1) -> str:
    texts = {table.item(k, 0).text(): table.item(k, column).text() for k in range(table.rowCount())}
    return texts[name]


# Arithmetic ----------------------------------------------------------------------------------------------------------

CASES = [
    *(RunConfig(name, 1e-3) for name in optimizers()),
    RunConfig(
        "SGD",
        1e-4,
        hyperparameters={"momentum": 0.9, "nesterov": 1.0},
        gradient=Gradient(weight_decay=0.1, clip_norm=9.0),
    ),
    RunConfig("Momentum_lecture", 1e-4, schedule=(Phase("LinearWarmupLR", {"warmup_steps": 5.0}),)),
]


@pytest.mark.parametrize("config", CASES, ids=lambda config: config.optimizer)
def test_the_rule_comes_to_what_the_engine_recorded(config: RunConfig) -> None:
    simulator = Simulator(replace(SCENE, runs=(config,), steps=200), build)
    simulator.advance_to(200)
    run = simulator.runs[0]
    for step in (0, 1, 2, 9, 150):
        arithmetic = Arithmetic(run, step, run.row(step))
        for i in (0, 1):
            lines = {line.assign.name: line for line in arithmetic.lines(i)}
            after = run.row(step + 1)
            assert lines["m"].result == pytest.approx(arithmetic.terms(i)["m"], rel=1e-14)
            assert lines["sigma"].result == pytest.approx(arithmetic.terms(i)["sigma"], rel=1e-14)
            assert arithmetic.terms(i)["next"] == after[kernel.THETA + i]
            for k, buffer in enumerate(run.optimizer.state):
                assert lines[buffer].result == pytest.approx(after[kernel.STATE + 2 * k + i], rel=1e-14)
            for line in lines.values():
                assert "where" not in line.plain() and "cases" not in line.latex()


def test_a_line_with_numbers_in_it() -> None:
    simulator = Simulator(replace(SCENE, runs=(RunConfig("Adagrad_lecture", 0.3),), steps=3), build)
    simulator.advance_to(3)
    run = simulator.runs[0]
    total, _, sigma = Arithmetic(run, 3, run.row(3)).lines(0)
    g, before = run.row(3)[kernel.GRAD], run.row(3)[kernel.STATE]
    bracketed = f"({show(g)})" if g < 0 else show(g)
    assert total.plain() == f"sum = {show(before)} + {bracketed}² = {show(before + g * g)}"
    assert sigma.plain() == f"sigma = √({show(before + g * g)} / 4) = {show(math.sqrt((before + g * g) / 4))}"
    assert sigma.latex().startswith(r"\sigma = {\sqrt{\frac{")


def test_a_numbered_axis_lends_its_number() -> None:
    assert summary_symbols("theta1").startswith(r"\theta_{1}^{t+1} = \theta_{1}^{t} - \frac{\eta^{t}}{\sigma_{1}^{t}}")
    assert summary_symbols("w").startswith(r"\theta_{w}^{t+1} = ")


@pytest.mark.parametrize(
    ("value", "text"),
    [(917391.0, "9.174×10⁵"), (-6.3, "−6.3"), (0.001, "0.001"), (9.9e-4, "9.9×10⁻⁴"), (99990.0, "99990"),
     (99999.0, "1×10⁵"), (0.0, "0"), (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "NaN"), (None, "–")],
)  # fmt: skip
def test_numbers_for_people(value: float | None, text: str) -> None:
    assert show(value) == text
    assert whole(100000) == "100\u202f000"


# The panel -----------------------------------------------------------------------------------------------------------


def test_formulas_and_table_show_the_step(qtbot: QtBot, start: Start) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 700)
    row = panel._session.runs[0].row(700)
    assert panel.head.title.text() == "first try"
    assert panel.head.status.text() == "step 700 of 2\u202f000"
    assert panel.numbers._plain.startswith(f"{show(row[0] + row[kernel.UPDATE], 5)} = {show(row[0], 5)} − (")
    assert cell(panel.table, "θ", 2) == show(row[1])
    assert cell(panel.table, "exp_avg_sq") == show(row[kernel.STATE + 2])
    assert cell(panel.table, "η") == "0.05"
    assert cell(panel.table, "S") == f"{show(row[kernel.SHARPNESS], 3)} of 38"
    qtbot.waitUntil(lambda: panel.numbers.typeset and all(view.typeset for view in panel.rule))
    panel._session.select(1)
    assert panel.head.title.text() == "Adagrad (lecture), η = 0.1"
    assert len(panel.rule) == 3
    assert cell(panel.table, "sum") != "–"


def test_above_the_limit_the_sharpness_warns(qtbot: QtBot, start: Start) -> None:
    panel = start(replace(SCENE, runs=(RunConfig("SGD", 0.01),)))
    go_to(qtbot, panel, 0)
    assert cell(panel.table, "S").endswith("of 2: above the limit, the walls repel")
    row = next(k for k in range(panel.table.rowCount()) if panel.table._rows[k].name == "S")
    assert panel.table._cells[row][1].foreground().color().name() == theme().warning


def test_where_a_run_ended_there_is_no_update(qtbot: QtBot, start: Start) -> None:
    panel = start(DIVERGES)
    end = panel._session.runs[0].end
    assert end is not None
    go_to(qtbot, panel, end.step)
    assert panel.head.status.text().endswith(f"diverged at step {end.step}: loss = ∞")
    assert panel.no_update.isVisible() and not panel.numbers.isVisible()
    assert cell(panel.table, "m") == cell(panel.table, "S") == "–"
    assert cell(panel.table, "loss") == "∞"
    qtbot.mouseClick(panel.with_numbers, Qt.MouseButton.LeftButton)
    assert panel.rule[0]._plain == "momentum_buffer = where(t == 1, g, momentum*momentum_buffer + (1 - dampening)*g)"
    go_to(qtbot, panel, end.step - 1)
    assert panel.numbers.isVisible() and not panel.no_update.isVisible()
    assert panel.rule[0]._plain.startswith("momentum_buffer = ") and "dampening" not in panel.rule[0]._plain
    go_to(qtbot, panel, end.step)
    assert panel.rule[0]._plain == "momentum_buffer = where(t == 1, g, momentum*momentum_buffer + (1 - dampening)*g)"


def test_parameter_and_numbers_by_keyboard(qtbot: QtBot, start: Start) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 5)
    panel.head.parameters[0].setFocus()
    qtbot.keyClick(panel.head.parameters[0], Qt.Key.Key_Tab)
    assert panel.focusWidget() is panel.head.parameters[1]
    qtbot.keyClick(panel.head.parameters[1], Qt.Key.Key_Space)
    assert [button.isChecked() for button in panel.head.parameters] == [False, True]
    assert panel.numbers._plain.split(" = ")[1].startswith(show(panel._session.runs[0].row(5)[1], 5))
    panel.with_numbers.setFocus()
    qtbot.keyClick(panel.with_numbers, Qt.Key.Key_Space)
    assert panel.rule[2]._plain.startswith("m = ") and panel.rule[2]._plain.count("=") == 2
    qtbot.waitUntil(lambda: all(view.typeset for view in panel.rule))
    qtbot.keyClick(panel.with_numbers, Qt.Key.Key_Space)
    assert panel.rule[2]._plain == "m = exp_avg/(1 - beta1^t)"


def test_copy_has_every_digit(qtbot: QtBot, start: Start) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 33)
    qtbot.mouseClick(panel.head.copy, Qt.MouseButton.LeftButton)
    text, row = QGuiApplication.clipboard().text(), panel._session.runs[0].row(33)
    assert panel.head.copy.text() == "Copied"
    assert text.startswith("first try\t33\nexp_avg = beta1")
    assert f"theta\t{float(row[0])!r}\t{float(row[1])!r}\n" in text
    assert f"x: {float(row[0] + row[kernel.UPDATE])!r} = {float(row[0])!r} - (0.05 / " in text


def test_while_running_fast_nothing_is_typeset(qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 0)
    qtbot.waitUntil(lambda: panel.numbers.typeset)
    drawn: list[str] = []
    monkeypatch.setattr(panel.numbers, "show_latex", lambda latex, plain, colour: drawn.append(plain))
    updates: list[int] = []
    kept = panel.table.show_numbers
    monkeypatch.setattr(panel.table, "show_numbers", lambda a: (updates.append(a.step), kept(a)))
    panel._session.set_speed(1500.0)
    panel._session.play()
    qtbot.waitUntil(lambda: panel._session.status.running)
    began = time.monotonic()
    qtbot.waitUntil(lambda: not panel._session.status.running)
    assert not panel.numbers.typeset and drawn == []
    assert len(updates) <= 15 * (time.monotonic() - began) + 2
    qtbot.waitUntil(lambda: len(drawn) == 1)
    assert panel._arithmetic is not None and panel._arithmetic.step == 2000


def test_while_the_start_is_dragged_nothing_is_typeset(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = start(SCENE)
    qtbot.waitUntil(lambda: panel.numbers.typeset)
    drawn: list[str] = []
    monkeypatch.setattr(panel.numbers, "show_latex", lambda latex, plain, colour: drawn.append(plain))
    for k in range(20):
        assert panel._session.set_start((-1.0 - 0.01 * k, 1.0), "Move start", "drag") == []
        qtbot.wait(16)
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 1)


def test_while_running_slowly_each_step_is_typeset(qtbot: QtBot, start: Start) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 0)
    panel._session.set_speed(8.0)
    panel._session.play()
    for step in (1, 2):
        qtbot.waitUntil(lambda step=step: panel._arithmetic.step >= step and panel.numbers.typeset)
    assert panel._session.status.running


def test_words_and_colours_change_while_open(qtbot: QtBot, qapp: QApplication, start: Start) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 3)
    qtbot.waitUntil(lambda: panel.summary.typeset)
    before = panel.summary._colour
    apply_theme(qapp, "light")
    assert panel.summary._colour == theme().text != before
    apply_language(qapp, "zh_CN")
    apply_language(qapp, "en")
    assert panel.with_numbers.text() == "with numbers"


def test_running_is_said_only_while_it_plays(qtbot: QtBot, start: Start) -> None:
    panel = start(SCENE)
    go_to(qtbot, panel, 0)
    panel._session.set_speed(20.0)
    panel._session.play()
    qtbot.waitUntil(lambda: panel.head.status.text().endswith(" of 2\u202f000  ·  running"))
    panel._session.pause()
    qtbot.waitUntil(lambda: panel.head.status.text().endswith(" of 2\u202f000"))
    go_to(qtbot, panel, 2000)
    assert panel.head.status.text() == "step 2\u202f000  ·  at its last step"


def test_nothing_moves_while_numbers_change(qtbot: QtBot, start: Start) -> None:
    panel = start(DIVERGES)
    end = panel._session.runs[0].end
    assert end is not None
    qtbot.waitUntil(lambda: all(view.typeset for view in (panel.summary, *panel.rule)))
    before = None
    while before != (before := (panel.table.y(), panel.table.height())):
        qtbot.wait(100)  # the symbols are set one by one, and the rows take their places after them
    places = set()
    for step in (0, end.step - 1, end.step):
        go_to(qtbot, panel, step)
        qtbot.wait(0)
        places.add((panel.table.y(), panel.table.height()))
        qtbot.waitUntil(lambda step=step: panel.numbers.typeset or step == end.step)
        qtbot.wait(0)
        places.add((panel.table.y(), panel.table.height()))
    assert len(places) == 1


def test_the_numbers_of_the_state_are_seen_without_scrolling(qtbot: QtBot, start: Start) -> None:
    panel = start(replace(SCENE, runs=(RunConfig("SGD", 1e-4),)))
    panel.resize(400, 225)
    qtbot.waitUntil(lambda: all(view.typeset for view in (panel.summary, *panel.rule)))
    qtbot.wait(20)
    row = next(k for k in range(panel.table.rowCount()) if panel.table.item(k, 0).text() == "σ")
    bottom = panel.table.rowViewportPosition(row) + 2 * panel.table.rowHeight(row)  # the header is one row high
    assert panel.table.mapTo(panel.area.viewport(), QPoint(0, bottom)).y() <= panel.area.viewport().height()
    for view in panel.rule:
        assert view._natural.width() * 0.75 <= view.width()


# The formula view ----------------------------------------------------------------------------------------------------


def test_a_formula_is_drawn_in_its_colour_and_shrinks(qtbot: QtBot) -> None:
    view = FormulaView()
    qtbot.addWidget(view)
    assert not view.has_ready(r"\frac{a}{b} + c + d + e", "#ff0000")
    view.show_latex(r"\frac{a}{b} + c + d + e", "a/b", "#ff0000")
    assert view.typeset and view.has_ready(r"\frac{a}{b} + c + d + e", "#ff0000")
    natural = view.sizeHint()
    assert view.minimumSizeHint().width() == 0
    for width in (natural.width(), round(0.85 * natural.width())):
        view.resize(width, natural.height())
        image = QImage(view.size(), QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.white)
        view.render(image)
        colours = {(x, y): image.pixelColor(x, y) for x in range(width) for y in range(image.height())}
        red = [x for (x, _), colour in colours.items() if colour.red() > 150 and colour.green() < 80]
        assert red and max(red) < width - 1


def test_what_would_be_too_small_is_plain_text_in_lines(qtbot: QtBot) -> None:
    view = FormulaView()
    qtbot.addWidget(view)
    view.resize(400, 40)
    view.show()
    view.show_latex(r"\frac{a}{b} + c + d + e + f + g", "a/b + c + d + e + f + g", "#ff0000")
    assert view._drawn()
    one = view.sizeHint().height()
    view.resize(40, one)
    assert not view._drawn() and view.sizeHint().height() > one
    view.grab()
    view.resize(400, one)
    assert view._drawn() and view.sizeHint().height() == one


@pytest.mark.parametrize("latex", [r"\frac{1", "", r"\left(", "}{", "^", "_{"])
def test_what_cannot_be_typeset_is_plain_text(qtbot: QtBot, latex: str) -> None:
    view = FormulaView()
    qtbot.addWidget(view)
    view.show_latex(latex, "in plain text", "#ff0000")
    assert not view.typeset or latex == "^"
    assert view._plain == "in plain text"
    view.grab()
