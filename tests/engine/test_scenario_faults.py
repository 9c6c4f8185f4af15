"""Every fault of a scenario file is named with its path, line and column, in words that say what would be right."""

from __future__ import annotations

import pytest

from engine.scenario_file import ScenarioError, parse

GOOD = """\
format = 1
steps = 50
start = [1.0, 2.0]

[surface]
name = "rosenbrock"

[[runs]]
optimizer = "SGD"
lr = 0.1

[[runs]]
optimizer = "Adam"
lr = 0.2
  hyperparameters = { beta1 = 0.5, beta2 = 0.9 }
"""


def replaced(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


FAULTS: list[tuple[str, str, int, int, str]] = [
    # the file, the fault's path, its line and column, its words
    (replaced("format = 1", "format = 2"), "format", 1, 1, "format = 2 cannot be read; this program reads format = 1"),
    (replaced("format = 1", "format = true"), "format", 1, 1, "format = True cannot be read"),
    (replaced("format = 1\n", ""), "format", 1, 1, "format is missing; this program read"),
    (replaced("start = [1.0, 2.0]\n", ""), "", 1, 1, "start is missing"),
    (replaced('[surface]\nname = "rosenbrock"\n', ""), "", 1, 1, "surface is missing"),
    (replaced("lr = 0.1\n", ""), "runs[0]", 8, 1, "lr is missing"),
    (replaced('optimizer = "Adam"\n', ""), "runs[1]", 12, 1, "optimizer is missing"),
    (replaced("steps = 50", "step = 50"), "step", 2, 1, "unknown entry 'step'; did you mean 'steps'?"),
    (replaced("lr = 0.2", "lr = 0.2\nnoise = 1"), "runs[1].noise", 15, 1, "unknown entry 'noise'"),
    (replaced("steps = 50", "steps = 50.0"), "steps", 2, 1, "must be a whole number, not 50.0"),
    (replaced("steps = 50", "steps = true"), "steps", 2, 1, "must be a whole number, not True"),
    (replaced("steps = 50", "steps = 0"), "steps", 2, 1, "0 is out of range; allowed: 1 to 1000000000"),
    (replaced("steps = 50", "seed = -1"), "seed", 2, 1, "-1 is out of range; allowed: 0 to"),
    (replaced("steps = 50", f"seed = 1{'0' * 400}"), "seed", 2, 1, "out of range; allowed: 0 to"),
    (replaced("steps = 50", f"seed = 0x{'f' * 9999}"), "seed", 2, 1, "out of range; allowed: 0 to"),
    (replaced("[1.0, 2.0]", "[1.0]"), "start", 3, 1, "must be a list of 2 numbers, not [1.0]"),
    (replaced("[1.0, 2.0]", '[1.0, "2"]'), "start[1]", 3, 1, "must be a finite number, not '2'"),
    (replaced("[1.0, 2.0]", f"[1.0, 2{'0' * 400}]"), "start[1]", 3, 1, "must be a finite number, not 2000"),
    (replaced("lr = 0.1", "lr = nan"), "runs[0].lr", 10, 1, "must be a finite number, not nan"),
    (replaced("lr = 0.2", "lr = inf"), "runs[1].lr", 14, 1, "must be a finite number, not inf"),
    (replaced("lr = 0.2", "lr = true"), "runs[1].lr", 14, 1, "must be a finite number, not True"),
    (replaced("lr = 0.1", "lr = -0.1"), "runs[0].lr", 10, 1, "-0.1 is out of range; allowed: 0.0 to inf"),
    (
        replaced("beta2 = 0.9", 'beta2 = "x"'),
        "runs[1].hyperparameters.beta2",
        15,
        36,
        "must be a finite number, not 'x'",
    ),
    (replaced('"rosenbrock"', "3"), "surface.name", 6, 1, "must be text in quotes, not 3"),
    (replaced('name = "rosenbrock"', 'formula = ""'), "surface.formula", 6, 1, "the formula is empty"),
    (replaced('"rosenbrock"', '"a"\nformula = "x"'), "surface", 5, 1, "has both a name and a formula"),
    (replaced('"rosenbrock"', '"a"\noptions = { a = 1 }'), "surface.options.a", 7, 13, "must be text in quotes"),
    (replaced('"rosenbrock"', '"a"\ndata = { names = ["x"] }'), "surface.data", 7, 1, "columns is missing"),
    (
        replaced('"rosenbrock"', '"a"\ndata = { names = ["x", "y"], columns = [[1, 2], [3]] }'),
        *("surface.data.columns", 7, 30, "the columns must be equally long"),
    ),
    (replaced("steps = 50", "window = [1, 1, 0, 1]"), "window", 2, 1, "with left < right and bottom < top"),
    (replaced("lr = 0.1", 'lr = 0.1\nschedule = "StepLR"'), "runs[0].schedule", 11, 1, "must be a list of phases"),
    (replaced("lr = 0.1", "lr = 0.1\nschedule = [3]"), "runs[0].schedule[0]", 11, 1, "must be a table"),
    (
        replaced("lr = 0.1", 'lr = 0.1\nschedule = [{ name = "A" }, { name = "B" }]'),
        "runs[0].schedule[0]",
        *(11, 1, "needs steps, as another phase follows"),
    ),
    (GOOD + "sample_order = [1, -2]", "runs[1].sample_order[1]", 16, 1, "-2 is out of range; allowed: 0 to"),
    (GOOD + "[monte_carlo]\nnoise = -1", "monte_carlo.noise", 17, 1, "-1 is out of range; allowed: 0.0 to inf"),
    (GOOD + "[runs.hyperparameters]\nbeta1 = nan", "", 16, 22, "Cannot declare"),
    (
        GOOD.replace("  hyper", "#") + "[runs.hyperparameters]\nbeta1 = nan",
        "runs[1].hyperparameters.beta1",
        17,
        1,
        "nan",
    ),
    (GOOD + "[[runs.schedule]]\nname='A'\n[[runs.schedule]]\nk=''\n", "runs[1].schedule[1].k", 19, 1, "not ''"),
    (
        "format = 1\nstart = [0, 0]\nruns = []\n[surface]\nname = 'x'",
        "runs",
        3,
        1,
        "there must be 1 to 24 tables [[runs]]",
    ),
    (GOOD + "[[runs]]\noptimizer = 'SGD'\nlr = 1\n" * 23, "runs", 8, 1, "there must be 1 to 24 tables [[runs]]"),
    (replaced("steps = 50", "steps = = 5"), "", 2, 9, "this is not TOML: Invalid value"),
    (replaced("steps = 50", "steps = 5\nsteps = 6"), "", 3, 10, "this is not TOML: Cannot overwrite a value"),
    (replaced("steps = 50", f"seed = {'9' * 5000}"), "", 1, 1, "this is not TOML: a number has too many digits"),
]


@pytest.mark.parametrize(
    ("text", "where", "line", "column", "words"), FAULTS, ids=[f"{f[1]}: {f[4][:30]}" for f in FAULTS]
)
def test_faults_are_named_with_their_place(text: str, where: str, line: int, column: int, words: str) -> None:
    parse(GOOD)
    with pytest.raises(ScenarioError) as caught:
        parse(text, "mine.toml")
    assert [fault for fault in caught.value.faults if fault.where == where and words in fault.message]
    (said,) = [said for said in caught.value.lines() if words in said]
    assert said.startswith(f"mine.toml:{line}:{column}: ") and (where in said)
    assert said in str(caught.value)


def test_all_faults_are_reported_at_once() -> None:
    text = replaced("lr = 0.2", "lr = inf").replace("steps = 50", "steps = 0\nsped = 1").replace("[1.0, 2.0]", "7")
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    assert {fault.where for fault in caught.value.faults} == {"steps", "sped", "start", "runs[1].lr"}
    assert [said.split(": ")[0] for said in sorted(caught.value.lines())] == ["15:1", "2:1", "3:1", "4:1"]


OWN = '\n[[optimizers]]\nname = "Mine"\ndoc = ""\nreference = ""\nrule = "m = g\\nsigma = 1"\ngroup = "torch"\n'


def test_what_a_scene_brings_stands_among_ones_own_whatever_it_says() -> None:
    assert parse(GOOD + OWN).optimizers[0].group == "own"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("3x", "'3x' cannot be a name; begin with a letter"),
        (" Mine", "' Mine' cannot be a name"),
        ("=", "'=' cannot be a name"),
        ("", "'' cannot be a name"),
        ("M" * 61, "a name has at most 60 characters"),
        ("Adam", "the name 'Adam' is taken"),
    ],
)
def test_names_of_what_a_scene_brings_are_checked(name: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(GOOD + OWN.replace("Mine", name))
    (fault,) = caught.value.faults
    assert fault.where == "optimizers[0].name" and words in fault.message
