"""A session for asyncio."""

from __future__ import annotations

import warnings
from collections.abc import Coroutine
from typing import Any

from .._typing import TYPE_CHECKING
from ..connecting import SHARED_WITH, connect_call
from ..logged_in import LoggedIn
from .commands import Commands
from .connections import Connections
from .sharing import acquire
from .files import Files
from .forwarding import Forwarding
from .daemon import Daemon
from .shell import Shells
from .stream import Stream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator, Mapping
    from types import TracebackType
    from typing import Callable

    from typing_extensions import Unpack

    from .._aliases import Answer, Command
    from .._contract import ConnectOptions, SshNewResult
    from ..calls import Call
    from ..prompts import Prompt
    from .filesystem import FileSystem

__all__ = ["Session", "Stream", "connect"]


def connect(
    host: str,
    port: int = 22,
    username: str | None = None,
    password: str | None = None,
    *,
    on_prompt: Callable[[Prompt], Answer | Awaitable[Answer]] | None = None,
    on_state: Callable[[str, str | None], Any] | None = None,
    via: Session | None = None,
    daemon: Command | Daemon | None = None,
    share: bool = True,
    shared: bool = False,
    **options: Unpack[ConnectOptions],
) -> Connecting:
    """Connects to an SSH server, checks its host key, and logs in (`ssh.new`).

    To be awaited for a `Session`, or entered: `async with connect(…) as session:`.

    The parameters and errors are those of `sshrpc.connect`. `on_prompt` may be a coroutine
    function; it is cancelled when the daemon doesn't wait for the answer any more. `on_state` is
    called in the event loop.
    """
    through = None if via is None else _handle_of(via, daemon, share)
    if shared and (via is not None or isinstance(daemon, Daemon)):
        raise ValueError(SHARED_WITH)
    call = connect_call(host, port, username, password, options, on_prompt, through)
    owner = daemon if via is None else via.daemon
    return Connecting(_connect(call, on_state, owner, share, shared))


def _handle_of(via: Session, daemon: Command | Daemon | None, share: bool) -> int:
    if not isinstance(via, Session):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"via must be a Session of sshrpc.aio, not {type(via).__name__}")
    if not share or daemon not in (None, via.daemon):
        raise ValueError("via is a session of another daemon: leave out daemon= and share=")
    return via._open()  # pyright: ignore[reportPrivateUsage]


async def _connect(
    call: Call[SshNewResult],
    on_state: Callable[[str, str | None], Any] | None,
    daemon: Command | Daemon | None,
    share: bool,
    is_shared: bool,
) -> Session:
    owner = await acquire(daemon, share, is_shared)
    try:
        session = Session(owner, call.params, await owner.call(call))
    except BaseException:
        await owner.release()
        raise
    if on_state is not None:
        owner.session_state(session.handle).tell(on_state)
    return session


class Connecting(Coroutine[Any, Any, "Session"]):
    """A login that is under way: a coroutine, and a context manager that closes the session."""

    def __init__(self, coroutine: Coroutine[Any, Any, Session]) -> None:
        self._coroutine = coroutine

    def send(self, value: Any, /) -> Any:
        """As of any coroutine."""
        return self._coroutine.send(value)

    def throw(self, *args: Any) -> Any:
        """As of any coroutine."""
        return self._coroutine.throw(*args)

    def close(self) -> None:
        """As of any coroutine."""
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Session]:
        return self._coroutine.__await__()

    async def __aenter__(self) -> Session:
        self._session = await self._coroutine
        return self._session

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._session.close()


class Session(Commands, Shells, Files, Forwarding, Connections, LoggedIn):
    """A login on a server, from `connect`. Tasks may share it; their calls run at the same time.

    It must be closed: by `close`, or by the end of an `async with` block.

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

    async def close(self) -> None:
        """Disconnects (`session.free`, RFC 4253 §11.1). A second call does nothing.

        It raises no error, and takes a few seconds at most: if a daemon that `connect` has started
        doesn't answer, it is killed with its last session.
        """
        if self._is_open:
            self._is_open = False
            await self.daemon.end_session(self.handle)

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    # A default argument, since the module's names may be gone when the interpreter ends.
    def __del__(self, _warn: Callable[..., None] = warnings.warn) -> None:
        if getattr(self, "_is_open", False):
            message = f"unclosed {self!r}"
            self._is_open = False
            self.daemon.release_session(self.handle)
            _warn(message, ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        state = "" if self._is_open else " (closed)"
        where = f"[{self.host}]" if ":" in self.host else self.host
        return f"<sshrpc.aio.Session {self.username}@{where}:{self.port}{state}>"
