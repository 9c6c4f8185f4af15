"""One step of one run as arithmetic: what each line of the update rule comes to, as LaTeX and as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.language import Assign, Binary, Call, Name, Node, Number, Unary, parse_expression, search
from engine.language.evaluate import Searches, evaluate_all
from engine.language.functions import SEARCHES, VECTOR_FUNCTIONS
from engine.language.typeset import number, program_to_latex, symbol, to_latex
from engine.optimizers import Optimizer
from engine.simulator import Run

from ..numbers import MINUS, show

SUMMARY = parse_expression("theta - eta/sigma*m", ("theta", "eta", "sigma", "m"))
THETA_DIGITS = 5
LONG = 12
_SIGNS = {"*": "·", "-": " − ", "<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " ≠ ", "/": " / ", "^": "^"}
_LEVELS = {"or": 0, "and": 1, "+": 3, "-": 3, "*": 4, "/": 4, "^": 6}  # comparisons: 2, a sign: 5
_ATOM = 7


@dataclass(frozen=True)
class Line:
    """A line of the rule as it was computed: the formula that was taken, the numbers that went in, what came out."""

    assign: Assign
    values: Mapping[str, float]
    result: float

    def latex(self) -> str:
        """`name = formula with the numbers in it = result`."""
        filled = to_latex(self.assign.value, {name: number(value) for name, value in self.values.items()})
        result = number(self.result)
        text = f"{symbol(self.assign.name)} = {{{filled}}}"
        return text if filled == result else f"{text} = {{{result}}}"

    def plain(self) -> str:
        """The same as plain text."""
        filled, result = _plain(self.assign.value, self.values)[0], show(self.result)
        return f"{self.assign.name} = {filled}" + ("" if filled == result else f" = {result}")


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """A row of a run, and what was computed in that step for the parameter `i`."""

    run: Run
    step: int
    row: NDArray[np.float64]

    @property
    def places(self) -> tuple[int, int]:
        """Where the two parameters of the row stand among all."""
        return 0, 1

    @property
    def size(self) -> int:
        """The number of all parameters."""
        return 2

    @cached_property
    def updates(self) -> bool:
        """Whether an update was made here; not where the run ended by itself."""
        return not (self.run.end and self.step >= self.run.end.step)

    def pair(self, column: int) -> tuple[float, float]:
        """The numbers of both parameters from a column of the row on."""
        return float(self.row[column]), float(self.row[column + 1])

    def value(self, column: int) -> float:
        """A number of the row that belongs to both parameters."""
        return float(self.row[column])

    def buffers(self) -> dict[str, tuple[float, float]]:
        """The optimizer's buffers before the update."""
        return {name: self.pair(kernel.STATE + 2 * k) for k, name in enumerate(self.run.optimizer.state)}

    def terms(self, i: int) -> dict[str, float]:
        """The numbers of the summary, and `next`, the θ that comes out."""
        theta, update = self.pair(kernel.THETA)[i], self.pair(kernel.UPDATE)[i]
        return {
            "next": theta + update,
            "theta": theta,
            "eta": self.value(kernel.LR),
            "sigma": self.pair(kernel.SIGMA)[i],
            "m": self.pair(kernel.M)[i],
        }

    def lines(self, i: int) -> list[Line]:
        """The rule, line by line; each line sees what the lines above have assigned."""
        values, places, at = self._inputs(), list(self.places), self.places[i]
        recorded = {"m": self.pair(kernel.M), "sigma": self.pair(kernel.SIGMA)}
        found = []

        def evaluated(node: Node) -> NDArray[np.float64]:
            return evaluate_all(node, values, self._searches, self.size)

        for line in self.run.optimizer.lines:
            result = np.broadcast_to(evaluated(line.value), (self.size,))
            if line.name in recorded and np.isnan(result[places]).any():
                result = result.copy()  # NumPy also looks into the branch of `where` that is not taken
                result[places] = recorded[line.name]
            taken = Assign(line.name, _taken(line.value, evaluated, at), line.line)
            found.append(Line(taken, {name: float(of_all[at]) for name, of_all in values.items()}, float(result[at])))
            values[line.name] = result
        return found

    def _inputs(self) -> dict[str, NDArray[np.float64]]:
        """What the rule read, for all parameters."""
        surface = self.run.surface.at(self.pair(kernel.THETA))
        return {
            **self._shared(),
            "hess_cross": np.full(2, surface[4]),
            **{name: np.array(pair) for name, pair in self.buffers().items()},
            **{"theta": np.array(self.pair(kernel.THETA)), "g": self.run.gradient(self.row), "i": np.arange(2.0)},
            "hess": surface[[3, 5]],
        }

    def _shared(self) -> dict[str, NDArray[np.float64]]:
        """What the rule read that is the same for all parameters."""
        shared = {"t": self.step + 1.0, "eta": self.value(kernel.LR), "lr": self.run.piece_at(self.step).lr}
        shared |= {"loss": self.value(kernel.LOSS)} | self.run.hyperparameters_at(self.step, self.row)
        return {name: np.full(self.size, value) for name, value in shared.items()}

    @cached_property
    def _searches(self) -> Searches:
        surface, theta, eta = self.run.surface, np.array(self.pair(kernel.THETA)), self.value(kernel.LR)

        def along(name: str) -> Callable[[NDArray[np.float64], float, float], float]:
            return lambda d, a, b: float(
                getattr(search, name)(surface.function, surface.parameters, theta, eta, *d, a, b)
            )

        return {name: along(name) for name in SEARCHES}

    def summary_latex(self, i: int) -> str:
        """θ^{t+1} = θ^t − (η/σ)·m with this step's numbers."""
        terms = self.terms(i)
        filled = {name: number(value, THETA_DIGITS if name == "theta" else 4) for name, value in terms.items()}
        return f"{{{number(terms['next'], THETA_DIGITS)}}} = {{{to_latex(SUMMARY, filled)}}}"

    def summary_plain(self, i: int) -> str:
        """The same as plain text."""
        terms = self.terms(i)
        theta, after = (show(terms[name], THETA_DIGITS) for name in ("theta", "next"))
        return f"{after} = {theta} − ({show(terms['eta'])} / {show(terms['sigma'])}) · ({show(terms['m'])})"

    def as_text(self, title: str, status: str) -> str:
        """Everything at full precision, in columns that a spreadsheet takes."""
        axes = self.run.names
        rows: list[tuple[str, Sequence[float]]] = [
            ("theta", self.pair(kernel.THETA)),
            ("g", self.pair(kernel.GRAD)),
            ("m", self.pair(kernel.M)),
            ("sigma", self.pair(kernel.SIGMA)),
            ("eta", (self.value(kernel.LR),) * 2),
            ("eta/sigma", self.pair(kernel.RATE)),
            ("update", self.pair(kernel.UPDATE)),
            *self.buffers().items(),
            ("loss", (self.value(kernel.LOSS),)),
            ("|g|", (self.value(kernel.GRAD_NORM),)),
            ("S", (self.value(kernel.SHARPNESS),)),
        ]
        table = ["\t".join((name, *map(repr, numbers))) for name, numbers in rows]
        sums = [self._summary_repr(i, axis) for i, axis in enumerate(axes)] if self.updates else []
        head = ["\t".join(filter(None, (title, str(self.step), status))), self.run.optimizer.rule.strip()]
        return "\n".join([*head, *sums, "\t".join(("", *axes)), *table]) + "\n"

    def _summary_repr(self, i: int, axis: str) -> str:
        after, theta, eta, sigma, m = self.terms(i).values()
        return f"{axis}: {after!r} = {theta!r} - ({eta!r} / {sigma!r}) * ({m!r})"


