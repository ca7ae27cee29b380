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
        """Listens on the daemon's machine; the server makes the connections (`ssh -L`).

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
    ) -> Forward:
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

    def forward_dynamic(self, bind: Address = 0, *, timeout: float | None = None) -> Forward:
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
    ) -> Forward:
        from .forward_calls import forward_call
        from .forwarding import Forward

        call = forward_call(self._open(), kind, bind, to, timeout)
        return Forward(self.daemon, self.daemon.call(call))
