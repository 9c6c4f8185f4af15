"""The same Adam on Rosenbrock by torch and optax, where they are installed, in float64 on one thread each."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

BETAS, EPS = (0.9, 0.999), 1e-8
Path = Callable[[int], np.ndarray]


def installed() -> dict[str, str]:
    """The versions of the libraries that are there."""
    from importlib.metadata import version

    return {name: version(name) for name in ("torch", "jax", "optax") if importlib.util.find_spec(name)}


def contenders(lr: float, start: tuple[float, float]) -> dict[str, tuple[Path, int]]:
    """Each way to make n updates one after the other: a function of n that gives θ before each, and a fitting n."""
    found: dict[str, tuple[Path, int]] = {}
    there = installed()
    if "torch" in there:
        found["torch, autograd"] = (_torch(lr, start, autograd=True), 1_000)
        found["torch, the gradient given"] = (_torch(lr, start, autograd=False), 3_000)
    if "optax" in there:
        found["optax, one jitted step at a time"] = (_optax_steps(lr, start), 5_000)
        found["optax, lax.scan, 20 columns"] = (_optax_scan(lr, start, full=True), 100_000)
        found["optax, lax.scan, 11 columns"] = (_optax_scan(lr, start, full=False), 100_000)
    return found


def _torch(lr: float, start: tuple[float, float], autograd: bool) -> Path:
    import torch

    torch.set_num_threads(1)

    def path(count: int) -> np.ndarray:
        theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([theta], lr=lr, betas=BETAS, eps=EPS)
        thetas = np.empty((count, 2))
        for t in range(count):
            thetas[t] = theta.detach().numpy()
            if autograd:
                optimizer.zero_grad()
                x, y = theta
                ((1 - x) ** 2 + 100 * (y - x * x) ** 2).backward()
            else:
                a, b = thetas[t].tolist()
                theta.grad = torch.tensor(
                    [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)], dtype=torch.float64
                )
            optimizer.step()
        return thetas

    return path


def _optax_parts(lr: float) -> tuple[Any, Any, Any, Any]:
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    adam = optax.adam(lr, b1=BETAS[0], b2=BETAS[1], eps=EPS)

    def loss(theta: Any) -> Any:
        return (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2

    def step(theta: Any, state: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(theta)
        updates, after = adam.update(gradient, state)
        return theta + updates, after, (theta, value, gradient, updates, after[0].mu, after[0].nu)

    return jax, adam, loss, step


def _optax_steps(lr: float, start: tuple[float, float]) -> Path:
    jax, adam, _, step = _optax_parts(lr)
    jitted = jax.jit(step)

    def path(count: int) -> np.ndarray:
        theta = jax.numpy.array(start)
        state, thetas = adam.init(theta), []
        for _ in range(count):
            theta, state, record = jitted(theta, state)
            thetas.append(record[0])
        return np.array(jax.block_until_ready(thetas[:500]))

    return path


def _optax_scan(lr: float, start: tuple[float, float], full: bool) -> Path:
    """With θ, loss, gradient, update and the two buffers of each step, 11 columns; `full`: the engine's 20."""
    jax, adam, loss, step = _optax_parts(lr)
    jnp = jax.numpy

    def row(theta: Any, gradient: Any, after: Any) -> Any:
        m = after[0].mu / (1 - BETAS[0] ** after[0].count)
        sigma = jnp.sqrt(after[0].nu / (1 - BETAS[1] ** after[0].count)) + EPS
        rate = lr / sigma
        (a, b), (_, c) = jax.hessian(loss)(theta)
        p, q = 0.5 * a * rate[0], 0.5 * c * rate[1]
        sharpness = p + q + jnp.sqrt((p - q) ** 2 + b * b * rate[0] * rate[1])
        return m, sigma, rate, sharpness, jnp.sqrt(gradient @ gradient), jnp.array(lr)

    def body(carry: Any, _: None) -> Any:
        theta, state, record = step(*carry)
        if full:
            record = (*record[:4], carry[1][0].mu, carry[1][0].nu, *row(record[0], record[2], state))
        return (theta, state), record

    def scan(theta: Any, count: int) -> Any:
        return jax.lax.scan(body, (theta, adam.init(theta)), None, length=count)[1]

    run = jax.jit(scan, static_argnums=1)

    def path(count: int) -> np.ndarray:
        return np.asarray(jax.block_until_ready(run(jnp.array(start), count))[0])

    return path


def many(lr: float, starts: np.ndarray, steps: int) -> Callable[[], np.ndarray] | None:
    """optax's vmap of lax.scan over all starts: θ after `steps` updates; None without optax."""
    if "optax" not in installed():
        return None
    jax, adam, _, step = _optax_parts(lr)

    def body(carry: Any, _: None) -> Any:
        theta, state, _ = step(*carry)
        return (theta, state), None

    def run(theta: Any) -> Any:
        return jax.lax.scan(body, (theta, adam.init(theta)), None, length=steps)[0][0]

    function = jax.jit(jax.vmap(run))
    given = jax.numpy.array(starts)
    return lambda: np.asarray(jax.block_until_ready(function(given)))
