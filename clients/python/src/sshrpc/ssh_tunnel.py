"""Tunnels with a login of their own, in the shape of the package `sshtunnel`."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .closing import Closing
from .opening import connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Self, Unpack

    from ._aliases import Address
    from ._contract import ConnectOptions
    from .forwarding import Forward
    from .session import Session

__all__ = ["SSHTunnelForwarder"]


class SSHTunnelForwarder(Closing):
    """Logs in to a server, and has it make connections to places that it reaches.

    It starts by `start` or a `with` block. Host keys are checked, as by `connect`; what listens does
    so on 127.0.0.1 unless the caller says otherwise.

    Args:
        ssh_address_or_host: The server: `(host, port)`, or a host as of `connect`.
        ssh_port: The server's port, where only a host is given.
        ssh_username: The account to log in to.
        ssh_password: The account's password.
        ssh_pkey: The path of a private key.
        ssh_private_key_password: The private key's passphrase.
        remote_bind_address: Where the server connects to, as it sees it: `(host, port)`, or the path
            of a Unix socket.
        remote_bind_addresses: Several of them, in place of one.
        local_bind_address: Where to listen for it; by default on any free port of 127.0.0.1.
        local_bind_addresses: One for each of `remote_bind_addresses`, or fewer: the others get the
            default.
        options: All else that `connect` takes, as `known_hosts=`, `config=`, `reconnect=`.

    Raises:
        ValueError: both or neither of `remote_bind_address` and `remote_bind_addresses` are given,
            or more places to listen than places to connect to.

    """

    def __init__(
        self,
        ssh_address_or_host: str | tuple[str, int],
        *,
        ssh_port: int = 22,
        ssh_username: str | None = None,
        ssh_password: str | None = None,
        ssh_pkey: str | None = None,
        ssh_private_key_password: str | None = None,
        remote_bind_address: Address | None = None,
        remote_bind_addresses: Sequence[Address] | None = None,
        local_bind_address: Address | None = None,
        local_bind_addresses: Sequence[Address] | None = None,
        **options: Unpack[ConnectOptions],
    ) -> None:
        remotes = _one_or_more(remote_bind_address, remote_bind_addresses, "remote_bind_address")
        locals_ = _one_or_more(local_bind_address, local_bind_addresses, "local_bind_address")
        if not remotes:
            raise ValueError("remote_bind_address is missing: where the server is to connect to")
        if len(locals_) > len(remotes):
            raise ValueError("there are more local_bind_addresses than remote_bind_addresses")
        self._places = [
            (remote, locals_[n] if n < len(locals_) else 0) for n, remote in enumerate(remotes)
        ]
        if isinstance(ssh_address_or_host, tuple):
            self.ssh_host, self.ssh_port = ssh_address_or_host
        else:
            self.ssh_host, self.ssh_port = ssh_address_or_host, ssh_port
        self._login: dict[str, Any] = {
            "username": ssh_username,
            "password": ssh_password,
            **options,
        }
        if ssh_pkey is not None:
            self._login["identity_files"] = [ssh_pkey]
        if ssh_private_key_password is not None:
            self._login["passphrase"] = ssh_private_key_password
        self._session: Session | None = None
        self._forwards: list[Forward] = []

    def start(self) -> None:
        """Logs in and listens; where it has been started nothing is done.

        Raises:
            SSHError: as of `connect` and `Session.forward_local`.

        """
        if self._session is not None:
            return
        session = connect(self.ssh_host, self.ssh_port, **self._login)
        try:
            forwards = [session.forward_local(to, bind) for to, bind in self._places]
        except BaseException:
            session.close()
            raise
        self._session, self._forwards = session, forwards

    def stop(self, force: bool = False) -> None:
        """Ends the tunnels and the login; a second call does nothing.

        Connections end with it, whatever `force` is, which `sshtunnel` has.
        """
        session, self._session, self._forwards = self._session, None, []
        if session is not None:
            session.close()

    def close(self) -> None:
        """As `stop`."""
        self.stop()

    def restart(self) -> None:
        """`stop`, then `start`."""
        self.stop()
        self.start()

    @property
    def is_active(self) -> bool:
        """Whether it was started, and all of it still listens."""
        return self._session is not None and all(each.closed is None for each in self._forwards)

    @property
    def local_bind_addresses(self) -> list[tuple[str, int] | str]:
        """Where it listens: `(host, port)` each, or the path of a Unix socket.

        Raises:
            RuntimeError: it hasn't been started, or was stopped.

        """
        if self._session is None:
            raise RuntimeError("the tunnel has not been started, or was stopped")
        return [
            (each.host, each.port) if each.host is not None else str(each.path)
            for each in self._forwards
        ]

    @property
    def local_bind_ports(self) -> list[int]:
        """The ports of `local_bind_addresses`; paths are left out."""
        return [each[1] for each in self.local_bind_addresses if isinstance(each, tuple)]

    @property
    def local_bind_address(self) -> tuple[str, int] | str:
        """The first one of `local_bind_addresses`."""
        return self.local_bind_addresses[0]

    @property
    def local_bind_host(self) -> str:
        """Its host, or its path."""
        address = self.local_bind_address
        return address if isinstance(address, str) else address[0]

    @property
    def local_bind_port(self) -> int:
        """Its port.

        Raises:
            RuntimeError: it hasn't been started, or was stopped; or it listens at a path.

        """
        address = self.local_bind_address
        if isinstance(address, str):
            raise RuntimeError(f"it listens at {address}, which has no port")
        return address[1]

    def __enter__(self) -> Self:
        self.start()
        return self


def _one_or_more(one: Address | None, more: Sequence[Address] | None, name: str) -> list[Address]:
    if one is not None and more is not None:
        raise ValueError(f"only one of {name} and {name}es")
    return [one] if one is not None else list(more or ())
