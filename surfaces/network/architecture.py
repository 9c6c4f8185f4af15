"""A small network as frozen data: its architecture, its data, its initial weights; without native code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.declaration import Option, Parameter, check_values, chosen, option_faults
from engine.errors import ConfigError

from .codes import BATCH, CROSS_ENTROPY, GELU, LAYER, NONE, RELU, SQUARES, TANH
from .datasets import DATASETS, Points, make

ACTIVATIONS = {"tanh": TANH, "relu": RELU, "gelu": GELU}
NORMS = {"none": NONE, "batch": BATCH, "layer": LAYER}
LOSSES = {"squared error": SQUARES, "cross-entropy": CROSS_ENTROPY}
PLANES = ("random", "random at end", "pca")
MAX_WEIGHTS = 20_000
LAST_SEED = 2**31

OPTIONS = (
    Option("data", "two moons", tuple(DATASETS), "what the network learns"),
    Option("activation", "tanh", tuple(ACTIVATIONS), "what follows each hidden layer"),
    Option("normalisation", "none", tuple(NORMS), "what stands between a hidden layer and its activation"),
    Option("skip", "no", ("no", "yes"), "whether a hidden layer adds to what comes in, where both are equally wide"),
    Option("loss", "by data", ("by data", *LOSSES), "cross-entropy for labels, squared error for a function"),
    Option(
        *("plane", "random", PLANES),
        "the plane that is shown: two random directions through the initial weights or through the last, or the first "
        "two principal components of the path",
    ),
)


def _whole(name: str, default: int, low: int, high: int, doc: str) -> Parameter:
    return Parameter(name, default, doc, low=low, high=high, integer=True)


PARAMETERS = (
    _whole("width", 16, 1, 64, "neurons in each hidden layer"),
    _whole("depth", 2, 0, 8, "hidden layers"),
    _whole("points", 200, 4, 5000, "data points"),
    Parameter("noise", 0.1, "standard deviation of what is added to the data", low=0.0, high=10.0),
    _whole("data_seed", 0, 0, LAST_SEED, "number that the data's noise is drawn from"),
    _whole("seed", 0, 0, LAST_SEED, "number that the initial weights are drawn from"),
    Parameter("init_scale", 1.0, "factor of the initial weights", low=0.0, high=100.0, open_low=True, log=True),
    _whole("plane_seed", 0, 0, LAST_SEED, "number that the plane's directions are drawn from"),
    _whole("watch_1", 0, 0, MAX_WEIGHTS, "number of the first weight that is shown by itself"),
    _whole("watch_2", 1, 0, MAX_WEIGHTS, "number of the second weight that is shown by itself"),
)


@dataclass(frozen=True)
class Part:
    """A parameter tensor: its name in torch, its shape, where it starts in θ; `filters` are rows of weights."""

    name: str
    shape: tuple[int, ...]
    start: int
    filters: bool

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron on data; `sizes` has one number for each layer, from the inputs to the one output.

    Initial weights are torch's default for nn.Linear, U(−k, k) with k = 1/√inputs, times `init_scale`; norms start with
    γ = 1, β = 0.
    """

    sizes: tuple[int, ...] = (2, 16, 16, 1)
    activation: str = "tanh"
    normalisation: str = "none"
    skip: bool = False
    loss: str = "cross-entropy"
    data: str = "two moons"
    points: int = 200
    noise: float = 0.1
    data_seed: int = 0
    seed: int = 0
    init_scale: float = 1.0

    @classmethod
    def of(cls, options: Mapping[str, str], parameters: Mapping[str, float]) -> Network:
        """The network of these choices and numbers, those of `OPTIONS` and `PARAMETERS` where none is given.

        Raises:
            ConfigError: for an unknown name or choice, a number out of range, or choices that do not fit together.
        """
        for fault in option_faults(OPTIONS, options, "surface.options"):
            raise fault
        choice = chosen(OPTIONS, options)
        names = [parameter.name for parameter in PARAMETERS]
        value = dict(zip(names, check_values(PARAMETERS, parameters, "surface.parameters"), strict=True))
        data = DATASETS[choice["data"]]
        loss = choice["loss"]
        if loss == "by data":
            loss = "cross-entropy" if data.labels else "squared error"
        elif loss == "cross-entropy" and not data.labels:
            raise ConfigError(
                "cross-entropy needs labels of 0 and 1; these data are a function", "surface.options.loss"
            )
        network = cls(
            (data.inputs, *[int(value["width"])] * int(value["depth"]), 1),
            *(choice["activation"], choice["normalisation"], choice["skip"] == "yes", loss, choice["data"]),
            *(int(value["points"]), value["noise"], int(value["data_seed"]), int(value["seed"]), value["init_scale"]),
        )
        if network.count > MAX_WEIGHTS:
            template = "the network has {count} weights; at most {limit} are allowed: make it narrower or less deep"
            raise ConfigError(template, "surface.parameters.width", count=network.count, limit=MAX_WEIGHTS)
        return network

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parameter tensors in the order of θ, named as in torch's nn.Sequential(Linear, norm, activation, …)."""
        found: list[Part] = []
        module = start = 0

        def add(name: str, *shape: int) -> None:
            nonlocal start
            found.append(Part(f"{module}.{name}", shape, start, len(shape) == 2))
            start += found[-1].size

        for i, (width, after) in enumerate(zip(self.sizes[:-1], self.sizes[1:], strict=True), start=2):
            add("weight", after, width)
            add("bias", after)
            module += 1
            if self.normalisation != "none" and i < len(self.sizes):
                add("weight", after)
                add("bias", after)
                module += 1
            module += 1
        return tuple(found)

    @property
    def count(self) -> int:
        """The number of parameters."""
        return self.parts[-1].start + self.parts[-1].size

    @property
    def names(self) -> tuple[str, ...]:
        """Of every single parameter: '0.weight[3, 2]', '0.bias[1]' …"""
        return tuple(
            f"{part.name}[{', '.join(map(str, index))}]" for part in self.parts for index in np.ndindex(*part.shape)
        )

    def initial(self) -> NDArray[np.float64]:
        """θ at the start, shape (n,): drawn layer by layer, W (input by input), then b."""
        rng = np.random.default_rng(self.seed)
        theta = np.empty(self.count)
        linear = iter(self.parts)
        for part in linear:
            if part.filters:
                after, width = part.shape
                bias = next(linear)
                k = self.init_scale / math.sqrt(width)
                weight = rng.uniform(-k, k, part.size).reshape(width, after).T
                theta[part.start : bias.start] = weight.ravel()
                theta[bias.start : bias.start + after] = rng.uniform(-k, k, after)
            else:
                theta[part.start : part.start + part.size] = 1.0 if part.name.endswith("weight") else 0.0
        return theta

    def made(self) -> Points:
        """The data points."""
        return make(self.data, self.points, self.noise, self.data_seed)

    def parameters(self, points: Points | None = None) -> NDArray[np.float64]:
        """What the native functions read; `points` take the place of the built-in ones."""
        x, y = points or self.made()
        codes = (ACTIVATIONS[self.activation], NORMS[self.normalisation], self.skip, LOSSES[self.loss])
        head = np.array([len(self.sizes) - 1, *codes, len(y), *self.sizes], dtype=np.float64)
        return np.concatenate([head, np.asarray(x, dtype=np.float64).T.ravel(), np.asarray(y, dtype=np.float64)])
