"""A session's tunnels, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .opened import Opened

if TYPE_CHECKING:
    from ._aliases import Address
    from .forwarding import Forward


class Forwarding(Opened):
    """The methods of a session that make tunnels."""

    def forward_local(
        self, to: Address, bind: Address = 0, *, timeout: float | None = None
    ) -> Forward:
        """Listens on the daemon's machine, and has the server connect (`ssh -L`).

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
    ) -> Forward:
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

    def forward_dynamic(self, bind: Address = 0, *, timeout: float | None = None) -> Forward:
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
    ) -> Forward:
        from .forward_calls import forward_call
        from .forwarding import Forward

        call = forward_call(self._open(), kind, bind, to, timeout)
        return Forward(self.daemon, self.daemon.call(call))
