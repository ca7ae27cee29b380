"""Tunnels of a session, for asyncio."""

from __future__ import annotations

from .._typing import TYPE_CHECKING
from ..errors import DaemonError
from ..forward_calls import Listening, close_call, forward_call
from .opened import Opened

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType
    from typing import Any

    from .._aliases import Address
    from ..calls import Call
    from .daemon import Daemon

__all__ = ["Forward"]


class Forward(Listening):
    """A tunnel that listens, from `forward_local` and its like, until it or its session is closed.

    Attributes:
        handle: The daemon's number for it.
        host: Where it listens; None for a Unix socket.
        port: Its port there, likewise.
        path: The Unix socket; None for a port.

    """

    def __init__(self, daemon: Daemon, result: Any) -> None:
        super().__init__(result, daemon.forward_state(result["forward"]))
        self._daemon = daemon

    async def close(self, *, abort: bool = False) -> None:
        """Listens no longer; closing again is no error.

        Args:
            abort: Reset its connections, too, which else run to their end.

        """
        try:
            await self._daemon.call(close_call(self.handle, abort))
        except DaemonError:
            pass  # It has gone with the daemon.
        finally:
            self._daemon.forget_forward(self.handle)


class StartingForward:
    """A tunnel on its way: to be awaited for a `Forward`, or entered by `async with`."""

    def __init__(self, daemon: Daemon, call: Call[Any]) -> None:
        self._daemon = daemon
        self._call = call

    async def _start(self) -> Forward:
        return Forward(self._daemon, await self._daemon.call(self._call))

    def __await__(self) -> Generator[Any, None, Forward]:
        return self._start().__await__()

    async def __aenter__(self) -> Forward:
        self._forward = await self
        return self._forward

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._forward.close(abort=error is not None)


class Forwarding(Opened):
    """The methods of a session that make tunnels."""

    def forward_local(
        self, to: Address, bind: Address = 0, *, timeout: float | None = None
    ) -> StartingForward:
        """Listens on the daemon's machine, and has the server connect (`ssh -L`).

        To be awaited for a `Forward`, or entered: `async with session.forward_local(5432) as db:`.

        Args:
            to: Where the server is to connect to, as it sees it: a port of its own, `(host, port)`,
                or the path of a Unix socket.
            bind: Where to listen: a port of 127.0.0.1, 0 for any, the default; `(host, port)`; or
                the path of a Unix socket, made with mode 0600.
            timeout: Seconds for it.

        Raises:
            ForwardRefused: the address is in use, or there is no listening.
            TypeError: that is no address.

        """
        return self._forward("local", bind, to, timeout)

    def forward_remote(
        self, to: Address, bind: Address = 0, *, timeout: float | None = None
    ) -> StartingForward:
        """Has the server listen, and connects from the daemon's machine (`ssh -R`).

        Args:
            to: Where to connect to, as of `forward_local`.
            bind: Where the server is to listen; whether it does, it decides itself.
            timeout: Seconds for it.

        Raises:
            ForwardRefused: the server refuses it.
            TypeError: that is no address.

        """
        return self._forward("remote", bind, to, timeout)

    def forward_dynamic(
        self, bind: Address = 0, *, timeout: float | None = None
    ) -> StartingForward:
        """Listens for SOCKS 4, 4a and 5, and has the server connect where each asks (`ssh -D`).

        Args:
            bind: As of `forward_local`.
            timeout: Seconds for it.

        Raises:
            ForwardRefused: as of `forward_local`.

        """
        return self._forward("dynamic", bind, None, timeout)

    def _forward(
        self, kind: str, bind: Address, to: Address | None, timeout: float | None
    ) -> StartingForward:
        return StartingForward(self.daemon, forward_call(self._open(), kind, bind, to, timeout))
