"""Networks as surfaces of the catalogue: what the files declare, what is refused, and training that gets stuck."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engine.declaration import chosen
from engine.errors import ConfigError
from engine.scenario import Data, Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Simulator
from surfaces import build, catalogue, known_points, outline, read_catalogue
from surfaces.network import OPTIONS, Network

ENTRIES = {name: entry for name, entry in catalogue().items() if entry.kind == "network"}


def test_the_files_name_defaults_that_make_a_network() -> None:
    assert len(ENTRIES) == 4
    for entry in ENTRIES.values():
        assert entry.group == "network"
        values = {parameter.name: parameter.default for parameter in entry.parameters}
        assert Network.of(chosen(entry.options, {}), values).count > 0
    deep = ENTRIES["network_deep"]
    assert chosen(deep.options, {})["data"] == "spirals" and chosen(deep.options, {})["plane"] == "random"
    assert {parameter.name: parameter.default for parameter in deep.parameters}["width"] == 12


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        ('[options]\ndata = "cubes"', "options.data", "cubes"),
        ('[options]\nbatch = "no"', "options.batch", "batch"),
        ("[parameters]\nwidth = 65", "parameters.width", "out of range"),
        ("[parameters]\nwidht = 4", "parameters.widht", "widht"),
        ("[parameters]\nwidth = { default = 4 }", "parameters.width", "must be a number"),
    ],
)
def test_other_defaults_must_be_those_of_a_network(tmp_path: Path, lines: str, where: str, what: str) -> None:
    text = (Path(__file__).parents[2] / "surfaces" / "catalogue" / "network.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(f"{text}{lines}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=what) as fault:
        read_catalogue(tmp_path)
    assert fault.value.where.endswith(f": {where}")


@pytest.mark.parametrize("name", ENTRIES)
def test_the_outline_is_the_surface_without_its_functions(name: str) -> None:
    config = SurfaceConfig(name)
    there, sketch = build(config), outline(config)
    assert there.wide is not None and sketch.wide is not None
    assert sketch.function is None and sketch.wide.function is None
    assert (there.axes, there.samples, there.domain) == (sketch.axes, sketch.samples, sketch.domain)
    assert there.samples == there.wide.samples == ENTRIES[name].parameters[2].default
    assert there.wide.names == sketch.wide.names and len(there.wide.names) == len(there.wide.origin)
    assert known_points(config) == ([], [])
    assert all(math.isfinite(value) for value in there.at((0.5, -0.5)))


def test_weights_are_named_as_in_torch() -> None:
    names = Network.of({"normalisation": "batch"}, {"width": 3, "depth": 1}).names
    assert names[:3] == ("0.weight[0, 0]", "0.weight[0, 1]", "0.weight[1, 0]")
    assert names[6:] == (
        *("0.bias[0]", "0.bias[1]", "0.bias[2]", "1.weight[0]", "1.weight[1]", "1.weight[2]"),
        *("1.bias[0]", "1.bias[1]", "1.bias[2]", "3.weight[0, 0]", "3.weight[0, 1]", "3.weight[0, 2]", "3.bias[0]"),
    )


def test_initial_weights_are_uniform_in_the_range_that_torch_takes() -> None:
    made = Network.of({}, {"width": 64, "depth": 2, "init_scale": 3.0})
    theta = made.initial()
    inputs = 2
    for part in made.parts:
        inputs = part.shape[1] if part.filters else inputs
        values, k = theta[part.start : part.start + part.size], 3.0 / math.sqrt(inputs)
        assert np.abs(values).max() <= k
        if part.size > 1000:
            assert values.std() == pytest.approx(k / math.sqrt(3), rel=0.05)


@pytest.mark.parametrize(
    ("config", "message", "where"),
    [
        (SurfaceConfig("network", parameters={"width": 2.5}), "must be a whole number", "surface.parameters.width"),
        (SurfaceConfig("network", parameters={"depth": 9}), "out of range", "surface.parameters.depth"),
        (SurfaceConfig("network", parameters={"width": 64, "depth": 8}), "at most 20000", "surface.parameters.width"),
        (SurfaceConfig("network", parameters={"watch_2": 337}), "0 … 336", "surface.parameters.watch_2"),
        (SurfaceConfig("network", options={"activation": "tan"}), "unknown choice", "surface.options.activation"),
        (SurfaceConfig("network_sine", options={"loss": "cross-entropy"}), "needs labels", "surface.options.loss"),
        (SurfaceConfig("network", data=Data(("x",), ((1.0,),))), "built-in data", "surface.data"),
    ],
)
def test_what_does_not_fit_is_refused_by_place(config: SurfaceConfig, message: str, where: str) -> None:
    for make in (outline, build):
        with pytest.raises(ConfigError, match=message) as found:
            make(config)
        assert found.value.where == where


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("data", OPTIONS[0].choices)
def test_data_depend_on_their_seed_alone(data: str, noise: float) -> None:
    def points(seed: int, weights: int = 0) -> np.ndarray:
        made = Network.of({"data": data}, {"points": 37, "noise": noise, "data_seed": seed, "seed": weights}).made()
        assert len(made.x) == len(made.y) == 37
        return np.column_stack([made.x, made.y])

    assert np.array_equal(points(1), points(1, weights=5))
    if noise:
        assert not np.array_equal(points(1), points(2))


def test_the_loss_is_stuck_while_the_gradient_is_not() -> None:
    run = RunConfig("Adam", 0.02, gradient=Gradient(batch_size=64))
    simulator = Simulator(Scenario(SurfaceConfig("network_sine"), (0.0, 0.0), (run,), steps=680), build)
    simulator.runs[0].advance(680)
    rows = simulator.runs[0].rows(0, 679)
    loss, norm = rows[:, 2], rows[:, 5]
    assert 0.1 <= loss[:10].mean() <= 0.2
    assert loss[600:].mean() / loss[:10].mean() <= 0.02
    assert loss[300:500].mean() / loss[150:300].mean() <= 1.0
    assert norm[300:500].mean() / norm[150:300].mean() >= 1.0
    assert norm[300:500].max() >= 0.25
    assert norm[600:].mean() >= 0.04
