"""The state of a connection with the daemon, without any I/O: which call waits for which reply.

It is the same for threads and asyncio.
"""

from __future__ import annotations

import itertools
import sys

from ._typing import TYPE_CHECKING, cast
from ._values import Value
from .errors import Cancelled, InvalidParams, SSHError, make_error
from .frames import NO_BYTES, Decoder, Frame, Payload, ProtocolError, bytes_of, encode, nonsense

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable, Union

    from .frames import Buffers


class Reply(Value):
    """The one answer to a request."""

    __slots__ = ("binary", "error", "result")
    __match_args__ = ("result", "error", "binary")

    def __init__(self, result: Any, error: SSHError | None, binary: memoryview) -> None:
        self.result = result
        self.error = error
        self.binary = binary


class Notice(Value):
    """A notification that belongs to a call: `session/output`, `fs/entries` or `$/progress`."""

    __slots__ = ("binary", "method", "params")
    __match_args__ = ("method", "params", "binary")

    def __init__(self, method: str, params: dict[str, Any], binary: memoryview) -> None:
        self.method = method
        self.params = params
        self.binary = binary


class Question(Value):
    """A request of the daemon's that belongs to a call: `client/prompt`."""

    __slots__ = ("id", "params")
    __match_args__ = ("id", "params")

    def __init__(self, id: int | str, params: dict[str, Any]) -> None:
        self.id = id
        self.params = params


class Withdrawn(Value):
    """The daemon doesn't wait for the answer to its question any more."""

    __slots__ = ("id",)
    __match_args__ = ("id",)

    def __init__(self, id: int | str) -> None:
        self.id = id


class ForwardState:
    """The state of a forward, by the daemon's notifications."""

    def __init__(self) -> None:
        from collections import deque

        #: Why it has ended by itself; None if it hasn't.
        self.closed: str | None = None
        #: The reasons of the latest connections that couldn't be made.
        self.failures: deque[str] = deque(maxlen=100)

    def take(self, method: str, params: Mapping[str, Any]) -> None:
        """Applies a notification."""
        message = str(params.get("message", ""))
        if method == "forward/closed":
            self.closed = message
        else:
            self.failures.append(message)


class SessionState:
    """The state of a session, by the daemon's notifications."""

    def __init__(self) -> None:
        #: "open"; "lost" while it reconnects; "closed" when its connection was lost for good.
        self.name = "open"
        #: Why it isn't open; None if it is.
        self.reason: str | None = None
        #: The token that questions have when it reconnects; below, the mailbox for them.
        self.token: int | None = None
        self.questions: Mailbox | None = None
        self._told: Callable[[str, str | None], Any] | None = None

    def tell(self, told: Callable[[str, str | None], Any]) -> None:
        """Calls `told` with each new state and its reason; and with this one if it isn't open."""
        self._told = told
        if self.name != "open":
            told(self.name, self.reason)

    def ask(self, token: int, questions: Mailbox) -> None:
        """Puts questions with this token, which come when it reconnects, into the mailbox."""
        self.questions = questions
        self.token = token

    def take(self, method: str, params: Mapping[str, Any]) -> None:
        """Applies a notification."""
        event = method.partition("/")[2]
        self.name = "open" if event == "restored" else event
        reason = cast("Mapping[str, Any]", params.get("reason") or {})
        self.reason = None if event == "restored" else str(reason.get("message", ""))
        if self._told is None:
            return
        try:
            self._told(self.name, self.reason)
        except Exception:  # noqa: BLE001
            # The callback is the user's, and no call can raise its error.
            sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType]


if TYPE_CHECKING:
    from typing import Protocol

    Event = Union[Reply, Notice, Question, Withdrawn]

    class Mailbox(Protocol):
        """Receives a call's events. `put` must not block, and may be called in any thread."""

        def put(self, item: Event, /) -> None:
            """Adds an event."""
            ...


