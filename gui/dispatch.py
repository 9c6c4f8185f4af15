"""Hands scenarios to the engine thread.

Of several the newest is sent, once the one before is drawn whole, so that a drag shows whole paths.
"""

from __future__ import annotations

import time

from engine.runner import LOOK_AHEAD, Command, Load, Runner, Status
from engine.scenario import Scenario
from surfaces import build

PATIENCE_SECONDS = 0.15


class Dispatch:
    """Owns the engine thread.

    Attributes:
        generation: the number of the newest scenario, whether it was sent or not.
        look_ahead: whether the path ahead of the shown step is computed, and waited for.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.look_ahead = True
        self._runner = Runner(build)
        self._pending: Load | None = None
        self._sent = 0
        self._sent_at = 0.0

    @property
    def status(self) -> Status:
        """What the engine has published last."""
        return self._runner.status

    @property
    def waiting(self) -> bool:
        """Whether a scenario is waiting to be sent."""
        return self._pending is not None

    @property
    def busy(self) -> bool:
        """Whether the scenario that was sent last is not drawn whole as yet."""
        status = self._runner.status
        return status.generation < self._sent or self.behind(status)

    @property
    def patient(self) -> bool:
        """Whether it was sent so short a time ago that it is worth waiting for."""
        return time.monotonic() - self._sent_at <= PATIENCE_SECONDS

    def behind(self, status: Status) -> bool:
        """Whether more of the path ahead is going to be computed."""
        ahead = min(status.reach, LOOK_AHEAD) if self.look_ahead else 0
        return status.computed < ahead

    def load(self, scenario: Scenario, position: int, running: bool) -> None:
        """Have a scenario simulated, in place of whatever is waiting."""
        self.generation += 1
        self._pending = Load(self.generation, scenario, position, running)

    def send_waiting(self, at_once: bool = False) -> bool:
        """Send what is waiting if it is time to; whether it was."""
        if self._pending is None or (self.busy and self.patient and not at_once):
            return False
        self._runner.send(self._pending)
        self._pending, self._sent, self._sent_at = None, self.generation, time.monotonic()
        return True

    def send(self, command: Command) -> None:
        """Send a command at once."""
        self._runner.send(command)

    def close(self) -> None:
        """Stop the engine thread and wait for it."""
        self._runner.close()
