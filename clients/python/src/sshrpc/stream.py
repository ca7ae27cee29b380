"""A command whose output is read as it comes."""

from __future__ import annotations

import threading
from collections import deque

from ._typing import TYPE_CHECKING, Generic, Text
from .calls import simple_call
from .programs import ENDLESS, WRITES_AHEAD, Credit, chunk_of, signal_name, write_calls
from .rpc import Notice, Reply
from .text import Lines
from .events import deadline_of, next_event

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator
    from types import TracebackType

    from ._aliases import Buffer, StreamName
    from .calls import Call
    from .programs import Ending
    from .text import TextMode
    from .events import Events
    from .opened import Opened

__all__ = ["Stream"]


class Stream(Generic[Text]):
    """A command that runs, from `Session.stream`: an iterator over its output.

    Each item is a tuple of the stream's name, `"stdout"` or `"stderr"`, and some bytes, or text if
    that was asked for, in the order in which they came; `lines` gives lines instead. When `window`
    bytes haven't been read, the command has to wait, unless `drain` throws the output away.

    Leaving the `with` block in the middle, by `break` or by an exception, cancels the command.
    Leaving it without having iterated ends the command's input and waits for its end.

    Attributes:
        exit_code: None until the command has ended, then as of `Result`.
        signal: Likewise.

    """

    def __init__(self, session: Opened, call: Call[Ending], window: int, mode: TextMode) -> None:
        self.exit_code: int | None = None
        self.signal: str | None = None
        self._is_iterated = False
        self._is_cancelled = False
        self._has_ended = False
        self._session = session
        self._daemon = daemon = session.daemon
        self._call = call
        self._credit = Credit(window)
        self._window = window
        self._mode = mode
        self._pieces = mode.decoder()
        self._rest: deque[tuple[StreamName, Text]] = deque()
        self._lock = threading.Lock()
        self._deadline = deadline_of(call)
        self._token, self._events = daemon.start(call)

    def __iter__(self) -> Iterator[tuple[StreamName, Text]]:
        return self

    def __next__(self) -> tuple[StreamName, Text]:
        return self._next(self._deadline)

    def _next(self, deadline: float | None) -> tuple[StreamName, Text]:
        self._is_iterated = True
        while True:
            event = next_event(self._events, deadline)
            if isinstance(event, Notice):
                name, data = chunk_of(event)
                self._grant(len(data))
                with self._lock:
                    piece = self._pieces.take(name, data)
                if piece:
                    return name, piece
            if isinstance(event, Reply):
                ending = self._call.finish(event)
                with self._lock:
                    if not self._has_ended:
                        self._has_ended = True
                        self.exit_code, self.signal = ending.exit_code, ending.signal
                        self._rest.extend(self._pieces.end())
                    if self._rest:
                        return self._rest.popleft()
                raise StopIteration

    def lines(self) -> Iterator[tuple[StreamName, Text]]:
        """Iterates over the output by lines: the stream's name, and a line with its newline.

        The last line may have no newline. A line that is longer than `window` comes in pieces.

        Raises:
            SSHError: what `run` raises.

        """
        cutter = Lines(self._window)
        for name, chunk in self:
            yield from cutter.take(name, chunk)
        yield from cutter.end()

    def _grant(self, taken: int) -> None:
        with self._lock:
            granted = self._credit.take(taken)
        if granted > 0:
            self._daemon.notify("session.windowAdjust", {"token": self._token, "bytes": granted})

    def drain(self) -> None:
        """Throws away all output from here on, so that the command never waits for it to be read.

        It returns at once. `wait` waits for the command's end.
        """
        self._daemon.discard(self._token)
        self._daemon.notify("session.windowAdjust", {"token": self._token, "bytes": ENDLESS})

    def write(self, data: str | Buffer, *, timeout: float | None = None) -> None:
        """Writes to the command's input; returns when the server has taken all of it.

        If the command writes while it reads, its output must be read meanwhile, in another thread.

        Args:
            data: Of any size: bytes, or str, which goes as UTF-8 or in the stream's `encoding`.
            timeout: Seconds for each MiB of it; None for no limit.

        Raises:
            CommandNotFound: the command has ended, or its input was closed or never open.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            InputTooFast: together with other writes at the same time, more than 16 MiB wait for the
                command.
            Timeout: `timeout` has passed.
            DaemonError: the daemon has ended.
            TypeError: it is neither.

        """
        encoded = self._mode.encode_either(data, "data")
        running: deque[tuple[int, Call[None], Events]] = deque()
        try:
            for call in write_calls(self._live_token(), encoded, timeout):
                if len(running) >= WRITES_AHEAD:
                    self._daemon.finish(*running.popleft())
                id, events = self._daemon.start(call)
                running.append((id, call, events))
            while running:
                self._daemon.finish(*running.popleft())
        except BaseException:
            for id, _, _ in running:
                self._daemon.cancel(id)
            raise

    def close_stdin(self) -> None:
        """Ends the command's input (`session.closeStdin`, RFC 4254 §5.3).

        Raises:
            CommandNotFound: the command has ended, or its input has.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            DaemonError: the daemon has ended.

        """
        self._daemon.call(simple_call("session.closeStdin", {"token": self._live_token()}))

    def send_signal(self, name: str | signal.Signals) -> None:
        """Signals the command (`session.signal`, RFC 4254 §6.9). Servers don't acknowledge it.

        Args:
            name: `"ABRT"`, `"ALRM"`, `"FPE"`, `"HUP"`, `"ILL"`, `"INT"`, `"KILL"`, `"PIPE"`,
                `"QUIT"`, `"SEGV"`, `"TERM"`, `"USR1"` or `"USR2"`, with or without `SIG`; or one of
                them as `signal.SIGINT`.

        Raises:
            InvalidParams: it is another signal.
            CommandNotFound: the command has ended.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            DaemonError: the daemon has ended.

        """
        params = {"token": self._live_token(), "signal": signal_name(name)}
        self._daemon.call(simple_call("session.signal", params))

    def _live_token(self) -> int:
        self._session._open()  # pyright: ignore[reportPrivateUsage]
        return self._token

    def wait(self) -> int | None:
        """Waits for the command's end. Output that hasn't been read is thrown away.

        Any number of threads may wait, also after the end.

        Returns:
            The exit code, as `exit_code` of `Result`.

        Raises:
            Cancelled: by `cancel`.
            SSHError: what `run` raises.

        """
        for _ in self:
            pass
        return self.exit_code

    def cancel(self) -> None:
        """Cancels the command, unless it has ended: it is sent TERM, and later KILL.

        Iterating and waiting, in whatever thread, now or later, raise `Cancelled`.
        """
        self._is_cancelled = True
        self._daemon.cancel(self._token)

    def __enter__(self) -> Stream[Text]:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is not None or self._is_iterated or self._is_cancelled:
            self.cancel()
            return
        try:
            if self._call.params["openStdin"]:
                self._daemon.notify("session.closeStdin", {"token": self._token})
            self.wait()
        finally:
            self.cancel()

    def __del__(self) -> None:
        if hasattr(self, "_token"):
            self.cancel()
