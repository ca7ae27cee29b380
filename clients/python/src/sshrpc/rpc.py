"""The wire without any I/O: bytes to messages and back, and who waits for which reply.

Threads and asyncio have this in common. Frames are those of LSP's base protocol, with binary ones
where the daemon grants them (PROTOCOL.md, Framing and Binary frames).
"""

from __future__ import annotations

import base64
import copy
import itertools
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import (
    Any,
    NamedTuple,
    Protocol,
    Union,
    cast,
)

from .errors import Cancelled, DaemonError, InvalidParams, SSHError, make_error

#: What is to be written, in order.
Buffers = Sequence[Union[bytes, memoryview]]

#: The longest header that the daemon can have meant.
MAX_HEADER_BYTES = 4096

_BLANK_LINE = b"\r\n\r\n"
_BINARY_TYPE = "application/vnd.sshrpc"


class ProtocolError(DaemonError):
    """The daemon's output is no protocol: it isn't our daemon, or something else writes to it."""


class Frame(NamedTuple):
    """A message with the bytes beside it."""

    message: dict[str, Any]
    binary: memoryview


_NO_BYTES = memoryview(b"")


class Decoder:
    """Cuts a stream into messages, at a cost that is linear in its bytes however they are cut."""

    def __init__(self) -> None:
        self._head = b""
        self._body: bytearray | None = None
        self._filled = 0
        self._json_length: int | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Takes bytes as they come; gives every message that they make whole.

        Raises:
            ProtocolError: they are no frames. Nothing can be read after that.

        """
        if self._head:
            data = self._head + data
            self._head = b""
        view = memoryview(data)
        at = 0
        while at < len(data):
            if self._body is None:
                end = data.find(_BLANK_LINE, at)
                if (end if end >= 0 else len(data)) - at > MAX_HEADER_BYTES:
                    raise _nonsense("a header that has no end", data[at : at + 80])
                if end < 0:
                    self._head = data[at:]
                    return
                length, self._json_length = _read_header(data[at:end])
                at = end + len(_BLANK_LINE)
                if len(data) - at >= length:
                    yield self._frame(view[at : at + length])
                    at += length
                    continue
                self._body = bytearray(length)
                self._filled = 0
            part = view[at : at + len(self._body) - self._filled]
            self._body[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            at += len(part)
            if self._filled == len(self._body):
                body, self._body = self._body, None
                yield self._frame(memoryview(body))

    @property
    def between_messages(self) -> bool:
        """Whether the stream may end here."""
        return not self._head and self._body is None

    def _frame(self, body: memoryview) -> Frame:
        if self._json_length is None:
            return Frame(_read_message(body), _NO_BYTES)
        if self._json_length > len(body):
            raise _nonsense("a frame whose JSON is longer than itself", bytes(body[:80]))
        return Frame(_read_message(body[: self._json_length]), body[self._json_length :])


def _read_header(block: bytes) -> tuple[int, int | None]:
    """The length of the body, and of its JSON part where it is a binary frame."""
    length: int | None = None
    json_length: int | None = None
    for line in block.split(b"\r\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name):
            raise _nonsense("no header", block)
        value = value.strip(" \t")
        if name.lower() == "content-length":
            if length is not None or not re.fullmatch(r"[0-9]{1,15}", value):
                raise _nonsense("a malformed Content-Length", block)
            length = int(value)
        elif name.lower() == "content-type":
            json_length = _read_content_type(value, block)
    if length is None:
        raise _nonsense("no Content-Length", block)
    return length, json_length


def _read_content_type(value: str, block: bytes) -> int | None:
    media_type, *parameters = (part.strip() for part in value.split(";"))
    fields = {
        name.strip().lower(): text.strip().strip('"')
        for name, _, text in (parameter.partition("=") for parameter in parameters)
    }
    if fields.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise _nonsense("another charset than UTF-8", block)
    if media_type.lower() != _BINARY_TYPE:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", fields.get("json", "")):
        raise _nonsense("a binary frame that doesn't say where its JSON ends", block)
    return int(fields["json"])


def _read_message(body: memoryview) -> dict[str, Any]:
    try:
        message = json.loads(str(body, "utf-8"))
    except ValueError:
        raise _nonsense("what is no JSON", bytes(body[:80])) from None
    if not isinstance(message, dict) or cast("dict[str, Any]", message).get("jsonrpc") != "2.0":
        raise _nonsense("what is no message of JSON-RPC 2.0", bytes(body[:80]))
    return cast("dict[str, Any]", message)


def _nonsense(what: str, sample: bytes) -> ProtocolError:
    return ProtocolError(f"the daemon wrote {what}: {sample[:80]!r}", data={"dispatched": "maybe"})


class Payload(NamedTuple):
    """Bytes of a request: the param that carries them, and the one that says how."""

    param: str
    encoding_param: str
    data: memoryview


def encode(
    message: Mapping[str, Any], payload: Payload | None = None, binary: bool = False
) -> Buffers:
    """Frames a message.

    Args:
        message: Without `"jsonrpc"`.
        payload: Bytes that go with its params.
        binary: Put them beside the JSON, as binary frames do, instead of into it.

    Raises:
        InvalidParams: it holds what isn't JSON, or text with lone surrogates.

    """
    body: dict[str, Any] = {"jsonrpc": "2.0", **message}
    if payload is not None:
        body["params"] = {**body["params"], **_carry(payload, binary)}
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        # UnicodeEncodeError quotes the whole text, which may hold a password.
        reason = "a lone surrogate" if isinstance(error, UnicodeError) else str(error)
        raise InvalidParams(
            f"an argument can't be written as JSON: {reason}", data={"dispatched": "no"}
        ) from None
    return frame(text, payload.data if payload is not None and binary else None)


def frame(text: bytes, binary: memoryview | None = None) -> Buffers:
    """Puts a header before a message that is JSON already, and bytes behind it."""
    if binary is None:
        return [b"Content-Length: %d\r\n\r\n%b" % (len(text), text)]
    header = b"Content-Length: %d\r\nContent-Type: %b; json=%d\r\n\r\n" % (
        len(text) + len(binary),
        _BINARY_TYPE.encode(),
        len(text),
    )
    return [header + text, binary]


def _carry(payload: Payload, binary: bool) -> dict[str, Any]:
    if binary:
        value: Any = [0, len(payload.data)]
        encoding = "binary"
    else:
        try:
            value, encoding = str(payload.data, "utf-8"), "utf8"
        except UnicodeDecodeError:
            value, encoding = base64.b64encode(payload.data).decode("ascii"), "base64"
    return {payload.param: value, payload.encoding_param: encoding}


def bytes_of(value: Any, encoding: Any, binary: memoryview) -> bytes:
    """Reads remote bytes out of a message.

    Args:
        value: The field that carries them.
        encoding: The field beside it.
        binary: The binary part of the message's frame.

    Raises:
        ProtocolError: they are carried otherwise than the encoding says.

    """
    try:
        if encoding == "binary":
            offset, length = value
            if 0 <= offset <= offset + length <= len(binary):
                return bytes(binary[offset : offset + length])
        elif encoding == "utf8":
            return cast("str", value).encode()
        elif encoding == "base64":
            return base64.b64decode(value, validate=True)
    except (AttributeError, TypeError, ValueError):
        pass
    raise _nonsense("bytes in a form that their encoding isn't", repr(encoding).encode())


class Reply(NamedTuple):
    """The one answer to a request."""

    result: Any
    error: SSHError | None
    binary: memoryview


class Notice(NamedTuple):
    """A notification that belongs to a call: `session/output` or `$/progress`."""

    method: str
    params: dict[str, Any]
    binary: memoryview


class Question(NamedTuple):
    """A request of the daemon's that belongs to a call: `client/prompt`."""

    id: int | str
    params: dict[str, Any]


