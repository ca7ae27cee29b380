"""Everything that goes wrong, in one tree under `SSHError`.

There is a class for each kind of error of the contract, named as its kind (PROTOCOL.md, Errors),
and `DaemonError` for what only a client can know. Where a system's error is the reason, an exception
is of Python's own class for it, too: `FileNotFoundError`, `ConnectionRefusedError` and their like.
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
        message: One line for a person.
        kind: The stable name to switch on, as `"Timeout"`; the class has the same name.
        code: The JSON-RPC error code; None for an error of the client's own.
        data: The fields that the contract names for the kind, as `data["phase"]`.
        dispatched: Whether the remote side may have acted: `"no"` (a retry is safe), `"yes"`, or
            `"maybe"`, where the answer that would have told was lost. None where it can't matter.
        stdout: What had arrived of the command's output, also where `run` was asked for text: the
            last character may be cut.
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
        # Exceptions travel between processes; the base class would call __init__ with args alone.
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
    """The daemon could not be found or started, ended under the call, or talks nonsense."""


class ParseError(SSHError):
    """The daemon could not read a message; a fault of this client."""


class InvalidRequest(SSHError):
    """A message was no request of JSON-RPC 2.0, or came after the shutdown."""


class MethodNotFound(SSHError):
    """The daemon has no such method: it is older than this client, or `request` named none."""


class InvalidParams(SSHError, ValueError):
    """An argument is ill-typed, unknown or too large: `data["path"]` and `data["reason"]`."""


class InternalError(SSHError):
    """A fault of the daemon itself; please report it."""


class Cancelled(SSHError):
    """The call was cancelled by other means than the caller's own, as by a stream's `cancel`."""


class SessionNotFound(SSHError):
    """The session has been closed by `close`."""


class SessionClosed(SSHError):
    """The session was disconnected, or its connection was lost earlier."""


class CommandNotFound(SSHError):
    """The command has ended, or its input was closed."""


class ConnectFailed(SSHError, ConnectionError):
    """No connection to the host: `data["errno"]`, as `"ECONNREFUSED"` or `"ENOTFOUND"`.

    It is a `ConnectionRefusedError`, `socket.gaierror` (no such host) and the like, too.

    Over `via` it is `data["reason"]`, the jump host's code (RFC 4254 §5.1), and its text in
    `data["description"]`; with a proxy command `data["stderr"]`, the end of its stderr.
    """


class HandshakeFailed(SSHError):
    """What answered speaks no SSH, or no algorithm that we accept (RFC 4253 §4.2, §7.1)."""


class HostKeyRejected(SSHError):
    """The host key isn't trusted: `data["reason"]`, `data["fingerprint"]`, `data["expected"]`."""


class AuthenticationFailed(SSHError):
    """The server refused every login (RFC 4252): `data["methods"]` are those it still offers."""


class ConnectionLost(SSHError, ConnectionError):
    """The connection ended during the call: `data["disconnectReason"]` (RFC 4253 §11.1)."""


class ChannelOpenFailed(SSHError):
    """The server refused a channel: `data["reason"]` (RFC 4254 §5.1)."""


class ChannelRequestDenied(SSHError):
    """The server refused `exec`, `pty-req` or `env`: `data["request"]` (RFC 4254 §6)."""


class ForwardRefused(SSHError):
    """The server refused to listen (RFC 4254 §7.1)."""


class SudoFailed(SSHError):
    """sudo didn't run the program: `reason` says why, and the message has its words.

    `data["stderr"]` is all that it said.
    """

    @property
    def reason(self) -> SudoReason:
        """`"wrongPassword"`, `"passwordNeeded"` (it asks, and `sudo_password` wasn't given),
        `"noTerminal"` (it wants one: `pty`), `"notAllowed"` (by sudoers), `"unknownUser"`,
        `"notFound"` (there is no sudo) or `"other"`.
        """
        return cast("SudoReason", self.data.get("reason", "other"))