class Connection:
    """The state of a connection with the daemon: requests in flight, and what was agreed.

    It does no I/O: it is given what was read, and returns what is to be written. The id of a
    request is also its token, by which notifications and questions find the call's mailbox.
    """

    def __init__(self) -> None:
        #: Whether binary frames were granted.
        self.binary = False
        #: The longest message that the daemon takes, in bytes.
        self.max_message_bytes = 256 * 1024 * 1024
        #: Why there is no connection any more; None while there is one.
        self.error: SSHError | None = None
        self._decoder = Decoder()
        self._ids = itertools.count(1)
        self._calls: dict[int, Mailbox] = {}
        self._asked: dict[int | str, Mailbox] = {}
        self._discarding: set[int] = set()
        #: The calls that may be asked questions: logins. Of a program's call nobody may be reading
        #: the events.
        self._logins: set[int] = set()
        self._outgoing: list[Buffers] = []
        #: The states of forwards, by their handles.
        self._forwards: dict[int, ForwardState] = {}
        #: The states of sessions, by their handles.
        self._sessions: dict[int, SessionState] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no call waits for a reply."""
        return not self._calls

    def agree(self, result: Any) -> None:
        """Reads the result of `initialize`.

        Raises:
            ProtocolError: it isn't that of a daemon of sshrpc.

        """
        try:
            self.binary = bool(result["capabilities"]["binaryFrames"])
            self.max_message_bytes = int(result["limits"]["maxMessageBytes"])
        except (KeyError, TypeError, ValueError):
            raise nonsense("what is no result of initialize", repr(result).encode()) from None

    def new_id(self) -> int:
        """A new id for a request, which is also the token of its notifications."""
        return next(self._ids)

    def request(
        self,
        id: int,
        method: str,
        params: Mapping[str, Any],
        mailbox: Mailbox,
        payload: Payload | None = None,
    ) -> Buffers:
        """Begins a request. Its events go into `mailbox`; the last is a `Reply` or an exception.

        Args:
            id: From `new_id`.
            method: Its method.
            params: Its params by name.
            mailbox: Where its events go.
            payload: Bytes that go with its params.

        Raises:
            InvalidParams: the params are no JSON, or the message is longer than the daemon takes.
            DaemonError: there is no connection any more.

        """
        frame = encode({"id": id, "method": method, "params": params}, payload, self.binary)
        size = sum(map(len, frame))
        if size > self.max_message_bytes:
            raise InvalidParams(
                f"{size} bytes are more than one message takes ({self.max_message_bytes}):"
                " `put` sends files of any size, a stream's `write` any input",
                data={"dispatched": "no"},
            )
        self._calls[id] = mailbox
        if method == "ssh.new":
            self._logins.add(id)
        elif method == "session.free":
            self._sessions.pop(params["session"], None)
        # After the mailbox was added: either `fail` finds that, or the error is seen here.
        if self.error is not None:
            self._forget(id)
            raise type(self.error)(self.error.message, data={**self.error.data, "dispatched": "no"})
        return frame

    def notification(self, method: str, params: Mapping[str, Any]) -> Buffers:
        """The bytes of a notification."""
        if method == "session.free":
            self._sessions.pop(params["session"], None)
        return encode({"method": method, "params": params})

    def answer(self, id: int | str, result: Any) -> Buffers:
        """The answer to a `Question`."""
        self._asked.pop(id, None)
        return encode({"id": id, "result": result})

    def cancel(self, id: int) -> Buffers | None:
        """Gives up a call: its mailbox gets `Cancelled`, and nothing after that.

        Returns:
            The message that cancels it in the daemon; None if the call has been answered already.

        """
        # A mailbox is removed by this, by the reply or by `fail`. Only the one that removes it puts
        # the last event into it.
        mailbox = self._forget(id)
        if mailbox is None:
            return None
        error = Cancelled("the call was cancelled", data={"dispatched": "maybe"})
        mailbox.put(Reply(None, error, NO_BYTES))
        return self.notification("$/cancelRequest", {"id": id})

    def discard(self, id: int) -> None:
        """Throws away a call's output from here on, except what is in its mailbox already."""
        if id in self._calls:
            self._discarding.add(id)

    def session_state(self, session: int) -> SessionState:
        """The state of a session, which is kept from the session's beginning on."""
        return self._sessions[session]

    def forward_state(self, forward: int) -> ForwardState:
        """The state of a forward, which is kept from the forward's beginning on."""
        return self._forwards[forward]

    def forget_forward(self, forward: int) -> None:
        """Ignores notifications about it from here on."""
        self._forwards.pop(forward, None)

    def receive(self, data: bytes) -> list[Buffers]:
        """Takes bytes from the daemon, and puts their messages into the mailboxes.

        Returns:
            What is to be written in return.

        Raises:
            ProtocolError: they aren't messages. The connection can't be used any more.

        """
        for frame in self._decoder.feed(data):
            self._dispatch(frame)
        outgoing, self._outgoing = self._outgoing, []
        return outgoing

    def fail(self, error: SSHError) -> None:
        """Ends the connection: every call that waits raises the error."""
        if self.error is None:
            self.error = error
        for id in list(self._calls):
            mailbox = self._forget(id)
            if mailbox is not None:
                mailbox.put(Reply(None, copied(error), NO_BYTES))

    def _dispatch(self, frame: Frame) -> None:
        message, binary = frame.message, frame.binary
        method = message.get("method")
        if method is None:
            self._dispatch_reply(message, binary)
            return
        params = message.get("params")
        if not isinstance(params, dict):
            params = {}
        params = cast("dict[str, Any]", params)
        if "id" in message:
            self._dispatch_request(message["id"], method, params)
        elif method == "$/cancelRequest":
            mailbox = self._asked.pop(params.get("id", ""), None)
            if mailbox is not None:
                mailbox.put(Withdrawn(params["id"]))
        elif method in ("session/output", "$/progress", "fs/entries"):
            token = cast("int", params.get("token"))
            mailbox = self._calls.get(token)
            if mailbox is not None and token not in self._discarding:
                mailbox.put(Notice(method, params, binary))
        elif method in ("forward/closed", "forward/failed"):
            state = self._forwards.get(cast("int", params.get("forward")))
            if state is not None:
                state.take(method, params)
        elif method in ("session/lost", "session/restored", "session/closed"):
            session = self._sessions.get(cast("int", params.get("session")))
            if session is not None:
                session.take(method, params)

    def _dispatch_reply(self, message: dict[str, Any], binary: memoryview) -> None:
        id = message.get("id")
        error = message.get("error")
        if id is None:
            # An error without an id: the daemon couldn't read one of our messages, and nobody knows
            # which call would wait for ever.
            raise ProtocolError(f"the daemon could not read a message: {error}")
        failure = None if error is None else _read_error(error, binary)
        result = message.get("result")
        mailbox = self._forget(id)
        if mailbox is not None:
            if isinstance(result, dict) and "forward" in result:
                # Added before the caller gets the reply: the next message may be about the forward.
                forward = cast("dict[str, Any]", result)["forward"]
                self._forwards[forward] = ForwardState()
            elif isinstance(result, dict) and "session" in result:
                session = cast("dict[str, Any]", result)["session"]
                self._sessions[session] = SessionState()
            mailbox.put(Reply(result, failure, binary))
        elif isinstance(result, dict) and "forward" in result:
            forward = cast("dict[str, Any]", result)["forward"]
            params = {"forward": forward, "abort": True}
            self._outgoing.append(self.notification("forward.close", params))
        elif isinstance(result, dict) and "file" in result:
            file = cast("dict[str, Any]", result)["file"]
            self._outgoing.append(self.notification("file.close", {"file": file}))
        elif isinstance(result, dict) and "session" in result:
            # The login was given up meanwhile, so that nobody would ever free the session.
            session = cast("dict[str, Any]", result)["session"]
            self._outgoing.append(self.notification("session.free", {"session": session}))

    def _dispatch_request(self, id: int | str, method: str, params: dict[str, Any]) -> None:
        if method != "client/prompt":
            error = {"code": -32601, "message": f"no such method: {method}"}
            self._outgoing.append(encode({"id": id, "error": error}))
            return
        token = cast("int", params.get("token"))
        mailbox = self._calls.get(token) if token in self._logins else self._questions(token)
        if mailbox is None:
            self._outgoing.append(self.answer(id, None))
        else:
            self._asked[id] = mailbox
            mailbox.put(Question(id, params))

    def _questions(self, token: int) -> Mailbox | None:
        """The mailbox for questions of a session that reconnects; None if there is none."""
        for state in self._sessions.copy().values():
            if state.token == token:
                return state.questions
        return None

    def _forget(self, id: int) -> Mailbox | None:
        self._discarding.discard(id)
        self._logins.discard(id)
        return self._calls.pop(id, None)


