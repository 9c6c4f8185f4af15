"""`python -m tests.golden.network` records torch's gradients of networks and its training; --check compares."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.surface import Surface
from engine.wide import WideRun
from surfaces.network import Network, network

FILE = Path(__file__).with_suffix(".npz")
STEPS, CHECKPOINTS = 100, (1, 2, 5, 10, 30, 60, 100)
GRADIENT_TOLERANCE, PATH_TOLERANCE = 1e-12, 1e-10
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A network by the choices and numbers of the catalogue."""

    options: Mapping[str, str]
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        return Network.of(self.options, self.parameters)

    @property
    def surface(self) -> Surface:
        return network(self.options, self.parameters)


class Training(NamedTuple):
    """How a network is trained: an optimizer under its name in the engine and in torch."""

    optimizer: str
    lr: float
    hyperparameters: Mapping[str, float]
    batch_size: int
    case: Case


def cases() -> list[Case]:
    """Every activation, normalisation, with and without skip connections, both losses; and odd shapes."""
    small = {"width": 5, "depth": 3, "points": 41}
    found = [
        Case({"activation": activation, "normalisation": norm, "skip": skip}, small | {"seed": k})
        for k, (activation, norm, skip) in enumerate(
            product(("tanh", "relu", "gelu"), ("none", "batch", "layer"), ("no", "yes"))
        )
    ]
    # An even number of points: the middle one of an odd number, once it is normalised, lies on ReLU's kink, where
    # rounding would choose the slope.
    even = small | {"points": 42, "init_scale": 2.0}
    waves = (("sine", "tanh", "none"), ("square wave", "gelu", "layer"), ("sine", "relu", "batch"))
    for data, activation, norm in waves:
        found.append(Case({"data": data, "activation": activation, "normalisation": norm}, even))
    found.append(Case({"data": "xor", "loss": "squared error"}, {"width": 1, "depth": 1}))
    found.append(Case({"data": "circles"}, {"depth": 0}))
    deep = {"width": 9, "depth": 6, "points": 300}
    found.append(Case({"data": "spirals", "activation": "gelu", "skip": "yes"}, deep))
    return found


def trainings() -> list[Training]:
    """What is trained for `STEPS` steps."""
    moons = {"width": 8, "depth": 2, "points": 100}
    sine = Case({"data": "sine"}, {"width": 16, "depth": 2, "points": 64, "noise": 0.0, "init_scale": 2.0})
    found = []
    for norm, activation in (("none", "tanh"), ("batch", "relu"), ("layer", "gelu")):
        case = Case({"activation": activation, "normalisation": norm, "skip": "yes"}, moons)
        # A bias that batch normalisation takes away again has gradient 0 but for rounding, which eps = 1e-8 lets grow.
        eps = {"eps": 1e-6} if norm == "batch" else {}
        found += [Training("SGD", 0.1, {"momentum": 0.9}, 0, case), Training("Adam", 0.01, eps, 0, case)]
        found += [Training("SGD", 0.05, {}, 16, case), Training("Adam", 0.005, eps, 16, case)]
    return [*found, Training("Adam", 0.02, {}, 0, sine), Training("SGD", 0.1, {}, 0, sine)]


def batches(training: Training) -> list[list[int]]:
    """The data points that each step takes, empty for all: those that the engine draws."""
    size, points = training.batch_size, training.case.network.points
    return [[kernel.drawn(0, 0, t * size + j, points) for j in range(size)] for t in range(STEPS)]


def engine_gradient(case: Case) -> Array:
    """[loss, gradient] at the initial weights: over all points, and over every third of them."""
    made = case.surface.wide
    assert made is not None
    found = []
    for batch in (np.empty(0, np.int64), np.arange(0, made.samples, 3)):
        g = np.empty(len(made.origin))
        found.append([made.function(made.origin, made.parameters, batch, g), *g])
    return np.array(found)


def engine_path(training: Training) -> Array:
    """θ at the checkpoints, by the engine's run."""
    config = RunConfig(
        *(training.optimizer, training.lr),
        hyperparameters=training.hyperparameters,
        gradient=Gradient(batch_size=training.batch_size),
    )
    scenario = Scenario(SurfaceConfig("network"), (0.0, 0.0), (config,), steps=STEPS)
    run = WideRun(config, scenario, training.case.surface, 0)
    run.advance(STEPS + 1)
    return np.array([run.theta_at(step) for step in CHECKPOINTS])


def gradient_off(case: Case, wanted: Array) -> float:
    """The largest difference from torch, relative to the largest entry."""
    return float(np.max(np.abs(engine_gradient(case) - wanted)) / np.max(np.abs(wanted)))


def path_off(training: Training, wanted: Array) -> float:
    """The largest difference of a weight from torch's."""
    return float(np.max(np.abs(engine_path(training) - wanted)))


def write() -> None:
    """Record everything, with torch's version and the initial weights."""
    from . import network_torch

    about = {"versions": network_torch.VERSIONS, "cases": [repr(case) for case in cases()]}
    about["trainings"] = [repr(training) for training in trainings()]
    arrays = {f"gradient{k}": network_torch.gradient(case) for k, case in enumerate(cases())}
    arrays |= {f"path{k}": network_torch.path(training) for k, training in enumerate(trainings())}
    np.savez_compressed(FILE, about=np.array(json.dumps(about)), **arrays)  # type: ignore[arg-type]
    print(f"{FILE}: {len(arrays)} records, {FILE.stat().st_size / 1e3:.0f} kB, {network_torch.VERSIONS}")


def check() -> bool:
    """Whether the engine does what the installed torch does; prints how far it is off."""
    try:
        from . import network_torch
    except ModuleNotFoundError:
        print("nothing to compare with: install torch")
        return False
    passed = True
    for case in cases():
        off = gradient_off(case, network_torch.gradient(case))
        passed &= off <= GRADIENT_TOLERANCE
        print(f"  {'ok ' if off <= GRADIENT_TOLERANCE else 'BAD'} gradient {off:.1e}  {case.options} {case.parameters}")
    for training in trainings():
        off = path_off(training, network_torch.path(training))
        passed &= off <= PATH_TOLERANCE
        print(f"  {'ok ' if off <= PATH_TOLERANCE else 'BAD'} training {off:.1e}  {training}")
    return passed


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(not check())
    write()
