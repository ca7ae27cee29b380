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
    """A thread that keeps no interpreter from ending; it has begun when there is one.

    A function of the user's may be called in it only where `threading` has been loaded by another: that
    takes the first thread in which it is loaded for the main one.
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
            # The next thread may have the same.
            self._ident = None
            self._running.release()

    @property
    def is_current(self) -> bool:
        """Whether it is the one that asks."""
        return self._ident == _thread.get_ident()

    def join(self, timeout: float) -> None:
        """Waits for its end, so many seconds at most."""
        if self._running.acquire(timeout=timeout):
            self._running.release()
