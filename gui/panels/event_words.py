"""What an event changes, in words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.scenario import Event, RunConfig

from ..changes import config_at
from ..i18n import tr
from ..numbers import show, whole
from ..session import Session
from .setup_words import run_name, symbol


def event_words(config: RunConfig, event: Event, defaults: Mapping[str, float]) -> str:
    """What `event` changes of a run: 'η 0.1 → 0.01; momentum 0.9 → 0.5'.

    `defaults`: the optimizer's hyper-parameters where none is given.
    """
    before = config_at(config, event.step - 1)
    old = {**defaults, **before.hyperparameters}
    parts = [] if event.lr is None else [f"η {show(before.lr)} → {show(event.lr)}"]
    parts += [f"{symbol(name)} {show(old.get(name))} → {show(new)}" for name, new in event.hyperparameters.items()]
    if event.schedule is not None:
        names = " → ".join(phase.name for phase in event.schedule) or tr("constant")
        parts.append(tr("new schedule: {names}", names=names))
    if event.nudge:
        x, y = (show(value) for value in event.nudge)
        parts.append(tr("θ moved by ({x}, {y})", x=x, y=y))
    return "; ".join(parts)


def event_line(session: Session, index: int, event: Event) -> str:
    """An event with its step and, where there are several runs, the run: 'step 120: η 0.1 → 0.01'."""
    run = session.scenario.runs[index]
    words, step = event_words(run, event, session.events.defaults(index)), whole(event.step)
    if len(session.scenario.runs) == 1:
        return tr("step {step}: {change}", step=step, change=words)
    return tr("step {step}, {run}: {change}", step=step, run=run_name(run), change=words)
