"""Where the files that are no code lie."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
