"""Numbers as people write them: 9.174×10⁵ and 100 000, not 9.174e+05 and 100000; and round steps between them."""

from __future__ import annotations

import math
from decimal import Decimal

MISSING, MINUS = "–", "−"
GROUP = "\u202f"  # a narrow space at which no line breaks
PLAIN = range(-3, 5)  # powers of ten that are written out: 1e-3 <= |value| < 1e5
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def show(value: float | None, digits: int = 4) -> str:
    """`value` to `digits` significant digits; '–' where there is no number. As `typeset.number`, but for plain text."""
    if value is None:
        return MISSING
    if math.isnan(value):
        return "NaN"
    sign = MINUS if value < 0 else ""
    if math.isinf(value):
        return f"{sign}∞"
    if value == 0:
        return "0"
    rounded = Decimal(f"{abs(value):.{digits - 1}e}")
    power = rounded.adjusted()
    plain = power in PLAIN
    text = f"{rounded if plain else rounded.scaleb(-power):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return sign + text + ("" if plain else f"×10{str(power).translate(_RAISED)}")


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 × 10ⁿ that is not below `least`, but for rounding."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= least * (1 - 1e-9)), 10.0 * power)


def whole(value: int) -> str:
    """A whole number in groups of three digits."""
    return f"{value:,}".replace(",", GROUP).replace("-", MINUS)
