"""A session for threads."""

from __future__ import annotations

import threading
import warnings
from collections import deque
from collections.abc import Iterator, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    cast,
    overload,
)

from .calls import (
    DEFAULT_WINDOW,
    WRITES_AHEAD,
    Buffer,
    Call,
    Credit,
    Ending,
    ExecOptions,
    TextMode,
    chunk_of,
    closed_session,
    connect_call,
    get_call,
    put_call,
    read_bytes_call,
    run_call,
    signal_name,
    simple_call,
    snapshot,
    stream_call,
    write_bytes_call,
    write_calls,
)
from .daemon import Daemon, Events, acquire, deadline_of, next_event
from .results import Answer, Chunk, HostKey, Prompt, Result
from .rpc import Notice, Reply

if TYPE_CHECKING:
    import signal
    from types import TracebackType
    from typing import Literal

    from typing_extensions import Unpack

    from ._contract import ConnectOptions, SessionExecParamsPty, SshNewResult, StrPath
    from .process import Command
    from .results import Progress, RemoteText

__all__ = ["Session", "Stream", "connect"]


def connect(
    host: str,
    port: int = 22,
    username: str | None = None,
    password: str | None = None,
    *,
    on_prompt: Callable[[Prompt], Answer] | None = None,
    via: Session | None = None,
    daemon: Command | Daemon | None = None,
    share: bool = True,
    **options: Unpack[ConnectOptions],
) -> Session:
    """Connects to an SSH server, checks its host key, logs in (`ssh.new`).

    The daemon is found and started where none runs yet; it ends when its last session is closed.

    Args:
        host: A host name, an IPv4 or an IPv6 address (without brackets).
        port: The TCP port, 1 to 65535; with `config=`, 22 leaves it to the configuration.
        username: Whom to log in as; by default who the configuration says where `config=` is
            given, else who we are here (`getpass.getuser`).
        password: For the methods `password` and `keyboard-interactive` (RFC 4252, RFC 4256).
        on_prompt: Called, in this thread, with what the login asks; what it returns is the answer.
            Without it every question is refused.
        via: A session to connect through, as `ssh -J` does: its server connects to `host` and
            `port` (RFC 4254 §7.2). The new session is of the same daemon, and ends with that one.
        daemon: The daemon's path or command; or a `Daemon`, which then is its owner's to end.
        share: False starts a daemon for this session alone.
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
        ValueError: `via` is of another daemon than `daemon`.

    """
    through = None if via is None else _handle_of(via, daemon, share)
    call = connect_call(host, port, username, password, options, on_prompt, through)
    owner = acquire(daemon if via is None else via.daemon, share)
    try:
        return Session(owner, call.params, owner.call(call))
    except BaseException:
        owner.release()
        raise


def _handle_of(via: Session, daemon: Command | Daemon | None, share: bool) -> int:
    if not isinstance(via, Session):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"via must be a Session of sshrpc, not {type(via).__name__}")
    if not share or daemon not in (None, via.daemon):
        raise ValueError("via is a session of another daemon: leave out daemon= and share=")
    return via._open()  # pyright: ignore[reportPrivateUsage]


