"""`make bench`: prints tables whose ratios are of one run on one machine. Arguments choose some."""

from __future__ import annotations

import os
import platform
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from . import batch, libraries, step


def _step() -> None:
    print("\nOne recorded step of Adam on Rosenbrock")
    for name, nanoseconds, remark in step.measure():
        print(f"  {name:<34} {nanoseconds:11.1f} ns   {remark}")


def _batch() -> None:
    print(f"\n{batch.COUNT} runs of {batch.STEPS} steps at once, per run and step")
    for name, nanoseconds, remark in batch.measure():
        print(f"  {name:<34} {nanoseconds:11.2f} ns   {remark}")


def _long() -> None:
    from . import long

    print("\nTwo runs, Adam and noisy SGD on Rosenbrock, flat out in the window; then jumps to random steps of either")
    for found in long.measure():
        jump = f"jump {found.median:6.3f} ms, longest {found.longest:6.3f} ms"
        same = "bit-identical" if found.identical else "NOT bit-identical"
        print(f"  {found.steps:>11,} steps  {found.megabytes:6.0f} MB  {jump}, {same}")


def _window() -> None:
    from . import window

    print("\nThe window")
    for name, value, limit in window.measure():
        print(f"  {name:<58} {value:7.1f} ms   (bound: {limit})")


def _field() -> None:
    from . import field

    print(
        f"\nRosenbrock's surface on {field.SIDE}² points" + ("" if field.has_matplotlib() else " (no matplotlib here)")
    )
    for name, value in field.pictures():
        print(f"  {name:<58} {value:7.2f} ms")
    (built_in, one), (typed, other) = field.typed()
    print(f"  {built_in} {one:.2f} ms, {typed} {other:.2f} ms: {other / one:.2f} times as long (bound: 1.2)")
    print("A turn of the wheel until the canvas is sharp and painted, in a window of 1440 × 860")
    for name, median, longest, busy in field.zooms():
        took = f"median {median:6.1f}, longest {longest:6.1f} ms (bound: 150)"
        print(f"  {name:<24} {took}; the window's own work ≤ {busy:.1f} ms at once")


TABLES = {"step": _step, "batch": _batch, "long": _long, "window": _window, "field": _field}


def main() -> None:
    there = ", ".join(f"{name} {version}" for name, version in libraries.installed().items()) or "no other library"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {there}")
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()


if __name__ == "__main__":
    main()
