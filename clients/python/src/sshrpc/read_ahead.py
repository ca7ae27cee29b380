"""Reading a file ahead of need, for threads."""

from __future__ import annotations

from collections import deque

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Callable

    from .calls import Call
    from .daemon import Daemon
    from .events import Events

#: Reads that are under way behind the one that is waited for, and bytes of them, at most.
MOST_READS = 8
MOST_BYTES = 4 * 1024 * 1024


class ReadAhead:
    """Asks for what follows once reads follow on each other: nobody waits a round trip for each."""

    def __init__(self, daemon: Daemon, call: Callable[[int, int], Call[bytes]]) -> None:
        """Args: `call` makes one of an offset and a size."""
        self._daemon = daemon
        self._call = call
        #: Where the next read begins, if it follows.
        self._at = -1
        #: Up to where it is asked for.
        self._asked = 0
        self._ahead = 0
        self._spare = b""
        self._pending: deque[tuple[int, int, Call[bytes], Events]] = deque()

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes, at most `size`; none at the file's end."""
        if offset != self._at:
            self.drop()
            self._at = self._asked = offset
        elif self._ahead < MOST_READS:
            self._ahead = max(1, 2 * self._ahead)
        if not self._spare:
            self._spare = self._next(size)
        data = self._spare[:size]
        self._spare = self._spare[size:]
        self._at += len(data)
        return data

    def drop(self) -> None:
        """Forgets what was asked for."""
        for id, _size, _call, _events in self._pending:
            self._daemon.cancel(id)
        self._pending.clear()
        self._spare = b""
        self._ahead = 0
        self._at = -1

    def _next(self, size: int) -> bytes:
        count = 1 + max(0, min(self._ahead, MOST_BYTES // max(1, size)))
        while len(self._pending) < count:
            call = self._call(self._asked, size)
            id, events = self._daemon.start(call)
            self._pending.append((id, size, call, events))
            self._asked += size
        id, asked, call, events = self._pending.popleft()
        try:
            data = self._daemon.finish(id, call, events)
        except BaseException:
            self.drop()
            raise
        if len(data) < asked:
            # The file ends here, for now: what lies behind is asked for anew.
            at = self._at
            self.drop()
            self._at = at
            self._asked = at + len(data)
        return data
