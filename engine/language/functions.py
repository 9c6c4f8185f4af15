"""The functions and constants a formula may use, and the derivatives of those with one argument."""

import math

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}

# name -> number of arguments
FUNCTIONS = {
    **dict.fromkeys(
        [
            "sqrt",
            "exp",
            "log",
            "log1p",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "abs",
            "sign",
            "sigmoid",
            "softplus",
            "floor",
        ],
        1,
    ),
    "min": 2,
    "max": 2,
    "clip": 3,
    "where": 3,
}

# Functions over the whole parameter vector, for rules alone: name -> number of arguments
SEARCHES = ("backtrack", "wolfe")  # along a direction
PAIR_FUNCTIONS = ("first", "second")  # of two parameters, and of no more
VECTOR_FUNCTIONS = {
    **dict.fromkeys(("norm", "norm_inf", "mean", *PAIR_FUNCTIONS), 1),
    **{"dot": 2, **dict.fromkeys(SEARCHES, 3)},
}

# First and second derivative, as formulas in the argument u and in the function's own value f.
# abs, sign, floor: the derivative away from the kink, and 0 at it. STEEP: those whose slope is infinite at an end.
STEEP = ("sqrt", "asin", "acos")
DERIVATIVES = {
    "sqrt": ("0.5/f", "-0.25/(f*u)"),
    "exp": ("f", "f"),
    "log": ("1/u", "-1/(u*u)"),
    "log1p": ("1/(1+u)", "-1/((1+u)*(1+u))"),
    "sin": ("cos(u)", "-f"),
    "cos": ("-sin(u)", "-f"),
    "tan": ("1+f*f", "2*f*(1+f*f)"),
    "asin": ("1/sqrt(1-u*u)", "u/((1-u*u)*sqrt(1-u*u))"),
    "acos": ("-1/sqrt(1-u*u)", "-u/((1-u*u)*sqrt(1-u*u))"),
    "atan": ("1/(1+u*u)", "-2*u/((1+u*u)*(1+u*u))"),
    "sinh": ("cosh(u)", "f"),
    "cosh": ("sinh(u)", "f"),
    "tanh": ("1-f*f", "-2*f*(1-f*f)"),
    "abs": ("sign(u)", "0"),
    "sign": ("0", "0"),
    "floor": ("0", "0"),
    "sigmoid": ("f*(1-f)", "f*(1-f)*(1-2*f)"),
    "softplus": ("sigmoid(u)", "sigmoid(u)*(1-sigmoid(u))"),
}
