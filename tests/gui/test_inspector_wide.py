"""The inspector's sums for a run of many parameters are those of the engine, for the two watched ones."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import engine.wide
import gui.dispatch
import gui.session
from engine import kernel
from engine.optimizers import optimizers
from engine.scenario import Gradient, RunConfig
from engine.wide import WideRun
from gui.panels.arithmetic import arithmetic
from gui.panels.arithmetic_wide import WideArithmetic
from gui.panels.inspector import InspectorPanel
from gui.session import Session
from gui.theme import apply_theme
from tests.engine.many import many, scenario, wide_run

NAMES = [name for name, optimizer in optimizers().items() if not optimizer.pairs_only]
ROUGH = Gradient(noise=0.05, batch_size=5, clip_norm=1.0, weight_decay=0.01, decoupled_weight_decay=0.0)


@pytest.mark.parametrize(("name", "n"), [*((name, 9) for name in NAMES), ("Sophia", 80)])
def test_the_rule_comes_to_what_the_engine_recorded(name: str, n: int) -> None:
    run = wide_run(n, RunConfig(name, 1e-3, gradient=ROUGH), 60, watched=(2, 7))
    for step in (0, 1, 2, 9, 50):
        sums, after = arithmetic(run, step, run.row(step)), run.row(step + 1)
        assert isinstance(sums, WideArithmetic)
        for i in (0, 1):
            lines = {line.assign.name: line for line in sums.lines(i)}
            assert lines["m"].result == pytest.approx(sums.terms(i)["m"], rel=1e-11, abs=1e-300)
            assert lines["sigma"].result == pytest.approx(sums.terms(i)["sigma"], rel=1e-11)
            assert sums.terms(i)["next"] == after[kernel.THETA + i]
            for k, buffer in enumerate(run.optimizer.state):
                assert lines[buffer].result == pytest.approx(after[kernel.STATE + 2 * k + i], rel=1e-11, abs=1e-300)
            for line in lines.values():
                assert "where" not in line.plain() and "cases" not in line.latex()


def test_numbers_that_take_a_while_come_once_the_engine_has_them(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two snapshots the symbols stand until the run has been replayed; nothing waits for it."""
    surface = many(50)
    monkeypatch.setattr(gui.dispatch, "build", lambda config: surface)
    monkeypatch.setattr(gui.session, "outline", lambda config: surface)
    monkeypatch.setattr(engine.wide, "ALL_BYTES", 20_000)
    monkeypatch.setattr(engine.wide, "AT_HAND", 0.0)
    apply_theme(qapp, "dark")
    session = Session(scenario(RunConfig("Adam", 0.01), 2000))
    panel = InspectorPanel(session)
    qtbot.addWidget(panel)
    try:
        panel.show()
        qtbot.waitUntil(lambda: session.current and not session.status.working)
        (run,) = session.runs
        assert isinstance(run, WideRun)
        far = run.snapshots.kept.step(3) - 1
        assert not run.at_hand(far)
        qtbot.mouseClick(panel.with_numbers, Qt.MouseButton.LeftButton)
        session.seek(far)
        qtbot.waitUntil(lambda: panel._arithmetic is not None and panel._arithmetic.step == far)
        qtbot.waitUntil(lambda: panel.rule[0]._plain.count("=") == 2)
        assert run.at_hand(far)
        wanted = arithmetic(run, far, run.row(far)).lines(0)[0].plain()
        assert panel.rule[0]._plain == wanted
        assert panel.head.status.text().startswith(f"step {far} of")
    finally:
        session.close()
