"""How a table of numbers is written in a file: encoding, separator, decimal sign, and whether it begins with names."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.errors import ConfigError

SEPARATORS = (",", ";", "\t", "|", " ")
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "shift_jis", "cp1252")
DECIMALS = (".", ",")
HEAD_BYTES, HEAD_ROWS = 1 << 16, 100  # what a layout is guessed from, and what a preview shows
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_PAIRS = re.compile(rb"(?:[\x00-\x7f]|[\x80-\xff]{2})*[\x80-\xff]?")  # accents of European words stand alone
_SKIPPED = re.compile(r"#|sep=.?$")  # a comment, or Excel's word on the separator, which is seen anyway
_SPACES = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Layout:
    """`separator` is one of `SEPARATORS`, where a space stands for any number of spaces and tabs; `names`: whether
    the first row holds the names of the columns."""

    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    names: bool = True


def detect(head: bytes) -> Layout:
    """The likeliest layout of a file that begins with these bytes.

    Raises:
        ConfigError: for a file that is empty or no text.
    """
    if not head.strip(b"\r\n\t \x00"):
        raise ConfigError("the file is empty")
    encoding = _encoding(head)
    lines = decoded(head, encoding).splitlines()[: HEAD_ROWS + 1]
    if len(lines) > 1 and len(head) >= HEAD_BYTES:
        lines.pop()  # it may be cut
    lines = [line for line in lines if line.strip() and not _SKIPPED.match(line)] or [""]
    best = max((_fit(lines, separator) for separator in SEPARATORS), key=lambda fit: fit[:2])
    layout = Layout(encoding, best[2], best[3], names=False)
    first = next(cells(lines, layout), (0, []))[1]
    return replace(layout, names=any(value(cell, layout.decimal) is None and cell.strip() for cell in first))


def _encoding(head: bytes) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
            if zeros.count(0) > len(zeros) // 2 and b"\0" not in others:
                return name
        raise ConfigError("this is no text but a binary file")
    for name in ("utf-8", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(name)().decode(head)  # the last character may be cut
        except UnicodeDecodeError:
            continue
        if name == "utf-8" or (_PAIRS.fullmatch(head) and any("\u4e00" <= c <= "\u9fff" for c in text)):
            return name
    return "cp1252"


def decoded(head: bytes, encoding: str) -> str:
    """The first bytes of a file as text; what does not fit the encoding is shown as '\ufffd'."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(errors="replace")
    return decoder.decode(head)


def _fit(lines: list[str], separator: str) -> tuple[int, float, str, str]:
    """(rows that have the commonest number of cells, share of cells that are numbers, separator, decimal sign)."""
    rows = [row for _, row in _split(lines, separator)] or [[""]]
    comma = separator != "," and any(_COMMA.fullmatch(cell.strip()) for row in rows for cell in row)
    decimal = "," if comma else "."
    numbers = sum(value(cell, decimal) is not None for row in rows for cell in row)
    width, count = max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]))
    return (count if width > 1 else 0), numbers / sum(map(len, rows)), separator, decimal


def _split(lines: Iterable[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from cells(lines, Layout(separator=separator))
    except ConfigError:
        return


def cells(lines: Iterable[str], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, cells) of each row; empty lines and comments are left out.

    Raises:
        ConfigError: for what no table can hold, such as a quote that is never closed.
    """
    if layout.separator == " ":
        for number, line in enumerate(lines, 1):
            if (line := line.strip()) and not _SKIPPED.match(line):
                line = _SPACES.sub(" ", line)
                yield number, next(csv.reader([line], delimiter=" ")) if '"' in line else line.split(" ")
        return
    reader = csv.reader(lines, delimiter=layout.separator, skipinitialspace=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ConfigError("row {row} is no row of a table: {reason}", row=reader.line_num, reason=error) from None
        if any(cell.strip() for cell in row) and not _SKIPPED.match(row[0]):
            yield reader.line_num, row


def value(cell: str, decimal: str) -> float | None:
    """The finite number that a cell holds, or None."""
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    try:
        number = float(cell)
    except ValueError:
        if "−" in cell:
            return value(cell.replace("−", "-"), ".")
        return None
    return number if math.isfinite(number) and "_" not in cell else None
