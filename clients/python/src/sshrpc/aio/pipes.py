"""Reads and writes a daemon's pipes or socket, for asyncio."""

from __future__ import annotations

import asyncio
import os
from collections import deque

from .._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import IO, Callable

    from ..frames import Buffers
    from ..process import Link

#: Bytes to write in one turn of the event loop, so that other tasks get their turns.
_WRITE_SIZE = 1 << 20

_READ_SIZE = 1 << 18


class Writer:
    """Writes messages to a pipe, as fast as it takes them.

    asyncio's own transport would copy what a write leaves; a message may be as large as a file.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, process: Link) -> None:
        self._loop = loop
        self._process = process
        self._file = process.stdin
        self._buffers: deque[memoryview] = deque()
        self._is_waiting = False
        self._is_closing = False
        os.set_blocking(self._file.fileno(), False)

    def write(self, frame: Buffers) -> None:
        """Adds a message. After the end it is thrown away."""
        if self._is_closing:
            return
        self._buffers.extend(memoryview(buffer) for buffer in frame if len(buffer) > 0)
        if not self._is_waiting:
            self._flush()

    def close(self) -> None:
        """Ends the daemon's input, after what was added has been written."""
        self._is_closing = True
        if not self._is_waiting:
            self._flush()

    def abort(self) -> None:
        """Closes the pipe at once."""
        self._is_closing = True
        self._buffers.clear()
        self._wait(False)
        self._file.close()

    def _flush(self) -> None:
        try:
            if self._buffers:
                # One piece in each turn of the loop: other tasks wait.
                first = self._buffers[0]
                count = os.write(self._file.fileno(), first[:_WRITE_SIZE])
                if count < len(first):
                    self._buffers[0] = first[count:]
                else:
                    self._buffers.popleft()
        except (BlockingIOError, InterruptedError):
            pass
        except (OSError, ValueError):
            # It doesn't read any more. Those who wait get an error by its end.
            self.abort()
            self._process.kill()
            return
        if self._buffers:
            self._wait(True)
        elif self._is_closing:
            self.abort()
        else:
            self._wait(False)

    def _wait(self, value: bool) -> None:
        if self._is_waiting != value:
            self._is_waiting = value
            if value:
                self._loop.add_writer(self._file, self._flush)
            else:
                self._loop.remove_writer(self._file)


class Reader:
    """Reads a pipe, or a socket, to its end.

    asyncio's own transport would log a reset connection as an error.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        file: IO[bytes],
        receive: Callable[[bytes], None],
        has_ended: Callable[[], None] | None = None,
    ) -> None:
        self._loop = loop
        self._file = file
        self._receive = receive
        self._has_ended = has_ended
        os.set_blocking(file.fileno(), False)
        loop.add_reader(file, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._file.fileno(), _READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._receive(data)
            return
        self._loop.remove_reader(self._file)
        self._file.close()
        if self._has_ended is not None:
            self._has_ended()
