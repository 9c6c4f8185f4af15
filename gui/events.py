"""The events of all runs as the timeline and the canvas handle them: found, made, removed, gone to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.errors import ConfigError
from engine.scenario import Event, Pair, RunConfig

from .changes import edited, event_at, nudged, with_event
from .i18n import tr
from .numbers import whole

if TYPE_CHECKING:
    from .session import Session


class Events:
    """Reads and changes the events of a session's scenario; each change is one undo step."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def at(self, step: int) -> list[tuple[int, Event]]:
        """The runs that change at a step and how, the selected one first."""
        session = self._session
        found = [(k, event_at(run, step)) for k, run in enumerate(session.scenario.runs)]
        return sorted(((k, event) for k, event in found if event), key=lambda pair: pair[0] != session.selected)

    def steps(self) -> list[int]:
        """The steps at which a run changes, as far as the timeline goes."""
        reach = self._session.status.reach
        return sorted({e.step for run in self._session.scenario.runs for e in run.events if e.step <= reach})

    def defaults(self, index: int) -> dict[str, float]:
        """The hyper-parameters of a run where none is given."""
        optimizer = self._session.known_optimizers.get(self._session.scenario.runs[index].optimizer)
        return {parameter.name: parameter.default for parameter in optimizer.hyperparameters} if optimizer else {}

    def followed(self, index: int) -> bool:
        """Whether a run makes an update at the step at which a change is made."""
        session = self._session
        config = session.scenario.runs[index]
        last = min(config.steps or session.steps, session.steps)
        end = session.runs[index].end if session.current and index < len(session.runs) else None
        return session.here < (end.step if end else last)

    def edit(
        self, index: int, change: Callable[[RunConfig], RunConfig], text: str, merge: str = ""
    ) -> list[ConfigError]:
        """Change a run from the shown step on, by an event, to what `change` makes of what holds there."""
        session, step = self._session, self._session.edits_from
        before = session.scenario.runs[index]
        try:
            after = edited(before, step, change(session.shown_config(index)), self.defaults(index))
            if after.events != before.events and not self.followed(index):
                raise ConfigError(
                    "no update follows step {step}: go back to where the change shall begin", step=whole(step)
                )
        except ConfigError as refusal:
            session.scenario_changed.emit()  # forms show again what holds
            session.failed.emit(refusal)
            return [refusal]
        if after.events != before.events:
            text = tr("{change} from step {step} on", change=text, step=whole(step))
        return session.replace_run(index, after, text, merge)

    def nudge(self, index: int, step: int, nudge: Pair, merge: str = "") -> list[ConfigError]:
        """Move θ of a run by `nudge` before update `step`, in place of how it was moved there; the step stays shown."""
        session = self._session
        session.stay_at(step)
        after = nudged(session.scenario.runs[index], step, nudge)
        return session.replace_run(index, after, tr("Nudge θ at step {step}", step=whole(step)), merge)

    def remove(self, index: int, step: int) -> None:
        """Let a run go on at a step as if nothing had been changed there."""
        session = self._session
        after = with_event(session.scenario.runs[index], Event(step))
        session.replace_run(index, after, tr("Remove the change at step {step}", step=whole(step)))

    def remove_here(self) -> None:
        """Remove the change at the shown step: of the selected run, or of the first that has one."""
        session = self._session
        if found := self.at(session.here):
            self.remove(found[0][0], session.here)
        else:
            session.failed.emit(ConfigError("no run is changed at step {step}", step=whole(session.here)))

    def go_on(self) -> None:
        """Go to the next step at which a run changes."""
        self._go(min((step for step in self.steps() if step > self._session.here), default=None))

    def go_back(self) -> None:
        """Go to the last step before at which a run changes."""
        self._go(max((step for step in self.steps() if step < self._session.here), default=None))

    def _go(self, step: int | None) -> None:
        if step is not None:
            self._session.pause()
            self._session.seek(step)
