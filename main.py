"""Ravine: opens the window, or does its work on the command line (simulate, resume, batch, list, check)."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
if (_HERE / "gui").is_dir() and str(_HERE) not in sys.path:
    sys.path.insert(0, str(_HERE))  # installed, the packages lie beside this file under the one name `ravine`

VERSION = "0.1.0"
MAX_STARTS = 10_000_000
KINDS = ("surfaces", "optimizers", "schedules", "lessons")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit status: 0, 2 for bad input, 1 for a file that cannot be read or written."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0].endswith(".toml"):
        given.insert(0, "open")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # a table is UTF-8 whatever the terminal's language
    options = _parser().parse_args(given)
    from engine.errors import ConfigError
    from engine.scenario_file import ScenarioError

    try:
        return int(options.function(options))
    except ScenarioError as error:
        print(*error.lines(), sep="\n", file=sys.stderr)
        return 2
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        print(f"{error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cancelled", file=sys.stderr)
        return 130


def _window(options: argparse.Namespace) -> int:
    from gui.app import run

    return run(options.file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "ravine", description="Watch gradient descent move. Without a command: the window."
    )
    parser.add_argument("--version", action="version", version=f"Ravine {VERSION}")
    parser.set_defaults(file=None, function=_window)
    commands = parser.add_subparsers(dest="command", metavar="simulate | resume | batch | list | check | open")
    opening = commands.add_parser("open", help="open the window on a scenario file or a lesson")
    opening.add_argument("file", help="a scenario file or the id of a lesson")
    opening.set_defaults(function=_window)
    simulate = commands.add_parser("simulate", help="run a scenario and write its rows as CSV or NPZ")
    simulate.add_argument("file", metavar="FILE.toml|LESSON", help="a scenario file or the id of a lesson")
    simulate.add_argument("--steps", type=_steps, help="number of steps instead of the file's")
    simulate.add_argument(
        "--out", type=Path, metavar="PATH", help="a .csv, .npz or .parquet file (default: CSV on standard output)"
    )
    simulate.add_argument("--save-state", type=Path, metavar="STATE.json", help="where the runs stand in the end")
    simulate.set_defaults(function=_simulate)
    resume = commands.add_parser("resume", help="go on from a saved state, bit for bit")
    resume.add_argument("file", metavar="STATE.json", type=Path)
    resume.add_argument("--steps", type=_steps, help="number of steps, counted from the start, instead of the state's")
    resume.add_argument("--out", type=Path, metavar="PATH", help="as for simulate: the rows from there on")
    resume.add_argument("--save-state", type=Path, metavar="STATE.json", help="where the runs stand in the end")
    resume.set_defaults(function=_resume)
    batch = commands.add_parser("batch", help="many runs at once from different starts: where each of them ends")
    batch.add_argument("file", metavar="FILE.toml|LESSON", help="a scenario file or the id of a lesson")
    batch.add_argument("--run", type=int, default=1, metavar="N", help="which of its runs (default: 1)")
    batch.add_argument("--steps", type=_steps, help="number of steps instead of the file's")
    starts = batch.add_mutually_exclusive_group()
    starts.add_argument("--grid", type=_grid, metavar="MxN", help="starts on a grid over the window (default: 100x100)")
    starts.add_argument("--random", type=_count, metavar="N", help="starts drawn over the window with the file's seed")
    batch.add_argument("--out", type=Path, metavar="PATH", help="a .csv or .npz file (default: CSV on standard output)")
    batch.set_defaults(function=_batch)
    listing = commands.add_parser("list", help="list what a scenario can name")
    listing.add_argument("kind", choices=KINDS)
    listing.add_argument("--json", action="store_true", help="with parameters, defaults, ranges and docs")
    listing.set_defaults(function=_list)
    check = commands.add_parser("check", help="check a scenario file, one line per fault")
    check.add_argument("file", metavar="FILE.toml")
    check.set_defaults(function=_check)
    return parser


def _steps(text: str) -> int:
    from engine.scenario import MAX_STEPS

    if not text.isdecimal() or not 1 <= int(text) <= MAX_STEPS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of steps; allowed: 1 to {MAX_STEPS}")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_STARTS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of starts; allowed: 1 to {MAX_STARTS}")
    return int(text)


def _grid(text: str) -> tuple[int, int]:
    numbers = text.lower().split("x")
    if len(numbers) != 2 or not all(part.isdecimal() and int(part) for part in numbers):
        raise argparse.ArgumentTypeError(f"{text!r} is no grid; write it as in 100x80")
    columns, rows = int(numbers[0]), int(numbers[1])
    _count(str(columns * rows))
    return columns, rows


def _load(name: str) -> Any:
    """The scenario of a file or lesson, after every check.

    Raises:
        ScenarioError: with all faults.
    """
    from engine import lessons
    from engine.check import load_checked
    from surfaces import outline_with_values
    from surfaces.library import completed

    path = Path(name)
    if not path.exists() and path.suffix != ".toml":
        path = lessons.find(_HERE / "assets" / "lessons", name)
    return load_checked(path, outline_with_values, completed)


def _simulate(options: argparse.Namespace) -> int:
    from engine.scenario import with_steps
    from engine.simulator import Simulator
    from surfaces import build

    _check_targets(options)
    scenario = _load(options.file)
    if options.steps:
        scenario = with_steps(scenario, options.steps)
    return _run(Simulator(scenario, build), options)


def _resume(options: argparse.Namespace) -> int:
    from engine.errors import ConfigError
    from engine.state import load_state_dict
    from surfaces import build

    _check_targets(options)
    try:
        state = json.loads(options.file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError("this is not JSON: {reason}", str(options.file), reason=error) from None
    return _run(load_state_dict(state, build, options.steps), options)


def _check_targets(options: argparse.Namespace) -> None:
    from engine.export import check_target

    if options.out:
        check_target(options.out)
    elif sys.stdout is None:
        raise OSError(errno.EBADF, "closed", "standard output")


def _run(simulator: Any, options: argparse.Namespace) -> int:
    """Compute all rows, write them, and say on standard error how each run ended."""
    from engine.export import export, replacing, write_csv
    from engine.pace import Pace
    from engine.state import state_dict

    progress, pace = _Progress(), Pace(simulator.surface.wide is not None, 0.1)
    while (done := simulator.computed) < simulator.reach:
        began = time.monotonic()
        simulator.advance_to(done + pace.steps)
        pace.learn(simulator.computed - done, time.monotonic() - began)
        progress("computing", simulator.computed / max(simulator.reach, 1))
    try:
        if options.out:
            export(simulator, options.out, lambda share: progress("writing", share))
        else:
            write_csv(simulator, sys.stdout)
            sys.stdout.flush()
    finally:
        progress.end()
    if options.save_state:
        text = json.dumps(state_dict(simulator), ensure_ascii=False, indent=1, allow_nan=False)
        with replacing(options.save_state) as file:
            file.write(text.encode())
    for index, run in enumerate(simulator.runs):
        label = run.config.label or f"run {index + 1}"
        row = run.row(run.computed)
        end = run.end
        note = (
            f"{end.kind} at step {end.step}: {end.quantity} = {end.value!r}" if end else run.status(run.computed, row)
        )
        print(f"{label}: {run.computed} steps, loss {float(row[2])!r}, {note}", file=sys.stderr)
    return 0


def _batch(options: argparse.Namespace) -> int:
    from engine.batch import Batch
    from engine.errors import ConfigError
    from engine.export import check_target, export_table
    from engine.scenario import with_steps
    from surfaces import build, find_entry
    from surfaces.starts import grid, scattered

    if options.out:
        check_target(options.out, (".csv", ".npz"))
    scenario = _load(options.file)
    if options.steps:
        scenario = with_steps(scenario, options.steps)
    if not 1 <= options.run <= len(scenario.runs):
        template = "{value} is out of range; allowed: {low} to {high}"
        raise ConfigError(template, "--run", value=options.run, low=1, high=len(scenario.runs))
    entry = find_entry(scenario.surface)
    window = scenario.window or entry.window
    starts = (
        scattered(window, entry.domain, options.random, scenario.seed)
        if options.random
        else grid(window, entry.domain, *(options.grid or (100, 100)))
    )
    progress = _Progress()
    batch = Batch(scenario, build, starts, options.run - 1)
    try:
        batch.advance(batch.run.last_step, lambda share: progress("computing", share))
    finally:
        progress.end()
    outcome = batch.outcome()
    table: dict[str, Any] = {"start_1": starts[:, 0], "start_2": starts[:, 1], "theta_1": outcome.theta[:, 0]}
    table |= {"theta_2": outcome.theta[:, 1], "loss": outcome.loss, "steps": outcome.made}
    export_table(table | {"ended": outcome.ended.astype(int)}, options.out, sys.stdout)
    print(f"{len(starts)} runs, {int(outcome.ended.sum())} of them ended before step {batch.step}", file=sys.stderr)
    return 0


class _Progress:
    """A bar on standard error for what takes over half a second."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.shown = False

    def __call__(self, what: str, share: float) -> None:
        if time.monotonic() - self.began > 0.5 and sys.stderr.isatty():
            full = int(30 * share)
            print(f"\r{what:<10} [{'#' * full}{'.' * (30 - full)}] {share:4.0%}", end="", file=sys.stderr, flush=True)
            self.shown = True

    def end(self) -> None:
        if self.shown:
            print(file=sys.stderr)


