"""The one place where the window meets the engine: the scenario, its undo history, the selected run, the shown step.

Widgets hold no state of their own: they call a method here, and draw what the signals tell them has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from engine.check import faults
from engine.errors import ConfigError
from engine.optimizers import Optimizer
from engine.runner import Bring, Command, LookAhead, Pause, Play, Seek, Speed, Status, Step
from engine.scenario import MAX_RUNS, Pair, RunConfig, Scenario, SurfaceConfig
from engine.schedules import Schedule
from engine.simulator import Run, Simulator
from surfaces import Entry, outline
from surfaces.network import apart

from . import changes
from .change import Change
from .data.carry import on_surface
from .dispatch import Dispatch
from .events import Events
from .own.library import Library
from .plane import Plane

FRAME_MS = 16
BUSY_MS = 4
END = 10**12
MOVES = attrgetter("generation", "position", "computed", "running", "working", "brought")  # of a status


class Session(QObject):
    """Owns the scenario and the engine thread.

    Signals:
        scenario_changed: the configuration was replaced, or another part of it holds at the shown step; forms show
            `shown_config` anew.
        opened: another scenario or surface is shown, also by undo; views fit themselves to it. `document` counts the
            scenarios.
        ticked: at most once a frame: the engine has published something new in `status`.
        cursor_moved: `shown_step` has changed, by the engine or by pointing at a step.
        selection_changed: another run is selected.
        speed_changed: `speed` was set.
        from_here_changed: edits change the run from the shown step on, or from its start again.
        failed: the engine could not build a scenario; carries the ConfigError.
    """

    scenario_changed = Signal()
    opened = Signal()
    ticked = Signal()
    cursor_moved = Signal()
    selection_changed = Signal()
    speed_changed = Signal()
    from_here_changed = Signal()
    failed = Signal(object)

    def __init__(self, scenario: Scenario, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scenario = scenario
        self.status = Status()
        self.undo_stack = QUndoStack(self)
        self.selected = 0
        self.hovered: int | None = None
        self.speed = 0.0
        self.from_here, self.document = False, 0
        self.library = Library()
        self.events = Events(self)
        self.plane = Plane(self)
        self._at_end = True
        self._returning: int | None = None
        self._in_force: tuple[int, ...] = ()
        self._last_change: Change | None = None
        self._engine = Dispatch()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.use(scenario, opening=True)

    # What is there -----------------------------------------------------------------------------------------------

    @property
    def simulator(self) -> Simulator | None:
        return self.status.simulator

    @property
    def runs(self) -> list[Run]:
        """The runs that are simulated now; they may lag behind `scenario` by a frame or two."""
        return self.simulator.runs if self.simulator else []

    @property
    def current(self) -> bool:
        """Whether what is simulated is what `scenario` says."""
        return self.status.generation == self._engine.generation

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is waiting to be simulated."""
        return not self._engine.waiting

    @property
    def look_ahead(self) -> bool:
        """Whether the path ahead of the shown step is computed and drawn."""
        return self._engine.look_ahead

    @property
    def shown_step(self) -> int:
        """The step that everything shows: the one pointed at, otherwise the engine's position."""
        if self.hovered is not None:
            return min(self.hovered, max(self.status.computed, 0))
        return self.status.position

    @property
    def steps(self) -> int:
        return self.scenario.steps

    @property
    def here(self) -> int:
        """The step at which a change is made: the engine's position, or where it will be back in a moment."""
        return self.status.position if self._returning is None else self._returning

    @property
    def edits_from(self) -> int:
        """The step from which on an edit of a run holds; 0 where it changes the run from its start."""
        return self.here if self.from_here else 0

    def shown_config(self, index: int) -> RunConfig:
        """The configuration of a run as forms show it: the one that an edit changes."""
        return changes.config_at(self.scenario.runs[index], self.edits_from)

    def start_of(self, index: int) -> Pair:
        """Where a run starts: its own place, or the common one."""
        return self.scenario.runs[index].start or self.scenario.start

    @property
    def known_optimizers(self) -> dict[str, Optimizer]:
        """All that a run can use, by name."""
        return self.library.known_optimizers(self.scenario)

    @property
    def known_schedules(self) -> dict[str, Schedule]:
        """All that a phase can use, by name."""
        return self.library.known_schedules(self.scenario)

    @property
    def known_surfaces(self) -> dict[str, Entry]:
        """All surfaces, by name."""
        return self.library.known_surfaces(self.scenario)

    # Changing the scenario ---------------------------------------------------------------------------------------

    def open(self, scenario: Scenario, text: str) -> None:
        """Show another scenario at its end. It can be undone like any change; `text` names it in the Edit menu."""
        self._push(Change(self, scenario, text, "", opening=True))
        self.undo_stack.setClean()

    def faults(self, scenario: Scenario) -> list[ConfigError]:
        """What is wrong with `scenario`."""
        return faults(scenario, outline)

    def change(self, after: Scenario, text: str, merge: str = "") -> list[ConfigError]:
        """Replace the scenario, undoably, if nothing is wrong with it; otherwise return the faults and keep the old.

        `text` names the change in the Edit menu; changes with the same `merge` key in a row are one undo step.
        """
        after = self.library.packed(after)
        if found := self.faults(after):
            return found
        if after != self.scenario:
            self._push(Change(self, after, text, merge, opening=False))
        return []

    def _push(self, change: Change) -> None:
        self._last_change = change
        self.undo_stack.push(change)

    def forget_last_change(self) -> None:
        """Take the last change back as if it had never been made: it cannot be redone."""
        if self._last_change and self.undo_stack.canUndo():
            self._last_change.forgotten = True
            self._last_change = None
            self.undo_stack.undo()

    def set_start(self, start: Pair, text: str, merge: str = "") -> list[ConfigError]:
        """Move the common start; runs with a start of their own stay."""
        return self.change(replace(self.scenario, start=start), text, merge)

    def set_surface(self, surface: SurfaceConfig, text: str, merge: str = "") -> list[ConfigError]:
        """Change the surface or its parameters; another surface brings its own window and start."""
        return self.change(on_surface(self.scenario, surface), text, merge)

    def change_run(
        self, index: int, change: Callable[[RunConfig], RunConfig], text: str, merge: str = ""
    ) -> list[ConfigError]:
        """Replace one run by what `change` makes of `shown_config`: from the start on, or from `edits_from` on."""
        if self.edits_from:
            return self.events.edit(index, change, text, merge)
        return self.replace_run(index, change(self.scenario.runs[index]), text, merge)

    def replace_run(self, index: int, after: RunConfig, text: str, merge: str = "") -> list[ConfigError]:
        """Replace one run. A lesson's label says what the run was: an edit drops it."""
        before = self.scenario.runs[index]
        if self.scenario.id and before.label == after.label and replace(after, start=before.start) != before:
            after = replace(after, label="")
        runs = (*self.scenario.runs[:index], after, *self.scenario.runs[index + 1 :])
        return self.change(replace(self.scenario, runs=runs), text, merge)

    def add_run(self, text: str, start: Pair | None = None) -> list[ConfigError]:
        """Add a copy of the selected run (at `start`, where given) and select it."""
        if len(self.scenario.runs) >= MAX_RUNS:
            return [ConfigError("there can be at most {limit} runs", limit=MAX_RUNS)]
        model = self.scenario.runs[self.selected]
        copy = replace(model, label="", start=start or model.start)
        found = self.change(replace(self.scenario, runs=(*self.scenario.runs, copy)), text)
        if not found:
            self.select(len(self.scenario.runs) - 1)
        return found

    def remove_run(self, index: int, text: str) -> None:
        """Remove a run; the last one stays."""
        runs = self.scenario.runs
        if len(runs) > 1:
            keep = min(self.selected - (index < self.selected), len(runs) - 2)
            self.change(replace(self.scenario, runs=runs[:index] + runs[index + 1 :]), text)
            self.select(keep)

    def set_optimizer(self, index: int, name: str, text: str) -> list[ConfigError]:
        """Give a run another optimizer with its defaults and its own learning rate."""
        lr = self.known_optimizers[name].lr
        return self.change_run(
            index,
            lambda run: replace(
                run, optimizer=name, hyperparameters={}, lr=lr, label="", events=changes.for_optimizer(run.events)
            ),
            text,
        )

    # Changes during a run ----------------------------------------------------------------------------------------

    def set_from_here(self, on: bool) -> None:
        """Let edits of a run change it from the shown step on (events), or from its start."""
        if on != self.from_here:
            self.from_here = on
            self.from_here_changed.emit()
            self._follow_events()

    def stay_at(self, step: int) -> None:
        """Show this step on, also after the changes that follow at once, and not the end."""
        self._at_end, self._returning = False, step

    def _follow_events(self) -> None:
        """Tell the forms when another part of a configuration holds."""
        in_force = self._count_events()
        if in_force != self._in_force:
            self._in_force = in_force
            self.scenario_changed.emit()

    def _count_events(self) -> tuple[int, ...]:
        step = self.edits_from
        return tuple(sum(event.step <= step for event in run.events) for run in self.scenario.runs)

    # Using a scenario --------------------------------------------------------------------------------------------

    def select(self, index: int) -> None:
        """Select a run: the inspector and the setup show it."""
        index = max(0, min(index, len(self.scenario.runs) - 1))
        if index != self.selected:
            self.selected = index
            self.selection_changed.emit()
            self.cursor_moved.emit()

    def use(self, scenario: Scenario, opening: bool) -> None:
        """Take a scenario as the present one; the undo stack calls this."""
        before, self.scenario = self.scenario, scenario
        selected, self.selected = self.selected, 0 if opening else min(self.selected, len(scenario.runs) - 1)
        self.hovered = None
        if opening:
            self.document += 1
            self.set_from_here(False)
            self._load(END, running=False)
            self.set_speed(max(1.0, scenario.steps / 8))
        elif changes.simulated(before) != changes.simulated(scenario):
            running = self.status.running
            anew = running and changes.simulated(before, events=False) != changes.simulated(scenario, events=False)
            self._load(0 if anew else END if self._at_end else self.here, running)
        self._in_force = self._count_events()
        self.scenario_changed.emit()
        if self.selected != selected:
            self.selection_changed.emit()
        if opening or (before.surface != scenario.surface and before.window != scenario.window):
            self.opened.emit()

    # Travelling in time ------------------------------------------------------------------------------------------

    def play(self) -> None:
        self._travel(Play())

    def pause(self) -> None:
        self._travel(Pause())

    def toggle(self) -> None:
        """Run, or pause; at the end, run from the start again."""
        self._travel(Pause() if self.status.running else Play())

    def step(self, count: int) -> None:
        """Go `count` steps on or back, exactly."""
        self._travel(Step(count))

    def seek(self, step: int) -> None:
        """Go to a step."""
        self._travel(Seek(step))

    def go_home(self) -> None:
        self._travel(Pause())
        self._travel(Seek(0))

    def go_to_end(self) -> None:
        self._travel(Pause())
        self._travel(Seek(END))
        self._at_end = True

    def _travel(self, command: Command) -> None:
        self._at_end, self._returning = False, None
        self._send_waiting(at_once=True)  # a scenario that came later would undo this
        self._engine.send(command)

    def set_speed(self, steps_per_second: float) -> None:
        """Steps per second while running; inf for as fast as the engine can."""
        self.speed = steps_per_second
        self._engine.send(Speed(steps_per_second))
        self.speed_changed.emit()

    def set_look_ahead(self, on: bool) -> None:
        """Whether the path ahead of the shown step is computed and drawn."""
        self._engine.look_ahead = on
        self._engine.send(LookAhead(on))
        self.cursor_moved.emit()

    def bring(self, run: Run, step: int) -> None:
        """Have the engine find out what a run's rule was given at a step; it ticks when that is `at_hand`."""
        if self.current and run in self.runs:
            self._engine.send(Bring(run.index, step))

    def hover(self, step: int | None) -> None:
        """Show another step everywhere while it is pointed at; None to go back to the engine's position."""
        if step != self.hovered:
            self.hovered = step
            self.cursor_moved.emit()

    # The engine thread -------------------------------------------------------------------------------------------

    def _load(self, position: int, running: bool) -> None:
        self._engine.load(self.scenario, position, running)
        self._at_end = position == END
        self._returning = None if position == END else position
        self._send_waiting()

    def _send_waiting(self, at_once: bool = False) -> None:
        if self._engine.send_waiting(at_once):
            self._timer.setInterval(BUSY_MS)

    def _half_drawn(self, status: Status) -> bool:
        """Whether `status` is the beginning of a new scenario that will be whole in a moment: it is not shown yet."""
        returning = self._returning is not None and status.position < self._returning
        fresh = status.generation != self.status.generation and self._engine.behind(status)
        return fresh and (returning or not status.running) and self._engine.patient

    def tick(self) -> None:
        """Take over what the engine has published since the last frame."""
        before, now = self.status, self._engine.status
        if now is not before and not self._half_drawn(now):
            self.status = now
            if now.generation == self._engine.generation and (
                now.position >= (self._returning or 0) or not now.working
            ):
                self._returning = None
            self._at_end = self._at_end or (now.position >= now.reach and not now.working)
            if now.error and now.error is not before.error:
                self.failed.emit(now.error)
            if MOVES(now) != MOVES(before):
                self.ticked.emit()
                if now.position != before.position or now.generation != before.generation:
                    self.cursor_moved.emit()
                    self._follow_events()
        self._send_waiting()
        interval = BUSY_MS if self._engine.busy or self._engine.waiting else FRAME_MS
        if interval != self._timer.interval():
            self._timer.setInterval(interval)

    def close(self) -> None:
        """Stop the engine thread and wait for it."""
        self._timer.stop()
        self.plane.close()
        apart.cancel()
        self._engine.close()
