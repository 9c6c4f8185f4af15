"""Scenario files: what is written is read back equal, and no file, however hostile, does worse than be refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rates import Phase
from engine.scenario import Data, MonteCarlo, RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import MAX_BYTES, ScenarioError, load, parse
from engine.scenario_reader import MAX_FAULTS

from .test_scenario_faults import GOOD

numbers = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=9)
texts = st.text(st.characters(codec="utf-8"), max_size=30)
values = st.dictionaries(names, numbers, max_size=3)
pairs = st.tuples(numbers, numbers)
phase_values = st.dictionaries(names.filter(lambda name: name not in ("name", "steps")), numbers, max_size=3)


def floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


def phases(last: bool) -> st.SearchStrategy[Phase]:
    steps = st.integers(1, 10**9)
    return st.builds(Phase, texts, phase_values, st.none() | steps if last else steps)


schedules = st.tuples() | st.builds(
    lambda first, last: (*first, last), st.lists(phases(False), max_size=2), phases(True)
)
columns = st.integers(0, 4).flatmap(lambda n: st.tuples(*[st.tuples(*[numbers] * n)] * 2))
data = st.builds(Data, st.tuples(texts, texts), columns, texts)
options = st.dictionaries(names, texts, max_size=3)
surfaces = st.builds(
    SurfaceConfig, texts.filter(bool), parameters=values, options=options, data=st.none() | data
) | st.builds(SurfaceConfig, formula=texts.filter(bool), axes=st.tuples(names, names), parameters=values)
runs = st.builds(
    RunConfig,
    texts,
    floats(0, 1e300),
    label=texts,
    hyperparameters=values,
    schedule=schedules,
    start=st.none() | pairs,
    steps=st.none() | st.integers(1, 10**9),
    sample_order=st.lists(st.integers(0, 10**6), max_size=5).map(tuple),
)
windows = st.tuples(floats(-1e9, 0), floats(1, 1e9), floats(-1e9, 0), floats(1, 1e9))
experiments = st.builds(MonteCarlo, st.integers(1, 20_000), floats(0, 1e9)) | st.builds(
    MonteCarlo, st.integers(1, 20_000), floats(0, 1e9), texts.filter(bool), st.dictionaries(names, texts)
)
scenarios = st.builds(
    Scenario,
    surfaces,
    pairs,
    st.lists(runs, min_size=1, max_size=4).map(tuple),
    steps=st.integers(1, 10**9),
    seed=st.integers(0, 2**62),
    title=st.dictionaries(names, texts, max_size=2),
    window=st.none() | windows,
    monte_carlo=st.none() | experiments,
    text=st.dictionaries(names, texts, max_size=2),
    id=texts,
    order=st.integers(0, 10**6),
    slide=st.none() | st.integers(1, 10**6),
)


@settings(deadline=None, max_examples=150)
@given(scenarios)
def test_what_is_written_is_read_back_equal(scenario: Scenario) -> None:
    assert parse(dump(scenario)) == scenario


@pytest.mark.parametrize("seed", [2**53 + 1, 2**62 - 1])
def test_a_large_seed_keeps_every_digit(seed: int) -> None:
    assert parse(f"seed = {seed}\n" + GOOD).seed == seed


def test_defaults_need_not_be_written() -> None:
    scenario = parse('format = 1\nstart = [0, 1]\nsurface.name = "x"\nruns = [{ optimizer = "SGD", lr = 1 }]\n')
    assert scenario == Scenario(SurfaceConfig("x"), (0.0, 1.0), (RunConfig("SGD", 1.0),))
    assert parse('title = "Hello"\n' + GOOD).title == {"en": "Hello"}


@pytest.mark.parametrize(
    "text",
    [
        "#" * (MAX_BYTES + 1),
        "é" * (MAX_BYTES // 2 + 1),
        "format = 1\nx = " + "[" * 100_000,
        "format = 1\nx = " + "{ a = " * 100_000,
        "format = 1\ntitle." + "a." * 100_000 + "a = 1",
        "format = 1\ntitle = " + "[" * 300 + "]" * 300,
        "format = 1\n[" + " " * 500_000,
        "format = 1\n" + "".join(f"k{k} = 1\n" for k in range(60_000)),
        "\0",
        "",
    ],
    ids=["large", "larger", "arrays", "tables", "keys", "lists", "spaces", "faults", "null", "empty"],
)
def test_hostile_files_are_refused_quickly(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    assert 1 <= len(caught.value.faults) <= MAX_FAULTS and len(str(caught.value)) < 50_000
    assert time.perf_counter() - began < 5


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(GOOD.splitlines()[1:]), st.text(max_size=20))
def test_any_line_is_read_or_refused(line: str, junk: str) -> None:
    key = line.split("=")[0]
    for text in (GOOD.replace(line, junk, 1), GOOD.replace(line, f"{key}= {junk}", 1)):
        try:
            parse(text)
        except ScenarioError as error:
            assert error.faults


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("lr = 0.1", "lr = []"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^mine.toml:10:1: runs\[0\].lr: must be a finite number"):
        load(path)
    path.write_bytes(b"format = 1\n\xff")
    with pytest.raises(ScenarioError, match="not UTF-8 text: byte 11 cannot be read"):
        load(path)
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ScenarioError, match="larger than"):
        load(path)
    with pytest.raises(OSError):
        load(tmp_path / "none.toml")
