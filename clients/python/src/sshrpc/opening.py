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
    """Connects to an SSH server, checks its host key, logs in (`ssh.new`).

    The daemon is found and started where none runs yet; it ends when its last session is closed.

    Args:
        host: A host name, an IPv4 or an IPv6 address; or all in one, `"user@host:port"`, where an
            IPv6 address stands in brackets.
        port: The TCP port, 1 to 65535; with `config=`, 22 leaves it to the configuration.
        username: Whom to log in as; by default who the configuration says where `config=` is
            given, else who we are here (`getpass.getuser`).
        password: For the methods `password` and `keyboard-interactive` (RFC 4252, RFC 4256).
        on_prompt: Called, in this thread, with what the login asks; what it returns is the answer.
            Without it nobody is asked: a login that would need it fails, and says why. With
            `reconnect=` it is asked again when the session is connected to again, in another thread.
        on_state: Called with `"lost"`, `"open"` or `"closed"` when the connection is lost, when it is
            restored (with `reconnect=`), and when it is lost for good, and with why. It is called
            in a thread of the daemon's, so it must not wait for the session.
        via: A session to connect through, as `ssh -J` does: its server connects to `host` and
            `port` (RFC 4254 §7.2). The new session is of the same daemon, and ends with that one.
        daemon: The daemon's path or command; or a `Daemon`, which then is its owner's to end.
        share: False starts a daemon for this session alone.
        shared: True has the user's shared daemon keep the session, which is started where there is
            none, and stays for the user's other programs; with `persist=` the login stays there for
            so many seconds, for whoever connects alike.
        options: As `timeout=` (seconds for all of it; by default the configuration's
            ConnectTimeout, else 30, and then time in which you are asked isn't counted),
            `identity_files=`, `known_hosts=`, `host_key_policy=`, `keepalive_interval=`;
            `help(sshrpc.ConnectOptions)` tells all.

    Raises:
        ConnectFailed: no connection to the host.
        HandshakeFailed: no SSH, or no common algorithm (RFC 4253 §7.1).
        HostKeyRejected: the host key isn't trusted.
        AuthenticationFailed: no login (RFC 4252).
        ConnectionLost: it ended meanwhile.
        Timeout: it took longer than `timeout`.
        SessionNotFound: `via` was closed.
        SessionClosed: `via` was lost.
        InvalidParams: an option is out of range, or doesn't go together with another.
        DaemonError: there is no daemon.
        TypeError: there is no such option; `via` is no `Session`.
        ValueError: `via` is of another daemon than `daemon`, or goes together with `shared`; `host`
            is no address, or says another user or port than the arguments.

    """
    through = None if via is None else _handle_of(via, daemon, share)
    if shared and (via is not None or isinstance(daemon, Daemon)):
        raise ValueError(SHARED_WITH)
    call = connect_call(host, port, username, password, options, on_prompt, through)
    if on_state is not None or call.asks_again:
        # They are called in other threads: loaded there, it would take one of those for the main one.
        import threading  # noqa: F401  # pyright: ignore[reportUnusedImport]
    owner, id, events = acquire(daemon if via is None else via.daemon, share, shared, call)
    try:
        # Loaded while it logs in.
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
