"""Ravine: opens the window, or does its work on the command line (simulate, list, check)."""

from __future__ import annotations

import argparse
import errno
import io
import json
import math
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
ENDS = {"diverged": "diverged", "left_domain": "left the domain"}
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
    commands = parser.add_subparsers(dest="command", metavar="simulate | list | check | open")
    opening = commands.add_parser("open", help="open the window on a scenario file or a lesson")
    opening.add_argument("file", help="a scenario file or the id of a lesson")
    opening.set_defaults(function=_window)
    simulate = commands.add_parser("simulate", help="run a scenario and write its rows as CSV or NPZ")
    simulate.add_argument("file", metavar="FILE.toml|LESSON", help="a scenario file or the id of a lesson")
    simulate.add_argument("--steps", type=_steps, help="number of steps instead of the file's")
    simulate.add_argument(
        "--out", type=Path, metavar="PATH", help="a .csv or .npz file (default: CSV on standard output)"
    )
    simulate.set_defaults(function=_simulate)
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


def _load(name: str) -> Any:
    """The scenario of a file or lesson, after every check.

    Raises:
        ScenarioError: with all faults.
    """
    from engine import lessons
    from engine.check import load_checked
    from surfaces import outline

    path = Path(name)
    if not path.exists() and path.suffix != ".toml":
        path = lessons.find(_HERE / "assets" / "lessons", name)
    return load_checked(path, outline)


def _simulate(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from engine.export import check_target, export, write_csv
    from engine.simulator import Simulator
    from surfaces import build

    if options.out:
        check_target(options.out)
    elif sys.stdout is None:
        raise OSError(errno.EBADF, "closed", "standard output")
    scenario = _load(options.file)
    if options.steps:
        runs = tuple(replace(run, steps=None) for run in scenario.runs)
        scenario = replace(scenario, steps=options.steps, runs=runs)
    simulator = Simulator(scenario, build)
    progress = _Progress()
    while simulator.computed < simulator.reach:
        simulator.advance_to(simulator.computed + 50_000)
        progress("computing", simulator.computed / max(simulator.reach, 1))
    try:
        if options.out:
            export(simulator, options.out, lambda share: progress("writing", share))
        else:
            write_csv(simulator, sys.stdout)
            sys.stdout.flush()
    finally:
        progress.end()
    for index, run in enumerate(simulator.runs):
        label = run.config.label or f"run {index + 1}"
        row = run.row(run.computed)
        end = run.end
        note = (
            f"{end.kind} at step {end.step}: {end.quantity} = {end.value!r}" if end else run.status(run.computed, row)
        )
        print(f"{label}: {run.computed} steps, loss {float(row[2])!r}, {note}", file=sys.stderr)
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
    entries = {"surfaces": _surfaces, "optimizers": _optimizers, "schedules": _schedules, "lessons": _lessons}
    listed = entries[options.kind]()
    if options.json:
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    width = max(len(entry["name"]) for entry in listed)
    for entry in listed:
        print(f"{entry['name']:<{width}}  {entry['doc']}")
    return 0


def _parameters(parameters: Any) -> list[dict[str, Any]]:
    """Parameters as JSON; an end of a range that is not there is null."""
    bound: Callable[[float], float | None] = lambda value: value if math.isfinite(value) else None  # noqa: E731
    return [
        {
            "name": parameter.name,
            "default": parameter.default,
            "low": bound(parameter.low),
            "high": bound(parameter.high),
            "low_included": not parameter.open_low,
            "high_included": not parameter.open_high,
            "integer": parameter.integer,
            "log": parameter.log,
            "doc": parameter.doc,
        }
        for parameter in parameters
    ]


def _surfaces() -> list[dict[str, Any]]:
    from surfaces import catalogue

    return [
        {"name": entry.name, "title": entry.title, "doc": entry.doc, "reference": entry.reference}
        | {"formula": entry.formula, "axes": entry.axes, "window": entry.window, "start": entry.start}
        | {"minima": entry.minima, "saddles": entry.saddles, "data": entry.data}
        | {"domain": [value if math.isfinite(value) else None for value in entry.domain]}
        | {"parameters": _parameters(entry.parameters)}
        for entry in catalogue().values()
    ]


def _optimizers() -> list[dict[str, Any]]:
    from engine.optimizers import optimizers

    return [
        {"name": entry.name, "doc": entry.doc, "reference": entry.reference, "lr": entry.lr, "rule": entry.rule.strip()}
        | {"state": entry.state, "limit": entry.limit, "hyperparameters": _parameters(entry.hyperparameters)}
        for entry in optimizers().values()
    ]


def _schedules() -> list[dict[str, Any]]:
    from engine.schedules import schedules

    return [
        {"name": entry.name, "doc": entry.doc, "reference": entry.reference, "formula": entry.formula}
        | {"parameters": _parameters(entry.parameters)}
        for entry in schedules().values()
    ]


def _lessons() -> list[dict[str, Any]]:
    from engine import lessons

    return [
        {"name": lesson.id, "doc": lesson.title["en"], "title": dict(lesson.title), "text": dict(lesson.text)}
        | {"steps": lesson.steps, "slide": lesson.slide, "order": lesson.order}
        for lesson in lessons.load_all(_HERE / "assets" / "lessons")
    ]


if __name__ == "__main__":
    sys.exit(main())
