"""The optimizers of torch.optim, in float64 and with torch's own weight decay, maximize and clipping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from .landscapes import Landscape, Pair
from .settings_torch import SUBJECTS
from .subjects import Buffers, Setting, Source, Subject

# Buffers of one number (the `mu_product` of NAdam, the `eta` of ASGD) have torch's default type.
torch.set_default_dtype(torch.float64)

OPTIMIZERS = {"AMSGrad": torch.optim.Adam}  # where torch has no class of the engine's name
TUPLES = {
    "betas": ("beta1", "beta2"),
    "eps": ("eps1", "eps2"),
    "etas": ("etaminus", "etaplus"),
    "step_sizes": ("step_min", "step_max"),
}


def keywords(kind: type[torch.optim.Optimizer], optimizer: str, setting: Setting) -> dict[str, Any]:
    """The arguments of torch's constructor."""
    given: dict[str, Any] = dict(setting.hyperparameters)
    defaults = kind([torch.zeros(1)]).defaults
    for name, parts in TUPLES.items():
        if given.keys() & set(parts):
            given[name] = tuple(given.pop(part, default) for part, default in zip(parts, defaults[name], strict=True))
    for name in ("nesterov", "centered"):
        if name in given:
            given[name] = bool(given[name])
    if optimizer == "AMSGrad":
        given["amsgrad"] = True
    treatment = setting.gradient
    given |= {name: treatment[name] for name in ("maximize", "weight_decay") if name in treatment}
    if "decoupled_weight_decay" in treatment:
        given |= {"weight_decay": treatment["decoupled_weight_decay"], "decoupled_weight_decay": True}
    return given


class TorchWalker:
    """A parameter of two numbers with an optimizer of torch."""

    def __init__(self, subject: Subject, setting: Setting, theta: Pair) -> None:
        self.subject, self.setting = subject, setting
        self.parameter = torch.tensor(theta)
        kind: Any = OPTIMIZERS.get(subject.optimizer) or getattr(torch.optim, subject.optimizer)
        given = keywords(kind, subject.optimizer, setting)
        self.optimizer = kind([self.parameter], lr=setting.lr, foreach=False, **given)

    @property
    def theta(self) -> Pair:
        x, y = self.parameter.tolist()
        return x, y

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.optimizer.state[self.parameter])

    @property
    def buffers(self) -> Buffers:
        found = {name: self.state[name] for name in self.subject.buffers if self.state.get(name) is not None}
        return {name: tuple(tensor.expand(2).tolist()) for name, tensor in found.items()}

    def place(self, t: int, buffers: Buffers) -> None:
        theta = self.parameter.clone()
        self.parameter.grad = torch.zeros(2)
        self.optimizer.step()  # makes the buffers that this setting needs
        self.parameter.copy_(theta)
        values: dict[str, Any] = {"step": t - 1, **buffers, **self._rates(t)}
        for name, tensor in self.state.items():
            if tensor is not None:
                value = torch.tensor(values[name])
                tensor.copy_(value if tensor.dim() else value.flatten()[0])

    def _rates(self, t: int) -> Mapping[str, float]:
        """What ASGD keeps from one update to the next though it is known from t."""
        if self.subject.optimizer != "ASGD":
            return {}
        group = self.optimizer.param_groups[0]
        rate = group["lr"] / (1 + group["lambd"] * group["lr"] * (t - 1)) ** group["alpha"]
        return {"eta": rate, "mu": 1 / max(1, t - 1 - group["t0"])}

    def step(self, landscape: Landscape) -> None:
        self.parameter.grad = torch.tensor(landscape.look(*self.theta)[1:3])
        if "clip_value" in self.setting.gradient:
            clip_grad_value_([self.parameter], self.setting.gradient["clip_value"])
        if "clip_norm" in self.setting.gradient:
            clip_grad_norm_([self.parameter], self.setting.gradient["clip_norm"])
        self.optimizer.step()


SOURCE = Source("torch", ("torch",), SUBJECTS, TorchWalker)
