"""Numbers as text that a person types, and the steps that keys take from one to the next; no widget."""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal

from engine.declaration import Parameter
from engine.errors import ConfigError

# Up from 0 starts where an eps usually is; the way down goes on past it, because Adagrad's eps is 1e-10.
FIRST, LAST = Decimal("1e-8"), Decimal("1e-12")

_DIGITS = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_NUMBER = re.compile(rf"\s*({_DIGITS})(?:[eE]([+-]?[0-9]+)|\s*[·⋅×]\s*10(?:\^([+-]?[0-9]+)|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?\s*")


def format_number(value: float) -> str:
    """The shortest text that parses back to exactly `value`, as a person writes it: 0.001, 1e-7, 100000."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    number = _decimal(value).normalize()
    if 1e-4 <= abs(value) < 1e7:
        return f"{number:f}"
    exponent = number.adjusted()
    return f"{number.scaleb(-exponent):f}e{exponent}"


def parse_number(text: str) -> float:
    """The finite number that a person typed: 1e-3, .5, 1·10^-3, 1×10⁻³ or a quotient such as 2/3.

    Raises:
        ConfigError: if it is anything else.
    """
    shown = text.strip()
    if not shown:
        raise ConfigError("the field is empty; type a number")
    parts = [_plain(part) for part in shown.replace("−", "-").split("/", 1)]
    if len(parts) == 2 and all(map(math.isfinite, parts)) and parts[1] != 0:
        parts = [parts[0] / parts[1]]
    if len(parts) == 2 or not math.isfinite(parts[0]):
        raise ConfigError("{text} is not a number", text=shown if len(shown) <= 24 else shown[:23] + "…")
    return parts[0] + 0.0  # turns -0 into 0


def _plain(text: str) -> float:
    match = _NUMBER.fullmatch(text)
    if not match:
        return math.nan
    digits, *exponents = match.groups()
    exponent = next(filter(None, exponents), "0").translate(_SUPERSCRIPTS)
    return float(f"{digits}e{exponent}")


def _decimal(value: float) -> Decimal:
    # By way of the text: 0.1 becomes the decimal 0.1, so that sums of steps stay clean.
    return Decimal(repr(float(value)))


def step(parameter: Parameter, value: float, up: bool, coarse: bool = False, fine: bool = False) -> float:
    """The next number above or below `value` that an arrow key goes to; `value` itself where there is none."""
    number, sign = _decimal(value), 1 if up else -1
    if parameter.integer:
        target = number + sign * (10 if coarse else 1)
    elif not parameter.log:
        increment = _increment(parameter, number).scaleb(1 if coarse else -1 if fine else 0)
        target = number + sign * increment
    elif number == 0:
        target = sign * FIRST
    else:
        grows = up == (number > 0)
        to_zero = not grows and abs(number) <= LAST and allows(parameter, 0.0)
        target = Decimal(0) if to_zero else _log_step(abs(number), grows, coarse, fine).copy_sign(number)
    result = min(max(float(target), parameter.low), parameter.high)
    return result if allows(parameter, result) else value


def allows(parameter: Parameter, value: float) -> bool:
    try:
        parameter.check(value)
    except ConfigError:
        return False
    return True


def _increment(parameter: Parameter, number: Decimal) -> Decimal:
    """A hundredth of a finite range, otherwise a tenth of the number, rounded to 1, 2 or 5."""
    span = _decimal(parameter.high) - _decimal(parameter.low)
    size = span / 100 if span.is_finite() and span > 0 else abs(number) / 10
    if size == 0:
        return Decimal("0.1")
    exponent = size.adjusted()
    leading = size.scaleb(-exponent)
    nearest = min((1, 2, 5, 10), key=lambda rung: abs(math.log(float(leading) / rung)))
    return Decimal(nearest).scaleb(exponent)


def _log_step(size: Decimal, up: bool, coarse: bool, fine: bool) -> Decimal:
    if coarse:
        return size.scaleb(1 if up else -1)
    if fine:
        two_digits, factor = Context(prec=2), Decimal("1.1")
        return two_digits.multiply(size, factor) if up else two_digits.divide(size, factor)
    exponent = size.adjusted()
    leading = size.scaleb(-exponent)
    rungs = [Decimal(rung) for rung in ("0.5", "1", "2", "5", "10")]
    rung = min(r for r in rungs if r > leading) if up else max(r for r in rungs if r < leading)
    return rung.scaleb(exponent)
