"""A session for threads."""

from __future__ import annotations

# The module `warnings` takes long to load.
from _warnings import warn

from ._typing import TYPE_CHECKING
from .logged_in import LoggedIn
from .commands import Commands
from .connections import Connections
from .files import Files
from .forwards import Forwarding
from .daemon import Daemon
from .shells import Shells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any, Callable

    from ._contract import SshNewResult
    from .filesystem import FileSystem

__all__ = ["Session"]


class Session(Commands, Shells, Files, Forwarding, Connections, LoggedIn):
    """A login on a server, from `connect`. Threads may share it; calls run side by side.

    It must be closed: by `close`, or by the end of a `with` block.

    Attributes:
        host: The server as it was named to `connect`, without user and port: with `config=` that
            may be an alias.
        port: Its port; with `config=` what that says where the call doesn't.
        username: Whom we are logged in as; likewise.
        handle: The daemon's number for it.
        server_ident: The server's identification string (RFC 4253 §4.2).
        host_key: The key by which it has shown who it is.
        auth_method: The authentication method that succeeded (RFC 4252 §5).
        kex: The key exchange method (RFC 4253 §7.1), as `"mlkem768x25519-sha256"`.
        cipher: The cipher that is sent with, as `"aes128-gcm@openssh.com"`.
        mac: The MAC that goes with it; `"<implicit>"` where the cipher is one itself.
        post_quantum: Whether the key exchange is safe from quantum computers.
        warnings: With `warn_weak_crypto=`: what is weak. Empty without.
        ignored: With `config=`: the settings of the configuration that aren't honoured, as `ssh -G`
            prints them (`"forwardagent yes"`), a jump host's with its name in front (`"gate:
            forwardagent yes"`). OpenSSH's defaults are left out. Empty without `config=`.
        daemon: Where it is kept.

    """

    def __init__(self, daemon: Daemon, params: Mapping[str, Any], result: SshNewResult) -> None:
        super().__init__(params, result, daemon.session_state(result["session"]))
        self.daemon = daemon
        self._files: FileSystem | None = None
        self._is_open = True

    @property
    def files(self) -> FileSystem:
        """The server's files, by SFTP or, where it has none, by its shell: `open`, `listdir`, `get` …"""
        if self._files is None:
            from .filesystem import FileSystem

            self._files = FileSystem(self)
        return self._files

    def close(self) -> None:
        """Disconnects (`session.free`, RFC 4253 §11.1). Closing again is no error.

        It never fails, and takes seconds at most: a shared daemon that doesn't answer is killed
        with its last session.
        """
        if self._is_open:
            self._is_open = False
            self.daemon.end_session(self.handle)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    # A default, since a module's names are gone at the interpreter's end.
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
