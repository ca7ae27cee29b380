"""Paths and bytes as params of the protocol."""

from __future__ import annotations

import os

from ._typing import TYPE_CHECKING
from .errors import InvalidParams
from .frames import text_of_base64

if TYPE_CHECKING:
    from typing import Any

    from ._aliases import Buffer, RemotePath, RemoteText, StrPath


def local_path(path: StrPath) -> str:
    """A local path made absolute, since the daemon's working directory may be another.

    Raises:
        TypeError: it is no str or path.

    """
    text = os.fspath(path)
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a local path must be str or os.PathLike[str], not {type(text).__name__}")
    return os.path.abspath(text)


def command_params(command: RemoteText) -> dict[str, str]:
    """The params that carry a command.

    Raises:
        TypeError: it is neither str nor bytes; a list isn't quoted by itself.

    """
    if isinstance(command, (list, tuple)):
        raise TypeError(
            "a command must be str or bytes-like, not a list: it goes to the account's shell;"
            " shlex.join() quotes the words of one"
        )
    if isinstance(command, os.PathLike):
        raise TypeError("a command must be str or bytes-like: quote the path by shlex.quote(str())")
    return _as_text("command", command, "a command must be str or bytes-like")


def remote_path(name: str, path: RemotePath) -> dict[str, str]:
    """The params that carry a remote path.

    Raises:
        TypeError: it is no str, bytes or path.

    """
    if isinstance(path, os.PathLike):
        path = os.fspath(path)
    return _as_text(name, path, "a remote path must be str, bytes-like or os.PathLike")


def _as_text(name: str, value: str | Any, rule: str) -> dict[str, str]:
    data = _bytes_of(name, value, rule)
    try:
        return {name: data.decode("utf-8")}
    except UnicodeDecodeError:
        return {name: text_of_base64(data), f"{name}Encoding": "base64"}


def _bytes_of(name: str, value: str | Any, rule: str) -> bytes:
    try:
        if isinstance(value, str):
            return value.encode("utf-8", "surrogateescape")
        # Not bytes(value), which for a number n gives n zeros.
        return bytes(memoryview(value))
    except UnicodeEncodeError:
        reason = f"{name}: must be bytes, or well-formed Unicode"
        raise InvalidParams(reason, data={"path": name, "dispatched": "no"}) from None
    except TypeError:
        raise TypeError(f"{rule}, not {type(value).__name__}") from None


def snapshot(data: Buffer, what: str = "data") -> memoryview:
    """The bytes of a buffer as they are now: a copy, unless they can't change.

    Raises:
        TypeError: it is no bytes-like object.

    """
    try:
        view = memoryview(data)
    except TypeError:
        given = type(data).__name__
        hint = ": encode() it" if given == "str" else ""
        raise TypeError(f"{what} must be bytes-like, not {given}{hint}") from None
    if isinstance(view.obj, bytes) and view.c_contiguous:
        return view.cast("B")
    return memoryview(view.tobytes())


def bytes_or_text(data: str | Buffer, what: str) -> Buffer:
    """Bytes as they are, text as UTF-8.

    Raises:
        TypeError: it is neither.

    """
    if isinstance(data, str):
        return data.encode()
    try:
        memoryview(data)
    except TypeError:
        given = type(data).__name__
        raise TypeError(f"{what} must be str or bytes-like, not {given}") from None
    return data
