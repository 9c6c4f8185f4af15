"""Text to syntax tree, with errors that say what is wrong, where, and what would be right."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection
from typing import NamedTuple

from .functions import CONSTANTS, FUNCTIONS
from .syntax import Assign, Binary, Call, Name, Node, Number, Unary

MAX_LENGTH = 4000
MAX_TOKENS = 1500
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<op><=|>=|==|!=|\*\*|[-+*/^()<>,=])|(?P<newline>\n)|(?P<space>[ \t\r]+|#[^\n]*)"
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_WORDS = ("and", "or", "not")


class FormulaError(ValueError):
    """A text that is no formula: `message`, and the 1-based `line` and `column` where it goes wrong."""

    def __init__(self, message: str, text: str, line: int, column: int) -> None:
        self.message, self.line, self.column = message, line, column
        lines = text.split("\n")
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        first = max(0, column - 60)
        self.excerpt = f"{shown[first : first + 100]}\n{' ' * (column - 1 - first)}^"
        super().__init__(f"line {line}, column {column}: {message}\n{self.excerpt}")


class Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


def _tokens(text: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the text has {len(text)} characters; at most {MAX_LENGTH} are allowed", text[:200], 1, 1)
    found: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        column = position - line_start + 1
        if match is None:
            raise FormulaError(f"the character {text[position]!r} has no meaning here", text, line, column)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(), line, column))
        if len(found) > MAX_TOKENS:
            raise FormulaError(f"more than {MAX_TOKENS} symbols; write a shorter formula", text, line, column)
        position = match.end()
        if kind == "newline":
            line, line_start = line + 1, position
    found.append(Token("end", "", line, position - line_start + 1))
    return found


class _Parser:
    """Recursive descent; one method per level of precedence."""

    def __init__(self, text: str, known: Collection[str]) -> None:
        self.text, self.known = text, set(known)
        self.tokens = _tokens(text)
        self.at, self.depth = 0, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def is_op(self, *ops: str) -> bool:
        return self.token.kind in ("op", "name") and self.token.text in ops

    def error(self, message: str, token: Token | None = None) -> FormulaError:
        token = token or self.token
        return FormulaError(message, self.text, token.line, token.column)

    def expect(self, op: str, why: str) -> None:
        if not self.is_op(op):
            raise self.error(f"expected {op!r} {why}, found {self.shown()}")
        self.take()

    def shown(self) -> str:
        kind = self.token.kind
        return "the end" if kind == "end" else "the end of the line" if kind == "newline" else repr(self.token.text)

    def skip_newlines(self) -> None:
        while self.token.kind == "newline":
            self.take()

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep; split it up")
        node = self.disjunction()
        self.depth -= 1
        return node

    def disjunction(self) -> Node:
        node = self.conjunction()
        while self.is_op("or"):
            self.take()
            node = Binary("or", node, self.conjunction())
        return node

    def conjunction(self) -> Node:
        node = self.negation()
        while self.is_op("and"):
            self.take()
            node = Binary("and", node, self.negation())
        return node

    def negation(self) -> Node:
        count = 0
        while self.is_op("not"):
            self.take()
            count += 1
        node = self.comparison()
        return Unary("not", node) if count % 2 else node

    def comparison(self) -> Node:
        node = self.sum()
        if self.is_op(*_COMPARISONS):
            node = Binary(self.take().text, node, self.sum())
            if self.is_op(*_COMPARISONS):
                raise self.error("comparisons cannot be chained; write a < b and b < c")
        return node

    def sum(self) -> Node:
        node = self.product()
        while self.is_op("+", "-"):
            node = Binary(self.take().text, node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while True:
            if self.is_op("*", "/"):
                node = Binary(self.take().text, node, self.signed())
            elif self.token.kind in ("number", "name") and self.token.text not in _WORDS or self.is_op("("):
                raise self.error(f"an operator is missing before {self.shown()}; write * to multiply")
            else:
                return node

    def signed(self) -> Node:
        sign = 1
        while self.is_op("-", "+"):
            sign = -sign if self.take().text == "-" else sign
        node = self.power()
        return node if sign > 0 else Number(-node.value) if isinstance(node, Number) else Unary("-", node)

    def power(self) -> Node:
        base = self.atom()
        if self.is_op("**"):
            raise self.error("powers are written with ^, as in x^2")
        if not self.is_op("^"):
            return base
        self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep; split it up")
        exponent = self.signed()  # right-associative: a^b^c = a^(b^c)
        self.depth -= 1
        return Binary("^", base, exponent)

    def atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            value = float(self.take().text)
            if not math.isfinite(value):
                raise self.error(f"the number {token.text} is too large for a 64-bit float", token)
            return Number(value)
        if token.kind == "name" and token.text not in _WORDS:
            self.take()
            return self.call(token) if self.is_op("(") else self.name(token)
        if self.is_op("("):
            self.take()
            node = self.expression()
            self.expect(")", "to close the bracket")
            return node
        raise self.error(f"expected a number, a name or '(', found {self.shown()}")

    def name(self, token: Token) -> Node:
        if token.text in self.known:
            return Name(token.text)
        if token.text in CONSTANTS:
            return Number(CONSTANTS[token.text])
        if token.text in FUNCTIONS:
            raise self.error(f"the function {token.text} needs its arguments in brackets: {token.text}(…)", token)
        raise self.error(f"unknown name {token.text!r}; {self.suggestion(token.text, self.known)}", token)

    def call(self, token: Token) -> Node:
        if token.text not in FUNCTIONS:
            if token.text in self.known:
                raise self.error(f"{token.text!r} is no function; write * to multiply", token)
            raise self.error(f"unknown function {token.text!r}; {self.suggestion(token.text, FUNCTIONS)}", token)
        self.take()
        arguments: list[Node] = []
        if not self.is_op(")"):
            arguments.append(self.expression())
            while self.is_op(","):
                self.take()
                arguments.append(self.expression())
        self.expect(")", f"to close the arguments of {token.text}")
        wanted = FUNCTIONS[token.text]
        if len(arguments) != wanted:
            raise self.error(f"{token.text} takes {wanted} argument(s), got {len(arguments)}", token)
        return Call(token.text, tuple(arguments))

    @staticmethod
    def suggestion(word: str, choices: Collection[str]) -> str:
        near = difflib.get_close_matches(word, list(choices), 1)
        return f"did you mean {near[0]!r}?" if near else "known here: " + ", ".join(sorted(choices))


def parse_expression(text: str, known: Collection[str]) -> Node:
    """One expression over the names in `known`. Line breaks inside brackets are not needed: they count as space.

    Raises:
        FormulaError: with line and column, if the text is no such expression.
    """
    parser = _Parser(text, known)
    parser.tokens = [token for token in parser.tokens if token.kind != "newline"]
    if parser.token.kind == "end":
        raise parser.error("the formula is empty")
    node = parser.expression()
    if parser.token.kind != "end":
        raise parser.error(f"unexpected {parser.shown()} after the formula")
    return node


def parse_program(text: str, inputs: Collection[str], state: Collection[str] = ()) -> list[Assign]:
    """Lines `name = expression`; each may use the inputs, the state, and names assigned above it.

    Raises:
        FormulaError: with line and column; also for an assignment to an input.
    """
    parser = _Parser(text, {*inputs, *state})
    lines: list[Assign] = []
    parser.skip_newlines()
    while parser.token.kind != "end":
        target = parser.take()
        if target.kind != "name" or target.text in _WORDS:
            raise parser.error("a line must begin with the name that it assigns, as in m = g", target)
        if target.text in inputs or target.text in FUNCTIONS or target.text in CONSTANTS:
            raise parser.error(f"{target.text!r} is given and cannot be assigned; choose another name", target)
        parser.expect("=", f"after {target.text!r}")
        lines.append(Assign(target.text, parser.expression(), target.line))
        parser.known.add(target.text)
        if parser.token.kind not in ("newline", "end"):
            raise parser.error(f"unexpected {parser.shown()} after the expression")
        parser.skip_newlines()
    if not lines:
        raise parser.error("the text is empty; it needs at least one line name = expression")
    return lines
