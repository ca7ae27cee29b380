"""Finds and starts the daemon's process, and makes sure that it never outlives this one."""

from __future__ import annotations

import atexit
import os

# The module behind `weakref`, which takes long to load.
from _weakref import ref

from ._typing import TYPE_CHECKING, cast
from .errors import DaemonError, daemon_error

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping, Sequence
    from typing import IO, Any, Callable, Protocol

    from ._aliases import Command

    class End(Protocol):
        """An end of a pipe or socket that is written to by its descriptor."""

        def fileno(self) -> int:
            """As of any file."""
            ...

        def close(self) -> None:
            """As of any file."""
            ...


#: Seconds that a daemon may take to answer `initialize`. Node itself starts in a tenth of a second.
START_TIMEOUT = 30.0

#: Seconds that a daemon may take to free a session, or to end after its input; it promises one.
END_TIMEOUT = 3.0

_TAIL_BYTES = 4096


def find_command(command: Command | None = None) -> tuple[str, ...]:
    """The command that starts the daemon.

    It is the first of these that there is: the argument; the environment variable SSHRPC_DAEMON;
    `sshrpc` in PATH; the repository that this file is in.

    Args:
        command: A path; or else a command line, split as a shell does it; or a list.

    Raises:
        DaemonError: it is in none of these places.

    """
    if command is None:
        command = os.environ.get("SSHRPC_DAEMON") or _which("sshrpc") or _in_repository()
    if command is None:
        raise daemon_error(
            "the sshrpc daemon was not found: put it into PATH (npm install -g sshrpc), or name it by"
            " daemon= or the environment variable SSHRPC_DAEMON",
            "no",
        )
    if isinstance(command, os.PathLike):
        return _runnable(os.fspath(command))
    if isinstance(command, str) and os.path.isfile(command):
        return _runnable(command)
    words = _split(command) if isinstance(command, str) else command
    if not words:
        raise daemon_error("the command for the sshrpc daemon is empty", "no")
    return tuple(words)


def _split(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command)
    except ValueError as error:
        raise daemon_error(f"the sshrpc daemon can't be {command!r}: {error}", "no") from None


def _runnable(path: str) -> tuple[str, ...]:
    # Absolute, so that it is found after a chdir, too.
    path = os.path.abspath(path)
    return (_node(), path) if path.endswith((".js", ".mjs")) else (path,)


def _node() -> str:
    node = _which("node")
    if node is None:
        raise daemon_error("the sshrpc daemon needs Node.js, and there is no node in PATH", "no")
    return node


def _which(program: str) -> str | None:
    """`shutil.which` for a bare name, without loading that module, which takes long."""
    # As `os.get_exec_path` does it, which would load `warnings`.
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, program)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _in_repository() -> str | None:
    folder = os.path.dirname(os.path.realpath(__file__))
    while folder != os.path.dirname(folder):
        program = f"{folder}/bin/sshrpc.js"
        if os.path.isfile(program) and os.path.isfile(f"{folder}/PROTOCOL.md"):
            return program
        folder = os.path.dirname(folder)
    return None


def _logger() -> logging.Logger:
    """The logger for what the daemon writes to its stderr: warnings and errors."""
    import logging

    logger = logging.getLogger("sshrpc")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


class Tail:
    """Logs the lines of the daemon's stderr, and keeps the last ones for an error message."""

    def __init__(self) -> None:
        self._last = b""
        self._line = b""

    def feed(self, data: bytes) -> None:
        """Takes what was read."""
        self._last = (self._last + data)[-_TAIL_BYTES:]
        *lines, self._line = (self._line + data).split(b"\n")
        self._line = self._line[-_TAIL_BYTES:]
        for line in lines:
            _logger().warning("%s", line.decode("utf-8", "replace"))

    def __str__(self) -> str:
        return self._last.decode("utf-8", "replace").strip()