def arithmetic(run: Run, step: int, row: NDArray[np.float64]) -> Arithmetic:
    """What was computed in a step of any run."""
    if run.surface.wide is None:
        return Arithmetic(run, step, row)
    from .arithmetic_wide import WideArithmetic  # its native code is loaded only where it is wanted

    return WideArithmetic(run, step, row)


def rule_sources(optimizer: Optimizer) -> list[str]:
    """The lines of the rule as they stand in the optimizer's file."""
    texts = optimizer.rule.split("\n")
    return [texts[line.line - 1].partition("#")[0].strip() for line in optimizer.lines]


def rule_latex(optimizer: Optimizer) -> list[str]:
    """The lines of the rule in symbols; a buffer that is made from its old self has an arrow in place of '='.

    A long name stands above its cases.
    """
    lines = optimizer.lines
    found = []
    for line, text in zip(lines, program_to_latex(lines), strict=True):
        name, _, value = text.partition(" = ")
        sign = r"\leftarrow" if line.name in optimizer.state else "="
        stacked = len(line.name) > LONG and value.startswith(r"\begin{cases}")
        found.append(
            rf"\begin{{aligned}} & {name} \; {sign} \\ & {value} \end{{aligned}}"
            if stacked
            else f"{name} {sign} {value}"
        )
    return found