class Session:
    """A login on a server, from `connect`. Threads may share it; calls run side by side.

    It must be closed: by `close`, or by the end of a `with` block.

    Attributes:
        host: The server as it was named to `connect`: with `config=` that may be an alias.
        port: Its port; None where the configuration was left to say it.
        username: Whom we are logged in as; None likewise.
        handle: The daemon's number for it.
        server_ident: The server's identification string (RFC 4253 §4.2).
        host_key: The key by which it has shown who it is.
        auth_method: The authentication method that succeeded (RFC 4252 §5).
        ignored: With `config=`: the settings of the configuration that aren't honoured, as `ssh -G`
            prints them (`"forwardagent yes"`), a jump host's with its name in front (`"gate:
            forwardagent yes"`). OpenSSH's defaults are left out. Empty without `config=`.
        daemon: Where it is kept.

    """

    def __init__(self, daemon: Daemon, params: Mapping[str, Any], result: SshNewResult) -> None:
        self.daemon = daemon
        self.host: str = params["host"]
        self.port: int | None = params.get("port")
        self.username: str | None = params.get("username")
        self.handle = result["session"]
        self.server_ident = result["serverIdent"]
        key = result["hostKey"]
        self.host_key = HostKey(key["type"], key["fingerprint"], key["status"])
        self.auth_method = result["authMethod"]
        self.ignored: tuple[str, ...] = tuple(result.get("ignored", ()))
        self._is_open = True

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        check: bool = ...,
        input: Buffer | None = ...,
        env: Mapping[str, str] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        text: Literal[False] = ...,
        encoding: None = ...,
        errors: None = ...,
    ) -> Result[bytes]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        check: bool = ...,
        input: str | None = ...,
        env: Mapping[str, str] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        text: Literal[True],
        encoding: str | None = ...,
        errors: str | None = ...,
    ) -> Result[str]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        check: bool = ...,
        input: str | None = ...,
        env: Mapping[str, str] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        text: bool = ...,
        encoding: str,
        errors: str | None = ...,
    ) -> Result[str]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        check: bool = ...,
        input: str | None = ...,
        env: Mapping[str, str] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        text: bool = ...,
        encoding: str | None = ...,
        errors: str,
    ) -> Result[str]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        check: bool = ...,
        input: str | Buffer | None = ...,
        env: Mapping[str, str] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        text: bool,
        encoding: str | None = ...,
        errors: str | None = ...,
    ) -> Result[Any]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        check: bool = ...,
        input: str | Buffer | None = ...,
        env: Mapping[str, str] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        text: bool = ...,
        encoding: str | None,
        errors: str | None = ...,
    ) -> Result[Any]: ...

    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = None,
        check: bool = False,
        input: str | Buffer | None = None,
        env: Mapping[str, str] | None = None,
        pty: bool | SessionExecParamsPty = False,
        merge_stderr: bool = False,
        max_output: int | None = None,
        text: bool = False,
        encoding: str | None = None,
        errors: str | None = None,
    ) -> Result[Any]:
        r"""Runs a command and waits for its end (`session.exec`, RFC 4254 §6.5).

        Interrupted, as by Ctrl-C, it cancels the command on the remote side too.

        Args:
            command: Passed to the account's shell by the server. Bytes go as they are, str as
                UTF-8, where `os.fsdecode` has put surrogates as the bytes that they stand for.
            timeout: Seconds for all of it, waiting for a channel included. When they have passed,
                the command is sent TERM, then KILL. Without it there is no limit.
            check: Raise `CommandFailed` where the exit code isn't 0.
            input: What the command reads; its input ends behind it.
            env: Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its
                AcceptEnv lists.
            pty: True, or `{"term": …, "columns": …, "rows": …}`, for a pseudo-terminal (RFC 4254
                §6.2), on which stdout and stderr are one. Defaults: `"xterm"`, 80 columns, 24 rows;
                of both at least 1.
            merge_stderr: Both streams in `stdout`, in the order in which they came.
            max_output: The most bytes of output to hold; 268435456 by default, and at most.
            text: `stdout` and `stderr`, and `input`, are str; newlines become `"\\n"`, all as in
                `subprocess`. The encoding is UTF-8, whatever the locale.
            encoding: Text in this encoding.
            errors: How text that isn't valid is taken, as of `bytes.decode`.

        Raises:
            CommandFailed: with `check`.
            Timeout: `stdout` and `stderr` hold what had arrived.
            OutputTooLarge: likewise.
            ConnectionLost: likewise.
            SessionClosed: the session was lost before.
            ChannelOpenFailed: RFC 4254 §5.1.
            ChannelRequestDenied: the server refuses the command, a variable of `env`, or the `pty`.
            OutputNotText: the output isn't text in this encoding; a UnicodeDecodeError, too.
            LookupError: there is no such encoding; nothing was sent.
            DaemonError: the daemon has ended.

        """
        mode = TextMode(text, encoding, errors)
        options = ExecOptions(timeout, env, cast("Any", pty), mode.encode(input))
        return self.daemon.call(
            run_call(self._open(), command, options, mode, check, merge_stderr, max_output)
        )

    def stream(
        self,
        command: RemoteText,
        *,
        stdin: bool = False,
        timeout: float | None = None,
        input: Buffer | None = None,
        env: Mapping[str, str] | None = None,
        pty: bool | SessionExecParamsPty = False,
        window: int = DEFAULT_WINDOW,
    ) -> Stream:
        """Starts a command whose output is taken as it comes, and whose input may stay open.

        Args:
            command: As of `run`.
            stdin: Leave the command's input open, for the stream's `write`.
            timeout: Seconds for all of it.
            input: What the command reads first, as it is now.
            env: As of `run`.
            pty: As of `run`.
            window: Bytes of output that may come ahead of what has been taken (RFC 4254 §5.2), at
                least 1; 1048576 by default.

        Raises:
            InvalidParams: the window is less.
            DaemonError: the daemon has ended. All else is raised where it is waited for.

        """
        options = ExecOptions(
            timeout, env, cast("Any", pty), None if input is None else snapshot(input)
        )
        return Stream(
            self, stream_call(self._open(), command, options, stdin, window), window
        )

    def get(
        self,
        remote: RemoteText,
        local: StrPath,
        *,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Receives a file by SCP into a local one (`session.scpRecv`).

        It comes under another name and is renamed when it is whole: a transfer that fails leaves
        the file that was there.

        Args:
            remote: Its path, taken literally: no glob, no `~`. Bytes or str, as the command of
                `run`.
            local: Where it goes on this machine, counted from our working directory.
            timeout: Seconds for all of it.
            idle_timeout: Seconds, above zero, without a byte after which it is given up; 30 by
                default.
            progress: Called, in this thread, with the bytes received and their total, ten times a
                second at most. If it raises, the transfer is cancelled.

        Returns:
            The file's size in bytes.

        Raises:
            ScpRemoteError: what the remote scp reports, as a file that isn't there.
            ScpProtocolError: the remote side broke the protocol, or ended early.
            LocalFileError: the local file can't be written; an `OSError` too.
            Timeout: either one.

        """
        call = get_call(self._open(), remote, local, timeout, idle_timeout, progress)
        return self.daemon.call(call)

    def put(
        self,
        local: StrPath,
        remote: RemoteText,
        *,
        mode: int | None = None,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Sends a local file by SCP (`session.scpSendfile`).

        Args:
            local: A regular file of this machine, counted from our working directory.
            remote: Its path there, as of `get`, with the file's name: where it is a folder, the
                file is written inside it under the folder's own name (`/tmp` gives `/tmp/tmp`).
            mode: The permission bits of a new file, 0 to 0o777, less the remote umask; by default
                the local file's own.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            ScpRemoteError: what the remote scp reports, as a folder that isn't there.
            ScpProtocolError: the remote side broke the protocol, or ended early.
            LocalFileError: the local file can't be read; an `OSError` too.
            Timeout: either one.

        """
        call = put_call(self._open(), local, remote, mode, timeout, idle_timeout, progress)
        self.daemon.call(call)

    def read_bytes(
        self,
        remote: RemoteText,
        *,
        max_bytes: int | None = None,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> bytes:
        """Receives a file by SCP into memory (`session.scpRecv`).

        Args:
            remote: As of `get`.
            max_bytes: The largest file to take; 268435456 by default, and at most.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            OutputTooLarge: it is larger than `max_bytes`.
            ScpRemoteError: as of `get`.
            ScpProtocolError: as of `get`.
            Timeout: either one.

        """
        handle = self._open()
        call = read_bytes_call(handle, remote, timeout, idle_timeout, max_bytes, progress)
        return self.daemon.call(call)

    def write_bytes(
        self,
        remote: RemoteText,
        data: Buffer,
        *,
        mode: int | None = None,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Writes bytes to a remote file by SCP (`session.scpSend`).

        Args:
            remote: As of `put`.
            data: Up to the daemon's `maxMessageBytes`, 256 MiB; `put` sends files of any size.
            mode: The permission bits of a new file, 0 to 0o777, less the remote umask; 0o644 by
                default.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            InvalidParams: that is too much for one message.
            ScpRemoteError: as of `put`.
            ScpProtocolError: as of `put`.
            Timeout: either one.

        """
        handle = self._open()
        call = write_bytes_call(handle, remote, data, mode, timeout, idle_timeout, progress)
        self.daemon.call(call)

    def close(self) -> None:
        """Disconnects (`session.free`, RFC 4253 §11.1). Closing again is no error.

        It never fails, and takes seconds at most: a shared daemon that doesn't answer is killed
        with its last session.
        """
        if self._is_open:
            self._is_open = False
            self.daemon.end_session(self.handle)

    def _open(self) -> int:
        """The handle of a session that is open."""
        if not self._is_open:
            raise closed_session(self.handle)
        return self.handle

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_is_open", False):
            message = f"unclosed {self!r}"
            self._is_open = False
            self.daemon.release_session(self.handle)
            warnings.warn(message, ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        state = "" if self._is_open else " (closed)"
        who = "" if self.username is None else f"{self.username}@"
        where = self.host if self.port is None else f"{self.host}:{self.port}"
        return f"<sshrpc.Session {who}{where}{state}>"


class Stream:
    """A command that runs, from `Session.stream`: an iterator over its output.

    Each item is the stream's name, `"stdout"` or `"stderr"`, and some bytes, in the order in which
    they came. What isn't taken makes the command wait, at `window` bytes.

    Leaving the `with` block in the middle, by `break` or by an exception, cancels the command.
    Leaving it without having iterated ends the command's input and waits for its end.

    Attributes:
        exit_code: None until the command has ended, then as of `Result`.
        signal: Likewise.

    """

    def __init__(self, session: Session, call: Call[Ending], window: int) -> None:
        self.exit_code: int | None = None
        self.signal: str | None = None
        self._is_iterated = False
        self._is_cancelled = False
        self._session = session
        self._daemon = daemon = session.daemon
        self._call = call
        self._credit = Credit(window)
        self._credit_lock = threading.Lock()
        self._deadline = deadline_of(call)
        self._token, self._events = daemon.start(call)

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        self._is_iterated = True
        while True:
            event = next_event(self._events, self._deadline)
            if isinstance(event, Notice):
                chunk = chunk_of(event)
                self._grant(len(chunk[1]))
                return chunk
            if isinstance(event, Reply):
                ending = self._call.finish(event)
                self.exit_code, self.signal = ending.exit_code, ending.signal
                raise StopIteration

    def _grant(self, taken: int) -> None:
        with self._credit_lock:
            granted = self._credit.take(taken)
        if granted > 0:
            self._daemon.notify("session.windowAdjust", {"token": self._token, "bytes": granted})

    def write(self, data: Buffer, *, timeout: float | None = None) -> None:
        """Writes to the command's input; returns when the server has taken it all.

        A command that writes as much as it reads has to be read meanwhile, in another thread.

        Args:
            data: Of any size.
            timeout: Seconds for each MiB of it.

        Raises:
            CommandNotFound: the command has ended, or its input was closed or never open.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            InputTooFast: with other writes at the same time, more waits for the command than the
                daemon holds (16 MiB).
            Timeout: `timeout` has passed.
            DaemonError: the daemon has ended.

        """
        running: deque[tuple[int, Call[None], Events]] = deque()
        try:
            for call in write_calls(self._live_token(), data, timeout):
                if len(running) >= WRITES_AHEAD:
                    self._daemon.finish(*running.popleft())
                id, events = self._daemon.start(call)
                running.append((id, call, events))
            while running:
                self._daemon.finish(*running.popleft())
        except BaseException:
            for id, _, _ in running:
                self._daemon.cancel(id)
            raise

    def close_stdin(self) -> None:
        """Ends the command's input (`session.closeStdin`, RFC 4254 §5.3).

        Raises:
            CommandNotFound: the command has ended, or its input has.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            DaemonError: the daemon has ended.

        """
        self._daemon.call(simple_call("session.closeStdin", {"token": self._live_token()}))

    def send_signal(self, name: str | signal.Signals) -> None:
        """Signals the command (`session.signal`, RFC 4254 §6.9). Servers don't say what came of it.

        Args:
            name: `"ABRT"`, `"ALRM"`, `"FPE"`, `"HUP"`, `"ILL"`, `"INT"`, `"KILL"`, `"PIPE"`,
                `"QUIT"`, `"SEGV"`, `"TERM"`, `"USR1"` or `"USR2"`, with or without `SIG`; or one of
                them as `signal.SIGINT`.

        Raises:
            InvalidParams: it is another signal.
            CommandNotFound: the command has ended.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            DaemonError: the daemon has ended.

        """
        params = {"token": self._live_token(), "signal": signal_name(name)}
        self._daemon.call(simple_call("session.signal", params))

    def _live_token(self) -> int:
        self._session._open()  # pyright: ignore[reportPrivateUsage]
        return self._token

    def wait(self) -> int | None:
        """Waits for the command's end; output that hasn't been taken is dropped.

        Any number of threads may wait, also after the end.

        Returns:
            The exit code.

        Raises:
            Cancelled: by `cancel`.
            SSHError: what `run` raises.

        """
        for _ in self:
            pass
        return self.exit_code

    def cancel(self) -> None:
        """Has the command sent TERM, then KILL, and forgets it, unless it has ended.

        Whoever iterates or waits, in whatever thread, then or later, gets `Cancelled`.
        """
        self._is_cancelled = True
        self._daemon.cancel(self._token)

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is not None or self._is_iterated or self._is_cancelled:
            self.cancel()
            return
        try:
            if self._call.params["openStdin"]:
                self._daemon.notify("session.closeStdin", {"token": self._token})
            self.wait()
        finally:
            self.cancel()

    def __del__(self) -> None:
        if hasattr(self, "_token"):
            self.cancel()
