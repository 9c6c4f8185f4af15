"""The networks of `network` in torch: their losses, gradients and training."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import torch
from numpy.typing import NDArray

from surfaces.network import Network

from .network import CHECKPOINTS, Case, Training, batches

VERSIONS = {"torch": version("torch")}
ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "gelu": torch.nn.GELU}
NORMS = {"batch": torch.nn.BatchNorm1d, "layer": torch.nn.LayerNorm}
Array = NDArray[np.float64]


class Layers(torch.nn.Sequential):
    """Hidden layers of one linear, perhaps a norm, and an activation each; a skip connection goes round the three."""

    def __init__(self, made: Network) -> None:
        modules: list[torch.nn.Module] = []
        self.ends: dict[int, bool] = {}
        for k, (width, after) in enumerate(zip(made.sizes[:-1], made.sizes[1:], strict=True)):
            modules.append(torch.nn.Linear(width, after))
            if k == len(made.sizes) - 2:
                break
            if made.normalisation != "none":
                modules.append(NORMS[made.normalisation](after))
            modules.append(ACTIVATIONS[made.activation]())
            self.ends[len(modules)] = made.skip and k > 0 and width == after
        super().__init__(*modules)
        self.double()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        before = x
        for k, module in enumerate(self, start=1):
            x = module(x)
            if k in self.ends:
                x = before + x if self.ends[k] else x
                before = x
        return x[:, 0]


def build(case: Case) -> tuple[Layers, torch.Tensor, torch.Tensor]:
    """The network with the engine's initial weights, in training mode, and its data."""
    made = case.network
    model = Layers(made)
    assert [name for name, _ in model.named_parameters()] == [part.name for part in made.parts]
    torch.nn.utils.vector_to_parameters(torch.from_numpy(made.initial()), model.parameters())
    x, y = made.made()
    return model, torch.from_numpy(x), torch.from_numpy(y)


def loss(case: Case, model: Layers, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The mean loss of the points."""
    if case.network.loss == "squared error":
        return torch.nn.functional.mse_loss(model(x), y)
    return torch.nn.functional.binary_cross_entropy_with_logits(model(x), y)


def gradient(case: Case) -> Array:
    """As `network.engine_gradient`."""
    model, x, y = build(case)
    found = []
    for batch in (slice(None), torch.arange(0, len(y), 3)):
        model.zero_grad()
        value = loss(case, model, x[batch], y[batch])
        value.backward()
        g = torch.cat([parameter.grad.ravel() for parameter in model.parameters()])
        found.append([float(value.detach()), *g.tolist()])
    return np.array(found)


def path(training: Training) -> Array:
    """As `network.engine_path`."""
    model, x, y = build(training.case)
    optimizer = getattr(torch.optim, training.optimizer)(model.parameters(), lr=training.lr, **training.hyperparameters)
    found = {}
    for step, batch in enumerate(batches(training), start=1):
        optimizer.zero_grad()
        part = slice(None) if not batch else torch.tensor(batch)
        loss(training.case, model, x[part], y[part]).backward()
        optimizer.step()
        found[step] = torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy().copy()
    return np.array([found[step] for step in CHECKPOINTS])
