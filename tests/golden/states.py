"""`python -m tests.golden.states`: torch takes over the engine's optimizer_state_dict and goes on as it does."""

from __future__ import annotations

import sys

import numpy as np

import surfaces
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.simulator import Simulator
from engine.state import optimizer_state_dict

from .landscapes import LANDSCAPES

CASES = (
    *((name, {}) for name in ("Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam", "Rprop")),
    *(("AMSGrad", {}), ("Adafactor", {}), ("SGD", {"momentum": 0.9})),
)
HALF, MORE, LR = 50, 20, 1e-3


def off(optimizer: str, hyperparameters: dict[str, float]) -> float:
    """How far torch is from the engine after `MORE` updates from its state, relative to the larger component of θ."""
    import torch

    torch.set_default_dtype(torch.float64)
    landscape = LANDSCAPES["crescent"]
    config = RunConfig(optimizer, LR, hyperparameters=hyperparameters)
    scenario = Scenario(SurfaceConfig(formula=landscape.formula), landscape.start, (config,), steps=HALF + MORE)
    simulator = Simulator(scenario, surfaces.build)
    simulator.advance_to(HALF - 1)
    (run,) = simulator.runs
    state, parameter = optimizer_state_dict(run), torch.tensor(run.theta)
    kind = getattr(torch.optim, "Adam" if optimizer == "AMSGrad" else optimizer)
    made = kind([parameter], lr=LR, **hyperparameters, **({"amsgrad": True} if optimizer == "AMSGrad" else {}))
    theta = parameter.clone()
    parameter.grad = torch.zeros(2)
    made.step()  # makes torch's own state, whose shapes are kept
    parameter.copy_(theta)
    own = made.state_dict()
    kept = own["state"][0]
    values = {name: torch.tensor(value) for name, value in state["state"][0].items() if name in kept}
    values = {name: value if kept[name].dim() else value.flatten()[0].double() for name, value in values.items()}
    group = {name: value for name, value in state["param_groups"][0].items() if name in own["param_groups"][0]}
    made.load_state_dict({"state": {0: kept | values}, "param_groups": [own["param_groups"][0] | group]})
    for _ in range(MORE):
        parameter.grad = torch.tensor(landscape.look(*parameter.tolist())[1:3])
        made.step()
    simulator.advance_to(HALF + MORE)
    wanted = run.row(HALF + MORE)[:2]
    return float(np.abs(parameter.numpy() - wanted).max() / np.abs(wanted).max())


def main() -> int:
    try:
        offs = {name: off(name, given) for name, given in CASES}
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed")
        return 1
    for name, found in offs.items():
        print(f"  {'ok ' if found < 1e-12 else 'BAD'} {name:12} {found:.1e}")
    return int(any(found >= 1e-12 for found in offs.values()))


if __name__ == "__main__":
    sys.exit(main())
