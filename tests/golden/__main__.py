"""`python -m tests.golden` records what the installed libraries do; with --check it holds the engine against them."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator

from . import __path__ as here
from .record import record, write
from .subjects import Source


def sources(names: list[str]) -> Iterator[Source]:
    """Each `source_*` module whose library is installed, of these names or all."""
    for module in pkgutil.iter_modules(here):
        name = module.name.removeprefix("source_")
        if name == module.name or (names and name not in names):
            continue
        try:
            yield importlib.import_module(f"{__package__}.{module.name}").SOURCE
        except ModuleNotFoundError as error:
            if str(error.name).startswith(("tests", "engine", "surfaces")):
                raise
            print(f"{name}: left out, {error.name} is not installed")


def check(source: Source) -> bool:
    """Whether the engine does all that an installed library does; prints how far it is off."""
    from .compare import compare  # recording needs no engine

    passed = True
    for subject in source.subjects:
        offs = compare(record(source, subject))
        passed &= offs.allowed
        print(f"  {'ok ' if offs.allowed else 'BAD'} {subject.optimizer:16} {offs}")
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("names", nargs="*", help="sources, such as torch or optax; all if none is named")
    parser.add_argument("--check", action="store_true", help="compare the engine with the libraries, write nothing")
    arguments = parser.parse_args()
    results = []
    for source in sources(arguments.names):
        print(source.name, *(f"{package} {version}" for package, version in source.versions.items()))
        if arguments.check:
            results.append(check(source))
        else:
            path = write(source.name, source.versions, [record(source, subject) for subject in source.subjects])
            results.append(True)
            print(f"  {path}, {path.stat().st_size / 1e3:.0f} kB")
    if not results:
        print("nothing to compare with: install torch or optax")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
