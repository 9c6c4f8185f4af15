"""Text to syntax tree, with errors that say what is wrong, where, and what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ..errors import ConfigError, unknown
from .functions import CONSTANTS, FUNCTIONS, VECTOR_FUNCTIONS
from .syntax import Assign, Binary, Call, Name, Node, Number, Unary

MAX_LENGTH = 4000
MAX_TOKENS = 1500
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)"
    r"|(?P<name>[^\W\d][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*)"
    r"|(?P<op><=|>=|==|!=|\*\*|[-+*/^()<>,=])|(?P<newline>\n)|(?P<space>[ \t\r]+|#[^\n]*)"
)
# What is pasted from a text, or typed in Chinese, and means the same.
_ALIKE = str.maketrans("−·⋅×∗÷（）＋－＊／＾，＜＞＝", "-****/()+-*/^,<>=")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_WORDS = ("and", "or", "not")


class FormulaError(ConfigError):
    """A text that is no formula: `message`, the 1-based `line` and `column` where it goes wrong, and an `excerpt`."""

    def __init__(self, template: str, text: str, line: int, column: int, where: str = "", **values: object) -> None:
        super().__init__(template, where, **values)
        self.text, self.line, self.column = text, line, column
        lines = text.split("\n")
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        first = max(0, column - 60)
        self.excerpt = f"{shown[first : first + 100]}\n{' ' * (column - 1 - first)}^"
        place = f"{where}: " if where else ""
        self.args = (f"{place}line {line}, column {column}: {self.message}\n{self.excerpt}",)

    def at(self, where: str) -> FormulaError:
        return FormulaError(self.template, self.text, self.line, self.column, self.within(where), **self.values)


class Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


def _tokens(text: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        template = "the text has {count} characters; at most {limit} are allowed"
        raise FormulaError(template, text[:200], 1, 1, count=len(text), limit=MAX_LENGTH)
    found: list[Token] = []
    position, line, line_start = 0, 1, 0
    plain = text.translate(_ALIKE)
    while position < len(text):
        match = _TOKEN.match(plain, position)
        column = position - line_start + 1
        if match is None:
            shown = repr(text[position])
            raise FormulaError("the character {character} has no meaning here", text, line, column, character=shown)
        kind = match.lastgroup or ""
        if kind == "raised":
            raise FormulaError("powers are written with ^, as in x^2", text, line, column)
        if kind != "space":
            found.append(Token(kind, match.group(), line, column))
        if len(found) > MAX_TOKENS:
            template = "more than {limit} symbols; write a shorter formula"
            raise FormulaError(template, text, line, column, limit=MAX_TOKENS)
        position = match.end()
        if kind == "newline":
            line, line_start = line + 1, position
    found.append(Token("end", "", line, position - line_start + 1))
    return found


class _Parser:
    """Recursive descent; one method per level of precedence."""

    def __init__(self, text: str, known: Collection[str], functions: Mapping[str, int] = FUNCTIONS) -> None:
        self.text, self.known, self.functions = text, set(known), functions
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

    def error(self, template: str, token: Token | None = None, /, **values: object) -> FormulaError:
        token = token or self.token
        return FormulaError(template, self.text, token.line, token.column, "", **values)

    def expect(self, op: str, template: str, **values: object) -> None:
        if not self.is_op(op):
            raise self.error(template, None, found=self.shown(), **values)
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
            raise self.error("nested more than {limit} levels deep; split it up", limit=MAX_DEPTH)
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
                raise self.error("an operator is missing before {found}; write * to multiply", found=self.shown())
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
            raise self.error("nested more than {limit} levels deep; split it up", limit=MAX_DEPTH)
        exponent = self.signed()  # right-associative: a^b^c = a^(b^c)
        self.depth -= 1
        return Binary("^", base, exponent)

    def atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            value = float(self.take().text)
            if not math.isfinite(value):
                raise self.error("the number {number} is too large for a 64-bit float", token, number=token.text)
            return Number(value)
        if token.kind == "name" and token.text not in _WORDS:
            self.take()
            return self.call(token) if self.is_op("(") else self.name(token)
        if self.is_op("("):
            self.take()
            node = self.expression()
            self.expect(")", "expected ')' to close the bracket, found {found}")
            return node
        raise self.error("expected a number, a name or '(', found {found}", found=self.shown())

    def name(self, token: Token) -> Node:
        if token.text in self.known:
            return Name(token.text)
        if token.text in CONSTANTS:
            return Number(CONSTANTS[token.text])
        if token.text in self.functions:
            template = "the function {name} needs its arguments in brackets: {name}(…)"
            raise self.error(template, token, name=token.text)
        raise self.unknown("name", token, sorted(self.known))

    def call(self, token: Token) -> Node:
        if token.text not in self.functions:
            if token.text in self.known:
                raise self.error("{name} is no function; write * to multiply", token, name=repr(token.text))
            raise self.unknown("function", token, self.functions)
        self.take()
        arguments: list[Node] = []
        if not self.is_op(")"):
            arguments.append(self.expression())
            while self.is_op(","):
                self.take()
                arguments.append(self.expression())
        self.expect(")", "expected ')' to close the arguments of {name}, found {found}", name=token.text)
        wanted = self.functions[token.text]
        if len(arguments) != wanted:
            template = "{name} takes {wanted} argument(s), got {given}"
            raise self.error(template, token, name=token.text, wanted=wanted, given=len(arguments))
        return Call(token.text, tuple(arguments))

    def unknown(self, kind: str, token: Token, choices: Collection[str]) -> FormulaError:
        fault = unknown(kind, token.text, choices, "")
        return FormulaError(fault.template, self.text, token.line, token.column, "", **fault.values)


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
        raise parser.error("unexpected {found} after the formula", found=parser.shown())
    return node


def parse_program(
    text: str, inputs: Collection[str], state: Collection[str] = (), vector: bool = False
) -> list[Assign]:
    """Lines `name = expression`; each may use the inputs, the state, and names assigned above it.

    `vector`: also the functions over the whole parameter vector.

    Raises:
        FormulaError: with line and column; also for an assignment to an input.
    """
    functions = {**FUNCTIONS, **VECTOR_FUNCTIONS} if vector else FUNCTIONS
    parser = _Parser(text, {*inputs, *state}, functions)
    lines: list[Assign] = []
    parser.skip_newlines()
    while parser.token.kind != "end":
        target = parser.take()
        if target.kind != "name" or target.text in _WORDS:
            raise parser.error("a line must begin with the name that it assigns, as in m = g", target)
        if target.text in inputs or target.text in functions or target.text in CONSTANTS:
            template = "{name} is given and cannot be assigned; choose another name"
            raise parser.error(template, target, name=repr(target.text))
        parser.expect("=", "expected '=' after {name}, found {found}", name=repr(target.text))
        lines.append(Assign(target.text, parser.expression(), target.line))
        parser.known.add(target.text)
        if parser.token.kind not in ("newline", "end"):
            raise parser.error("unexpected {found} after the expression", found=parser.shown())
        parser.skip_newlines()
    if not lines:
        raise parser.error("the text is empty; it needs at least one line name = expression")
    return lines
