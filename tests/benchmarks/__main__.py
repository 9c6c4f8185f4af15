"""`make bench`: prints every table; ratios are of one run on one machine."""

from __future__ import annotations

import os
import platform

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from . import step


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("One recorded step of Adam on Rosenbrock")
    for name, nanoseconds, remark in step.measure():
        print(f"  {name:<28} {nanoseconds:9.1f} ns   {remark}")
    from . import window

    print("\nThe window")
    for name, value, limit in window.measure():
        print(f"  {name:<58} {value:7.1f} ms   (bound: {limit})")


if __name__ == "__main__":
    main()
