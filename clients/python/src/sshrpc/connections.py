"""Connections from the server to other places, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .opened import Opened

if TYPE_CHECKING:
    from .remote_socket import RemoteSocket


class Connections(Opened):
    """The method of a session that makes connections from the server."""

    def open_connection(
        self, host: str, port: int | None = None, *, timeout: float | None = None
    ) -> RemoteSocket:
        """Connects from the server to a host and port, or to a Unix socket (RFC 4254 §7.2).

        Args:
            host: The host by name or address, as the server sees it; without `port`, the path of a
                Unix socket of the server.
            port: The port, 1 to 65535.
            timeout: Seconds for connecting; None for no limit.

        Raises:
            ConnectFailed: the server can't connect, or refuses to.
            Timeout: it took longer.

        """
        from .remote_socket import RemoteSocket

        return RemoteSocket(self, host, port, timeout)
