"""One recorded step of Adam on Rosenbrock: the engine against plain Python, NumPy 2-vectors, C, torch and optax."""

from __future__ import annotations

import ctypes
import math
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine import kernel
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator
from surfaces import build

from . import libraries

LR, BETA1, BETA2, EPS = 0.01, 0.9, 0.999, 1e-8
START = (-1.5, 2.0)
COLUMNS = kernel.STATE + 4

C_SOURCE = r"""
#include <math.h>
/* The same row as the engine's: θ, L, g, |g|, lr, m, σ, rate, update, S, buffers; Hessian included. */
void adam(double *rows, long n, double x, double y) {
    double e[2] = {0, 0}, v[2] = {0, 0};
    for (long t = 0; t < n; t++) {
        double *r = rows + 20 * t, u = y - x * x, w = 1 - x, g[2], m[2], s[2], q[2];
        g[0] = -2 * w - 400 * x * u; g[1] = 200 * u;
        double hxx = 2 - 400 * u + 800 * x * x, hxy = -400 * x, hyy = 200;
        r[0] = x; r[1] = y; r[2] = w * w + 100 * u * u; r[3] = g[0]; r[4] = g[1];
        r[5] = sqrt(g[0] * g[0] + g[1] * g[1]); r[6] = 0.01;
        r[16] = e[0]; r[17] = e[1]; r[18] = v[0]; r[19] = v[1];
        double c1 = 1 - pow(0.9, t + 1.0), c2 = 1 - pow(0.999, t + 1.0);
        for (int i = 0; i < 2; i++) {
            e[i] = 0.9 * e[i] + (1 - 0.9) * g[i];
            v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i];
            m[i] = e[i] / c1; s[i] = sqrt(v[i] / c2) + 1e-8; q[i] = 0.01 / s[i];
            r[7 + i] = m[i]; r[9 + i] = s[i]; r[11 + i] = q[i]; r[13 + i] = -q[i] * m[i];
        }
        double a = 0.5 * hxx * q[0], c = 0.5 * hyy * q[1];
        r[15] = a + c + sqrt((a - c) * (a - c) + hxy * hxy * (q[0] * q[1]));
        x += r[13]; y += r[14];
    }
}
"""


def plain_python(count: int) -> list[tuple[float, ...]]:
    """Adam on plain floats; a row of loss, gradient, m, σ, rate and update for each step."""
    x, y = START
    e0 = e1 = v0 = v1 = 0.0
    rows = []
    for t in range(1, count + 1):
        u, a = y - x * x, 1 - x
        g0, g1 = -2 * a - 400 * x * u, 200 * u
        e0, e1 = BETA1 * e0 + (1 - BETA1) * g0, BETA1 * e1 + (1 - BETA1) * g1
        v0, v1 = BETA2 * v0 + (1 - BETA2) * g0 * g0, BETA2 * v1 + (1 - BETA2) * g1 * g1
        c1, c2 = 1 - BETA1**t, 1 - BETA2**t
        m0, m1 = e0 / c1, e1 / c1
        s0, s1 = math.sqrt(v0 / c2) + EPS, math.sqrt(v1 / c2) + EPS
        q0, q1 = LR / s0, LR / s1
        rows.append(
            (x, y, a * a + 100 * u * u, g0, g1, math.hypot(g0, g1), LR, m0, m1, s0, s1, q0, q1, -q0 * m0, -q1 * m1)
        )
        x, y = x - q0 * m0, y - q1 * m1
    return rows


def numpy_vectors(count: int) -> np.ndarray:
    """Adam on NumPy vectors of two, recorded into an array."""
    theta, e, v = np.array(START), np.zeros(2), np.zeros(2)
    rows = np.empty((count, 15))
    for t in range(1, count + 1):
        x, y = theta
        u = y - x * x
        g = np.array([-2 * (1 - x) - 400 * x * u, 200 * u])
        e = BETA1 * e + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g * g
        m, s = e / (1 - BETA1**t), np.sqrt(v / (1 - BETA2**t)) + EPS
        rate = LR / s
        row = rows[t - 1]
        row[0:2], row[2], row[3:5], row[5], row[6] = theta, (1 - x) ** 2 + 100 * u * u, g, np.hypot(*g), LR
        row[7:9], row[9:11], row[11:13], row[13:15] = m, s, rate, -rate * m
        theta = theta - rate * m
    return rows


def _c_function(folder: Path) -> Callable[[int], np.ndarray] | None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    source, library = folder / "adam.c", folder / "adam.so"
    source.write_text(C_SOURCE)
    subprocess.run([compiler, "-O3", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True)
    function = ctypes.CDLL(str(library)).adam
    function.argtypes = (ctypes.c_void_p, ctypes.c_long, ctypes.c_double, ctypes.c_double)
    rows = np.zeros((100_000, COLUMNS))

    def run(count: int) -> np.ndarray:
        function(rows.ctypes.data, count, *START)
        return rows[:count]

    return run


def _engine() -> Callable[[int], np.ndarray]:
    config = RunConfig("Adam", LR, hyperparameters={"beta1": BETA1, "beta2": BETA2, "eps": EPS})
    scenario = Scenario(SurfaceConfig("rosenbrock"), START, (config,), steps=99_999)
    surface = Simulator(scenario, build).surface

    def run(count: int) -> np.ndarray:
        made = Run(config, scenario, surface, 0)
        made.advance(count)
        return made.trajectory.view.rows

    return run


def _nanoseconds(run: Callable[[int], object], count: int, repeats: int = 7) -> float:
    run(count)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run(count)
        times.append((time.perf_counter() - began) / count)
    return statistics.median(times) * 1e9


def measure() -> list[tuple[str, float, str]]:
    """(name, ns per step, remark) of each contender; all are first checked to walk the same path."""
    with tempfile.TemporaryDirectory() as folder:
        contenders: dict[str, tuple[Callable[[int], object], int]] = {
            "engine (numba, 20 columns)": (_engine(), 100_000),
            "plain Python floats": (plain_python, 20_000),
            "NumPy 2-vectors": (numpy_vectors, 5_000),
        }
        if c := _c_function(Path(folder)):
            contenders["C -O3, 20 columns"] = (c, 100_000)
        contenders |= libraries.contenders(LR, START)
        reference = np.array(plain_python(500))[:, :2]
        for name, (run, _) in contenders.items():
            np.testing.assert_allclose(np.asarray(run(500))[:500, :2], reference, rtol=1e-9, err_msg=name)
        results = {name: _nanoseconds(run, count) for name, (run, count) in contenders.items()}
    engine = results["engine (numba, 20 columns)"]
    return [(name, value, f"{value / engine:.2f} × engine") for name, value in results.items()]
