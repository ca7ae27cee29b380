"""The wire without any I/O: bytes to messages and back.

Frames are those of LSP's base protocol, with binary ones where the daemon grants them (PROTOCOL.md,
Framing and Binary frames).
"""

from __future__ import annotations

from ._json_text import dumps, loads
from ._typing import TYPE_CHECKING, cast
from ._values import Value
from .errors import DaemonError, InvalidParams

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, Union

    #: What is to be written, in order.
    Buffers = Sequence[Union[bytes, memoryview]]


#: The longest header, in bytes: the daemon's are much shorter.
MAX_HEADER_BYTES = 4096

_BLANK_LINE = b"\r\n\r\n"
_BINARY_TYPE = "application/vnd.sshrpc"
#: A header's name is a token (RFC 9110 §5.6.2).
_NAME_CHARACTERS = frozenset(
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)


class ProtocolError(DaemonError):
    """The output isn't that of a daemon of sshrpc, or something else writes to it, too."""


class Frame(Value):
    """A message with the bytes beside it."""

    __slots__ = ("binary", "message")
    __match_args__ = ("message", "binary")

    def __init__(self, message: dict[str, Any], binary: memoryview) -> None:
        self.message = message
        self.binary = binary


NO_BYTES = memoryview(b"")


class Decoder:
    """Cuts a stream into messages, at a cost linear in its bytes, in whatever pieces they come."""

    def __init__(self) -> None:
        self._head = b""
        self._body: bytearray | None = None
        self._filled = 0
        self._json_length: int | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Takes bytes as they come, and gives every message that is complete with them.

        Raises:
            ProtocolError: they aren't frames. Nothing can be read after that.

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
                    raise nonsense("a header that has no end", data[at : at + 80])
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
            return Frame(_read_message(body), NO_BYTES)
        if self._json_length > len(body):
            raise nonsense("a frame whose JSON is longer than itself", bytes(body[:80]))
        return Frame(_read_message(body[: self._json_length]), body[self._json_length :])


def _read_header(block: bytes) -> tuple[int, int | None]:
    """The length of the body, and of its JSON part where it is a binary frame."""
    length: int | None = None
    json_length: int | None = None
    for line in block.split(b"\r\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not name or not _NAME_CHARACTERS.issuperset(name):
            raise nonsense("no header", block)
        value = value.strip(" \t")
        if name.lower() == "content-length":
            if length is not None or not _is_length(value):
                raise nonsense("a malformed Content-Length", block)
            length = int(value)
        elif name.lower() == "content-type":
            json_length = _read_content_type(value, block)
    if length is None:
        raise nonsense("no Content-Length", block)
    return length, json_length


def _read_content_type(value: str, block: bytes) -> int | None:
    media_type, *parameters = (part.strip() for part in value.split(";"))
    fields = {
        name.strip().lower(): text.strip().strip('"')
        for name, _, text in (parameter.partition("=") for parameter in parameters)
    }
    if fields.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise nonsense("another charset than UTF-8", block)
    if media_type.lower() != _BINARY_TYPE:
        return None
    if not _is_length(fields.get("json", "")):
        raise nonsense("a binary frame that doesn't say where its JSON ends", block)
    return int(fields["json"])


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def _read_message(body: memoryview) -> dict[str, Any]:
    try:
        message = loads(str(body, "utf-8"))
    except ValueError:
        raise nonsense("what is no JSON", bytes(body[:80])) from None
    if not isinstance(message, dict) or cast("dict[str, Any]", message).get("jsonrpc") != "2.0":
        raise nonsense("what is no message of JSON-RPC 2.0", bytes(body[:80]))
    return cast("dict[str, Any]", message)


def nonsense(what: str, sample: bytes) -> ProtocolError:
    return ProtocolError(f"the daemon wrote {what}: {sample[:80]!r}", data={"dispatched": "maybe"})


class Payload:
    """Bytes in a request: the param that has them, and the param that says how they are encoded."""

    __slots__ = ("data", "encoding_param", "param")

    def __init__(self, param: str, encoding_param: str, data: memoryview) -> None:
        self.param = param
        self.encoding_param = encoding_param
        self.data = data


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
        text = dumps(body).encode()
    except (TypeError, ValueError) as error:
        # Not the error's own text: UnicodeEncodeError quotes the string, which may be a password.
        reason = "a lone surrogate" if isinstance(error, UnicodeError) else str(error)
        raise InvalidParams(
            f"an argument can't be written as JSON: {reason}", data={"dispatched": "no"}
        ) from None
    return frame(text, payload.data if payload is not None and binary else None)


def frame(text: bytes, binary: memoryview | None = None) -> Buffers:
    """Puts a header before a message that is JSON already, and bytes after it."""
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
            value, encoding = text_of_base64(payload.data), "base64"
    return {payload.param: value, payload.encoding_param: encoding}


def text_of_base64(data: bytes | memoryview) -> str:
    """The base64 text of bytes."""
    # Loaded here, since it is rarely needed: mostly bytes are text, or go in binary frames.
    import binascii

    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _bytes_of_base64(text: str) -> bytes:
    import base64

    return base64.b64decode(text, validate=True)


def bytes_of(value: Any, encoding: Any, binary: memoryview) -> bytes:
    """Reads remote bytes out of a message.

    Args:
        value: The field that carries them.
        encoding: The field beside it.
        binary: The binary part of the message's frame.

    Raises:
        ProtocolError: they aren't encoded as the encoding says.

    """
    try:
        if encoding == "binary":
            offset, length = value
            if 0 <= offset <= offset + length <= len(binary):
                return bytes(binary[offset : offset + length])
        elif encoding == "utf8":
            return cast("str", value).encode()
        elif encoding == "base64":
            return _bytes_of_base64(value)
    except (AttributeError, TypeError, ValueError):
        pass
    raise nonsense("bytes in a form that their encoding isn't", repr(encoding).encode())
