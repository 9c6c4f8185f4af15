"""Optimizers that neither torch nor optax has, by the package pytorch_optimizer, in float64."""

from __future__ import annotations

from typing import Any

import pytorch_optimizer
import torch
from torch.nn.utils import clip_grad_value_

from .landscapes import Landscape, Pair
from .settings_literature import MEANS, settings
from .subjects import Buffers, Setting, Source, Subject

TUPLES = {"betas": ("beta1", "beta2", "beta3"), "nus": ("nu1", "nu2")}
AGGMO = {"momentum_buffer1": 0, "momentum_buffer2": 1, "momentum_buffer3": 2}  # which of the betas keys it
SUBJECTS = (
    Subject(
        "AdaBound",
        MEANS,
        settings(
            (1e-3, 0.01),
            {},
            {"beta1": 0.5, "final_lr": 1e-5},
            {"beta2": 0.9, "final_lr": 0.01},
            {"gamma": 0.1, "eps": 0.1, "final_lr": 0.02},
        ),
    ),
    Subject(
        "QHM",
        {"momentum_buffer": "signed"},
        settings(
            (0.005, 1e-5),
            *({"momentum": 0.9, "nu": 0.7}, {"momentum": 0.5, "nu": 0.3}, {"momentum": 0.0, "nu": 1.0}),
            *({"momentum": 0.99, "nu": 1.0},),
        ),
    ),
    Subject(
        "QHAdam",
        MEANS | {"beta1_weight": "weight", "beta2_weight": "weight"},
        settings(
            (1e-3, 0.01),
            {},
            {"beta1": 0.5, "nu1": 0.7},
            {"beta2": 0.9, "nu2": 0.5},
            {"eps": 0.1, "nu1": 0.8, "nu2": 0.9},
        ),
    ),
    Subject(
        "AggMo",
        dict.fromkeys(AGGMO, "signed"),
        settings(
            (5e-4, 1e-6), {}, {"beta1": 0.5}, {"beta2": 0.8, "beta3": 0.95}, {"beta1": 0.3, "beta2": 0.6, "beta3": 0.9}
        ),
    ),
)


class PackageWalker:
    """A parameter of two numbers with an optimizer of the package."""

    def __init__(self, subject: Subject, setting: Setting, theta: Pair) -> None:
        self.subject, self.setting = subject, setting
        self.parameter = torch.tensor(theta, dtype=torch.float64)
        given: dict[str, Any] = dict(setting.hyperparameters)
        kind = getattr(pytorch_optimizer, subject.optimizer)
        defaults = kind([torch.zeros(1)]).defaults
        for name, parts in TUPLES.items():
            if given.keys() & set(parts):
                known = zip(parts, defaults[name], strict=False)
                given[name] = tuple(given.pop(part, default) for part, default in known)
        given |= {name: setting.gradient[name] for name in ("maximize", "weight_decay") if name in setting.gradient}
        self.optimizer = kind([self.parameter], lr=setting.lr, foreach=False, weight_decouple=False, **given)

    @property
    def theta(self) -> Pair:
        x, y = self.parameter.tolist()
        return x, y

    def _tensor(self, name: str) -> torch.Tensor:
        state = self.optimizer.state[self.parameter]
        if name in AGGMO:
            return state["momentum_buffer"][self.optimizer.param_groups[0]["betas"][AGGMO[name]]]
        return state[name]

    @property
    def buffers(self) -> Buffers:
        return {name: tuple(self._tensor(name).expand(2).tolist()) for name in self.subject.buffers}

    def place(self, t: int, buffers: Buffers) -> None:
        theta = self.parameter.clone()
        self.parameter.grad = torch.zeros(2, dtype=torch.float64)
        self.optimizer.step()  # makes the buffers
        self._widen()
        self.parameter.copy_(theta)
        for name, pair in buffers.items():
            tensor = self._tensor(name)
            value = torch.tensor(pair, dtype=torch.float64)
            tensor.copy_(value if tensor.numel() == 2 else value[0].reshape(tensor.shape))
        self.optimizer.param_groups[0]["step"] = t - 1

    def step(self, landscape: Landscape) -> None:
        self.parameter.grad = torch.tensor(landscape.look(*self.theta)[1:3], dtype=torch.float64)
        if "clip_value" in self.setting.gradient:
            clip_grad_value_([self.parameter], self.setting.gradient["clip_value"])
        self.optimizer.step()
        self._widen()

    def _widen(self) -> None:
        """The weights of QHAdam are made in single precision; the 1 of the first update is exact in it."""
        state = self.optimizer.state[self.parameter]
        for name in ("beta1_weight", "beta2_weight"):
            if name in state:
                state[name] = state[name].double()


SOURCE = Source("pytorch_optimizer", ("pytorch_optimizer", "torch"), SUBJECTS, PackageWalker)
