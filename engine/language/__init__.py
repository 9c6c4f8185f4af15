"""The small, safe formula language in which surfaces, optimizers and schedules are written."""

from .parser import FormulaError, parse_expression, parse_program
from .syntax import Assign, Binary, Call, Name, Node, Number, Unary

__all__ = [
    "Assign",
    "Binary",
    "Call",
    "FormulaError",
    "Name",
    "Node",
    "Number",
    "Unary",
    "parse_expression",
    "parse_program",
]
