"""exp, tanh, log and the normal distribution as straight-line code, for the vector units to do many at a time."""

from __future__ import annotations

import math
from typing import Any

from numba import njit, types
from numba.extending import intrinsic

# 1/k! for k = 2 … 14: the Taylor series of exp(r) − 1 − r, exact to rounding for |r| ≤ ln(2)/2.
_C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13, _C14 = (1 / math.factorial(k) for k in range(2, 15))
_LOG2E = 1 / math.log(2)
_LN2_HIGH, _LN2_LOW = float.fromhex("0x1.62e42fee00000p-1"), float.fromhex("0x1.a39ef35793c76p-33")
_SHIFT = 6755399441055744.0  # 1.5·2^52: adding it rounds to an integer, which then stands in the lowest bits
_DENSITY = 1 / math.sqrt(2 * math.pi)
_SIGNIFICAND, _BIAS = 52, 1023 << 52

# Of (y + 4)·M(y), eight at a time from the lowest power
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7 = (
    1.8932190633084853,
    -1.5237709108199822,
    0.970409554867598,
    -0.4675409629984738,
    0.1513917623119139,
    -0.018900450857290457,
    -0.00872229526253817,
    0.004087855618068217,
)
_M0, _M1, _M2, _M3, _M4, _M5, _M6, _M7 = (
    0.00033424448040533713,
    -0.0005792688106965849,
    -4.782328646674216e-06,
    8.809341486126925e-05,
    1.7923085280282147e-06,
    -1.4836494829379145e-05,
    -1.5670902653440213e-06,
    2.5562978176848312e-06,
)
_H0, _H1, _H2, _H3, _H4, _H5, _H6 = (
    6.611044434401465e-07,
    -3.8667667858956186e-07,
    -1.915686392198849e-07,
    3.652029198296139e-08,
    3.4939412384499666e-08,
    1.9380988650401872e-10,
    -2.421797844648958e-09,
)


def _reinterpreted(source: Any, target: Any) -> Any:
    """A function for native code: the 64 bits of one type read as another."""

    def bits(typing_context: Any, x: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(target))

        return target(source), code

    return intrinsic(bits)


_bits: Any = _reinterpreted(types.float64, types.int64)
_double: Any = _reinterpreted(types.int64, types.float64)


@njit(fastmath={"contract"}, error_model="numpy", forceinline=True)
def _split(x: Any) -> Any:
    """(2^k, exp(r) − 1) with x = k·ln 2 + r and |r| ≤ ln(2)/2; for |x| ≤ 708."""
    shifted = x * _LOG2E + _SHIFT
    k = shifted - _SHIFT
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    low = _C2 + r * (_C3 + r * (_C4 + r * (_C5 + r * _C6)))
    high = _C7 + r * (_C8 + r * (_C9 + r * (_C10 + r * (_C11 + r * (_C12 + r * (_C13 + r * _C14))))))
    return _double((_bits(shifted) << _SIGNIFICAND) + _BIAS), r + r2 * (low + (r2 * r2 * r) * high)


@njit(fastmath={"contract"}, error_model="numpy", forceinline=True)
def exp_negative(x: Any) -> Any:
    """exp(x) for x ≤ 0, and 0 where it would be less than 2^−1021."""
    two_k, rest = _split(-708.0 if x < -708.0 else x)
    return 0.0 if x < -708.0 else two_k + two_k * rest


@njit(fastmath={"contract"}, error_model="numpy", forceinline=True)
def tanh(x: Any) -> Any:
    """tanh(x), to 2 units in the last place."""
    y = 2.0 * abs(x)
    two_k, rest = _split(40.0 if y > 40.0 else y)
    more = two_k * rest + (two_k - 1.0)  # exp(y) − 1
    quotient, half = more / (more + 2.0), 0.5 * more
    return math.copysign(half - half * quotient if more < 0.8 else quotient, x)


@njit(fastmath={"contract"}, error_model="numpy", forceinline=True)
def log1p_unit(x: Any) -> Any:
    """log(1 + x) for 0 ≤ x ≤ 1, as 2·artanh(s) with s = x/(2 + x) ≤ 1/3."""
    s = x / (2.0 + x)
    q = s * s
    total = 1.0 / 35.0
    for k in range(33, 1, -2):
        total = 1.0 / k + q * total
    return 2.0 * s + 2.0 * s * (q * total)


@njit(fastmath={"contract"}, error_model="numpy", forceinline=True)
def normal(x: Any) -> Any:
    """(Φ(x), φ(x)), distribution and density of the normal distribution, each to 3e−16.

    Φ(−y) = φ(y)·M(y), where (y + 4)·M(y) is a polynomial in (y − 4)/(y + 4): a Chebyshev expansion of Mills' ratio M.
    """
    y = abs(x)
    y = 39.0 if y > 39.0 else y
    density = _DENSITY * exp_negative(-0.5 * y * y)
    share = 1.0 / (y + 4.0)
    t = (y - 4.0) * share
    t2 = t * t
    t8 = (t2 * t2) * (t2 * t2)
    low = _L0 + t * (_L1 + t * (_L2 + t * (_L3 + t * (_L4 + t * (_L5 + t * (_L6 + t * _L7))))))
    middle = _M0 + t * (_M1 + t * (_M2 + t * (_M3 + t * (_M4 + t * (_M5 + t * (_M6 + t * _M7))))))
    high = _H0 + t * (_H1 + t * (_H2 + t * (_H3 + t * (_H4 + t * (_H5 + t * _H6)))))
    mills = low + t8 * (middle + t8 * high)
    tail = density * mills * share
    return (tail if x < 0.0 else 1.0 - tail), density
