"""`make bench`: prints tables whose ratios are of one run on one machine. Arguments choose some."""

from __future__ import annotations

import os
import platform
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from . import batch, libraries, long, step


def _step() -> None:
    print("\nOne recorded step of Adam on Rosenbrock")
    for name, nanoseconds, remark in step.measure():
        print(f"  {name:<34} {nanoseconds:11.1f} ns   {remark}")


def _batch() -> None:
    print(f"\n{batch.COUNT} runs of {batch.STEPS} steps at once, per run and step")
    for name, nanoseconds, remark in batch.measure():
        print(f"  {name:<34} {nanoseconds:11.2f} ns   {remark}")


def _long() -> None:
    print("\nTwo runs, Adam and SGD on Rosenbrock, and a jump to any step")
    for steps, seconds, megabytes, median, longest in long.measure():
        jump = f"jump {median:6.3f} ms, longest {longest:6.3f} ms"
        print(f"  {steps:>11,} steps  {seconds:7.2f} s  {megabytes:6.0f} MB  {jump}")


def _window() -> None:
    from . import window

    print("\nThe window")
    for name, value, limit in window.measure():
        print(f"  {name:<58} {value:7.1f} ms   (bound: {limit})")


TABLES = {"step": _step, "batch": _batch, "long": _long, "window": _window}


def main() -> None:
    there = ", ".join(f"{name} {version}" for name, version in libraries.installed().items()) or "no other library"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {there}")
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()


if __name__ == "__main__":
    main()
