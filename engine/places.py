"""Where in a TOML text an entry stands."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1)
def _places(text: str) -> dict[tuple[str, ...], tuple[int, int, str]]:
    """The path of each table and entry, with its line, its column from 0, and the text of that line."""
    table: list[str] = []
    counts: dict[tuple[str, ...], int] = {}
    places: dict[tuple[str, ...], tuple[int, int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)([^\]]+)\]", line):
            table, names = [], [name.strip() for name in header.group(2).split(".")]
            for depth, name in enumerate(names, 1):
                table.append(name)
                path = tuple(table)
                if header.group(1) == "[[" and depth == len(names):
                    counts[path] = counts.get(path, -1) + 1
                if path in counts:
                    places.setdefault(path, (number, 0, line))
                    table.append(str(counts[path]))
            places.setdefault(tuple(table), (number, 0, line))
        elif key := re.match(r"(\s*)([\w-]+)\s*=", line):
            places.setdefault((*table, key.group(2)), (number, len(key.group(1)), line))
    return places


def locate(text: str, where: str) -> tuple[int, int]:
    """Line and column, from 1, of the innermost part of the path `where` that can be found in the TOML `text`."""
    parts = re.findall(r"[^.\[\]]+", where)
    for depth in range(len(parts), 0, -1):
        if place := _places(text).get(tuple(parts[:depth])):
            number, column, line = place
            for part in parts[depth:]:
                if inner := re.search(rf"\b{re.escape(part)}\s*=", line[column + 1 :]):
                    column += inner.start() + 1
            return number, column + 1
    return 1, 1
