"""Each call of the API as data: its request, and how its events are read. No I/O.

What threads and asyncio differ in is only how they wait.
"""

from __future__ import annotations

import base64
import codecs
import copy
import getpass
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Generic,
    TypeVar,
    Union,
    cast,
)

from ._contract import (
    ALGORITHMS,
    CONNECT_OPTIONS,
    ERRORS,
    LOCAL_PATHS,
    SessionExecParams,
    SessionExecResultOutput,
    SessionExecResultStdout,
    SessionScpRecvParams,
    SessionScpRecvResultData,
    SessionScpSendfileParams,
    SessionScpSendParams,
    SshNewParams,
    SshNewResult,
)
from .errors import InvalidParams, OutputNotText, SSHError, make_error
from .process import END_TIMEOUT
from .results import (
    Answer,
    Chunk,
    OfferedHostKey,
    Progress,
    Prompt,
    PromptLine,
    RemoteText,
    Result,
)
from .rpc import Notice, Payload, Reply, bytes_of

if TYPE_CHECKING:
    import signal

T = TypeVar("T")

if sys.version_info >= (3, 12):
    from collections.abc import Buffer
else:
    Buffer = Union[bytes, bytearray, memoryview]

#: Bytes of a streamed command's output that are granted ahead of what has been taken.
DEFAULT_WINDOW = 1024 * 1024

#: Bytes in one `session.write`.
WRITE_SIZE = 1024 * 1024

#: `session.write`s under way at once: the server's answers take a round trip.
WRITES_AHEAD = 4

#: Seconds behind a call's own deadline after which the daemon itself is taken to be stuck.
GRACE = 10.0

#: Seconds in which a daemon that lives says so; one that says nothing isn't dead, either.
LIFE_TIMEOUT = 1.0


@dataclass
class Call(Generic[T]):
    """A request, and what becomes of its reply."""

    method: str
    params: Mapping[str, Any]
    #: Makes the call's value of the reply.
    read: Callable[[Reply], T]
    payload: Payload | None = None
    #: Seconds until a daemon that has said nothing is taken to be stuck; None for no limit.
    patience: float | None = None
    #: Told bytes and total.
    progress: Callable[[int, int], Any] | None = None
    #: Asked what the daemon asks.
    on_prompt: Callable[[Prompt], Any] | None = None
    #: Whether the request's id is its `token`, by which what belongs to it is known.
    has_token: bool = False

    def params_for(self, id: int) -> dict[str, Any]:
        """The params of the request with this id."""
        params = dict(self.params)
        if self.has_token:
            params["token"] = id
        if self.progress is not None:
            params["workDoneToken"] = id
        return params

    def finish(self, reply: Reply) -> T:
        """The call's value.

        Raises:
            SSHError: the reply is an error.

        """
        if reply.error is not None:
            # One for each who waits: a traceback grows in whoever raises it.
            raise copy.copy(reply.error)
        return self.read(reply)


def patience_for(timeout: float | None) -> float | None:
    """The patience with a call whose deadline the daemon keeps itself."""
    return None if timeout is None else max(0.0, timeout) + GRACE


def _none(_reply: Reply) -> None:
    return None


def simple_call(method: str, params: Mapping[str, Any]) -> Call[Any]:
    """A call of the wire's own: params and result as JSON."""
    return Call(method, params, lambda reply: reply.result)


def free_call(session: int) -> Call[Any]:
    """`session.free`, which takes a daemon that isn't stuck no time."""
    call = simple_call("session.free", {"session": session})
    call.patience = END_TIMEOUT
    return call


def life_call() -> Call[Any]:
    """What every daemon answers at once: that there is no such method."""
    call = simple_call("$/alive", {})
    call.patience = LIFE_TIMEOUT
    return call


def closed_session(session: int) -> SSHError:
    """For what is asked of a session after its `close`."""
    code = ERRORS["SessionNotFound"].code
    return make_error(code, f"session {session} was closed", {"dispatched": "no"})


def local_path(path: str | os.PathLike[str]) -> str:
    """The absolute form: the daemon may have another working directory."""
    return os.path.abspath(os.fspath(path))  # noqa: PTH100 - pathlib's would resolve less


