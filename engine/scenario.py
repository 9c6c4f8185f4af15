"""The scenario: everything that a simulation is made of, as frozen data. Lessons and saved files hold one each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .declaration import Parameter
from .schedules import Phase

FORMAT = 1
MAX_STEPS = 1_000_000_000
MAX_RUNS = 24
LR = Parameter("lr", 0.001, "learning rate η", low=0.0, open_low=True, log=True)
Pair = tuple[float, float]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class SurfaceConfig:
    """A surface of the catalogue by `name`, or one typed as `formula` over `axes`."""

    name: str = ""
    formula: str = ""
    axes: tuple[str, str] = ("x", "y")
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RunConfig:
    """One optimizer with its learning rate; `start` and `steps` where they differ from the scenario's.

    `sample_order`: the data point that each step's gradient is taken from, over and over; empty for the full batch.
    """

    optimizer: str
    lr: float
    label: str = ""
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    schedule: tuple[Phase, ...] = ()
    start: Pair | None = None
    steps: int | None = None
    sample_order: tuple[int, ...] = ()


@dataclass(frozen=True)
class MonteCarlo:
    """Each run is made `starts` times with gradient noise N(0, noise²); `outcome` is a condition on θ to be counted."""

    starts: int
    noise: float
    outcome: str = ""
    outcome_text: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """What is simulated, and from where it is looked at.

    Attributes:
        title: in each language it is known in ('en', 'zh_CN').
        steps: number of updates; the rows are 0 … steps.
        window: (left, right, bottom, top) of the canvas, or None for the surface's own.
        text, id, order, slide: of a lesson; empty otherwise.
    """

    surface: SurfaceConfig
    start: Pair
    runs: tuple[RunConfig, ...]
    steps: int = 1000
    seed: int = 0
    title: Texts = field(default_factory=dict)
    window: tuple[float, float, float, float] | None = None
    monte_carlo: MonteCarlo | None = None
    text: Texts = field(default_factory=dict)
    id: str = ""
    order: int = 0
    slide: int | None = None
