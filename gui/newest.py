"""A thread that does the newest of what it is asked for."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Hashable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal


class Newest(QObject):
    """Of several requests only the newest is carried out, in a thread of its own.

    A class of this kind says in `_results` what it makes of a request: one result or several, each better than the one
    before. `ready` is emitted in the window's thread when there is a new `result`. A result is dropped if by then
    something about another subject has been asked for; `result` is None until there is one about the newest subject.
    """

    ready = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: Any = None
        self._subject: Hashable = None
        self._request: Any = None
        self._busy = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def ask(self, request: Any, subject: Hashable = None) -> None:
        """Ask for something; returns at once. What is asked about the same `subject` may be shown meanwhile."""
        with self._changed:
            if subject != self._subject:
                self._subject, self.result = subject, None
            self._request = request
            self._changed.notify()

    @property
    def idle(self) -> bool:
        """Whether nothing is being made or waited for."""
        with self._changed:
            return self._request is None and not self._busy

    def abandoned(self) -> bool:
        """Whether something newer is asked for, or nothing any more."""
        return self._request is not None or self._closed

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _results(self, request: Any) -> Iterator[Any]:
        raise NotImplementedError

    def _work(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.wait_for(lambda: self._request is not None or self._closed)
                if self._closed:
                    return
                request, self._request = self._request, None
                subject, self._busy = self._subject, True
            try:
                for result in self._results(request):
                    if not self._publish(result, subject):
                        break
            except Exception:  # such as no memory: what there was stays, and the thread goes on
                traceback.print_exc()

    def _publish(self, result: Any, subject: Hashable) -> bool:
        with self._changed:
            if self._closed or subject != self._subject:
                return False
            self.result = result
        self.ready.emit()
        return True
