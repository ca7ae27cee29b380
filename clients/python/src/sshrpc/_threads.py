"""Threads and their queues without the modules `threading` and `queue`, which take long to load."""

from __future__ import annotations

import _thread

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queue import Empty, SimpleQueue
    from threading import RLock
    from typing import Callable
else:
    RLock = _thread.RLock
    try:
        from _queue import Empty, SimpleQueue
    except ImportError:
        from queue import Empty, SimpleQueue

__all__ = ["TIMEOUT_MAX", "Empty", "RLock", "SimpleQueue", "Thread"]

TIMEOUT_MAX = _thread.TIMEOUT_MAX


class Thread:
    """A daemon thread, which doesn't keep the interpreter from ending. Making one starts it.

    Before it calls a function of the user's, `threading` must have been loaded in the main thread:
    that module takes the thread in which it is first loaded for the main one.
    """

    def __init__(self, task: Callable[[], None]) -> None:
        self._ident: int | None = None
        self._running = _thread.allocate_lock()
        self._running.acquire()
        _thread.start_new_thread(self._run, (task,))

    def _run(self, task: Callable[[], None]) -> None:
        self._ident = _thread.get_ident()
        try:
            task()
        finally:
            # The system may give the next thread the same number.
            self._ident = None
            self._running.release()

    @property
    def is_current(self) -> bool:
        """Whether the caller runs in this thread."""
        return self._ident == _thread.get_ident()

    def join(self, timeout: float) -> None:
        """Waits for its end, at most `timeout` seconds."""
        if self._running.acquire(timeout=timeout):
            self._running.release()