class ScpRemoteError(SSHError, OSError):
    """The remote scp reported an error: `data["remoteMessage"]`.

    Where it says what is wrong, `errno` does too, and it is a `FileNotFoundError`,
    `PermissionError`, `IsADirectoryError` and the like; `filename` is the remote path as given.
    """


class ScpProtocolError(SSHError):
    """The remote side broke the SCP protocol, or ended early: `data["stderr"]`."""


class LocalFileError(SSHError, OSError):
    """A local file could not be read or written; with `errno` and `filename`, as of any OSError.

    It is a `FileNotFoundError`, `PermissionError`, `IsADirectoryError` and the like, too.
    """


class RemoteFileError(SSHError, OSError):
    """The server could not do it to the file: `data["status"]`, `data["remoteMessage"]`.

    It has `errno` and `filename`, and is a `FileNotFoundError` and the like, as ScpRemoteError is.
    """


class TransferIncomplete(SSHError):
    """Some files were not transferred, all others were: `failures`, and the rest in `data`.

    `data["files"]`, `data["bytes"]` and the like are as of the result; `data["failed"]` counts.
    """

    @property
    def failures(self) -> list[dict[str, str]]:
        """Of each file its `"path"` below the source, the `"kind"` of its error, and the `"message"`."""
        return cast("list[dict[str, str]]", self.data.get("failures", []))


class NotSupported(SSHError):
    """The server has no means to do it."""


class Timeout(SSHError, TimeoutError):
    """The deadline passed: `data["seconds"]`, and `data["phase"]` says where the call was.

    `stdout` and `stderr` hold what had arrived, and `data["termination"]` what was done to the
    remote command (PROTOCOL.md, What happens to the remote command).
    """


class InputTooFast(SSHError):
    """More input waits for the command than the daemon holds: `data["maxPendingInput"]` bytes."""


class NotUtf8(SSHError):
    """Text was asked for, and the bytes aren't: this client never asks."""


class OutputTooLarge(SSHError):
    """More output than `max_output`, or a larger file than `max_bytes`.

    `stdout` and `stderr` hold what fits of a command's output.
    """


_classes: dict[str, type[SSHError]] = {
    name: value
    for name, value in list(globals().items())
    if name in ERROR_CODES and isinstance(value, type) and issubclass(value, SSHError)
}


def make_error(code: int, message: str, data: Mapping[str, Any]) -> SSHError:
    """Makes the exception for an error reply; a kind that is new to us is an `SSHError`."""
    kind = next((each for each, number in ERROR_CODES.items() if number == code), "SSHError")
    if isinstance(data.get("kind"), str):
        kind = str(data["kind"])
    cls = _fitting(_classes.get(kind, SSHError), data)
    if kind in _ABOUT_OPTIONS:
        message = _in_pythons_terms(message)
    error = cls(message, kind=kind, code=code, data=data)
    _fill_os_error(error)
    return error


#: Kinds whose messages name options, as the wire has them.
_ABOUT_OPTIONS = (
    "AuthenticationFailed",
    "ChannelRequestDenied",
    "HandshakeFailed",
    "HostKeyRejected",
    "InvalidParams",
    "OutputTooLarge",
)

#: Beside those of `connect`.
_OTHER_OPTIONS = {"envMode": "env_mode", "maxOutput": "max_output"}


def _in_pythons_terms(message: str) -> str:
    import re

    names = {**_OTHER_OPTIONS, **{wire: name for name, wire in CONNECT_OPTIONS.items()}}
    return re.sub(r"\b[a-z]+[A-Z]\w*", lambda match: names.get(match[0], match[0]), message)


def _fitting(cls: type[SSHError], data: Mapping[str, Any]) -> type[SSHError]:
    """The class itself, or the one of it that is Python's own class for the system's error, too."""
    if not issubclass(cls, OSError):
        return cls
    from .system_errors import errno_of, with_class_of

    name = errno_of(data)
    return cls if name is None else with_class_of(cls, name)


def _fill_os_error(error: SSHError) -> None:
    """Gives an OSError its fields, which it doesn't keep in its dictionary."""
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
