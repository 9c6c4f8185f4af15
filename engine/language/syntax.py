"""Nodes of the syntax tree; all frozen and hashable, so equal sub-terms can be shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Name:
    id: str


@dataclass(frozen=True, slots=True)
class Unary:
    """`op` is '-' or 'not'."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """`op` is one of + - * / ^ < <= > >= == != and or."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = "Number | Name | Unary | Binary | Call"


@dataclass(frozen=True, slots=True)
class Assign:
    name: str
    value: Node
    line: int


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case _:
            return ()


def names(node: Node) -> Iterator[str]:
    """Every name that occurs, in order of appearance, repeats included."""
    if isinstance(node, Name):
        yield node.id
    for child in children(node):
        yield from names(child)
