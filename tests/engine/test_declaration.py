"""Files of optimizers, schedules, surfaces and lessons: whatever is wrong is said with file, line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import lessons
from engine.errors import ConfigError
from engine.optimizers import read_optimizers
from engine.scenario_file import ScenarioError
from engine.schedules import read_schedules
from surfaces import read_catalogue

OPTIMIZER = """name = "Z"
doc = "d"
reference = "r"
lr = 0.1
limit = "2*b"
state = ["v"]
rule = \"\"\"
v = b*v + g
m = v
sigma = 1
\"\"\"
[hyperparameters]
b = { default = 0.5, low = 0, high = 1, open_high = true, doc = "d" }
"""
SCHEDULE = """name = "Z"
doc = "d"
reference = "r"
formula = "lr*k/(t + 1)"
[parameters]
k = { default = 1, low = 1, integer = true }
"""
SURFACE = """name = "z"
title = "t"
doc = "d"
reference = "r"
formula = "k*x^2 + y^2"
axes = ["x", "y"]
window = [-1, 1, -1, 1]
start = [1, 1]
minima = [["0*k", "0", "k - k"]]
[parameters]
k = { default = 1 }
"""
REGRESSION = """name = "z"
title = "t"
doc = "d"
reference = "r"
kind = "linear_regression"
axes = ["b", "w"]
window = [-1, 1, -1, 1]
start = [1, 1]
[options]
reduction = { default = "mean", choices = ["sum", "mean"] }
[data]
names = ["x", "y"]
columns = [[1, 2, 3], [1, 2, 4]]
"""
LESSON = """format = 1
id = "Z1"
order = 1
start = [1, 1]
title = "t"
text = "t"
surface = { name = "rosenbrock" }
runs = [{ optimizer = "SGD", lr = 0.1 }]
"""
Read = Callable[[Path], object]


def said(read: Read, folder: Path, text: str | bytes) -> str:
    """What is said of a file zz.toml with this text, from the file name on."""
    folder = folder / "engine" / "kind"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zz.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        read(folder)
    return str(caught.value).removeprefix("engine/kind/zz.toml")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_optimizers, OPTIMIZER),
        (read_schedules, SCHEDULE),
        (read_catalogue, SURFACE),
        (read_catalogue, REGRESSION),
        (lessons.load_all, LESSON),
    ],
)
def test_without_a_fault_it_loads(tmp_path: Path, read: Read, text: str) -> None:
    (tmp_path / "zz.toml").write_text(text)
    assert read(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("reference", " refernce", ":3:2: refernce: unknown entry 'refernce'; did you mean 'reference'?"),
        ('doc = "d"\n', "", ":1:1: doc is missing"),
        ('doc = "d"\n', "doc = d\n", ":2:7: this is not TOML: Invalid value"),
        ('doc = "d"\n', "doc = 7\n", ":2:1: doc: must be text in quotes, not 7"),
        ("lr = 0.1", "lr = -1", ":4:1: lr: lr = -1 is out of range; allowed: 0 < lr"),
        ('"2*b"', '"2*bb"', ":5:12: limit: unknown name 'bb'; did you mean 'b'?"),
        ('"2*b"', "'2*(b'", ":5:14: limit: expected ')' to close the bracket, found the end"),
        ('["v"]', '"v"', ":6:1: state: must be a list, not 'v'"),
        ('["v"]', "[1]", ":6:1: state[0]: must be text in quotes, not 1"),
        ('["v"]', '["v", "v"]', ":6:1: state.v: the name 'v' is taken; choose another"),
        ("v = b*v + g", "v = b*v + h", ":8:11: rule: unknown name 'h'; known: "),
        ("v = b*v + g", "v = b*v + sgn(g)", ":8:11: rule: unknown function 'sgn'; did you mean 'sign'?"),
        ("v = b*v + g", "eta = b*v", ":8:1: rule: 'eta' is given and cannot be assigned"),
        ("sigma = 1\n", "", ":7:1: rule: the rule of Z does not assign sigma"),
        ("default = 0.5, ", "", ":13:1: hyperparameters.b: default is missing"),
        ("default", "defualt", ":13:7: hyperparameters.b.defualt: unknown entry 'defualt'; did you mean 'default'?"),
        ("low = 0", 'low = "0"', ":13:22: hyperparameters.b.low: must be a number, not '0'"),
        ("open_high = true", "open_high = 1", ":13:41: hyperparameters.b.open_high: must be true or false, not 1"),
        ("default = 0.5", "default = 1", ":13:7: hyperparameters.b.default: b = 1 is out of range; allowed: 0 ≤ b < 1"),
        ("b = {", "g = {", ":13:1: hyperparameters.g: the name 'g' is taken"),
        ("b = {", "b-1 = {", ":13:1: hyperparameters.b-1: 'b-1' cannot be a name"),
        ("b = {", "b = 3 # {", ":13:1: hyperparameters.b: must be a table of names and values, not 3"),
    ],
)
def test_faults_of_an_optimizer(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert OPTIMIZER.count(old) >= 1
    assert said(read_optimizers, tmp_path, OPTIMIZER.replace(old, new, 1)).startswith(wanted)


@pytest.mark.parametrize(
    ("read", "text", "old", "new", "wanted"),
    [
        (read_schedules, SCHEDULE, "(t + 1)", "(t + u)", ":4:22: formula: unknown name 'u'"),
        (read_schedules, SCHEDULE, "formula =", "# ", ":1:1: needs either a formula or a rule"),
        (read_schedules, SCHEDULE, "k = {", "lr = {", ":6:1: parameters.lr: the name 'lr' is taken"),
        (
            read_schedules,
            SCHEDULE,
            "default = 1",
            "default = 1.5",
            ":6:7: parameters.k.default: k = 1.5 must be a whole",
        ),
        (read_catalogue, SURFACE, "y^2", "z^2", ":5:20: formula: unknown name 'z'"),
        (read_catalogue, SURFACE, "formula =", "# ", ":1:1: formula is missing"),
        (read_catalogue, SURFACE, '"x", "y"', '"x"', ":6:1: axes: must be a list of 2, not of 1"),
        (read_catalogue, SURFACE, '"x", "y"', '"x", "x"', ":6:1: axes.x: the name 'x' is taken"),
        (read_catalogue, SURFACE, "[-1, 1,", "[1, -1,", ":7:1: window: must be [left, right, bottom, top]"),
        (read_catalogue, SURFACE, '"0*k"', '"0*j"', ":9:1: minima: unknown name 'j'"),
        (read_catalogue, REGRESSION, "[data]\nnames", "[parameters]\nz", ":12:1: parameters.z: must be"),
        (read_catalogue, REGRESSION, "[1, 2, 4]", "[1, 2]", ":11:1: data: needs one column for each name"),
        (read_catalogue, REGRESSION, '"mean", ', '"max", ', ":10:15: options.reduction.default: unknown choice"),
        (
            read_catalogue,
            REGRESSION,
            '"linear_r',
            '"r',
            ":5:1: kind: unknown entry 'regression'; did you mean '",
        ),
        (lessons.load_all, LESSON, "id =", "# ", ": id is missing"),
        (lessons.load_all, LESSON, "order =", "# ", ": order is missing"),
        (lessons.load_all, LESSON, 'text = "t"', 'text.zh_CN = "t"', ": text.en is missing"),
    ],
)
def test_faults_of_the_others(tmp_path: Path, read: Read, text: str, old: str, new: str, wanted: str) -> None:
    assert old in text
    assert said(read, tmp_path, text.replace(old, new, 1)).startswith(wanted)


@pytest.mark.parametrize("read", [read_optimizers, read_schedules, read_catalogue])
def test_bytes_that_are_no_text(tmp_path: Path, read: Read) -> None:
    assert said(read, tmp_path, b'name = "\xff"').startswith(": this is not TOML: ")


def test_a_lesson_that_is_no_scenario_is_named(tmp_path: Path) -> None:
    (tmp_path / "zz.toml").write_text(LESSON.replace("start =", "strat ="))
    with pytest.raises(ScenarioError, match="zz.toml:4:1: strat: unknown entry"):
        lessons.load_all(tmp_path)


@pytest.mark.parametrize(
    ("read", "text", "name"),
    [
        (
            read_optimizers,
            OPTIMIZER,
            "engine/kind/zz.toml:1:1: name: the name 'Z' is that of engine/kind/aa.toml already",
        ),
        (
            read_schedules,
            SCHEDULE,
            "engine/kind/zz.toml:1:1: name: the name 'Z' is that of engine/kind/aa.toml already",
        ),
        (read_catalogue, SURFACE, "engine/kind/zz.toml:1:1: name: the name 'z' is that of engine/kind/aa.toml already"),
        (lessons.load_all, LESSON, "engine/kind/zz.toml: id: the name 'Z1' is that of engine/kind/aa.toml already"),
    ],
)
def test_a_name_is_not_given_twice(tmp_path: Path, read: Read, text: str, name: str) -> None:
    folder = tmp_path / "engine" / "kind"
    folder.mkdir(parents=True)
    (folder / "aa.toml").write_text(text)
    assert f"engine/kind/zz.toml{said(read, tmp_path, text)}" == name


def test_a_lesson_is_found_by_its_id_not_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "zz.toml").write_text(LESSON)
    assert lessons.find(tmp_path, "z1") == lessons.find(tmp_path, "Z1") == tmp_path / "zz.toml"
    with pytest.raises(ConfigError, match="unknown scenario file or lesson 'Z2'; known: Z1"):
        lessons.find(tmp_path, "Z2")
