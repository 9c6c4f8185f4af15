"""exp, tanh and the normal distribution as straight-line code, which the vector units work on eight numbers at a time."""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# 1/k! for k = 2 … 14: the Taylor series of exp(r) − 1 − r, exact to rounding for |r| ≤ ln(2)/2.
_C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13, _C14 = (1 / math.factorial(k) for k in range(2, 15))
_LOG2E = 1 / math.log(2)
_LN2_HIGH, _LN2_LOW = float.fromhex("0x1.62e42fee00000p-1"), float.fromhex("0x1.a39ef35793c76p-33")
_SHIFT = 6755399441055744.0  # 1.5·2^52: adding it rounds to an integer, which then stands in the lowest bits
_HALF_ROOT, _DENSITY = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)
_SIGNIFICAND, _BIAS = 52, 1023 << 52


@intrinsic
def _bits(typing_context: Any, x: Any) -> Any:
    """The 64 bits of a double as an integer."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), code


@intrinsic
def _double(typing_context: Any, bits: Any) -> Any:
    """The double that an integer's 64 bits stand for."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), code


@njit("UniTuple(f8, 2)(f8)", fastmath={"contract"}, error_model="numpy")
def _split(x: Any) -> Any:
    """(2^k, exp(r) − 1) with x = k·ln 2 + r and |r| ≤ ln(2)/2; for |x| ≤ 708."""
    shifted = x * _LOG2E + _SHIFT
    k = shifted - _SHIFT
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    low = _C2 + r * (_C3 + r * (_C4 + r * (_C5 + r * _C6)))
    high = _C7 + r * (_C8 + r * (_C9 + r * (_C10 + r * (_C11 + r * (_C12 + r * (_C13 + r * _C14))))))
    return _double((_bits(shifted) << _SIGNIFICAND) + _BIAS), r + r2 * (low + (r2 * r2 * r) * high)


@njit("f8(f8)", fastmath={"contract"}, error_model="numpy")
def exp_negative(x: Any) -> Any:
    """exp(x) for x ≤ 0, and 0 where it would be less than 2^−1021."""
    two_k, rest = _split(-708.0 if x < -708.0 else x)
    return 0.0 if x < -708.0 else two_k + two_k * rest


@njit("f8(f8)", fastmath={"contract"}, error_model="numpy")
def tanh(x: Any) -> Any:
    """tanh(x), to 2 units in the last place."""
    y = 2.0 * abs(x)
    two_k, rest = _split(40.0 if y > 40.0 else y)
    more = two_k * rest + (two_k - 1.0)  # exp(y) − 1
    quotient, half = more / (more + 2.0), 0.5 * more
    return math.copysign(half - half * quotient if more < 0.8 else quotient, x)


@njit("UniTuple(f8, 2)(f8)", fastmath={"contract"}, error_model="numpy")
def normal(x: Any) -> Any:
    """(Φ(x), φ(x)): distribution and density of the normal distribution."""
    return 0.5 + 0.5 * math.erf(x * _HALF_ROOT), _DENSITY * exp_negative(-0.5 * x * x)
