"""What a change changes: for the engine; and during a run, what holds at a step and the event that an edit makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.errors import ConfigError
from engine.scenario import Event, Pair, RunConfig, Scenario

from .numbers import whole


def config_at(config: RunConfig, step: int) -> RunConfig:
    """`config` with the learning rate, the hyper-parameters and the schedule that hold at `step`."""
    for event in config.events:
        if event.step <= step:
            config = replace(
                config,
                lr=config.lr if event.lr is None else event.lr,
                hyperparameters={**config.hyperparameters, **event.hyperparameters},
                schedule=config.schedule if event.schedule is None else event.schedule,
            )
    return config


def without_lesson(scenario: Scenario) -> Scenario:
    """`scenario` without what a lesson says about it, for when that is no longer true."""
    return replace(scenario, monte_carlo=None, text={}, title={}, id="", order=0, slide=None, panel="")


def simulated(scenario: Scenario, events: bool = True) -> tuple[object, ...]:
    """What the engine's rows depend on, changes during the runs aside or not."""
    runs = tuple(replace(run, label="", events=run.events if events else ()) for run in scenario.runs)
    own = (scenario.optimizers, scenario.schedules)
    options = {name: choice for name, choice in scenario.surface.options.items() if name != "plane"}
    surface = replace(scenario.surface, options=options)  # the plane is how it is looked at
    return (surface, scenario.start, runs, scenario.steps, scenario.seed, scenario.monte_carlo, own)


def event_at(config: RunConfig, step: int) -> Event | None:
    """The event at `step`."""
    return next((event for event in config.events if event.step == step), None)


def with_event(config: RunConfig, event: Event) -> RunConfig:
    """`config` with `event` in place of what stood at its step; an event that changes nothing is left out."""
    others = [other for other in config.events if other.step != event.step]
    return replace(config, events=tuple(sorted(_telling([*others, event]), key=lambda event: event.step)))


def edited(config: RunConfig, step: int, wanted: RunConfig, defaults: Mapping[str, float]) -> RunConfig:
    """`config` with the event at `step` after which `wanted` holds; name and start are those of the whole run.

    Args:
        wanted: what `config_at(config, step)` has been changed to.
        defaults: the optimizer's hyper-parameters where none is given.

    Raises:
        ConfigError: if what has been changed holds for the whole run.
    """
    kept = replace(config, label=wanted.label, start=wanted.start)
    if replace(wanted, lr=config.lr, hyperparameters=config.hyperparameters, schedule=config.schedule) != kept:
        template = (
            "from step {step} on only η, the hyper-parameters and the schedule can change, all else holds for the "
            "whole run; switch off “Change from here on” to set it"
        )
        raise ConfigError(template, step=whole(step))
    before = config_at(config, step - 1)
    old, new = {**defaults, **before.hyperparameters}, {**defaults, **wanted.hyperparameters}
    event = Event(
        step,
        None if wanted.lr == before.lr else wanted.lr,
        {name: value for name, value in new.items() if old.get(name) != value},
        None if wanted.schedule == before.schedule else wanted.schedule,
        _nudge(config, step),
    )
    return with_event(kept, event)


def nudged(config: RunConfig, step: int, nudge: Pair) -> RunConfig:
    """`config` with θ moved by `nudge` before update `step`, in place of how it was moved there."""
    event = event_at(config, step) or Event(step)
    return with_event(config, replace(event, nudge=nudge if any(nudge) else None))


def _nudge(config: RunConfig, step: int) -> Pair | None:
    event = event_at(config, step)
    return event.nudge if event else None


def for_optimizer(events: Iterable[Event]) -> tuple[Event, ...]:
    """What is left of events where another optimizer takes over: rates and hyper-parameters were the other's."""
    return _telling(replace(event, lr=None, hyperparameters={}) for event in events)


def for_surface(events: Iterable[Event]) -> tuple[Event, ...]:
    """What is left of events on another surface: nudges were on the other."""
    return _telling(replace(event, nudge=None) for event in events)


def _telling(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(event for event in events if event != Event(event.step))
