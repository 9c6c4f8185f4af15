"""Data points out of a file: every row is read, and every cell that is no number is named by row and column."""

from __future__ import annotations

import io
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from engine.errors import ConfigError
from engine.scenario import MAX_POINTS, Data

from .layout import HEAD_BYTES, HEAD_ROWS, Layout, cells, decoded, value
from .rows import Array

Tell = Callable[[float], None]
MANY, EVERY = 20, 4096  # faults that are named; rows between two reports
MOST_LABELS = 4  # of a column that is to hold two, named when it holds more


class Preview(NamedTuple):
    """The beginning of a table: `names` of the columns, and (number of the line, cells) of some rows."""

    names: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


@dataclass
class Reading:
    """What a file holds in the chosen columns.

    Attributes:
        data: the rows without a fault, at most MAX_POINTS of them, spread evenly; None where there are none.
        rows: how many rows the table has.
        bad: how many of them have a fault.
        faults: the first ones.
        labels: what stands for 0 and what for 1, where labels are words or other numbers.
    """

    data: Data | None = None
    rows: int = 0
    bad: int = 0
    faults: list[ConfigError] = field(default_factory=list)
    labels: tuple[str, ...] = ()


def head_of(path: Path) -> bytes:
    """The beginning of a file, enough for `detect` and `preview`."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def preview(head: bytes, layout: Layout) -> Preview:
    """The first rows of a table.

    Raises:
        ConfigError: for what is no table.
    """
    text = decoded(head, layout.encoding)
    if len(head) >= HEAD_BYTES and "\n" in text:
        text = text[: text.rindex("\n")]  # the last line may be cut
    rows = []
    for row in cells(io.StringIO(text, newline=""), layout):
        rows.append(row)
        if len(rows) > HEAD_ROWS:
            break
    if not rows:
        raise ConfigError("the file is empty")
    given = rows.pop(0)[1] if layout.names else []
    width = len(given) or max(len(row) for _, row in rows)
    usual = _usual_width(rows)
    if len(given) == 1 and rows and all(value(cell, layout.decimal) is None for cell in rows[0][1]):
        width = max(1, usual)  # a title stands above the names
    elif layout.separator in " \t" and usual == len(given) + 1:
        given, width = ["", *given], usual  # R writes no name above the names of rows
    return Preview(_unlike(given, width), rows)


def _usual_width(rows: Sequence[tuple[int, list[str]]]) -> int:
    """How many cells most rows have, without empty ones at the end."""
    widths = Counter(max((k for k, cell in enumerate(row, 1) if cell.strip()), default=0) for _, row in rows)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _unlike(given: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each column, all different."""
    names: list[str] = []
    for k in range(width):
        name = given[k].strip()[:60] if k < len(given) else ""
        base = name = name or f"column {k + 1}"
        again = 2
        while name in names:
            name, again = f"{base} ({again})", again + 1
        names.append(name)
    return tuple(names)


def read(
    path: Path, layout: Layout, names: Sequence[str], chosen: Sequence[int], labels: bool, tell: Tell = lambda _: None
) -> Reading:
    """Read the chosen columns, as indices into `names`. `labels`: the last of them tells two classes apart.

    `tell` is called with the share read; what it raises ends the reading.

    Raises:
        ConfigError: for what is no table, or bytes that do not fit the encoding.
        OSError: if the file cannot be read.
    """
    found, kept = Reading(), [array("d") for _ in chosen]
    classes: dict[str, int] = {}
    with path.open("rb") as file:
        rows = _rows(file, path.stat().st_size, layout, tell)
        if layout.names:
            next(rows, None)
        for line, row in rows:
            found.rows += 1
            numbers = _numbers(line, row, layout, names, chosen, classes if labels else None, found)
            if numbers is None:
                found.bad += 1
                continue
            for column, number in zip(kept, numbers, strict=True):
                column.append(number)
    columns = [np.array(column) for column in kept]
    if labels:
        columns[-1], found.labels = _two_classes(columns[-1], classes, names[chosen[-1]])
    tell(1.0)
    if (count := len(columns[0])) == 0:
        return found
    label = path.name
    if count > MAX_POINTS:
        places = np.linspace(0, count - 1, MAX_POINTS).astype(np.int64)
        columns = [column[places] for column in columns]
    points = tuple(tuple(column.tolist()) for column in columns)
    found.data = Data(tuple(names[k] for k in chosen), points, label)
    return found


def _rows(file: BinaryIO, size: int, layout: Layout, tell: Tell) -> Iterator[tuple[int, list[str]]]:
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    text = io.TextIOWrapper(file, encoding, newline="")
    line = 0
    try:
        for count, (line, row) in enumerate(cells(text, layout)):
            if count % EVERY == 0:
                tell(min(file.tell() / max(size, 1), 1.0))
            yield line, row
    except UnicodeError:
        template = "after row {row} come bytes that are no {encoding}; choose another encoding"
        raise ConfigError(template, row=line, encoding=layout.encoding) from None
    finally:
        text.detach()


def _numbers(
    line: int,
    row: list[str],
    layout: Layout,
    names: Sequence[str],
    chosen: Sequence[int],
    classes: dict[str, int] | None,
    found: Reading,
) -> list[float] | None:
    """The numbers of one row, or None once its faults are noted."""
    while len(row) > len(names) and not row[-1].strip():
        row.pop()  # a separator at the end of the line
    if len(row) > len(names):
        template = "row {row} has {count} cells; there are {columns} columns"
        _note(found, template, line, count=len(row), columns=len(names))
        return None
    numbers: list[float] = []
    good = True
    for k in chosen:
        cell = row[k] if k < len(row) else ""
        if classes is not None and k == chosen[-1] and cell.strip():
            numbers.append(classes.setdefault(cell.strip(), len(classes)))
            continue
        number = value(cell, layout.decimal)
        if number is not None:
            numbers.append(number)
            continue
        good = False
        if cell.strip():
            template = "row {row}, column {column}: {cell} is no number"
            _note(found, template, line, column=names[k], cell=repr(cell.strip()[:40]))
        else:
            template = "row {row}, column {column}: there is nothing"
            _note(found, template, line, column=names[k])
    return numbers if good else None


def _note(found: Reading, template: str, line: int, **values: object) -> None:
    if len(found.faults) < MANY:
        found.faults.append(ConfigError(template, "", row=line, **values))


def _two_classes(codes: Array, classes: dict[str, int], name: str) -> tuple[Array, tuple[str, ...]]:
    """Labels 0 and 1 in place of the codes of `classes`, and what they stand for, in order of numbers or words.

    Raises:
        ConfigError: unless there are exactly two.
    """
    there = set(np.unique(codes).tolist())
    used = [word for word, code in classes.items() if code in there]
    keys = {word: word if (number := value(word, ".")) is None else repr(number) for word in used}
    kinds = sorted(set(keys.values()), key=lambda key: (value(key, ".") is None, value(key, ".") or 0.0, key))
    if len(kinds) != 2:
        some = ", ".join([*kinds[:MOST_LABELS], *(["…"] if len(kinds) > MOST_LABELS else [])])
        template = "column {column} must tell two classes apart; it holds {count}: {some}"
        raise ConfigError(template, column=name, count=len(kinds), some=some)
    table = np.zeros(len(classes))
    for word in used:
        table[classes[word]] = kinds.index(keys[word])
    shown = () if [value(kind, ".") for kind in kinds] == [0.0, 1.0] else tuple(_plain(kind) for kind in kinds)
    return table[codes.astype(np.int64)], shown


def _plain(kind: str) -> str:
    number = value(kind, ".")
    return kind if number is None else f"{number:g}"
