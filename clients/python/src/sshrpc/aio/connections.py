"""Connections from the server to other places, for asyncio."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from .._typing import TYPE_CHECKING
from ..calls import simple_call
from ..errors import SSHError, Timeout
from ..programs import DEFAULT_WINDOW, Credit, chunk_of, connect_call, write_calls
from ..rpc import Notice, Reply
from .opened import Opened

if TYPE_CHECKING:
    from typing import Any

    from .._aliases import Buffer
    from .daemon import Daemon

#: Bytes that may wait to be sent; above that `StreamWriter.drain` waits.
_HIGH_WATER = 1024 * 1024


class ConnectionTransport(asyncio.Transport):
    """A connection that the server has made, as a transport of asyncio's."""

    def __init__(self, session: Opened, host: str, port: int | None) -> None:
        super().__init__({"peername": host if port is None else (host, port)})
        handle = session._open()  # pyright: ignore[reportPrivateUsage]
        self._daemon: Daemon = session.daemon
        self._loop = asyncio.get_running_loop()
        self._credit = Credit(DEFAULT_WINDOW)
        self._outgoing: deque[bytes | None] = deque()
        self._waiting_bytes = 0
        #: Whether the protocol was told to stop writing (`pause_writing`).
        self._is_full = False
        self._is_closing = False
        self._protocol: Any = None
        self._call = connect_call(handle, host, port, DEFAULT_WINDOW)
        self._token, self._events = self._daemon.begin(self._call)
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._written = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def made(self, timeout: float | None) -> None:
        """Waits until the server has connected."""
        # A write of nothing is answered when the server has connected, or couldn't.
        params: dict[str, Any] = {"token": self._token, "data": ""}
        if timeout is not None:
            params["timeout"] = timeout
        try:
            await self._daemon.call(simple_call("session.write", params))
        except Timeout:
            raise
        except SSHError:
            # The error of `session.connect` says more. It has come already, or will soon.
            await self._daemon.finish(self._token, self._call, self._events)
            raise

    def start(self, protocol: asyncio.BaseProtocol) -> None:
        """Begins to give the protocol what is received."""
        self.set_protocol(protocol)
        self._protocol.connection_made(self)
        self._tasks = [self._loop.create_task(self._read()), self._loop.create_task(self._write())]

    async def _read(self) -> None:
        error: Exception | None = None
        try:
            while True:
                await self._resumed.wait()
                event = await self._events.get()
                if isinstance(event, Reply):
                    self._call.finish(event)
                    break
                if isinstance(event, Notice):
                    data = chunk_of(event)[1]
                    if not data:
                        self._protocol.eof_received()
                        continue
                    self._protocol.data_received(data)
                    granted = self._credit.take(len(data))
                    if granted > 0:
                        params = {"token": self._token, "bytes": granted}
                        self._daemon.notify("session.windowAdjust", params)
        except SSHError as failure:
            error = None if self._is_closing else failure
        self._lost(error)

    async def _write(self) -> None:
        with suppress(SSHError):  # `_read` tells the protocol why the connection has ended.
            while True:
                while not self._outgoing:
                    self._written.clear()
                    await self._written.wait()
                data = self._outgoing[0]
                if data is None:
                    params = {"token": self._token}
                    await self._daemon.call(simple_call("session.closeStdin", params))
                    break
                for call in write_calls(self._token, data, None):
                    await self._daemon.call(call)
                self._outgoing.popleft()
                self._waiting_bytes -= len(data)
                if self._is_full and self._waiting_bytes <= _HIGH_WATER // 4:
                    self._is_full = False
                    self._protocol.resume_writing()
        if self._is_closing:
            self._daemon.cancel(self._token)

    def _lost(self, error: Exception | None) -> None:
        self._is_closing = True
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._loop.call_soon(self._protocol.connection_lost, error)

    def write(self, data: Buffer) -> None:
        """As of any transport."""
        piece = bytes(data)
        if self._is_closing or not piece:
            return
        self._outgoing.append(piece)
        self._waiting_bytes += len(piece)
        self._written.set()
        if self._waiting_bytes > _HIGH_WATER and not self._is_full:
            self._is_full = True
            self._protocol.pause_writing()

    def can_write_eof(self) -> bool:
        """As of any transport."""
        return True

    def write_eof(self) -> None:
        """As of any transport."""
        if None not in self._outgoing:
            self._outgoing.append(None)
            self._written.set()

    def get_write_buffer_size(self) -> int:
        """As of any transport."""
        return self._waiting_bytes

    def pause_reading(self) -> None:
        """As of any transport."""
        self._resumed.clear()

    def resume_reading(self) -> None:
        """As of any transport."""
        self._resumed.set()

    def is_reading(self) -> bool:
        """As of any transport."""
        return self._resumed.is_set()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """As of any transport."""
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """As of any transport."""
        protocol: asyncio.BaseProtocol = self._protocol
        return protocol

    def is_closing(self) -> bool:
        """As of any transport."""
        return self._is_closing

    def close(self) -> None:
        """Ends the connection in both directions, after what was written has been sent."""
        if not self._is_closing:
            self._is_closing = True
            self._resumed.set()
            self.write_eof()

    def abort(self) -> None:
        """Ends the connection at once."""
        self._is_closing = True
        self._resumed.set()
        self._daemon.cancel(self._token)


class Connections(Opened):
    """The method of a session that makes connections from the server."""

    async def open_connection(
        self,
        host: str,
        port: int | None = None,
        *,
        limit: int = 2**16,
        timeout: float | None = None,
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connects from the server (RFC 4254 §7.2); a reader and a writer, as asyncio's.

        Args:
            host: The host by name or address, as the server sees it; without `port`, the path of a
                Unix socket of the server.
            port: The port, 1 to 65535.
            limit: As of `asyncio.open_connection`.
            timeout: Seconds for connecting; None for no limit.

        Raises:
            ConnectFailed: the server can't connect, or refuses to.
            Timeout: it took longer.

        """
        transport = ConnectionTransport(self, host, port)
        try:
            await transport.made(timeout)
        except BaseException:
            transport.abort()
            raise
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=limit, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport.start(protocol)
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
