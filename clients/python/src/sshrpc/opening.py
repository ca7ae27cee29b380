"""`connect`, for threads: what a login needs, and no more."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .connecting import SHARED_WITH, connect_call
from .daemon import Daemon
from .sharing import acquire

if TYPE_CHECKING:
    from typing import Any, Callable

    from typing_extensions import Unpack

    from ._aliases import Answer, Command
    from ._contract import ConnectOptions
    from .prompts import Prompt
    from .session import Session


def connect(
    host: str,
    port: int = 22,
    username: str | None = None,
    password: str | None = None,
    *,
    on_prompt: Callable[[Prompt], Answer] | None = None,
    on_state: Callable[[str, str | None], Any] | None = None,
    via: Session | None = None,
    daemon: Command | Daemon | None = None,
    share: bool = True,
    shared: bool = False,
    **options: Unpack[ConnectOptions],
) -> Session:
    """Connects to an SSH server, checks its host key, and logs in (`ssh.new`).

    The daemon is found and started, unless it runs already. It ends when its last session is
    closed.

    Args:
        host: A host name, an IPv4 or an IPv6 address; or all in one, `"user@host:port"`, where an
            IPv6 address stands in brackets.
        port: The TCP port, 1 to 65535; with `config=`, 22 leaves it to the configuration.
        username: The account to log in to; by default the one that `config=` names, or else that of
            the local user (`getpass.getuser`).
        password: For the methods `password` and `keyboard-interactive` (RFC 4252, RFC 4256).
        on_prompt: Called, in this thread, with each question of the login; it returns the answer.
            Without it a login that needs an answer fails, and says why. With `reconnect=` it may be
            called again later, in another thread, when the session reconnects.
        on_state: Called with the new state and the reason: with `reconnect=`, `"lost"` when the
            connection is lost, and `"open"` when it is restored; in any case `"closed"` when it is
            lost for good. It is called in a thread of the daemon's, and must not wait for the
            session.
        via: A session to connect through, as `ssh -J` does: its server connects to `host` and
            `port` (RFC 4254 §7.2). The new session is in the same daemon, and ends with that one.
        daemon: The daemon's path or command; or a `Daemon`, which its owner has to end.
        share: False starts a daemon for this session alone.
        shared: True uses the daemon that all of the user's programs share, which is started if
            there is none, and goes on for other programs. With `persist=` (seconds) the login stays
            there for that long after its last user, for the next program that connects in the same
            way.
        options: As `timeout=` (seconds for connecting and logging in; by default the
            configuration's ConnectTimeout, else 30, and then the time in which `on_prompt` is
            called doesn't count), `identity_files=`, `known_hosts=`, `host_key_policy=`,
            `keepalive_interval=`; `help(sshrpc.ConnectOptions)` lists all.

    Raises:
        ConnectFailed: no connection to the host.
        HandshakeFailed: it isn't SSH, or has no algorithm in common (RFC 4253 §7.1).
        HostKeyRejected: the host key isn't trusted.
        AuthenticationFailed: the server refuses the login (RFC 4252).
        ConnectionLost: the connection ended meanwhile.
        Timeout: it took longer than `timeout`.
        SessionNotFound: `via` was closed.
        SessionClosed: `via` was lost.
        InvalidParams: an option is out of range, or doesn't go together with another.
        DaemonError: the daemon can't be found or started, or has ended.
        TypeError: there is no such option; or `via` is no `Session`.
        ValueError: `via` is in another daemon than `daemon`, or is given together with `shared`; or
            `host` is no address, or names another user or port than the arguments.

    """
    through = None if via is None else _handle_of(via, daemon, share)
    if shared and (via is not None or isinstance(daemon, Daemon)):
        raise ValueError(SHARED_WITH)
    call = connect_call(host, port, username, password, options, on_prompt, through)
    if on_state is not None or call.asks_again:
        # The callbacks run in other threads. If `threading` were first loaded there, it would take
        # one of these for the main thread.
        import threading  # noqa: F401  # pyright: ignore[reportUnusedImport]
    owner, id, events = acquire(daemon if via is None else via.daemon, share, shared, call)
    try:
        # Loaded while the daemon logs in.
        from .session import Session

        session = Session(owner, call.params, owner.finish(id, call, events))
    except BaseException:
        owner.release()
        raise
    if on_state is not None:
        owner.session_state(session.handle).tell(on_state)
    return session


def _handle_of(via: Session, daemon: Command | Daemon | None, share: bool) -> int:
    from .session import Session

    if not isinstance(via, Session):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"via must be a Session of sshrpc, not {type(via).__name__}")
    if not share or daemon not in (None, via.daemon):
        raise ValueError("via is a session of another daemon: leave out daemon= and share=")
    return via._open()  # pyright: ignore[reportPrivateUsage]
