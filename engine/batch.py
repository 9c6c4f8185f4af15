"""Thousands to millions of runs at once, from different starts or with different hyper-parameters; no rows are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .check import faults
from .errors import ConfigError, unknown
from .language.compile_batch import BLOCK, BatchSource, compile_batch
from .pieces import Piece
from .scenario import LR, Scenario
from .simulator import TREATMENTS, Build, Run, Simulator

Array = NDArray[np.float64]
WORK = 4_000_000  # run-steps between two looks at whether to go on: some 10 ms


@dataclass(frozen=True, eq=False)
class Outcome:
    """Where the runs stand.

    Attributes:
        theta: shape (n, 2): after the last update that could be made.
        loss: shape (n,): the full loss there.
        made: shape (n,): how many updates were made.
        ended: shape (n,): whether no further update can be made: it diverged or left the domain.
    """

    theta: Array
    loss: Array
    made: NDArray[np.int64]
    ended: NDArray[np.bool_]


class Batch:
    """Many runs of one run of a scenario that differ in start, learning rate or hyper-parameters.

    Run k draws the noise and mini-batches of run number `index` + k, so that the first is the run itself. A step is
    computed as by `kernel.advance`, from the same formulas; only the order of rounding may differ in the last bits.

    Args:
        starts: shape (n, 2), or (2,) for all the same.
        lr, hyperparameters: shape (n,) each; what is not given is the scenario's.

    Raises:
        ConfigError: a fault of the scenario, of a value, or arrays of different lengths.
    """

    def __init__(
        self,
        scenario: Scenario,
        build: Build,
        starts: Array,
        index: int = 0,
        lr: Array | None = None,
        hyperparameters: Mapping[str, Array] | None = None,
    ) -> None:
        for fault in faults(scenario, build):
            raise fault
        if (surface := build(scenario.surface)).wide:
            template = "many runs at once are for two parameters; this network has {count}"
            raise ConfigError(template, "surface", count=surface.wide.origin.size)
        self.run: Run = Simulator(scenario, build).runs[index]
        varying = dict(hyperparameters or {})
        count = _common_length(starts, lr, varying)
        self.names = _checked(self.run, lr, varying)
        given = [varying[name] for name in self.names] + ([] if lr is None else [lr])
        self._given, self._own_lr = np.array(given, dtype=np.float64).reshape(-1, count), lr is not None
        self._runs = np.zeros((2 + self.run.state.size + self.run.schedule_state.size, count))
        self._runs[:2] = np.asarray(starts, dtype=np.float64).T.reshape(2, -1)
        self.made = np.zeros(count, dtype=np.int64)
        self.step = 0

    def advance(
        self,
        steps: int,
        progress: Callable[[float], None] = lambda share: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Make `steps` more updates of each run, on all cores; False if cancelled, after which nothing can go on.

        `progress` is told the share that is done.
        """
        last, count = min(self.step + steps, self.run.last_step), len(self.made)
        cores = os.cpu_count() or 1
        width = min(-(-count // (2 * cores)), WORK // max(1, last - self.step))
        width = max(1, -(-width // BLOCK)) * BLOCK
        parts = [slice(begin, min(begin + width, count)) for begin in range(0, count, width)]
        ahead = self._ahead(last)
        done = 0
        with ThreadPoolExecutor(cores) as pool:

            def work(part: slice) -> bool:
                return not cancelled() and self._advance_part(part, ahead, cancelled)

            for finished in pool.map(work, parts):
                if not finished:
                    return False
                done += 1
                progress(done / len(parts))
        self.step = last
        return True

    def outcome(self) -> Outcome:
        """Where the runs stand now."""
        losses = np.empty(len(self.made))
        kernel.losses_at(self.run.surface.function, self.run.surface.parameters, self._runs, losses)
        return Outcome(self._runs[:2].T.copy(), losses, self.made.copy(), self.made < self.step)

    def _ahead(self, last: int) -> list[tuple[int, Piece, Any]]:
        """The pieces that lie ahead, each with the step after it and its native function."""
        pieces, found = self.run.pieces, []
        for k, piece in enumerate(pieces):
            until = min(last, pieces[k + 1].first) if k + 1 < len(pieces) else last
            if until > self.step:
                found.append((until, piece, compile_batch(self._source(piece))))
        return found

    def _source(self, piece: Piece) -> BatchSource:
        run, optimizer, treatment = self.run, self.run.optimizer, self.run.treatment.tolist()
        own = slice(kernel.CLIP_VALUE, kernel.DECOUPLED_WEIGHT_DECAY)
        return BatchSource(
            surface=None if run.samples.size or run.config.gradient.batch_size else run.surface.formula,
            rule=optimizer.lines,
            hyperparameters=optimizer.names,
            state=optimizer.state,
            stages=piece.phase.stages,
            varying=tuple(optimizer.names.index(name) for name in self.names),
            varying_lr=self._own_lr,
            momentum=optimizer.momentum_place if piece.phase.sets_momentum else -1,
            bounded=bool(np.isfinite(run.domain).any()),
            noisy=treatment[kernel.NOISE] > 0.0,
            treated=treatment[own] != TREATMENTS[own],
            decoupled=treatment[kernel.DECOUPLED_WEIGHT_DECAY] != 0.0,
        )

    def _advance_part(self, part: slice, ahead: list[tuple[int, Piece, Any]], cancelled: Callable[[], bool]) -> bool:
        step = self.step
        runs, given, made = np.ascontiguousarray(self._runs[:, part]), self._given[:, part].copy(), self.made[part]
        for until, piece, function in ahead:
            if step == piece.first:
                if piece.nudge:
                    runs[:2] += np.where(made == step, np.array(piece.nudge)[:, None], 0.0)
                if piece.begins_phase:
                    runs[2 + self.run.state.size :] = 0.0
            while step < until:
                count = min(until - step, max(1, WORK // len(made)))
                self._call(function, piece, part.start, step, count, (runs, given, made))
                step += count
                if cancelled():
                    return False
        self._runs[:, part] = runs
        return True

    def _call(
        self,
        function: Any,
        piece: Piece,
        begin: int,
        step: int,
        count: int,
        arrays: tuple[Array, Array, NDArray[np.int64]],
    ) -> None:
        run = self.run
        function(
            run.surface.function,
            run.surface.parameters,
            piece.hyperparameters,
            piece.phase.values,
            run.treatment,
            run.domain,
            run.samples,
            piece.lr,
            run.config.gradient.batch_size,
            run.surface.samples,
            run.seed,
            run.index + begin,
            step,
            piece.phase_first,
            count,
            *arrays,
        )


def _common_length(starts: Array, lr: Array | None, varying: Mapping[str, Array]) -> int:
    shape = np.shape(starts)
    if shape[-1:] != (2,) or len(shape) > 2:
        raise ConfigError("starts must have the shape (n, 2) or (2,), not {shape}", "starts", shape=shape)
    lengths = {"starts": shape[0]} if len(shape) == 2 else {}
    lengths |= {} if lr is None else {"lr": len(lr)}
    lengths |= {name: len(values) for name, values in varying.items()}
    if len(set(lengths.values())) != 1:
        shown = ", ".join(f"{name}: {length}" for name, length in lengths.items()) or "–"
        raise ConfigError("starts and values must be equally many; given: {lengths}", lengths=shown)
    return int(next(iter(lengths.values())))


def _checked(run: Run, lr: Array | None, varying: Mapping[str, Array]) -> list[str]:
    """The names of the hyper-parameters that vary, in the optimizer's order, once all values are allowed."""
    for name in varying:
        if name not in run.optimizer.names:
            raise unknown("parameter", name, run.optimizer.names, f"hyperparameters.{name}")
    ranges = [
        (parameter, varying[parameter.name]) for parameter in run.optimizer.hyperparameters if parameter.name in varying
    ]
    for parameter, values in [*ranges, *([] if lr is None else [(LR, lr)])]:
        for value in (float(np.min(values)), float(np.max(values))):  # NaN if there is one
            parameter.check(value, parameter.name)
    return [parameter.name for parameter, _ in ranges]
