"""Tunnels over a session, for asyncio."""

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
        handle: Its number in the daemon.
        host: The address at which it listens; None for a Unix socket.
        port: The port at which it listens; None for a Unix socket.
        path: The Unix socket at which it listens; None for a port.

    """

    def __init__(self, daemon: Daemon, result: Any) -> None:
        super().__init__(result, daemon.forward_state(result["forward"]))
        self._daemon = daemon

    async def close(self, *, abort: bool = False) -> None:
        """Ends the listening; a second call does nothing.

        Args:
            abort: Reset its connections, too; by default they run to their end.

        """
        try:
            await self._daemon.call(close_call(self.handle, abort))
        except DaemonError:
            pass  # The daemon has ended, and so has this.
        finally:
            self._daemon.forget_forward(self.handle)


class StartingForward:
    """A tunnel that is being made: to be awaited for a `Forward`, or entered by `async with`."""

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
        """Listens on the daemon's machine; the server makes the connections (`ssh -L`).

        To be awaited for a `Forward`, or entered: `async with session.forward_local(5432) as db:`.

        Args:
            to: Where the server connects to, as it sees it: a port on 127.0.0.1, `(host, port)`, or
                the path of a Unix socket.
            bind: Where to listen: a port on 127.0.0.1, by default 0, which means any free port;
                `(host, port)`; or the path of a Unix socket, which is made with mode 0600.
            timeout: Seconds for the call; None for no limit.

        Raises:
            ForwardRefused: it can't listen there, as when the address is in use.
            TypeError: `to` or `bind` is no address.

        """
        return self._forward("local", bind, to, timeout)

    def forward_remote(
        self, to: Address, bind: Address = 0, *, timeout: float | None = None
    ) -> StartingForward:
        """Has the server listen; connections are made from the daemon's machine (`ssh -R`).

        Args:
            to: Where to connect to, in the forms of `forward_local`.
            bind: Where the server listens. The server may decide to listen at other addresses.
            timeout: Seconds for the call; None for no limit.

        Raises:
            ForwardRefused: the server refuses.
            TypeError: `to` or `bind` is no address.

        """
        return self._forward("remote", bind, to, timeout)

    def forward_dynamic(
        self, bind: Address = 0, *, timeout: float | None = None
    ) -> StartingForward:
        """Listens for SOCKS 4, 4a and 5; the server connects to what each asks for (`ssh -D`).

        Args:
            bind: As of `forward_local`.
            timeout: Seconds for the call; None for no limit.

        Raises:
            ForwardRefused: as of `forward_local`.

        """
        return self._forward("dynamic", bind, None, timeout)

    def _forward(
        self, kind: str, bind: Address, to: Address | None, timeout: float | None
    ) -> StartingForward:
        return StartingForward(self.daemon, forward_call(self._open(), kind, bind, to, timeout))
