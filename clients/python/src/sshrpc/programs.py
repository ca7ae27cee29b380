"""The calls that run commands and other programs. No I/O."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, cast
from .calls import Call, nothing, patience_for
from .errors import InvalidParams, OutputTooLarge, SSHError
from .frames import Payload, bytes_of
from .params import command_params, snapshot
from .results import OutputNotText, Result

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ._aliases import Buffer, Chunk, RemoteText, StreamName
    from ._contract import (
        SessionExecParams,
        SessionExecResultOutput,
        SessionExecResultStdout,
    )
    from .rpc import Notice, Reply
    from .text import TextMode

#: Bytes of a streamed command's output that the daemon may send ahead of what has been read.
DEFAULT_WINDOW = 1024 * 1024

#: The default of `max_output`, in bytes, which is also the daemon's limit.
MAX_OUTPUT = 256 * 1024 * 1024

#: Bytes to grant for output that is thrown away: more than any command writes.
ENDLESS = 1 << 52

#: Bytes in one `session.write`.
WRITE_SIZE = 1024 * 1024

#: How many `session.write`s are sent before the reply to the first, which takes a round trip.
WRITES_AHEAD = 4


class ExecOptions:
    """The options that `run` and `stream` have in common."""

    def __init__(
        self,
        timeout: float | None,
        idle_timeout: float | None,
        env: Mapping[str, str] | None,
        env_mode: str | None,
        pty: bool | Mapping[str, Any],
        stdin: memoryview | None,
        *,
        sudo: bool | str = False,
        sudo_password: str | None = None,
        forward_agent: bool = False,
    ) -> None:
        self.timeout = timeout
        self.idle_timeout = idle_timeout
        self.env = env
        self.env_mode = env_mode
        self.pty = pty
        self.stdin = stdin
        self.sudo = sudo
        self.sudo_password = sudo_password
        self.forward_agent = forward_agent

    def params(self, session: int, command: RemoteText) -> SessionExecParams:
        """The params."""
        params: dict[str, Any] = {"session": session, **command_params(command)}
        if self.timeout is not None:
            params["timeout"] = self.timeout
        if self.idle_timeout is not None:
            params["idleTimeout"] = self.idle_timeout
        if self.env:
            params["env"] = dict(self.env)
        if self.env_mode is not None:
            params["envMode"] = self.env_mode
        if self.pty is not False:
            params["pty"] = {} if self.pty is True else dict(self.pty)
        if self.sudo is not False:
            params["sudo"] = self.sudo
        if self.sudo_password is not None:
            params["sudoPassword"] = self.sudo_password
        if self.forward_agent:
            params["forwardAgent"] = True
        return cast("SessionExecParams", params)

    def payload(self) -> Payload | None:
        """The command's first input."""
        return None if self.stdin is None else Payload("stdin", "stdinEncoding", self.stdin)


def run_call(
    session: int,
    command: RemoteText,
    options: ExecOptions,
    mode: TextMode,
    check: bool,
    merge_stderr: bool,
    max_output: int | None,
) -> Call[Result[Any]]:
    """`session.exec` with the output in the reply."""
    params = options.params(session, command)
    params["streams"] = "interleaved" if merge_stderr else "separate"
    if max_output is not None:
        params["maxOutput"] = max_output

    def read(reply: Reply) -> Result[Any]:
        if merge_stderr:
            merged = cast("SessionExecResultOutput", reply.result)
            stdout = bytes_of(merged["output"], merged["encoding"], reply.binary)
            stderr = b""
        else:
            result = cast("SessionExecResultStdout", reply.result)
            stdout = bytes_of(result["stdout"], result["stdoutEncoding"], reply.binary)
            stderr = bytes_of(result["stderr"], result["stderrEncoding"], reply.binary)
        ending = Ending(reply.result["exitCode"], reply.result["exitSignal"])
        return result_of(command, ending, stdout, stderr, mode, check)

    return Call("session.exec", params, read, options.payload(), patience_for(options.timeout))


def result_of(
    command: RemoteText, ending: Ending, stdout: bytes, stderr: bytes, mode: TextMode, check: bool
) -> Result[Any]:
    """What `run` returns.

    Raises:
        OutputNotText: the output isn't text in the encoding that was asked for.
        CommandFailed: with `check`, the exit code isn't 0.

    """
    code, signal = ending.exit_code, ending.signal
    try:
        done = Result(command, code, signal, mode.decode(stdout), mode.decode(stderr))
    except UnicodeDecodeError as error:
        raise OutputNotText(Result(command, code, signal, stdout, stderr), error) from None
    if check:
        done.check()
    return done