def _remote(name: str, value: RemoteText) -> dict[str, str]:
    """The params that carry a command or a remote path: as text where it is UTF-8."""
    data = _remote_bytes(name, value)
    try:
        return {name: data.decode("utf-8")}
    except UnicodeDecodeError:
        return {name: base64.b64encode(data).decode("ascii"), f"{name}Encoding": "base64"}


def _remote_bytes(name: str, value: RemoteText) -> bytes:
    try:
        if isinstance(value, str):
            return value.encode("utf-8", "surrogateescape")
        # Not bytes(value): of a number it makes so many zeros.
        return bytes(memoryview(value))
    except UnicodeEncodeError:
        reason = f"{name}: must be bytes, or well-formed Unicode"
        raise InvalidParams(reason, data={"path": name, "dispatched": "no"}) from None
    except TypeError:
        what = "a command" if name == "command" else "a remote path"
        given = type(value).__name__
        raise TypeError(f"{what} must be str or bytes-like, not {given}") from None


#: IANA's, for SSH (RFC 4253 §4.1).
DEFAULT_PORT = 22


def connect_call(
    host: str,
    port: int,
    username: str | None,
    password: str | None,
    options: Mapping[str, Any],
    on_prompt: Callable[[Prompt], Any] | None,
    via: int | None,
) -> Call[SshNewResult]:
    """`ssh.new`."""
    params: dict[str, Any] = {"host": host}
    # What isn't said is the configuration's to say, and 22 can't be told from unsaid.
    is_configured = bool(options.get("config"))
    if port != DEFAULT_PORT or not is_configured:
        params["port"] = port
    if username is not None or not is_configured:
        params["username"] = getpass.getuser() if username is None else username
    if password is not None:
        params["password"] = password
    if via is not None:
        params["via"] = via
    for name, value in options.items():
        key = _wire_name(CONNECT_OPTIONS, name, "connect()", "option")
        if value is not None:
            # Over a session it is a path of that server's.
            is_local = key in LOCAL_PATHS and not (key == "socketPath" and via is not None)
            params[key] = _option(value, is_local)
    return Call(
        "ssh.new",
        cast("SshNewParams", params),
        lambda reply: cast("SshNewResult", reply.result),
        patience=patience_for(options.get("timeout")),
        on_prompt=on_prompt,
        has_token=on_prompt is not None,
    )


def _option(value: Any, is_local: bool) -> Any:
    if isinstance(value, Mapping):
        lists = cast("Mapping[str, Any]", value)
        return {_wire_name(ALGORITHMS, key, "algorithms", "list"): lists[key] for key in lists}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_option(each, is_local) for each in cast("Iterable[Any]", value)]
    if is_local and isinstance(value, (str, os.PathLike)):
        return local_path(os.path.expanduser(cast("str", value)))  # noqa: PTH111
    return os.fspath(cast("os.PathLike[str]", value)) if isinstance(value, os.PathLike) else value


def _wire_name(names: Mapping[str, str], name: str, where: str, what: str) -> str:
    if name not in names:
        raise TypeError(f"{where} has no {what} {name!r}; it has {', '.join(names)}")
    return names[name]


@dataclass(frozen=True)
class TextMode:
    """How bytes become str, as in `subprocess`; nothing does where neither is given.

    Raises:
        LookupError: there is no such encoding, or no such way to handle errors.

    """

    text: bool = False
    encoding: str | None = None
    errors: str | None = None

    def __post_init__(self) -> None:
        # Now, and not when the command has been carried out; of an empty str nothing is looked up.
        " ".encode(self.encoding or "utf-8")
        codecs.lookup_error(self.errors or "strict")

    @property
    def on(self) -> bool:
        """Whether str is wanted."""
        return bool(self.text or self.encoding or self.errors)

    def decode(self, data: bytes) -> Any:
        """What came, as it is wanted."""
        if not self.on:
            return data
        text = data.decode(self.encoding or "utf-8", self.errors or "strict")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def encode(self, data: str | Buffer | None) -> memoryview | None:
        """What is to be sent.

        Raises:
            TypeError: bytes for text, or text for bytes.

        """
        if data is None:
            return None
        if isinstance(data, str):
            if not self.on:
                raise TypeError("input is str: give bytes, or text=True")
            return memoryview(data.encode(self.encoding or "utf-8", self.errors or "strict"))
        if self.on:
            raise TypeError("input is bytes: give str where text is asked for")
        return snapshot(data)


