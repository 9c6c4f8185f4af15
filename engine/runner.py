"""The engine thread: obeys commands within a frame and publishes one status; nobody waits for anybody.

Every command is put into a queue and carried out between two chunks of a few milliseconds. `Runner.status` is replaced
as a whole, never changed, so that the window reads it whenever it likes.
"""

from __future__ import annotations

import math
import queue
import threading
import time
import traceback
from dataclasses import dataclass, replace

from .errors import ConfigError
from .pace import CHUNK_SECONDS, Pace
from .scenario import Scenario
from .simulator import Build, Simulator

LOOK_AHEAD = 100_000


@dataclass(frozen=True, slots=True)
class Load:
    """Simulate `scenario` from its start; `generation` tells its results from older ones."""

    generation: int
    scenario: Scenario
    position: int
    running: bool


@dataclass(frozen=True, slots=True)
class Play:
    pass


@dataclass(frozen=True, slots=True)
class Pause:
    pass


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to `step`, exactly; steps that are not computed yet are computed first."""

    step: int


@dataclass(frozen=True, slots=True)
class Step:
    """Go `count` steps on, or back where it is negative; pauses."""

    count: int


@dataclass(frozen=True, slots=True)
class Speed:
    """Steps per second while running; inf for as fast as it can."""

    steps_per_second: float


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Whether the path ahead is computed while nothing else is to do."""

    on: bool


@dataclass(frozen=True, slots=True)
class Bring:
    """Find out what the rule of run `index` was given at a computed step, where that takes a while."""

    index: int
    step: int


@dataclass(frozen=True, slots=True)
class Quit:
    pass


Command = Load | Play | Pause | Seek | Step | Speed | LookAhead | Bring | Quit


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """What the engine thread was doing when it last said so.

    Attributes:
        generation: of the scenario that `simulator` runs; 0 before the first.
        position: the step that is shown.
        computed: the last step with rows of all runs.
        reach: the last step there will be.
        running: whether the position moves on by itself.
        working: whether rows are being computed right now.
        brought: how many `Bring`s have been carried out.
        error: why the last scenario could not be built; the one before stays in use.
    """

    generation: int = 0
    simulator: Simulator | None = None
    position: int = 0
    computed: int = -1
    reach: int = 0
    running: bool = False
    working: bool = False
    brought: int = 0
    error: ConfigError | None = None