class Withdrawn(NamedTuple):
    """The daemon doesn't wait for the answer to its question any more."""

    id: int | str


Event = Union[Reply, Notice, Question, Withdrawn]


class Mailbox(Protocol):
    """Where a call gets its events. `put` must not block, and may be called in any thread."""

    def put(self, item: Event, /) -> None:
        """Adds an event."""
        ...


class Connection:
    """The state of a connection to the daemon: requests in flight, and what was agreed.

    It never does I/O: what is to be written is returned, and what was read is given to it. A call
    has its request's id for a token too, so that all that belongs to it finds its mailbox.
    """

    def __init__(self) -> None:
        #: Whether binary frames were granted.
        self.binary = False
        #: The longest message that the daemon takes, in bytes.
        self.max_message_bytes = 256 * 1024 * 1024
        #: Why there is no connection any more.
        self.error: SSHError | None = None
        self._decoder = Decoder()
        self._ids = itertools.count(1)
        self._calls: dict[int, Mailbox] = {}
        self._asked: dict[int | str, Mailbox] = {}
        self._outgoing: deque[Buffers] = deque()

    def agree(self, result: Any) -> None:
        """Takes what the daemon says of itself: the result of `initialize`.

        Raises:
            ProtocolError: it is another program's.

        """
        try:
            self.binary = bool(result["capabilities"]["binaryFrames"])
            self.max_message_bytes = int(result["limits"]["maxMessageBytes"])
        except (KeyError, TypeError, ValueError):
            raise _nonsense("what is no result of initialize", repr(result).encode()) from None

    def new_id(self) -> int:
        """An id for a request, and token for its notifications."""
        return next(self._ids)

    def request(
        self,
        id: int,
        method: str,
        params: Mapping[str, Any],
        mailbox: Mailbox,
        payload: Payload | None = None,
    ) -> Buffers:
        """Begins a request; its events will come to `mailbox`, a `Reply` or the failure last.

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
                f"{size} bytes are more than one message takes ({self.max_message_bytes});"
                " `put` sends files of any size",
                data={"dispatched": "no"},
            )
        self._calls[id] = mailbox
        # After the mailbox is there: either `fail` sees it or we see the error.
        if self.error is not None:
            self._forget(id)
            raise type(self.error)(self.error.message, data={**self.error.data, "dispatched": "no"})
        return frame

    def notification(self, method: str, params: Mapping[str, Any]) -> Buffers:
        """A message that nobody answers."""
        return encode({"method": method, "params": params})

    def answer(self, id: int | str, result: Any) -> Buffers:
        """The answer to a `Question`."""
        self._asked.pop(id, None)
        return encode({"id": id, "result": result})

    def cancel(self, id: int) -> Buffers | None:
        """Gives a call up: `Cancelled` comes to its mailbox, for whoever waits there, and no more.

        Returns:
            What tells the daemon; None where the call has been answered already.

        """
        # Whoever takes it out answers it, be it this, the daemon's reply or `fail`: once.
        mailbox = self._forget(id)
        if mailbox is None:
            return None
        error = Cancelled("the call was cancelled", data={"dispatched": "maybe"})
        mailbox.put(Reply(None, error, _NO_BYTES))
        return self.notification("$/cancelRequest", {"id": id})

    def receive(self, data: bytes) -> list[Buffers]:
        """Takes bytes from the daemon and hands their messages out.

        Returns:
            What is to be written in return.

        Raises:
            ProtocolError: they are no messages. The connection can't be used any more.

        """
        for frame in self._decoder.feed(data):
            self._dispatch(frame)
        outgoing = list(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def fail(self, error: SSHError) -> None:
        """Ends the connection: every call that waits gets the error at once."""
        if self.error is None:
            self.error = error
        for id in list(self._calls):
            mailbox = self._forget(id)
            if mailbox is not None:
                mailbox.put(Reply(None, copy.copy(error), _NO_BYTES))

    def _dispatch(self, frame: Frame) -> None:
        message, binary = frame
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
        elif method in ("session/output", "$/progress"):
            mailbox = self._calls.get(cast("int", params.get("token")))
            if mailbox is not None:
                mailbox.put(Notice(method, params, binary))

    def _dispatch_reply(self, message: dict[str, Any], binary: memoryview) -> None:
        id = message.get("id")
        error = message.get("error")
        if id is None:
            # It could read none of ours; whose, nobody knows, and somebody would wait for ever.
            raise ProtocolError(f"the daemon could not read a message: {error}")
        failure = None if error is None else _read_error(error, binary)
        result = message.get("result")
        mailbox = self._forget(id)
        if mailbox is not None:
            mailbox.put(Reply(result, failure, binary))
        elif isinstance(result, dict) and "session" in result:
            # Of a login that was given up: it would be nobody's.
            session = cast("dict[str, Any]", result)["session"]
            self._outgoing.append(self.notification("session.free", {"session": session}))

    def _dispatch_request(self, id: int | str, method: str, params: dict[str, Any]) -> None:
        if method != "client/prompt":
            error = {"code": -32601, "message": f"no such method: {method}"}
            self._outgoing.append(encode({"id": id, "error": error}))
            return
        mailbox = self._calls.get(cast("int", params.get("token")))
        if mailbox is None:
            self._outgoing.append(self.answer(id, None))
        else:
            self._asked[id] = mailbox
            mailbox.put(Question(id, params))

    def _forget(self, id: int) -> Mailbox | None:
        return self._calls.pop(id, None)


#: Fields of remote bytes, the fields that say how they are carried, and the streams they are of.
_OUTPUT_FIELDS = (
    ("stdout", "stdoutEncoding", "stdout"),
    ("stderr", "stderrEncoding", "stderr"),
    ("output", "encoding", "stdout"),
    ("data", "encoding", "stdout"),
)


def _read_error(error: Any, binary: memoryview) -> SSHError:
    """The exception for an error reply; bytes in its data become bytes."""
    if not isinstance(error, dict):
        raise _nonsense("an error that is no object", repr(error).encode())
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
