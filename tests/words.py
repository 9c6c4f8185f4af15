"""Every word that a person can see, gathered from the sources: what the translation catalogue has to hold.

`python -m tests.words zh_CN` lists what the catalogue lacks and what nobody uses any more.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from engine.optimizers import optimizers
from engine.schedules import schedules
from gui.actions import COMMANDS
from gui.i18n import LANGUAGES, catalogue
from gui.menus import MENUS
from surfaces import catalogue as surfaces

from .driving import LESSONS

ROOT = Path(__file__).resolve().parent.parent
RAISERS = {"ConfigError", "FormulaError", "note", "error", "expect", "TooLarge", "unknown"}
FOUND = {"the end", "the end of the line"}  # what a parser may have found instead of what it expected


def literals(tree: ast.AST, names: set[str], argument: int = 0) -> Iterator[str]:
    """The text literals that are handed to functions of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > argument:
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            text = node.args[argument]
            if name in names and isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def templates(tree: ast.AST) -> Iterator[str]:
    """Literals assigned to a variable called `template`, which an error is made of in the next line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if "template" in names:
                yield node.value.value


def in_sources() -> set[str]:
    """What the window and the errors of the engine say."""
    words: set[str] = set()
    for path in (ROOT / "gui").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words |= set(literals(tree, {"tr", "ConfigError"})) | set(literals(tree, {"Parameter"}, 2))
        words |= set(templates(tree))
    for folder in ("engine", "surfaces"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            words |= set(literals(tree, RAISERS)) | set(literals(tree, {"expect"}, 1)) | set(templates(tree))
            words |= set(literals(tree, {"Parameter"}, 2))
    return {word for word in words | FOUND if any(c.isalpha() for c in word)}


def in_declarations() -> set[str]:
    """What the files of optimizers, schedules and surfaces say."""
    words: set[str] = set()
    for optimizer in optimizers().values():
        words |= {optimizer.doc, *(parameter.doc for parameter in optimizer.hyperparameters)}
    for schedule in schedules().values():
        words |= {schedule.doc, *(parameter.doc for parameter in schedule.parameters)}
    for surface in surfaces().values():
        words |= {surface.title, surface.doc, *(parameter.doc for parameter in surface.parameters)}
        for option in surface.options:
            words |= {option.name, option.doc, *option.choices}
    for lesson in LESSONS:
        words |= {run.label for run in lesson.runs if re.search(r"\b[a-z]{3,}", run.label)}
    return words


def needed() -> set[str]:
    """All keys that a catalogue must have."""
    table = {command.text for command in COMMANDS if command.text != "-"} | set(MENUS)
    table |= {words for command in COMMANDS for words in (command.sub, command.tip) if words}
    return (in_sources() | in_declarations() | table) - set(LANGUAGES.values())


def main(language: str) -> None:
    have = set(catalogue(language))
    lines = []
    for heading, words in (("missing", needed() - have), ("unused", have - needed())):
        lines += [f"# {heading}: {len(words)}", *map(tomllib_key, sorted(words))]
    with contextlib.suppress(BrokenPipeError):  # `head` has seen enough
        print("\n".join(lines), flush=True)


def tomllib_key(word: str) -> str:
    """A line for the catalogue, its translation still empty."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    line = f'"{escaped}" = ""'
    tomllib.loads(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1])
