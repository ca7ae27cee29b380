"""Connections from the server to other places, for threads."""

from __future__ import annotations

import io
import socket
import time

from ._typing import TYPE_CHECKING
from .calls import simple_call
from .closing import Closing
from .errors import SSHError, Timeout
from .events import next_event
from .opened import Opened
from .programs import DEFAULT_WINDOW, Credit, chunk_of, connect_call, write_calls
from .rpc import Notice, Reply

if TYPE_CHECKING:
    from typing import Any

    from ._aliases import Buffer

__all__ = ["RemoteSocket"]


class RemoteSocket(Closing):
    """A connection that the server has made, from `open_connection`; with methods of a socket.

    One thread may read while another one writes. It must be closed, by `close` or a `with` block.
    """

    def __init__(self, session: Opened, host: str, port: int | None, timeout: float | None) -> None:
        self._session = session
        self._daemon = session.daemon
        self._credit = Credit(DEFAULT_WINDOW)
        self._waiting = memoryview(b"")
        self._has_ended = False
        self._is_closed = False
        self._timeout: float | None = None
        handle = session._open()  # pyright: ignore[reportPrivateUsage]
        self._call = connect_call(handle, host, port, DEFAULT_WINDOW)
        self._token, self._events = self._daemon.start(self._call)
        try:
            self._wait_until_it_is_made(timeout)
        except BaseException:
            self.close()
            raise

    def _wait_until_it_is_made(self, timeout: float | None) -> None:
        # A write of nothing is answered when the server has connected, or couldn't.
        params: dict[str, Any] = {"token": self._token, "data": ""}
        if timeout is not None:
            params["timeout"] = timeout
        try:
            self._daemon.call(simple_call("session.write", params))
        except Timeout:
            raise
        except SSHError:
            # The error of `session.connect` says more. It has come already, or will soon.
            event = next_event(self._events, time.monotonic() + 10)
            while not isinstance(event, Reply):
                event = next_event(self._events, time.monotonic() + 10)
            self._call.finish(event)

    def settimeout(self, value: float | None) -> None:
        """Sets the seconds for each `recv` and `sendall`; None, the default, is no limit."""
        self._timeout = value

    def gettimeout(self) -> float | None:
        """What `settimeout` was given."""
        return self._timeout

    def recv(self, size: int, /) -> bytes:
        """Waits for some bytes, and gives at most `size` of them; none at the end.

        Raises:
            SSHError: the connection was lost.
            TimeoutError: none came within the time of `settimeout`.

        """
        self._require()
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while not self._waiting and not self._has_ended:
            try:
                event = next_event(self._events, deadline)
            except Timeout:
                raise silent(self._timeout) from None
            if isinstance(event, Notice):
                data = chunk_of(event)[1]
                self._has_ended = not data
                self._waiting = memoryview(data)
            elif isinstance(event, Reply):
                self._has_ended = True
                self._call.finish(event)
        piece = bytes(self._waiting[:size])
        self._waiting = self._waiting[len(piece) :]
        granted = self._credit.take(len(piece))
        if granted > 0:
            params = {"token": self._token, "bytes": granted}
            self._daemon.notify("session.windowAdjust", params)
        return piece

    def recv_into(self, buffer: Any, size: int = 0, /) -> int:
        """As `recv`, into a buffer; returns the number of bytes."""
        view = memoryview(buffer).cast("B")
        data = self.recv(size or len(view))
        view[: len(data)] = data
        return len(data)

    def sendall(self, data: Buffer, /) -> None:
        """Sends all of the data; returns when the server has taken it.

        Raises:
            SSHError: the connection has ended, or was shut down.
            TimeoutError: it wasn't taken within the time of `settimeout`.

        """
        self._require()
        for call in write_calls(self._token, data, self._timeout):
            self._daemon.call(call)

    def send(self, data: Buffer, /) -> int:
        """As `sendall`; returns the number of bytes."""
        self.sendall(data)
        return memoryview(data).nbytes

    def shutdown(self, how: int, /) -> None:
        """Ends sending (`SHUT_WR`), receiving (`SHUT_RD`), or both (`SHUT_RDWR`)."""
        self._require()
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            self._daemon.call(simple_call("session.closeStdin", {"token": self._token}))
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._has_ended = True

    def makefile(
        self,
        mode: str = "r",
        buffering: int = -1,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> Any:
        """A file object, as of `socket.makefile`. Closing it doesn't close the connection."""
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        raw: Any = _Raw(self)
        size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
        if "w" not in mode:
            stream: Any = io.BufferedReader(raw, size)
        elif "r" not in mode:
            stream = io.BufferedWriter(raw, size)
        else:
            stream = io.BufferedRWPair(raw, raw, size)
        return stream if "b" in mode else io.TextIOWrapper(stream, encoding, errors, newline)

    def close(self) -> None:
        """Ends the connection in both directions; a second call does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._daemon.cancel(self._token)

    def _require(self) -> None:
        if self._is_closed:
            raise OSError(9, "the connection was closed")  # EBADF
        self._session._open()  # pyright: ignore[reportPrivateUsage]

    def __del__(self) -> None:
        if hasattr(self, "_token"):
            self.close()


def silent(seconds: float | None) -> Timeout:
    """The error when nothing has come in time."""
    data = {"phase": "read", "seconds": seconds, "dispatched": "yes"}
    return Timeout(f"nothing came within {seconds} s", data=data)


class _Raw(io.RawIOBase):
    """A connection as a raw stream."""

    def __init__(self, connection: RemoteSocket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        return self._connection.recv_into(buffer)

    def write(self, data: Any, /) -> int:
        return self._connection.send(data)