def _check(options: argparse.Namespace) -> int:
    _load(options.file)
    print(f"{options.file}: ok")
    return 0


def _list(options: argparse.Namespace) -> int:
    from engine import lessons
    from engine.library import own_optimizers, own_schedules
    from engine.listing import described
    from engine.optimizers import optimizers
    from engine.schedules import schedules
    from surfaces import catalogue
    from surfaces.library import own_surfaces

    if options.kind == "lessons":
        entries: list[Any] = list(lessons.load_all(_HERE / "assets" / "lessons"))
        named = [(lesson.id, lesson.title["en"]) for lesson in entries]
    else:
        kinds: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "surfaces": (catalogue, own_surfaces),
            "optimizers": (optimizers, own_optimizers),
            "schedules": (schedules, own_schedules),
        }
        built_in, own = kinds[options.kind]
        kept, faults = own()
        print(*faults, sep="\n", end="\n" * bool(faults), file=sys.stderr)
        entries = [*built_in().values(), *kept.values()]
        named = [(entry.name, entry.doc) for entry in entries]
    if options.json:
        listed = [
            {"name": name, "doc": doc} | described(entry) for (name, doc), entry in zip(named, entries, strict=True)
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=1, allow_nan=False))
        return 0
    width = max(len(name) for name, _ in named)
    for name, doc in named:
        print(f"{name:<{width}}  {doc}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