class Runner:
    """Owns the engine thread. All methods may be called from any thread and return at once, but for `close`."""

    def __init__(self, build: Build) -> None:
        self.status = Status()
        self._build = build
        self._queue: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._simulator: Simulator | None = None
        self._generation = 0
        self._wanted = 0.0
        self._running = False
        self._speed = math.inf
        self._look_ahead = True
        self._clock = time.perf_counter()
        self._pace = Pace()
        self._bring: Bring | None = None
        self._brought = 0
        self._error: ConfigError | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def send(self, command: Command) -> None:
        """Put a command into the queue."""
        self._queue.put(command)

    def close(self) -> None:
        """End the thread and wait for it."""
        self.send(Quit())
        self._thread.join()

    def _work(self) -> None:
        while True:
            commands = self._take()
            last_load = max((k for k, c in enumerate(commands) if isinstance(c, Load)), default=-1)
            for k, command in enumerate(commands):
                if isinstance(command, Quit):
                    return
                if k < last_load and isinstance(command, Load | Seek | Step | Bring):
                    continue  # made for a scenario that is already replaced
                self._obey(command)
            try:
                self._move()
            except Exception as error:  # such as no memory: the thread must outlive it
                self._fail(error)
            self._publish()

    def _take(self) -> list[Command]:
        commands: list[Command] = []
        wait: float | None = 0.0
        if not self._has_work():
            wait = None
            if self._running and self._speed < math.inf:
                wait = max(0.001, min(1 / self._speed - (self._wanted % 1) / self._speed, 0.25))
        try:
            commands.append(self._queue.get(block=wait != 0.0, timeout=wait))
            while True:
                commands.append(self._queue.get_nowait())
        except queue.Empty:
            return commands

    def _has_work(self) -> bool:
        simulator = self._simulator
        if simulator is None:
            return False
        if self._bring:
            return True
        if simulator.computed < min(self._target(simulator), simulator.reach):
            return True
        return not all(ensemble.finished for ensemble in simulator.ensembles)

    def _target(self, simulator: Simulator) -> int:
        """How far rows are wanted."""
        ahead = min(simulator.reach, LOOK_AHEAD) if self._look_ahead else 0
        if self._running and self._speed == math.inf:
            return simulator.reach
        return max(math.floor(self._wanted), ahead)

    def _obey(self, command: Command) -> None:
        match command:
            case Load(generation, scenario, position, running):
                self._load(generation, scenario, position, running)
            case Play():
                if self._simulator and self._wanted >= self._simulator.reach:
                    self._wanted = 0.0
                self._running = True
                self._clock = time.perf_counter()
            case Pause():
                self._running = False
                self._wanted = float(self.status.position)
            case Seek(step):
                self._wanted = float(max(0, step))
                self._clock = time.perf_counter()
            case Step(count):
                self._running = False
                self._wanted = float(max(0, math.floor(self._wanted) + count))
            case Speed(value):
                self._speed = value
                self._clock = time.perf_counter()
            case LookAhead(on):
                self._look_ahead = on
            case Bring():
                self._bring = command
            case Quit():
                pass
        if self._simulator:
            self._wanted = min(self._wanted, float(self._simulator.reach))

    def _load(self, generation: int, scenario: Scenario, position: int, running: bool) -> None:
        self.status = replace(self.status, working=True)  # compiling a new formula takes a moment
        try:
            simulator = Simulator(scenario, self._build)
            simulator.advance_to(0)
        except ConfigError as error:
            self._error = error
        except Exception as error:  # a fault of the compiler: the thread must outlive it
            self._fail(error)
        else:
            many = simulator.surface.wide is not None
            if many or self._pace.many:
                self._pace = Pace(many)
            self._simulator, self._error, self._bring = simulator, None, None
            self._wanted, self._running = float(position), running
            self._clock = time.perf_counter()
        self._generation = generation

    def _fail(self, error: Exception) -> None:
        traceback.print_exc()
        self._error = ConfigError("this cannot be simulated: {reason}", reason=f"{type(error).__name__}: {error}")
        self._running, self._bring = False, None
        if self._simulator:
            self._simulator.stop()

    def _move(self) -> None:
        simulator = self._simulator
        if simulator is None:
            return
        if self._running:
            now = time.perf_counter()
            if self._speed < math.inf:
                self._wanted = min(self._wanted + (now - self._clock) * self._speed, float(simulator.reach))
            self._clock = now
        if self._bring:
            run = simulator.runs[self._bring.index]
            if self._bring.step > run.computed or run.bring(self._bring.step, CHUNK_SECONDS):
                self._bring, self._brought = None, self._brought + 1
        self._compute(simulator, self._target(simulator))
        if self._running and self._speed == math.inf:
            self._wanted = float(simulator.computed)
        self._wanted = min(self._wanted, float(simulator.reach))
        if self._running and self._wanted >= simulator.reach and simulator.computed >= simulator.reach:
            self._running = False

    def _compute(self, simulator: Simulator, target: int) -> None:
        done = simulator.computed
        if done < target:
            began = time.perf_counter()
            simulator.advance_to(min(target, done + self._pace.steps))
            self._pace.learn(simulator.computed - done, time.perf_counter() - began)
            return
        for ensemble in simulator.ensembles:
            if not ensemble.finished:
                ensemble.advance(max(1, 10_000 // (ensemble.run.last_step + 1)))
                return

    def _publish(self) -> None:
        simulator = self._simulator
        computed = simulator.computed if simulator else -1
        self.status = Status(
            generation=self._generation,
            simulator=simulator,
            position=max(0, min(math.floor(self._wanted), computed)),
            computed=computed,
            reach=simulator.reach if simulator else 0,
            running=self._running,
            working=self._has_work(),
            brought=self._brought,
            error=self._error,
        )
