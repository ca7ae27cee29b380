"""The exceptions, which are all subclasses of `SSHError`.

There is a class for each kind of error of the protocol, with the kind's name (PROTOCOL.md, Errors),
and `DaemonError` for problems with the daemon itself. If a system's error is the reason, an
exception is also of Python's own class for that: `FileNotFoundError`, `ConnectionRefusedError` and
the like.
"""

from __future__ import annotations

from ._tables import CONNECT_OPTIONS, ERROR_CODES
from ._typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ._aliases import SudoReason

__all__ = [
    "AuthenticationFailed",
    "Cancelled",
    "ChannelOpenFailed",
    "ChannelRequestDenied",
    "CommandNotFound",
    "ConnectFailed",
    "ConnectionLost",
    "DaemonError",
    "ForwardRefused",
    "HandshakeFailed",
    "HostKeyRejected",
    "InputTooFast",
    "InternalError",
    "InvalidParams",
    "InvalidRequest",
    "LocalFileError",
    "MethodNotFound",
    "NotSupported",
    "NotUtf8",
    "OutputTooLarge",
    "ParseError",
    "RemoteFileError",
    "SSHError",
    "ScpProtocolError",
    "ScpRemoteError",
    "SessionClosed",
    "SessionNotFound",
    "SudoFailed",
    "Timeout",
    "TransferIncomplete",
]