def snapshot(data: Buffer) -> memoryview:
    """Its bytes as they are now, whatever becomes of it: a copy, unless it can't change."""
    view = memoryview(data)
    if isinstance(view.obj, bytes) and view.c_contiguous:
        return view.cast("B")
    return memoryview(view.tobytes())


@dataclass(frozen=True)
class ExecOptions:
    """What `run` and `stream` have in common."""

    timeout: float | None = None
    env: Mapping[str, str] | None = None
    pty: bool | Mapping[str, Any] = False
    stdin: memoryview | None = None

    def params(self, session: int, command: RemoteText) -> SessionExecParams:
        """The params."""
        params = cast("SessionExecParams", {"session": session, **_remote("command", command)})
        if self.timeout is not None:
            params["timeout"] = self.timeout
        if self.env:
            params["env"] = dict(self.env)
        if self.pty is not False:
            params["pty"] = cast("Any", {} if self.pty is True else dict(self.pty))
        return params

    def payload(self) -> Payload | None:
        """What the command reads first."""
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
    """`session.exec`, its output held."""
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
        code, signal = reply.result["exitCode"], reply.result["exitSignal"]
        try:
            done = Result(command, code, signal, mode.decode(stdout), mode.decode(stderr))
        except UnicodeDecodeError as error:
            raise OutputNotText(Result(command, code, signal, stdout, stderr), error) from None
        if check:
            done.check()
        return done

    return Call("session.exec", params, read, options.payload(), patience_for(options.timeout))


@dataclass
class Ending:
    """How a streamed command ended; its output went another way."""

    exit_code: int | None
    signal: str | None


def stream_call(
    session: int, command: RemoteText, options: ExecOptions, stdin: bool, window: int
) -> Call[Ending]:
    """`session.exec`, its output sent as it comes.

    Raises:
        InvalidParams: the window isn't open, and nobody would ever open it.

    """
    if window < 1:
        reason = "window: must be at least 1"
        raise InvalidParams(reason, data={"path": "window", "reason": reason, "dispatched": "no"})
    params = options.params(session, command)
    params["stream"] = True
    params["window"] = window
    params["openStdin"] = stdin

    def read(reply: Reply) -> Ending:
        return Ending(reply.result["exitCode"], reply.result["exitSignal"])

    patience = patience_for(options.timeout)
    return Call("session.exec", params, read, options.payload(), patience, has_token=True)


def chunk_of(notice: Notice) -> Chunk:
    """The output that a `session/output` brings."""
    params = notice.params
    return params["stream"], bytes_of(params["data"], params["encoding"], notice.binary)


@dataclass
class Credit:
    """Counts what was taken of a stream and says when to grant it anew (RFC 4254 §5.2)."""

    window: int
    taken: int = field(default=0, init=False)

    def take(self, count: int) -> int:
        """How much to grant now."""
        self.taken += count
        if self.taken * 2 < self.window:
            return 0
        granted, self.taken = self.taken, 0
        return granted


def write_calls(token: int, data: Buffer, timeout: float | None) -> Iterator[Call[None]]:
    """`session.write`s that carry the data, each piece as it is when its turn comes."""
    params: dict[str, Any] = {"token": token}
    if timeout is not None:
        params["timeout"] = timeout
    patience = patience_for(timeout)
    view = memoryview(data)
    view = view.cast("B") if view.c_contiguous else snapshot(view)
    for at in range(0, len(view), WRITE_SIZE):
        payload = Payload("data", "encoding", snapshot(view[at : at + WRITE_SIZE]))
        yield Call("session.write", params, _none, payload, patience)


def read_bytes_call(
    session: int,
    remote: RemoteText,
    timeout: float | None,
    idle_timeout: float | None,
    max_bytes: int | None,
    progress: Progress | None,
) -> Call[bytes]:
    """`session.scpRecv` into memory."""
    params = cast("SessionScpRecvParams", {"session": session, **_remote("source", remote)})
    if max_bytes is not None:
        params["maxOutput"] = max_bytes
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)

    def read(reply: Reply) -> bytes:
        result = cast("SessionScpRecvResultData", reply.result)
        return bytes_of(result["data"], result["encoding"], reply.binary)

    return Call("session.scpRecv", params, read, patience=patience_for(timeout), progress=progress)


