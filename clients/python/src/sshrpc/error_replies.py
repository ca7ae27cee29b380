"""Exceptions for error replies."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, cast
from .errors import make_error
from .frames import bytes_of, nonsense

if TYPE_CHECKING:
    from typing import Any

    from .errors import SSHError

#: Fields of remote bytes, the fields that say how they are carried, and the streams they are of.
_OUTPUT_FIELDS = (
    ("stdout", "stdoutEncoding", "stdout"),
    ("stderr", "stderrEncoding", "stderr"),
    ("output", "encoding", "stdout"),
    ("data", "encoding", "stdout"),
)


def read_error(error: Any, binary: memoryview) -> SSHError:
    """The exception for an error reply; bytes in its data become bytes."""
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
