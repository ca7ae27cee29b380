"""Finds and connects to the socket of the user's shared daemon."""

from __future__ import annotations

# The module `socket` takes long to load: it makes enumerations of all constants.
import _socket
import io
import os
import stat
import sys

from ._typing import TYPE_CHECKING
from .process import START_TIMEOUT, Link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: Stands for the working directory if that was removed: below this no file is found, either.
_NOWHERE = "/dev/null"


class SharedLink(Link):
    """A connection to the shared daemon's socket.

    Args:
        socket: The connected socket.
        env: The environment variables that the daemon is to use for this process.

    """

    def __init__(self, socket: Any, env: Mapping[str, str]) -> None:
        self._socket = socket
        self._is_open = True
        stdout = io.FileIO(os.dup(socket.fileno()), "rb")
        super().__init__(_Writing(socket), stdout, None, _peer(socket))
        self.environment = _environment(env)

    def wait(self, timeout: float) -> int | None:
        """As of any link."""
        return None if self._is_open else 0

    def kill(self) -> None:
        """Ends the connection only: other programs use the daemon, too."""
        if self.is_ours:
            self._is_open = False
            try:
                self._socket.shutdown(_socket.SHUT_RDWR)
            except (OSError, ValueError):
                pass

    def describe_end(self, timeout: float) -> str:
        """As of any link."""
        self.kill()
        return "the shared sshrpc daemon ended"


class _Writing:
    """The socket as a file to write to, whose `close` ends this direction only."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def fileno(self) -> int:
        number: int = self._socket.fileno()
        if number < 0:
            raise ValueError("it is closed")
        return number

    def close(self) -> None:
        try:
            self._socket.shutdown(_socket.SHUT_WR)
        except OSError:
            pass
        self._socket.close()


def connect(env: Mapping[str, str]) -> SharedLink | None:
    """Connects to the socket; None if nobody listens there, or it may be another user's."""
    if not hasattr(_socket, "AF_UNIX"):
        return None
    from . import __version__

    folder = _folder(env)
    path = f"{folder}/{__version__}.sock"
    try:
        if not (_is_private(folder, stat.S_IFDIR) and _is_private(path, stat.S_IFSOCK)):
            return None
        socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        # It takes time if many programs connect at the same moment.
        socket.settimeout(START_TIMEOUT)
        try:
            socket.connect(path)
            socket.settimeout(None)
            return SharedLink(socket, env)
        except BaseException:
            socket.close()
            raise
    except (OSError, ValueError):
        return None


def _folder(env: Mapping[str, str]) -> str:
    runtime = env.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        return os.path.join(runtime, "sshrpc")
    # The same as Node's os.tmpdir(), by which the daemon chooses the place; tempfile differs.
    temporary = env.get("TMPDIR") or env.get("TMP") or env.get("TEMP") or "/tmp"
    return os.path.join(temporary, f"sshrpc-{os.getuid()}")


def _is_private(path: str, kind: int) -> bool:
    """Whether it is of this kind, belongs to this user, and is closed to others; no link is."""
    found = os.lstat(path)
    mode = found.st_mode
    return stat.S_IFMT(mode) == kind and found.st_uid == os.getuid() and mode & 0o077 == 0


def _peer(socket: Any) -> int:
    """The daemon's process id; 0 if the system doesn't tell it."""
    if not hasattr(_socket, "SO_PEERCRED"):
        return 0
    credentials = socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(credentials[:4], sys.byteorder)


def _environment(env: Mapping[str, str]) -> dict[str, Any]:
    """This process's directory, umask and variables, for `initialize`."""
    try:
        cwd = os.getcwd()
    except OSError:
        cwd = _NOWHERE
    variables = {_text(name): _text(value) for name, value in env.items()}
    return {"cwd": _text(cwd), "umask": _umask(), "variables": variables}


def _text(value: str) -> str:
    return os.fsencode(value).decode("utf-8", "replace")


def _umask() -> int:
    # Linux tells it in /proc. Elsewhere it can be read only by setting it for a moment, which other
    # threads may notice.
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"Umask:"):
                    return int(line.split()[1], 8)
    except OSError:
        pass
    umask = os.umask(0o077)
    os.umask(umask)
    return umask
