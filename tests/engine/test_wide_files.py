"""Runs of many parameters as files, on the command line, and in the engine thread."""

from __future__ import annotations

import csv
import io
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

import surfaces
from engine import kernel
from engine.batch import Batch
from engine.check import faults
from engine.errors import ConfigError
from engine.export import export, write_csv
from engine.runner import Bring, Load, LookAhead, Pause, Play, Runner, Seek, Speed
from engine.scenario import MonteCarlo, RunConfig
from engine.simulator import Simulator
from engine.surface import WIDE_SIGNATURE, Surface, Wide
from engine.wide import MORE, QUANTILES, WideRun
from main import main

from .many import data, loss, many, scenario

NUMBERS = (*kernel.COLUMNS, *MORE, *QUANTILES)


def made(steps: int = 30) -> Simulator:
    surface = many(9)
    simulator = Simulator(scenario(RunConfig("Adam", 0.05), steps), lambda config: surface)
    simulator.advance_to(steps)
    return simulator


def test_csv_holds_every_number_and_leaves_empty_what_was_not_measured() -> None:
    simulator = made()
    run = simulator.runs[0]
    text = io.StringIO()
    write_csv(simulator, text)
    lines = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert len(lines) == 31 and tuple(lines[0]) == ("run", "step", *NUMBERS, "status")
    for line, row in zip(lines, run.rows(0, 30), strict=True):
        values = dict(zip(run.columns, row.tolist(), strict=True))
        written = [name for name in NUMBERS if line[name]]
        assert [float(line[name]) for name in written] == [values[name] for name in written]
        assert {"sharpness"} <= set(NUMBERS) - set(written) <= {"sharpness", "update_1", "update_2"}
    assert "nan" not in text.getvalue()


def test_npz_and_parquet_hold_the_same(tmp_path: Path) -> None:
    simulator = made()
    run = simulator.runs[0]
    assert isinstance(run, WideRun)
    export(simulator, tmp_path / "rows.npz")
    with np.load(tmp_path / "rows.npz") as file:
        assert tuple(file["columns"]) == NUMBERS and file["run_1"].shape == (31, len(NUMBERS))
        assert np.array_equal(file["run_1"], run.rows(0, 30)[:, run.exported], equal_nan=True)
        assert np.array_equal(file["theta_1"], run.theta_at(30)) and file["names"][8] == "weight[8]"
    parquet = pytest.importorskip("pyarrow.parquet")
    export(simulator, tmp_path / "rows.parquet")
    table = parquet.read_table(tmp_path / "rows.parquet")
    assert table.column("sigma_50").to_pylist() == run.rows(0, 30)[:, run.columns.index("sigma_50")].tolist()


def test_simulate_and_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    surface = many(9)
    for name in ("build", "outline"):
        monkeypatch.setattr(surfaces, name, lambda config: surface)
    path, state, rest = tmp_path / "net.toml", tmp_path / "state.json", tmp_path / "rest.csv"
    text = 'format = 1\nstart = [0.5, 0.5]\nsteps = {}\nseed = 0\n[surface]\nname = "rosenbrock"\n'
    path.write_text(text.format(40) + '[[runs]]\noptimizer = "Adam"\nlr = 0.05\n', encoding="utf-8")
    assert main(["simulate", str(path), "--out", str(tmp_path / "all.csv")]) == 0
    assert main(["simulate", str(path), "--steps", "25", "--out", str(rest), "--save-state", str(state)]) == 0
    assert main(["resume", str(state), "--steps", "40", "--out", str(rest)]) == 0
    assert "40 steps, loss" in capsys.readouterr().err
    whole = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()
    assert rest.read_text(encoding="utf-8").splitlines()[1:] == whole[-15:]
    path.write_text(text.format(40) + '[[runs]]\noptimizer = "Newton"\nlr = 0.05\n', encoding="utf-8")
    assert main(["check", str(path)]) == 2
    message = capsys.readouterr().err
    assert "Newton is written for two parameters; this network has 9: choose another optimizer" in message
    assert "line 8" in message or ":8:" in message


def test_what_needs_two_parameters_says_so() -> None:
    surface = many(9)
    config = scenario(RunConfig("Adam", 0.05), 5)
    with pytest.raises(ConfigError, match="many runs at once are for two parameters; this network has 9"):
        Batch(config, lambda config: surface, np.zeros((3, 2)))
    starts = scenario(RunConfig("Adam", 0.05), 5, monte_carlo=MonteCarlo(10, 0.1))
    (fault,) = faults(starts, lambda config: surface)
    assert fault.where == "monte_carlo" and "cannot be made of a network" in str(fault)


@njit(WIDE_SIGNATURE, nogil=True, cache=True)
def slow(theta: Any, parameters: Any, batch: Any, g: Any) -> Any:
    """`loss`, again and again: some milliseconds for each step."""
    value = 0.0
    for _ in range(4000):
        value = loss(theta, parameters, batch, g)
    return value


def wait(condition: Any, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the engine did not get there in time"
        time.sleep(0.0005)


def test_commands_are_obeyed_within_a_frame_however_slow_a_step_is() -> None:
    rng = np.random.default_rng(0)
    names = tuple(f"w[{i}]" for i in range(50))
    wide = Wide(slow, data(50, 0.3), names, rng.normal(size=50), rng.normal(size=(2, 50)), 12)
    surface = Surface(None, np.empty(0), samples=12, wide=wide)
    runner = Runner(lambda config: surface)
    try:
        runner.send(Load(1, scenario(RunConfig("Adam", 1e-3), 100_000), 0, True))
        runner.send(Speed(float("inf")))
        wait(lambda: runner.status.computed > 20)
        runner.send(LookAhead(False))
        late = []  # steps that were still made after the command, each of some 3 ms
        for _ in range(9):
            before = runner.status.computed
            runner.send(Pause())
            wait(lambda: not runner.status.running)
            late.append(runner.status.computed - before)
            runner.send(Seek(7))
            wait(lambda: runner.status.position == 7)
            runner.send(Play())
            wait(lambda: runner.status.running)
        assert sorted(late)[4] <= 4
    finally:
        began = time.perf_counter()
        runner.close()
        assert time.perf_counter() - began < 1.0
    assert "engine" not in {thread.name for thread in threading.enumerate()}


def test_a_replay_that_breaks_is_told_once_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tries = []

    def broken(run: WideRun, step: int, seconds: float) -> bool:
        tries.append(step)
        raise MemoryError

    monkeypatch.setattr(WideRun, "bring", broken)
    runner = Runner(lambda config: many(7))
    try:
        runner.send(Load(1, scenario(RunConfig("SGD", 0.01), 50), 50, False))
        wait(lambda: runner.status.computed == 50)
        runner.send(Bring(0, 20))
        wait(lambda: runner.status.error is not None)
        runner.send(Seek(7))
        wait(lambda: runner.status.position == 7)
        assert tries == [20]
    finally:
        runner.close()
    assert "MemoryError" in capfd.readouterr().err