class Ending:
    """How a command ended."""

    __slots__ = ("exit_code", "signal")

    def __init__(self, exit_code: int | None, signal: str | None) -> None:
        self.exit_code = exit_code
        self.signal = signal


def stream_call(
    session: int, command: RemoteText, options: ExecOptions, stdin: bool, window: int
) -> Call[Ending]:
    """`session.exec` with the output in notifications, as it comes."""
    params = cast("dict[str, Any]", options.params(session, command))
    return streamed_call("session.exec", params, options, stdin, window)


def program_call(
    session: int, name: str | None, options: ExecOptions, stdin: bool, window: int
) -> Call[Ending]:
    """`session.subsystem`, or `session.shell` where none is named."""
    params = cast("dict[str, Any]", options.params(session, ""))
    del params["command"]
    if name is None:
        params.setdefault("pty", False)
        return streamed_call("session.shell", params, options, stdin, window)
    params["name"] = name
    return streamed_call("session.subsystem", params, options, stdin, window)


def streamed_call(
    method: str, params: dict[str, Any], options: ExecOptions, stdin: bool, window: int
) -> Call[Ending]:
    """A program whose output is sent as it comes.

    Raises:
        InvalidParams: the window is less than 1, so that no output could ever come.

    """
    if window < 1:
        reason = "window: must be at least 1"
        raise InvalidParams(reason, data={"path": "window", "reason": reason, "dispatched": "no"})
    params["stream"] = True
    params["window"] = window
    params["openStdin"] = stdin

    def read(reply: Reply) -> Ending:
        return Ending(reply.result["exitCode"], reply.result["exitSignal"])

    patience = patience_for(options.timeout)
    return Call(method, params, read, options.payload(), patience, has_token=True)


def connect_call(session: int, host: str, port: int | None, window: int) -> Call[None]:
    """`session.connect`; without a port, `host` is the path of a Unix socket."""
    params: dict[str, Any] = {"session": session, "window": window}
    if port is None:
        params["socketPath"] = host
    else:
        params.update(host=host, port=port)
    return Call("session.connect", params, nothing, has_token=True)


def chunk_of(notice: Notice) -> Chunk:
    """The output that a `session/output` brings."""
    params = notice.params
    return params["stream"], bytes_of(params["data"], params["encoding"], notice.binary)


class Credit:
    """Counts what was read of a stream, and says how much to grant anew (RFC 4254 §5.2)."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._taken = 0

    def take(self, count: int) -> int:
        """How much to grant now."""
        self._taken += count
        if self._taken * 2 < self._window:
            return 0
        granted, self._taken = self._taken, 0
        return granted


class Collected:
    """Collects the output of a command for its result, while a callback gets it, too."""

    def __init__(self, merge_stderr: bool, max_output: int | None) -> None:
        self._merge_stderr = merge_stderr
        self._most = MAX_OUTPUT if max_output is None else max_output
        self._left = self._most
        self._pieces: dict[StreamName, list[bytes]] = {"stdout": [], "stderr": []}

    def take(self, name: StreamName, data: bytes) -> None:
        """Adds a piece.

        Raises:
            OutputTooLarge: it is more than `max_output`; what fits is added.

        """
        self._pieces["stdout" if self._merge_stderr else name].append(data[: self._left])
        self._left -= len(data)
        if self._left < 0:
            message = f"the command wrote more than {self._most} bytes: see max_output="
            raise OutputTooLarge(message, data={"maxOutput": self._most, "dispatched": "yes"})

    def of(self, name: StreamName) -> bytes:
        """All of a stream."""
        return b"".join(self._pieces[name])

    def give_to(self, error: SSHError) -> None:
        """Puts what had arrived into an error."""
        error.stdout, error.stderr = self.of("stdout"), self.of("stderr")


def write_calls(token: int, data: Buffer, timeout: float | None) -> Iterator[Call[None]]:
    """The `session.write`s for the data. Each piece is copied only when it is sent."""
    params: dict[str, Any] = {"token": token}
    if timeout is not None:
        params["timeout"] = timeout
    patience = patience_for(timeout)
    view = memoryview(data)
    view = view.cast("B") if view.c_contiguous else snapshot(view)
    for at in range(0, len(view), WRITE_SIZE):
        payload = Payload("data", "encoding", snapshot(view[at : at + WRITE_SIZE]))
        yield Call("session.write", params, nothing, payload, patience)


def signal_name(name: str | signal.Signals) -> str:
    """A signal's name as the protocol has it, without `SIG`."""
    text = name if isinstance(name, str) else name.name
    return text[3:] if text.startswith("SIG") else text