def get_call(
    session: int,
    remote: RemoteText,
    local: str | os.PathLike[str],
    timeout: float | None,
    idle_timeout: float | None,
    progress: Progress | None,
) -> Call[int]:
    """`session.scpRecv` into a file."""
    places = {**_remote("source", remote), "dest": local_path(local)}
    params = cast("SessionScpRecvParams", {"session": session, **places})
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)

    def read(reply: Reply) -> int:
        return cast("int", reply.result["bytes"])

    return Call("session.scpRecv", params, read, patience=patience_for(timeout), progress=progress)


def write_bytes_call(
    session: int,
    remote: RemoteText,
    data: Buffer,
    mode: int | None,
    timeout: float | None,
    idle_timeout: float | None,
    progress: Progress | None,
) -> Call[None]:
    """`session.scpSend`."""
    params = cast("SessionScpSendParams", {"session": session, **_remote("dest", remote)})
    if mode is not None:
        params["mode"] = mode
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)
    payload = Payload("data", "encoding", snapshot(data))
    return Call("session.scpSend", params, _none, payload, patience_for(timeout), progress)


def put_call(
    session: int,
    local: str | os.PathLike[str],
    remote: RemoteText,
    mode: int | None,
    timeout: float | None,
    idle_timeout: float | None,
    progress: Progress | None,
) -> Call[None]:
    """`session.scpSendfile`."""
    places = {"source": local_path(local), **_remote("dest", remote)}
    params = cast("SessionScpSendfileParams", {"session": session, **places})
    if mode is not None:
        params["mode"] = mode
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)
    patience = patience_for(timeout)
    return Call("session.scpSendfile", params, _none, patience=patience, progress=progress)


def _add_times(params: dict[str, Any], timeout: float | None, idle_timeout: float | None) -> None:
    if timeout is not None:
        params["timeout"] = timeout
    if idle_timeout is not None:
        params["idleTimeout"] = idle_timeout


def progress_of(notice: Notice) -> tuple[int, int]:
    """Bytes and total of a `$/progress`."""
    value = notice.params["value"]
    return value.get("bytes", 0), value.get("total", 0)


def prompt_of(params: Mapping[str, Any]) -> Prompt:
    """The prompt of a `client/prompt`."""
    key = params.get("hostKey")
    offered = None
    if key is not None:
        expected = tuple(each["fingerprint"] for each in key.get("expected") or ())
        offered = OfferedHostKey(key["type"], key["fingerprint"], key["reason"], expected)
    return Prompt(
        kind=params["kind"],
        host=params["host"],
        port=params["port"],
        username=params["username"],
        lines=tuple(PromptLine(each["prompt"], each["echo"]) for each in params["prompts"]),
        name=params.get("name") or "",
        instruction=params.get("instruction") or "",
        path=params.get("path"),
        host_key=offered,
    )


def answer_of(prompt: Prompt, answer: Answer) -> Any:
    """The result of a `client/prompt`.

    Raises:
        TypeError: the callback returned what is no answer to this prompt.

    """
    if answer is None:
        return None
    if prompt.host_key is not None:
        if not isinstance(answer, bool):
            raise TypeError("on_prompt must return True, False or None for a host key")
        return {"accept": answer}
    if isinstance(answer, bool):
        raise TypeError(f"on_prompt must return text for a prompt of kind {prompt.kind!r}")
    answers = [answer] if isinstance(answer, str) else list(answer)
    if len(answers) != len(prompt.lines):
        raise TypeError(f"on_prompt gave {len(answers)} answers to {len(prompt.lines)} lines")
    return {"answers": answers}


def initialize_params() -> dict[str, Any]:
    """What this client says of itself."""
    return {"processId": os.getpid(), "capabilities": {"binaryFrames": True, "prompt": True}}


def signal_name(name: str | signal.Signals) -> str:
    """As the wire has it, without `SIG`."""
    text = name if isinstance(name, str) else name.name
    return text[3:] if text.startswith("SIG") else text
