"""A daemon's pipes, for threads."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue

from ._typing import TYPE_CHECKING, cast
from .errors import SSHError, daemon_error
from .process import END_TIMEOUT

if TYPE_CHECKING:
    from typing import IO, Callable, Union

    from .frames import Buffers
    from .process import Link
    from .rpc import Connection

    #: What is to be written; a call to make where nothing else may; None for the end.
    Outbox = SimpleQueue[Union[Buffers, Callable[[], None], None]]

_READ_SIZE = 1 << 18


class Pipes:
    """The threads that carry bytes between a daemon's pipes and its connection.

    One reads, one writes: a call that is interrupted can't leave half a message behind.
    """

    def __init__(self, link: Link, connection: Connection) -> None:
        #: Whether it is we who end the daemon.
        self.is_closing = False
        self._link = link
        self._connection = connection
        self._outbox: Outbox = SimpleQueue()
        self._stderr_reader = None if link.stderr is None else start_thread(self._read_stderr)
        self._writer = start_thread(self._write)
        self._reader = start_thread(self._read)

    def put(self, item: Buffers | Callable[[], None] | None) -> None:
        """Has the writer send a message, or call a function; None ends it. Never blocks."""
        self._outbox.put(item)

    def are_of_this_thread(self) -> bool:
        """Whether this is one of these threads, in which nobody may wait for a reply."""
        return threading.current_thread() in (self._reader, self._writer, self._stderr_reader)

    def join_reader(self, seconds: float) -> None:
        """Waits until all that the daemon has written is read, at most so long."""
        self._reader.join(seconds)

    def join_writer(self, seconds: float) -> None:
        """Waits until the daemon's input is closed, at most so long."""
        self._writer.join(seconds)

    def _read(self) -> None:
        descriptor = self._link.stdout.fileno()
        try:
            data = _read_some(descriptor)
            while data:
                for frame in self._connection.receive(data):
                    self._outbox.put(frame)
                data = _read_some(descriptor)
        except SSHError as error:
            self._connection.fail(error)
            self._link.kill()
        except BaseException as error:
            self._connection.fail(daemon_error(f"a fault of this client: {error!r}", "maybe"))
            self._link.kill()
            raise
        finally:
            if self._stderr_reader is not None:
                self._stderr_reader.join(0.2)
            how = self._link.describe_end(END_TIMEOUT if self.is_closing else 1.0)
            self._connection.fail(daemon_error(how, "maybe"))
            # Lets the writer go, whom nobody needs any more.
            self._outbox.put(None)
            self._link.stdout.close()

    def _write(self) -> None:
        descriptor = self._link.stdin.fileno()
        while True:
            item = self._outbox.get()
            if item is None:
                break
            if callable(item):
                item()
                continue
            try:
                for buffer in item:
                    view = memoryview(buffer)
                    while len(view) > 0:
                        view = view[os.write(descriptor, view) :]
            except OSError:
                # It reads no more: whoever waits is told by its end.
                if not self.is_closing:
                    self._link.kill()
                break
            # Not held until the next one comes: it may be large.
            del item
        self._link.stdin.close()

    def _read_stderr(self) -> None:
        stderr = cast("IO[bytes]", self._link.stderr)
        descriptor = stderr.fileno()
        try:
            data = os.read(descriptor, _READ_SIZE)
            while data:
                self._link.tail.feed(data)
                data = os.read(descriptor, _READ_SIZE)
        except OSError:
            pass
        finally:
            stderr.close()


def _read_some(descriptor: int) -> bytes:
    """The next bytes; none at the end, or after an error."""
    try:
        return os.read(descriptor, _READ_SIZE)
    except OSError:
        return b""


def start_thread(task: Callable[[], None]) -> threading.Thread:
    """Runs a task in a thread that doesn't keep the interpreter from its end."""
    name = f"sshrpc {task.__name__.strip('_')}"
    thread = threading.Thread(target=task, name=name, daemon=True)
    thread.start()
    return thread
