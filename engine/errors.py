"""Errors that a person reads: an English template with its values apart, so that it can be shown in any language."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from itertools import islice

MANY, FEW = 50, 20  # names that are listed: all of them up to MANY, otherwise the first FEW


class ConfigError(ValueError):
    """Bad input, said so that a person can mend it: what is wrong, where, and what would be right.

    `where` is the path of the value inside a file or form, such as `runs[0].hyperparameters.beta1`.
    """

    def __init__(self, template: str, where: str = "", **values: object) -> None:
        self.template, self.where, self.values = template, where, values
        self.message = template.format(**values)
        super().__init__(f"{where}: {self.message}" if where else self.message)

    def at(self, where: str) -> ConfigError:
        """The same fault at another place; `where` is put in front of this one's own."""
        return ConfigError(self.template, self.within(where), **self.values)

    def within(self, where: str) -> str:
        """The place of this fault inside `where`."""
        return f"{where}.{self.where}" if self.where and not self.where.startswith("[") else where + self.where


def unknown(kind: str, name: str, known: Collection[str], where: str) -> ConfigError:
    """The error for a name that is not among `known`, with the nearest one or a list, the beginning of a long one."""
    alike = [other for other in known if other.casefold() == name.casefold()]
    near = alike or difflib.get_close_matches(name, list(known), 1)
    if near:
        return ConfigError(
            "unknown {kind} {name}; did you mean {near}?", where, kind=kind, name=repr(name), near=repr(near[0])
        )
    listed = ", ".join(known if len(known) <= MANY else [*islice(known, FEW), "…"]) or "–"
    return ConfigError("unknown {kind} {name}; known: {known}", where, kind=kind, name=repr(name), known=listed)
