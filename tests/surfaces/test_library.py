"""The user's own surfaces on disk and in scenario files: kept, found again, refused where they are faulty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine import library
from engine.check import faults, load_checked
from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.optimizers import make_optimizer
from engine.scenario import Declared, RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import ScenarioError, parse
from engine.schedules import make_schedule
from surfaces import catalogue, find_entry, outline
from surfaces.entry import Entry
from surfaces.library import SURFACES, completed, config_of, dump_entry, own_surfaces

BOWL = Entry(
    *("My bowl", "My bowl", "A bowl with a knob.", "", (-2.0, 2.0, -1.0, 3.0), (1.5, 2.5), ("w", "b"), "own"),
    parameters=(Parameter("k", 3.0, "how steep", low=0.5, high=50.0, log=True), Parameter("c", 0.0)),
    formula="k*(w - c)^2 + b^2",
    minima=(("c", "0", "0"),),
)
SCENE = Scenario(config_of(BOWL), (1.5, 2.5), (RunConfig("SGD", 0.01),), steps=20)


def write(kind: str, name: str, text: str) -> Path:
    path = library.data_folder() / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_saved_is_found_again_and_deleted() -> None:
    assert own_surfaces() == ({}, [])
    path = SURFACES.save(BOWL)
    assert path.name == "my_bowl.toml" and own_surfaces() == ({"My bowl": BOWL}, [])
    steeper = replace(BOWL, formula="2*" + BOWL.formula)
    assert SURFACES.save(steeper) == path and own_surfaces()[0] == {"My bowl": steeper}
    SURFACES.delete(steeper)
    assert own_surfaces() == ({}, [])


def test_every_formula_of_the_catalogue_survives_the_way_through_a_file() -> None:
    for entry in catalogue().values():
        if entry.kind == "formula":
            own = replace(entry, name=f"My {entry.name}", group="own", order=0)
            SURFACES.save(own)
            assert own_surfaces()[0][own.name] == own
            scene = replace(SCENE, surface=config_of(own), start=own.start)
            assert parse(dump(scene)) == scene and find_entry(scene.surface) == own


def test_faulty_files_are_named_and_hide_no_other() -> None:
    SURFACES.save(BOWL)
    text = dump_entry(BOWL)
    write("surfaces", "a.toml", text.replace("My bowl", "A").replace("b^2", "bb^2"))
    write("surfaces", "b.toml", text.replace('"My bowl"', '"rosenbrock"', 1))
    write("surfaces", "c.toml", text.replace("My bowl", "C").replace("group", 'kind = "linear_regression"\ngroup'))
    write("surfaces", "d.toml", text.replace("My bowl", "D").replace('"b"]', '"sin"]').replace("b^2", "sin^2"))
    write("surfaces", "e.toml", "import os")
    write("surfaces", "f.toml", text.replace("My bowl", "F").replace("2.0, -1.0", "-2.0, -1.0"))
    found, faults = own_surfaces()
    assert set(found) == {"My bowl"}
    said = "\n".join(map(str, faults))
    for words in (
        "surfaces/a.toml:9:26: formula: unknown name 'bb'",
        "the name 'rosenbrock' is taken",
        "c.toml:1:1: data is missing",
        "d.toml:1:1: 'sin' means something else",
        "e.toml:1:8: this is not TOML",
        "f.toml:6:1: window: must be [left, right, bottom, top]",
    ):
        assert words in said, said
    assert len(faults) == 6


def test_a_file_copied_out_of_the_catalogue_is_the_same_in_a_scene() -> None:
    write("surfaces", "a.toml", dump_entry(replace(BOWL, order=7)))
    own = own_surfaces()[0]["My bowl"]
    assert find_entry(config_of(own)) == own


def test_a_built_in_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="the name 'rosenbrock' is taken"):
        SURFACES.save(replace(BOWL, name="rosenbrock"))


def test_a_scenario_carries_what_the_surface_declares() -> None:
    again = parse(dump(SCENE))
    assert again == SCENE and find_entry(again.surface) == BOWL and faults(again, outline) == []
    plain = replace(SCENE, surface=SurfaceConfig(formula="x*y"))
    assert "declared" not in dump(plain) and parse(dump(plain)) == plain


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("low = 0.5", 'low = "a"', "surface.declared.parameters.k.low", "must be a number"),
        ("low = 0.5", "low = 7", "surface.declared.parameters.k.default", "k = 3 is out of range"),
        ("window = [-2.0", "window = [9.0", "surface.declared.window", "left < right"),
        ("doc = ", "dok = ", "surface.declared.dok", "did you mean 'doc'?"),
        ('[["c"', '[["q"', "surface.declared.minima", "unknown name 'q'"),
        ('name = "My bowl"', 'name = "ellipse"', "surface.declared.name", "the name 'ellipse' is taken"),
        ('name = "My bowl"', 'name = "=x"', "surface.declared.name", "'=x' cannot be a name; begin with a letter"),
        ('formula = "k*(w - c)^2 + b^2"', 'name = "ellipse"', "surface.declared", "only a formula of one's own"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, old: str, new: str, where: str, words: str) -> None:
    text = dump(SCENE)
    assert old in text
    path = tmp_path / "scene.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        load_checked(path, outline)
    assert any(fault.where == where and words in fault.message for fault in caught.value.faults), caught.value


def test_a_file_that_only_names_what_the_library_has(tmp_path: Path) -> None:
    path = tmp_path / "scene.toml"
    path.write_text(
        'format = 1\nstart = [1, 1]\nsteps = 5\n[surface]\nname = "My bowl"\nparameters = { k = 4 }\n'
        '[[runs]]\noptimizer = "My sign"\nlr = 0.1\nschedule = [{ name = "Falling" }]\n'
    )
    with pytest.raises(ScenarioError, match="unknown surface 'My bowl'"):
        load_checked(path, outline, completed)
    SURFACES.save(BOWL)
    library.OPTIMIZERS.save(
        make_optimizer({"name": "My sign", "doc": "", "reference": "", "rule": "m = sign(g)\nsigma = 1"})
    )
    library.SCHEDULES.save(make_schedule({"name": "Falling", "doc": "", "reference": "", "formula": "lr/(1 + t)"}))
    scene = load_checked(path, outline, completed)
    assert find_entry(scene.surface) == BOWL and scene.surface.parameters == {"k": 4.0}
    assert [entry.name for entry in (*scene.optimizers, *scene.schedules)] == ["My sign", "Falling"]
    assert parse(dump(scene)) == scene


def test_declared_values_that_are_defaults_are_not_written() -> None:
    scene = replace(SCENE, surface=SurfaceConfig(formula="k*x*y", declared=Declared(parameters=(Parameter("k", 1.0),))))
    assert dump(scene).count("declared") == 1 and parse(dump(scene)) == scene
