"""What is recorded of a library: optimizers under the engine's names, each with its settings and its buffers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol

from .landscapes import Landscape, Pair

Buffers = Mapping[str, Pair]


@dataclass(frozen=True)
class Setting:
    """A rate, hyper-parameters and gradient treatment by the engine's names; what is left out has its default."""

    lr: float
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    gradient: Mapping[str, float | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """An optimizer of the engine that a library has too.

    Attributes:
        buffers: how each of its buffers is drawn for the single steps: one of `draws.KINDS`.
        refused: hyper-parameters that the library refuses.
        terms: buffers that θ is made of, besides itself and the update.
    """

    optimizer: str
    buffers: Mapping[str, str]
    settings: Sequence[Setting]
    refused: Sequence[Mapping[str, float]] = ()
    terms: Sequence[str] = ()


class Walker(Protocol):
    """A library's optimizer, standing at θ. It takes its default for what the setting leaves out."""

    @property
    def theta(self) -> Pair: ...

    @property
    def buffers(self) -> Buffers:
        """Those of the library's buffers that the engine has too, by the engine's names."""

    def place(self, t: int, buffers: Buffers) -> None:
        """Set the library's own state to what it is before update t > 1; `buffers` may hold more than it knows."""

    def step(self, landscape: Landscape) -> None:
        """Make one update with the slope at θ."""


@dataclass(frozen=True)
class Source:
    """A library with the versions that matter; `walker` makes one of its optimizers, new, at θ."""

    name: str
    packages: Sequence[str]
    subjects: Sequence[Subject]
    walker: Callable[[Subject, Setting, Pair], Walker]

    @property
    def versions(self) -> dict[str, str]:
        return {package: version(package) for package in self.packages}
