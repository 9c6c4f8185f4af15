"""Starts set by a click: each is one undo step, and a double click takes back its own first half and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.session import Session
from gui.start_clicks import StartClicks, round_to_pixel

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("SGD", 1e-3),), steps=10)


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    made = Session(SCENE)
    yield made
    made.close()


def test_a_click_moves_the_start_or_adds_a_run_and_can_be_taken_back(session: Session) -> None:
    clicks = StartClicks(session)
    assert not clicks.start_at((0.5, 0.5), another=False) and session.scenario.start == (0.5, 0.5)
    assert not clicks.start_at((1.0, 0.0), another=True) and session.scenario.runs[1].start == (1.0, 0.0)
    clicks.take_back()
    clicks.take_back()
    assert session.scenario == replace(SCENE, start=(0.5, 0.5)) and not session.undo_stack.canRedo()
    session.undo_stack.undo()
    assert session.scenario == SCENE


def test_a_double_click_that_sets_no_start_takes_nothing_back(session: Session) -> None:
    clicks = StartClicks(session)
    clicks.start_at((0.5, 0.5), another=False)
    session.change_run(0, lambda run: replace(run, lr=0.002), "Change the rate")
    clicks.start_at(None, another=False)
    clicks.take_back()
    assert session.scenario.runs[0].lr == 0.002 and session.scenario.start == (0.5, 0.5)


def test_a_place_has_the_digits_that_a_pixel_can_tell_apart() -> None:
    assert round_to_pixel((1.23456, 123.456), (0.01, 5.0)) == (1.235, 123.5)
    assert round_to_pixel((1.23456, -7.0), (0.0, 100.0)) == (1.23456, -7.0)