def summary_symbols(axis: str) -> str:
    """The one update of all optimizers for the parameter called `axis`."""
    numbered = re.fullmatch(r"theta_?(\w+)", axis)
    below = symbol(numbered[1] if numbered else axis)
    names = {"theta": rf"\theta_{{{below}}}^{{t}}", "eta": r"\eta^{t}"}
    names |= {"sigma": rf"\sigma_{{{below}}}^{{t}}", "m": f"m_{{{below}}}^{{t}}"}
    return rf"\theta_{{{below}}}^{{t+1}} = {to_latex(SUMMARY, names)}"


def _taken(node: Node, evaluated: Callable[[Node], NDArray[np.float64]], i: int) -> Node:
    """The formula as it was for parameter number i: of each `where` the branch that was taken, and for each function
    over the whole vector what it came to."""
    match node:
        case Call("where", (condition, chosen, other)):
            holds = evaluated(condition)
            return _taken(chosen if (holds[i] if holds.ndim else holds) else other, evaluated, i)
        case Call(function, _) if function in VECTOR_FUNCTIONS:
            return Number(float(evaluated(node)))
        case Call(function, arguments):
            return Call(function, tuple(_taken(argument, evaluated, i) for argument in arguments))
        case Binary(op, left, right):
            return Binary(op, _taken(left, evaluated, i), _taken(right, evaluated, i))
        case Unary(op, operand):
            return Unary(op, _taken(operand, evaluated, i))
    return node


def _plain(node: Node, values: Mapping[str, float]) -> tuple[str, int]:
    """A formula with numbers in place of names, and how tightly its outermost sign binds."""

    def within(part: Node, level: int) -> str:
        text, own = _plain(part, values)
        return text if own >= level else f"({text})"

    match node:
        case Number(value):
            return _plain_number(value)
        case Name(name):
            return _plain_number(values[name])
        case Unary(op, operand):
            return ("−" if op == "-" else "not ") + within(operand, 6), 5
        case Binary("^", base, Number(2)):
            return f"{within(base, _ATOM)}²", 6
        case Binary(op, left, right):
            level = _LEVELS.get(op, 2)
            return within(left, level) + _SIGNS.get(op, f" {op} ") + within(right, level + 1), level
        case Call(function, arguments):
            head = "√" if function == "sqrt" else function
            return f"{head}({', '.join(_plain(argument, values)[0] for argument in arguments)})", _ATOM


def _plain_number(value: float) -> tuple[str, int]:
    text = show(value)
    return text, 2 if text.startswith(MINUS) else 6 if "×" in text else _ATOM
