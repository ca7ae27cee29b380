"""Which of Python's own exceptions an error of a system's is: `FileNotFoundError` for `ENOENT`."""

from __future__ import annotations

import errno
import os
import socket

from ._typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .errors import SSHError

#: What looking up a name fails with, by Node's names (getaddrinfo(3)).
_LOOKUP_ERRORS = {"ENOTFOUND": socket.EAI_NONAME, "EAI_AGAIN": socket.EAI_AGAIN}

_classes: dict[tuple[type[SSHError], type[OSError]], type[SSHError]] = {}


def errno_of(data: Mapping[str, Any]) -> str | None:
    """The name of the system's error that an error's data tells of, as `"ENOENT"`."""
    for field in ("code", "errno"):
        name = data.get(field)
        if isinstance(name, str) and (hasattr(errno, name) or name in _LOOKUP_ERRORS):
            return name
    return _errno_of_words(str(data.get("remoteMessage", "")))


def _errno_of_words(text: str) -> str | None:
    """For what a remote scp says at the end of its message, which is perror(3)'s."""
    if text.endswith(": not a regular file"):
        return "EISDIR"
    for number, name in errno.errorcode.items():
        if text.endswith(f": {os.strerror(number)}"):
            return name
    return None


def number_of(name: str) -> int:
    """The error's number on this system."""
    return _LOOKUP_ERRORS[name] if name in _LOOKUP_ERRORS else int(getattr(errno, name))


def with_class_of(cls: type[SSHError], name: str) -> type[SSHError]:
    """The class of our own that also is Python's for this error."""
    if name in _LOOKUP_ERRORS:
        other: type[OSError] = socket.gaierror
    else:
        other = type(OSError(number_of(name), ""))
    if issubclass(cls, other):
        return cls
    key = (cls, other)
    if key not in _classes:
        # _plain is what pickle finds by its name.
        fields = {"__module__": cls.__module__, "__doc__": cls.__doc__, "_plain": cls}
        _classes[key] = cast("type[SSHError]", type(cls.__name__, (cls, other), fields))
    return _classes[key]
