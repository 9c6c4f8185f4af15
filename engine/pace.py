"""How many steps to make at once, so that commands are obeyed soon however long one step takes."""

from __future__ import annotations

CHUNK_SECONDS = 0.003


class Pace:
    """`steps` make a chunk of about `seconds`, as far as the chunks before can tell.

    `many`: whether there are many parameters, where a single step can take a millisecond or more.
    """

    def __init__(self, many: bool = False, seconds: float = CHUNK_SECONDS) -> None:
        self.many, self.seconds = many, seconds
        self._least = 1 if many else 64
        self.steps = 1 if many else 1024

    def learn(self, made: int, took: float) -> None:
        """A chunk of so many steps took so many seconds."""
        if took > 2 * self.seconds:
            self.steps = max(self._least, self.steps // 2)
        elif took < self.seconds / 2 and made == self.steps:
            self.steps *= 2
