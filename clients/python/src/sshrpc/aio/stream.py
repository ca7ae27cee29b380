"""A command whose output is read as it comes."""

from __future__ import annotations

from collections import deque

from .._typing import TYPE_CHECKING, Generic, Text
from ..calls import simple_call
from ..programs import ENDLESS, WRITES_AHEAD, Credit, chunk_of, signal_name, write_calls
from ..rpc import Notice, Reply
from ..text import Lines

if TYPE_CHECKING:
    import signal
    from collections.abc import AsyncIterator
    from types import TracebackType

    from .._aliases import Buffer, StreamName
    from ..calls import Call
    from ..programs import Ending
    from ..text import TextMode
    from .events import Events
    from .opened import Opened

__all__ = ["Stream"]


class Stream(Generic[Text]):
    """A command that runs, from `Session.stream`: an iterator over its output.

    Each item is a tuple of the stream's name, `"stdout"` or `"stderr"`, and some bytes, or text if
    that was asked for, in the order in which they came; `lines` gives lines instead. When `window`
    bytes haven't been read, the command has to wait, unless `drain` throws the output away.

    Leaving the `async with` block in the middle, by `break` or by an exception, cancels the
    command. Leaving it without having iterated ends the command's input and waits for its end.

    Attributes:
        exit_code: None until the command has ended, then as of `Result`.
        signal: Likewise.

    """

    def __init__(
        self, session: Opened, call: Call[Ending], window: int, mode: TextMode
    ) -> None:
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
        self._token, self._events = daemon.begin(call)
        self._timer = daemon.watch(call, self._events)

    def __aiter__(self) -> AsyncIterator[tuple[StreamName, Text]]:
        return self

    async def __anext__(self) -> tuple[StreamName, Text]:
        self._is_iterated = True
        while True:
            event = await self._events.get()
            if isinstance(event, Notice):
                name, data = chunk_of(event)
                self._grant(len(data))
                piece = self._pieces.take(name, data)
                if piece:
                    return name, piece
            if isinstance(event, Reply):
                self._stop_timer()
                ending = self._call.finish(event)
                if not self._has_ended:
                    self._has_ended = True
                    self.exit_code, self.signal = ending.exit_code, ending.signal
                    self._rest.extend(self._pieces.end())
                if self._rest:
                    return self._rest.popleft()
                raise StopAsyncIteration

    async def lines(self) -> AsyncIterator[tuple[StreamName, Text]]:
        """Iterates over the output by lines: the stream's name, and a line with its newline.

        The last line may have no newline. A line that is longer than `window` comes in pieces.

        Raises:
            SSHError: what `run` raises.

        """
        cutter = Lines(self._window)
        async for name, chunk in self:
            for line in cutter.take(name, chunk):
                yield line
        for line in cutter.end():
            yield line

    def _grant(self, taken: int) -> None:
        granted = self._credit.take(taken)
        if granted > 0:
            self._daemon.notify("session.windowAdjust", {"token": self._token, "bytes": granted})

    def drain(self) -> None:
        """Throws away all output from here on, so that the command never waits for it to be read.

        It returns at once. `wait` waits for the command's end.
        """
        self._daemon.discard(self._token)
        self._daemon.notify("session.windowAdjust", {"token": self._token, "bytes": ENDLESS})

    async def write(self, data: str | Buffer, *, timeout: float | None = None) -> None:
        """Writes to the command's input; returns when the server has taken all of it.

        If the command writes while it reads, its output must be read meanwhile, in another task.

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
                    await self._daemon.finish(*running.popleft())
                id, events = self._daemon.begin(call)
                running.append((id, call, events))
            while running:
                await self._daemon.finish(*running.popleft())
        except BaseException:
            for id, _, _ in running:
                self._daemon.cancel(id)
            raise

    async def close_stdin(self) -> None:
        """Ends the command's input (`session.closeStdin`, RFC 4254 §5.3).

        Raises:
            CommandNotFound: the command has ended, or its input has.
            ConnectionLost: the connection ended meanwhile.
            SessionClosed: the session was lost before.
            SessionNotFound: the session was closed.
            DaemonError: the daemon has ended.

        """
        await self._daemon.call(simple_call("session.closeStdin", {"token": self._live_token()}))

    async def send_signal(self, name: str | signal.Signals) -> None:
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
        await self._daemon.call(simple_call("session.signal", params))

    def _live_token(self) -> int:
        self._session._open()  # pyright: ignore[reportPrivateUsage]
        return self._token

    async def wait(self) -> int | None:
        """Waits for the command's end. Output that hasn't been read is thrown away.

        Any number of tasks may wait, also after the end.

        Returns:
            The exit code, as `exit_code` of `Result`.

        Raises:
            Cancelled: by `cancel`.
            SSHError: what `run` raises.

        """
        async for _ in self:
            pass
        return self.exit_code

    def cancel(self) -> None:
        """Cancels the command, unless it has ended: it is sent TERM, and later KILL.

        Iterating and waiting, in whatever task, now or later, raise `Cancelled`.
        """
        self._is_cancelled = True
        self._stop_timer()
        self._daemon.cancel(self._token)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def __aenter__(self) -> Stream[Text]:
        return self

    async def __aexit__(
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
            await self.wait()
        finally:
            self.cancel()

    def __del__(self) -> None:
        if hasattr(self, "_timer") and not self._events.is_complete:
            self._daemon.cancel_later(self._token)
