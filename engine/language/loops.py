"""Straight-line code over n parameters put into loops: few arrays in each, as compilers vectorise no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .functions import SEARCHES

_NAMES = re.compile(r"\b(?:x_\w+|v\d+)\b")
_CALL = re.compile(r"_(norm|norm_inf|mean|dot|backtrack|wolfe)\((.*)\)")
# LLVM compares the arrays of a loop for overlap when it runs, up to so many pairs; beyond it does not vectorise.
MAX_COMPARED = 8
_INPUTS = {"x_theta": "theta", "x_g": "g"}


@dataclass
class _Line:
    """`name = value`: whether each parameter has its own, and after how many reductions it can be computed."""

    name: str
    value: str
    needs: tuple[str, ...]
    own: bool
    level: int
    call: str = ""
    arguments: tuple[str, ...] = ()


@dataclass
class _Loop:
    """Lines of one loop: what it reads and what it stores, each the name of an array."""

    lines: list[_Line] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    stores: dict[str, str] = field(default_factory=dict)  # array → atom

    def compared(self) -> int:
        """How many pairs of its arrays may overlap."""
        reads, stores = len(self.reads - set(self.stores)), len(self.stores)
        return stores * reads + stores * (stores - 1) // 2


class Loops:
    """The lines that `Emitter` has collected, in the order in which they can be computed.

    What belongs to each parameter has a name that begins with x_: theta, g, i, hess, and the buffers s0, s1 …; what is
    given for all of them has any other, as the hyper-parameters h0, h1 … have.
    `guards` are atoms one of which must hold for the Hessian's diagonal to be needed; none: it always is, if read.
    """

    def __init__(self, lines: Sequence[str], buffers: int, guards: Sequence[str] = ()) -> None:
        self.rows = 0
        self._arrays = dict(_INPUTS) | {f"x_s{k}": f"s{k}" for k in range(buffers)}  # atom → where it is stored
        self._known: dict[str, _Line] = {}
        self._room: list[str] = []  # rows for trials and their gradients
        self._guards: tuple[str, ...] = ()
        self._curvature = -1
        for text in lines:
            name, _, value = text.partition(" = ")
            self._known[name] = self._line(name, value, guards)

    def _line(self, name: str, value: str, guards: Sequence[str]) -> _Line:
        needs = tuple(dict.fromkeys(_NAMES.findall(value)))
        if "x_hess" in needs and self._curvature < 0:
            atoms = [guard for guard in guards if guard in self._known or not _NAMES.search(guard)]
            shared = len(atoms) == len(guards) and not any(self._own(atom) for atom in atoms)
            self._guards = tuple(atoms) if shared else ()
            self._curvature = max((self._level(atom) for atom in self._guards), default=0)
        level = max((self._level(atom) for atom in needs), default=0)
        if match := _CALL.fullmatch(value):
            arguments = tuple(match[2].split(", "))
            return _Line(name, value, needs, False, level + 1, match[1], arguments)
        return _Line(name, value, needs, any(self._own(atom) for atom in needs), level)

    def _own(self, atom: str) -> bool:
        return atom.startswith("x_") or atom in self._known and self._known[atom].own

    def _level(self, atom: str) -> int:
        if atom == "x_hess":
            return self._curvature
        return self._known[atom].level if atom in self._known else 0

    def text(self, outputs: Mapping[str, str]) -> list[str]:
        """The body of the rule; `outputs` says which atom each of the arrays m, sigma, a0, a1 … is to hold."""
        levels = 1 + max((line.level for line in self._known.values()), default=0)
        levels = max(levels, 1 + self._curvature)
        stores: list[dict[str, str]] = [{} for _ in range(levels)]  # of each level: array → atom
        for array, atom in outputs.items():
            stores[self._level(atom) if self._own(atom) else levels - 1][array] = atom
            if self._own(atom) and atom not in self._arrays:
                self._arrays[atom] = array
        if self._curvature >= 0:
            self._arrays["x_hess"] = self._row()
            self._room = self._room or [self._row(), self._row()]
        for atom in self._kept():
            if atom not in self._arrays:
                self._arrays[atom] = self._row()
                stores[self._level(atom)][self._arrays[atom]] = atom
        body: list[str] = []
        for level in range(levels):
            shared = [line for line in self._known.values() if line.level == level and not line.own]
            for line in shared:
                body.append(f"{line.name} = {self._call(line) if line.call else line.value}")
            if level == self._curvature:
                room = ", ".join([self._arrays["x_hess"], *self._room])
                call = f"_diagonal(function, parameters, batch, theta, t, {room})"
                body += [f"if {' or '.join(self._guards)}:", f"    {call}"] if self._guards else [call]
            for loop in self._loops(stores[level], level):
                body += self._loop_text(loop)
        return self._views("\n".join(body)) + body

    def _row(self) -> str:
        self.rows += 1
        return f"r{self.rows - 1}"

    def _kept(self) -> Iterable[str]:
        """What reductions and later loops read of a loop."""
        for line in self._known.values():
            for k, atom in enumerate(line.arguments):
                if self._own(atom) or line.call not in SEARCHES or k == 0:
                    yield atom
                if line.call in SEARCHES and not self._room:
                    self._room = [self._row(), self._row()]
            if line.own:
                yield from (atom for atom in line.needs if self._own(atom) and self._level(atom) < line.level)

    def _call(self, line: _Line) -> str:
        if line.call not in SEARCHES:
            return f"_{line.call}({', '.join(self._arrays[atom] for atom in line.arguments)})"
        d, *numbers = line.arguments
        given = [f"{self._arrays[atom]}[0]" if self._own(atom) else atom for atom in numbers]
        head = f"function, parameters, batch, theta, eta, {self._arrays[d]}"
        return f"_{line.call}({', '.join((head, *given, *self._room))})"

    def _loops(self, stores: Mapping[str, str], level: int) -> list[_Loop]:
        """Loops that store these atoms, in turn; each takes in the next store as long as few arrays are compared."""
        done: set[str] = set()  # what an earlier loop of this level has stored can be read
        found: list[_Loop] = []
        for array, atom in stores.items():
            together = self._with(found[-1] if found else _Loop(), array, atom, level, done)
            if found and together.compared() <= MAX_COMPARED:
                found[-1] = together
            else:
                if found:
                    done |= {atom for array, atom in found[-1].stores.items() if self._arrays.get(atom) == array}
                found.append(self._with(_Loop(), array, atom, level, done))
        return found

    def _with(self, loop: _Loop, array: str, atom: str, level: int, done: set[str]) -> _Loop:
        """The loop, and what it takes to store an atom besides."""
        together = _Loop(list(loop.lines), set(loop.reads), loop.stores | {array: atom})
        names = {line.name for line in together.lines}

        def need(atom: str) -> None:
            if atom in names or not self._own(atom) or atom == "x_i":
                return
            names.add(atom)
            line = self._known.get(atom)
            if line is None or line.level < level or atom in done:
                together.reads.add(self._arrays[atom])
                together.lines.append(_Line(atom, f"{self._arrays[atom]}[i]", (), True, level))
                return
            for part in line.needs:
                need(part)
            together.lines.append(line)

        need(atom)
        return together

    def _loop_text(self, loop: _Loop) -> list[str]:
        lines = [f"{line.name} = {line.value}" for line in loop.lines]
        stored = [f"{array}[i] = {atom}" for array, atom in loop.stores.items()]
        first = ["x_i = float(i)"] if any("x_i" in _NAMES.findall(line) for line in (*lines, *stored)) else []
        return ["for i in range(theta.size):", *(f"    {line}" for line in (*first, *lines, *stored))]

    def _views(self, text: str) -> list[str]:
        """The hyper-parameters and the rows of the matrices that the body reads or writes."""
        used = set(re.findall(r"\b[sarh]\d+\b", text))
        names = {"s": "state", "a": "after", "r": "work", "h": "h"}
        return [f"{name} = {names[name[0]]}[{name[1:]}]" for name in sorted(used)]