class Link:
    """This process's ends of the connection with a daemon.

    They are close-on-exec, so that only a fork without exec can keep them open when this process
    has ended. For that case the daemon watches this process.

    Args:
        stdin: The daemon's input, to write to.
        stdout: The daemon's output, to read from.
        stderr: The daemon's log; None if it goes elsewhere.
        pid: The daemon's process id.

    """

    def __init__(self, stdin: End, stdout: IO[bytes], stderr: IO[bytes] | None, pid: int) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.pid = pid
        self.owner = os.getpid()
        self.tail = Tail()
        #: This process's directory, umask and variables, for a daemon that isn't started by it.
        self.environment: Mapping[str, Any] | None = None
        #: Called when the interpreter exits.
        self.end: Callable[[], None] = self._end
        #: Called in a forked child, which must not use the parent's daemon.
        self.on_fork: Callable[[DaemonError], None] = lambda _error: None
        key = id(self)
        # A local name, since the module's names may be gone when the interpreter ends.
        forget = _links.pop

        def gone(_: object) -> None:
            forget(key, None)

        _links[key] = ref(self, gone)

    @property
    def is_ours(self) -> bool:
        """False in a process that was forked from its owner."""
        return os.getpid() == self.owner

    def wait(self, timeout: float) -> int | None:
        """Its exit code, negative for a signal; None if it still runs after `timeout` seconds."""
        raise NotImplementedError

    def kill(self) -> None:
        """Ends it at once."""
        raise NotImplementedError

    def reap(self) -> None:
        """Reads its exit status, if it has ended, so that no zombie is left."""

    def describe_end(self, timeout: float) -> str:
        """Waits `timeout` seconds for its end, kills it if necessary, and says how it ended."""
        raise NotImplementedError

    def _end(self) -> None:
        try:
            self.stdin.close()
        except OSError:
            pass
        if self.wait(END_TIMEOUT) is None:
            self.kill()
            self.wait(END_TIMEOUT)

    def disown(self, null: int) -> None:
        """In a forked child: closes the ends; their descriptors become those of /dev/null.

        File objects and event loops may still close these numbers later, and would otherwise close
        another file of the child's that had got one of them.
        """
        self.on_fork(daemon_error("the daemon belongs to the process that forked this one", "no"))
        for file in (self.stdin, self.stdout, self.stderr):
            if file is not None:
                try:
                    os.dup2(null, file.fileno(), inheritable=False)
                except (OSError, ValueError):
                    pass


class Process(Link):
    """A daemon that this process has started, and its pipes."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None) -> None:
        # It takes long to load, and a connection to a shared daemon doesn't need it.
        import subprocess

        _reap()
        self.command = " ".join(command)
        try:
            # Unbuffered file objects: to close one twice does no harm, unlike a descriptor.
            self._popen = subprocess.Popen(
                list(command),
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=None if env is None else dict(env),
            )
        except (OSError, ValueError) as error:
            message = f"the sshrpc daemon ({self.command}) could not be started: {error}"
            raise daemon_error(message, "no") from error
        pipes = (self._popen.stdin, self._popen.stdout, self._popen.stderr)
        super().__init__(*cast("tuple[IO[bytes], IO[bytes], IO[bytes]]", pipes), self._popen.pid)

    def wait(self, timeout: float) -> int | None:
        """As of any link."""
        import subprocess

        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """As of any link."""
        if self.is_ours:
            self._popen.kill()

    def reap(self) -> None:
        """As of any link."""
        self._popen.poll()

    def describe_end(self, timeout: float) -> str:
        """As of any link."""
        code = self.wait(timeout)
        if code is None:
            self.kill()
            how = "closed its output"
        else:
            how = f"ended with exit code {code}" if code >= 0 else f"was killed by signal {-code}"
        words = str(self.tail)
        return f"the sshrpc daemon ({self.command}) {how}" + (f": {words}" if words else "")

    def disown(self, null: int) -> None:
        """As of any link."""
        super().disown(null)
        self._popen.returncode = 0


_links: dict[int, ref[Link]] = {}


def _all() -> list[Link]:
    return [link for each in list(_links.values()) if (link := each()) is not None]


def _live() -> list[Link]:
    return [link for link in _all() if link.is_ours]


def _reap() -> None:
    """Reaps daemons that ended after the event loop that used them was closed."""
    for link in _live():
        link.reap()


def _end_all() -> None:
    for link in _live():
        link.end()


def _after_fork() -> None:
    links = _all()
    if not links:
        return
    null = os.open(os.devnull, os.O_RDWR)
    for link in links:
        link.disown(null)
    os.close(null)
    _links.clear()


atexit.register(_end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