def copied(error: SSHError) -> SSHError:
    """A copy for each one who waits, since raising an exception changes its traceback."""
    import copy

    return copy.copy(error)


#: Fields with remote bytes, the field with the encoding of each, and the stream that they are of.
_OUTPUT_FIELDS = (
    ("stdout", "stdoutEncoding", "stdout"),
    ("stderr", "stderrEncoding", "stderr"),
    ("output", "encoding", "stdout"),
    ("data", "encoding", "stdout"),
)


def _read_error(error: Any, binary: memoryview) -> SSHError:
    """The exception for an error reply, with the encoded bytes in its data decoded."""
    if not isinstance(error, dict):
        raise nonsense("an error that is no object", repr(error).encode())
    fields = cast("dict[str, Any]", error)
    data: dict[str, Any] = dict(fields.get("data") or {})
    streams: dict[str, bytes] = {}
    for field, encoding_field, stream in _OUTPUT_FIELDS:
        if field in data and encoding_field in data:
            data[field] = bytes_of(data[field], data.pop(encoding_field), binary)
            streams[stream] = data[field]
    failure = make_error(fields.get("code", 0), str(fields.get("message", "")), data)
    failure.stdout = streams.get("stdout", b"")
    failure.stderr = streams.get("stderr", b"")
    return failure
