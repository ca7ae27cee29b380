"""A session for threads."""

from __future__ import annotations

# The module `warnings` takes long to load.
from _warnings import warn

from ._typing import TYPE_CHECKING
from .closing import Closing
from .logged_in import LoggedIn
from .commands import Commands
from .connections import Connections
from .files import Files
from .forwards import Forwarding
from .daemon import Daemon
from .shells import Shells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from ._contract import SshNewResult
    from .filesystem import FileSystem

__all__ = ["Session"]


class Session(Commands, Shells, Files, Forwarding, Connections, LoggedIn, Closing):
    """A login on a server, from `connect`. Threads may share it; their calls run at the same time.

    It must be closed: by `close`, or by the end of a `with` block.

    Attributes:
        host: The server as it was given to `connect`, without user and port; with `config=` it may
            be an alias.
        port: The server's port, which `config=` may have said.
        username: The account that is logged in to, which `config=` may have said.
        handle: Its number in the daemon.
        server_ident: The server's identification string (RFC 4253 §4.2).
        host_key: The key by which the server has identified itself.
        auth_method: The authentication method that succeeded (RFC 4252 §5).
        kex: The key exchange method (RFC 4253 §7.1), as `"mlkem768x25519-sha256"`.
        cipher: The cipher for what is sent, as `"aes128-gcm@openssh.com"`.
        mac: The MAC for what is sent; `"<implicit>"` if the cipher authenticates, too.
        post_quantum: Whether the key exchange is safe from quantum computers.
        warnings: With `warn_weak_crypto=`: what is weak. Empty without.
        ignored: With `config=`: the settings of the configuration that have no effect here, as
            `ssh -G` prints them (`"forwardagent yes"`); those of a jump host with its name in front
            (`"gate: forwardagent yes"`). Settings with OpenSSH's default values are left out. Empty
            without `config=`.
        daemon: The daemon that keeps it.

    """

    def __init__(self, daemon: Daemon, params: Mapping[str, Any], result: SshNewResult) -> None:
        super().__init__(params, result, daemon.session_state(result["session"]))
        self.daemon = daemon
        self._files: FileSystem | None = None
        self._is_open = True

    @property
    def files(self) -> FileSystem:
        """The server's files, by SFTP or, without that, by its shell: `open`, `listdir`, `get` …"""
        if self._files is None:
            from .filesystem import FileSystem

            self._files = FileSystem(self)
        return self._files

    def close(self) -> None:
        """Disconnects (`session.free`, RFC 4253 §11.1). A second call does nothing.

        It raises no error, and takes a few seconds at most: if a daemon that `connect` has started
        doesn't answer, it is killed with its last session.
        """
        if self._is_open:
            self._is_open = False
            self.daemon.end_session(self.handle)

    # A default argument, since the module's names may be gone when the interpreter ends.
    def __del__(self, _warn: Callable[..., None] = warn) -> None:
        if getattr(self, "_is_open", False):
            message = f"unclosed {self!r}"
            self._is_open = False
            self.daemon.release_session(self.handle)
            _warn(message, ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        state = "" if self._is_open else " (closed)"
        where = f"[{self.host}]" if ":" in self.host else self.host
        return f"<sshrpc.Session {self.username}@{where}:{self.port}{state}>"
