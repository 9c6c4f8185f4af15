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
    before. A result is dropped if by then something about another subject has been asked for; `result` is None until
    there is one about the newest subject. The thread begins with the first request, as many are never asked anything.

    Signals, which reach the window in its own thread:
        ready: there is a new `result`.
        broke: the newest request could not be finished; `error` says why, and is None again once something is asked.
    """

    ready = Signal()
    broke = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: Any = None
        self.error: Exception | None = None
        self._name = name
        self._subject: Hashable = None
        self._request: Any = None
        self._busy = self._cancelled = self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, request: Any, subject: Hashable = None) -> None:
        """Ask for something; returns at once. What is asked about the same `subject` may be shown meanwhile."""
        with self._changed:
            if self._closed:
                return
            if subject != self._subject:
                self._subject, self.result = subject, None
            self._request, self.error = request, None
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()

    def cancel(self) -> None:
        """Make nothing more of what was asked for; the result that there is stays."""
        with self._changed:
            self._request, self._cancelled = None, True

    def forget(self) -> None:
        """Cancel, and drop the result."""
        with self._changed:
            self.cancel()
            self._subject = self.result = self.error = None

    @property
    def idle(self) -> bool:
        """Whether nothing is being made or waited for."""
        with self._changed:
            return self._request is None and not self._busy

    def abandoned(self) -> bool:
        """Whether something newer is asked for, or nothing any more."""
        return self._request is not None or self._cancelled or self._closed

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
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
                subject, self._busy, self._cancelled = self._subject, True, False
            try:
                for result in self._results(request):
                    if not self._publish(result, subject):
                        break
            except Exception as error:  # such as no memory: what there was stays, and the thread goes on
                traceback.print_exc()
                with self._changed:
                    self.error = None if self.abandoned() else error
                if self.error is not None:
                    self.broke.emit()

    def _publish(self, result: Any, subject: Hashable) -> bool:
        with self._changed:
            if self._closed or self._cancelled or subject != self._subject:
                return False
            self.result = result
        self.ready.emit()
        return True
