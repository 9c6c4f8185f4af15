"""The scenario: everything that a simulation is made of, as frozen data. Lessons and saved files hold one each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from .declaration import Parameter
from .optimizers import Optimizer
from .rates import Phase
from .schedules import Schedule
from .surface import EVERYWHERE

FORMAT = 1
MAX_STEPS = 1_000_000_000
MAX_RUNS = 24
MAX_EVENTS = 1000
MAX_POINTS = 100_000
LR = Parameter("lr", 0.001, "learning rate η", low=0.0, open_low=True, log=True)
GRADIENT = (
    Parameter("batch_size", 0, "data points in a mini-batch; 0: all of them", low=0, high=10**6, integer=True),
    Parameter("noise", 0.0, "standard deviation of the noise on each component", low=0.0, log=True),
    Parameter("clip_value", math.inf, "largest size of each component", low=0.0, open_low=True, log=True),
    Parameter("clip_norm", math.inf, "largest size of the whole gradient", low=0.0, open_low=True, log=True),
    Parameter("weight_decay", 0.0, "coupled: this much of θ is added to the gradient", low=0.0, log=True),
    Parameter("decoupled_weight_decay", 0.0, "θ shrinks by η times this in every step", low=0.0, log=True),
)
Pair = tuple[float, float]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Data:
    """Data points: `columns` has one tuple of numbers for each of `names`, all of one length; `label` says whence."""

    names: tuple[str, ...]
    columns: tuple[tuple[float, ...], ...]
    label: str = ""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.names, self.columns, self.label))


@dataclass(frozen=True)
class Declared:
    """What a typed surface declares besides its formula, as a file of the catalogue does; nothing of it is needed.

    Attributes:
        name: under which a library keeps it; empty for one that is kept nowhere.
        window, start: those that it has at first, or None.
        parameters: with their ranges; those that only have a value are allowed any number.
        minima, saddles: (x, y, loss), each a formula of the parameters.
    """

    name: str = ""
    title: str = ""
    doc: str = ""
    reference: str = ""
    window: tuple[float, float, float, float] | None = None
    start: Pair | None = None
    domain: tuple[float, float, float, float] = EVERYWHERE
    parameters: tuple[Parameter, ...] = ()
    minima: tuple[tuple[str, str, str], ...] = ()
    saddles: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class SurfaceConfig:
    """A surface of the catalogue by `name`, or one typed as `formula` over `axes`.

    `parameters` are its numbers, `options` its choices where they differ from the defaults; `data` takes the place of
    the surface's own data points; `declared` is for a typed one.
    """

    name: str = ""
    formula: str = ""
    axes: tuple[str, str] = ("x", "y")
    parameters: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    data: Data | None = None
    declared: Declared = Declared()


@dataclass(frozen=True)
class Gradient:
    """What happens to a gradient before the optimizer sees it, in this order, and to θ besides.

    Attributes:
        batch_size: data points that a mini-batch is drawn from without replacement, pass by pass; 0 for all.
        noise: standard deviation of what is added to each component.
        clip_value: largest size of each component.
        clip_norm: largest size of the whole; torch.nn.utils.clip_grad_norm_.
        maximize: whether to climb.
        weight_decay: coupled: this much of θ is added.
        decoupled_weight_decay: θ shrinks by η times this in every step, whatever the optimizer does.
    """

    batch_size: int = 0
    noise: float = 0.0
    clip_value: float = math.inf
    clip_norm: float = math.inf
    maximize: bool = False
    weight_decay: float = 0.0
    decoupled_weight_decay: float = 0.0


@dataclass(frozen=True)
class Event:
    """A change from update `step` on: only what is given changes. `nudge` is added to θ before that update.

    A new `schedule` begins with t = 0 at this step.
    """

    step: int
    lr: float | None = None
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    schedule: tuple[Phase, ...] | None = None
    nudge: Pair | None = None


@dataclass(frozen=True)
class RunConfig:
    """One optimizer with its learning rate; `start` and `steps` where they differ from the scenario's.

    `sample_order`: the data point that each step's gradient is taken from, over and over; empty for the full batch.
    `events` are in the order of their steps.
    """

    optimizer: str
    lr: float
    label: str = ""
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    schedule: tuple[Phase, ...] = ()
    start: Pair | None = None
    steps: int | None = None
    sample_order: tuple[int, ...] = ()
    gradient: Gradient = Gradient()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class MonteCarlo:
    """Each run is made `starts` times with gradient noise N(0, noise²); `outcome` is a condition on θ to be counted."""

    starts: int
    noise: float
    outcome: str = ""
    outcome_text: Texts = field(default_factory=dict)


PANELS = ("inspector", "critical points", "network", "minimum ratio")


@dataclass(frozen=True)
class Scenario:
    """What is simulated, and from where it is looked at.

    Attributes:
        title: in each language it is known in ('en', 'zh_CN').
        steps: number of updates; the rows are 0 … steps.
        optimizers, schedules: of the scenario's own, so that they travel with it.
        window: (left, right, bottom, top) of the canvas, or None for the surface's own.
        text, id, order, slide, panel: of a lesson; empty otherwise. `panel`, one of `PANELS`, is brought to the front.
    """

    surface: SurfaceConfig
    start: Pair
    runs: tuple[RunConfig, ...]
    steps: int = 1000
    seed: int = 0
    title: Texts = field(default_factory=dict)
    window: tuple[float, float, float, float] | None = None
    monte_carlo: MonteCarlo | None = None
    optimizers: tuple[Optimizer, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    text: Texts = field(default_factory=dict)
    id: str = ""
    order: int = 0
    slide: int | None = None
    panel: str = ""


def with_steps(scenario: Scenario, steps: int) -> Scenario:
    """The same scenario, all of whose runs make `steps` updates."""
    return replace(scenario, steps=steps, runs=tuple(replace(run, steps=None) for run in scenario.runs))
