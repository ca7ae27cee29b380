"""Reading a file ahead of need, for threads."""

from __future__ import annotations

from collections import deque

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Callable

    from .calls import Call
    from .daemon import Daemon
    from .events import Events

#: The most reads, and bytes of them, that are under way beyond the one that is waited for.
MOST_READS = 8
MOST_BYTES = 4 * 1024 * 1024


class ReadAhead:
    """When a file is read from beginning to end, asks for the next pieces before they are wanted.

    So not every read waits for a round trip.
    """

    def __init__(self, daemon: Daemon, call: Callable[[int, int], Call[bytes]]) -> None:
        """Args: `call` makes the call that reads at an offset, so many bytes."""
        self._daemon = daemon
        self._call = call
        #: The offset of the next read, if it follows the last one.
        self._at = -1
        #: The offset up to which the file has been asked for.
        self._asked = 0
        self._ahead = 0
        self._spare = b""
        self._pending: deque[tuple[int, int, Call[bytes], Events]] = deque()

    def read(self, offset: int, size: int) -> bytes:
        """Reads at most `size` bytes; none at the file's end."""
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
        """Throws away what was read ahead."""
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
            # The file ends here at this moment; it may grow. What was read beyond is thrown away.
            at = self._at
            self.drop()
            self._at = at
            self._asked = at + len(data)
        return data