class SSHError(Exception):
    """Any failure of a call.

    Attributes:
        message: One line for people.
        kind: The stable name to switch on, as `"Timeout"`; the class has the same name.
        code: The JSON-RPC error code; None for an error of this client's own.
        data: Further fields, which PROTOCOL.md lists for each kind, as `data["phase"]`.
        dispatched: Whether the remote side may have acted: `"no"` (a retry is safe), `"yes"`, or
            `"maybe"`, if the answer that would have told was lost. None if there is no remote side.
        stdout: What had arrived of the command's output. It is bytes even if `run` was asked for
            text, since it may end within a character.
        stderr: The same of its error output.

    """

    def __init__(
        self,
        message: str,
        *,
        kind: str | None = None,
        code: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind or type(self).__name__
        self.code = code
        self.data: Mapping[str, Any] = data or {}
        self.stdout: bytes = b""
        self.stderr: bytes = b""

    @property
    def dispatched(self) -> str | None:
        """Whether the remote side may have acted: `"no"`, `"maybe"` or `"yes"`."""
        return cast("str | None", self.data.get("dispatched"))

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are pickled between processes. By default unpickling would call __init__ with
        # the message only.
        cls = getattr(type(self), "_plain", type(self))
        return (_restore, (cls, self.message, self.__dict__, getattr(self, "filename", None)))


def _restore(cls: type[SSHError], message: str, state: dict[str, Any], filename: Any) -> SSHError:
    cls = _fitting(cls, state.get("data", {}))
    error = cls.__new__(cls)
    error.__dict__.update(state)
    error.args = (message,)
    _fill_os_error(error)
    if filename is not None:
        cast("OSError", error).filename = filename
    return error


class DaemonError(SSHError):
    """The daemon couldn't be found or started, ended during the call, or sent no valid message."""


class ParseError(SSHError):
    """The daemon could not read a message; a fault of this client."""


class InvalidRequest(SSHError):
    """Not a JSON-RPC 2.0 request, one after `shutdown`, or the shared daemon has no more room."""


class MethodNotFound(SSHError):
    """The daemon has no such method: it is older than this client, or `request` named none."""


class InvalidParams(SSHError, ValueError):
    """An argument has a wrong type or value, or is unknown: `data["path"]`, `data["reason"]`."""


class InternalError(SSHError):
    """A fault of the daemon itself; please report it."""


class Cancelled(SSHError):
    """The call was cancelled, as by a stream's `cancel`."""


class SessionNotFound(SSHError):
    """The session has been closed by `close`."""


class SessionClosed(SSHError):
    """The session was disconnected, or its connection was lost earlier."""


class CommandNotFound(SSHError):
    """The command has ended, or its input was closed."""


class ConnectFailed(SSHError, ConnectionError):
    """No connection to the host: `data["errno"]`, as `"ECONNREFUSED"` or `"ENOTFOUND"`.

    By its reason it is a `ConnectionRefusedError`, `socket.gaierror` (no such host) or the like,
    too.

    With `via`, `data["reason"]` is the jump host's code (RFC 4254 §5.1), and `data["description"]`
    its text. With a proxy command, `data["stderr"]` is the end of what that wrote to stderr.
    """


class HandshakeFailed(SSHError):
    """What answered isn't SSH, or has no algorithm in common (RFC 4253 §4.2, §7.1)."""


class HostKeyRejected(SSHError):
    """The host key isn't trusted: `data["reason"]`, `data["fingerprint"]`, `data["expected"]`."""


class AuthenticationFailed(SSHError):
    """The server refused the login (RFC 4252); `data["methods"]` are those that it still offers."""


class ConnectionLost(SSHError, ConnectionError):
    """The connection ended during the call; `data["disconnectReason"]`: RFC 4253 §11.1."""


class ChannelOpenFailed(SSHError):
    """The server refused a channel: `data["reason"]` (RFC 4254 §5.1)."""


class ChannelRequestDenied(SSHError):
    """The server refused `exec`, `pty-req` or `env`: `data["request"]` (RFC 4254 §6)."""


class ForwardRefused(SSHError):
    """It can't listen there: the server refuses (RFC 4254 §7.1), or the address is in use."""


class SudoFailed(SSHError):
    """sudo didn't run the program. `reason` says why; the message quotes sudo.

    `data["stderr"]` is everything that sudo wrote.
    """

    @property
    def reason(self) -> SudoReason:
        """`"wrongPassword"`, `"passwordNeeded"` (sudo asks, and `sudo_password` wasn't given),
        `"noTerminal"` (it requires one: use `pty`), `"notAllowed"` (by sudoers), `"unknownUser"`,
        `"notFound"` (the server has no sudo) or `"other"`.
        """
        return cast("SudoReason", self.data.get("reason", "other"))


class ScpRemoteError(SSHError, OSError):
    """The remote scp reported an error: `data["remoteMessage"]`.

    If its text tells the reason, `errno` has it, too, and this is a `FileNotFoundError`,
    `PermissionError`, `IsADirectoryError` or the like. `filename` is the remote path as given.
    """


class ScpProtocolError(SSHError):
    """The remote side broke the SCP protocol, or ended early: `data["stderr"]`."""


class LocalFileError(SSHError, OSError):
    """A local file couldn't be read or written. `errno` and `filename` are those of any OSError.

    By its reason it is a `FileNotFoundError`, `PermissionError` or the like, too.
    """


class RemoteFileError(SSHError, OSError):
    """The server reported an error about a file: `data["status"]`, `data["remoteMessage"]`.

    It has `errno` and `filename`. By its reason it is a `FileNotFoundError`, `PermissionError` or
    the like, too.
    """


class TransferIncomplete(SSHError):
    """Some files of a tree were not transferred (see `failures`); all others were.

    `data["files"]`, `data["bytes"]` and so on are the fields of the result; `data["failed"]` is how
    many failed.
    """

    @property
    def failures(self) -> list[dict[str, str]]:
        """For each file its `"path"` below the source, and its error's `"kind"` and `"message"`."""
        return cast("list[dict[str, str]]", self.data.get("failures", []))


class NotSupported(SSHError):
    """The server can't do this; the message says what it lacks."""


class Timeout(SSHError, TimeoutError):
    """A time limit passed: `data["seconds"]`; `data["phase"]` says how far the call was.

    `stdout` and `stderr` have what had arrived. `data["termination"]` says what was done to end the
    remote command (PROTOCOL.md, What happens to the remote command).
    """


class InputTooFast(SSHError):
    """More input than `data["maxPendingInput"]` bytes waits for the command to read it."""


class NotUtf8(SSHError):
    """The protocol's error for text that isn't UTF-8. This client decodes text itself."""


class OutputTooLarge(SSHError):
    """There is more output than `max_output`, or the file is larger than `max_bytes`.

    `stdout` and `stderr` have as much of a command's output as is allowed.
    """


_classes: dict[str, type[SSHError]] = {
    name: value
    for name, value in list(globals().items())
    if name in ERROR_CODES and isinstance(value, type) and issubclass(value, SSHError)
}


def make_error(code: int, message: str, data: Mapping[str, Any]) -> SSHError:
    """Makes the exception for an error reply. A kind that is unknown here is an `SSHError`."""
    kind = next((each for each, number in ERROR_CODES.items() if number == code), "SSHError")
    if isinstance(data.get("kind"), str):
        kind = str(data["kind"])
    cls = _fitting(_classes.get(kind, SSHError), data)
    if kind in _ABOUT_OPTIONS:
        message = _in_pythons_terms(message)
    error = cls(message, kind=kind, code=code, data=data)
    _fill_os_error(error)
    return error


#: Kinds whose messages name options by the protocol's names.
_ABOUT_OPTIONS = (
    "AuthenticationFailed",
    "ChannelRequestDenied",
    "HandshakeFailed",
    "HostKeyRejected",
    "InvalidParams",
    "OutputTooLarge",
)

#: Options beside those of `connect`.
_OTHER_OPTIONS = {"envMode": "env_mode", "maxOutput": "max_output"}


def _in_pythons_terms(message: str) -> str:
    import re

    names = {**_OTHER_OPTIONS, **{wire: name for name, wire in CONNECT_OPTIONS.items()}}
    return re.sub(r"\b[a-z]+[A-Z]\w*", lambda match: names.get(match[0], match[0]), message)


def _fitting(cls: type[SSHError], data: Mapping[str, Any]) -> type[SSHError]:
    """The class, or the subclass of it that is also Python's class for the system's error."""
    if not issubclass(cls, OSError):
        return cls
    from .system_errors import errno_of, with_class_of

    name = errno_of(data)
    return cls if name is None else with_class_of(cls, name)


def _fill_os_error(error: SSHError) -> None:
    """Sets the fields of an OSError, which aren't in its `__dict__`."""
    if not isinstance(error, OSError):
        return
    from .system_errors import errno_of, number_of

    name = errno_of(error.data)
    if name is not None:
        error.errno = number_of(name)
    error.strerror = error.message
    if "path" in error.data:
        error.filename = error.data["path"]


def daemon_error(message: str, dispatched: str) -> DaemonError:
    """Makes a `DaemonError` that says whether the remote side may have acted."""
    return DaemonError(message, data={"dispatched": dispatched})
