"""Shells, for threads."""

from __future__ import annotations

import time

from ._typing import TYPE_CHECKING, T, cast
from .calls import simple_call
from .errors import Timeout
from .opened import Opened
from .stream import Stream
from .talk import Talk
from .text import TextMode

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from ._aliases import Pattern
    from .calls import Call
    from .programs import Ending
    from .talk import Found, Step

__all__ = ["Shell"]

#: Seconds that `expect`, `read` and `command` wait by default.
EXPECT_TIMEOUT = 30.0


class Shell(Stream[bytes]):
    """A login shell on a terminal, from `shell`: `write` types, `expect` and `command` read.

    It is a `Stream` of bytes, too, without what `expect` and the like have read. Leaving the `with`
    block ends the shell. To connect it with a person's terminal, read and write bytes.
    """

    def __init__(self, session: Opened, call: Call[Ending], window: int, encoding: str) -> None:
        self._talk = Talk(encoding)
        super().__init__(session, call, window, TextMode())
        self._mode = TextMode(True, encoding)
        self._is_iterated = True

    @property
    def unread(self) -> str:
        """What was read and not given to anyone yet; all of it after `Timeout` or `ShellEnded`."""
        return self._talk.unread

    def expect(self, *patterns: Pattern, timeout: float | None = EXPECT_TIMEOUT) -> Found:
        r"""Reads until one of the patterns comes, and takes the output up to its end.

        Args:
            patterns: Texts, compiled patterns, or `sshrpc.END` for the end of the output. Newlines
                are as the terminal has them, `"\r\n"`.
            timeout: Seconds for it; None for no limit.

        Returns:
            What matched earliest.

        Raises:
            Timeout: none came; what was read stays `unread`, for the next `expect`.
            ShellEnded: none will come; likewise.

        """
        return self._talking(self._talk.expecting(patterns), patterns, timeout)

    def read(self, *, timeout: float | None = EXPECT_TIMEOUT) -> str:
        """Reads what is there, or else waits for what comes next; nothing at the end.

        Raises:
            Timeout: nothing came.

        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._talk.unread and not self._talk.has_ended:
            if not self._hear(deadline):
                raise self._talk.expired(("any output",), timeout)
        return self._talk.take()

    def command(
        self,
        text: str,
        *,
        prompt: Pattern | None = None,
        timeout: float | None = EXPECT_TIMEOUT,
    ) -> str:
        """Types a command, and reads its output up to the next prompt; for devices without exec.

        The prompt is found out at the first command, by an empty line. Pages (`--More--`) are
        answered with a space.

        Args:
            text: The command, without its newline.
            prompt: What ends the output instead: a text or a pattern that is its very end.
            timeout: Seconds for it; None for no limit.

        Returns:
            The output, without the command's echo, the prompt and the last newline.

        Raises:
            Timeout: no prompt came; what was read stays `unread`.
            ShellEnded: none will come.

        """
        steps = self._talk.commanding(text, prompt)
        return self._talking(steps, ("the prompt",) if prompt is None else (prompt,), timeout)

    def resize(self, columns: int, rows: int, width: int = 0, height: int = 0) -> None:
        """Changes the terminal's size: columns and rows of at least 1; pixels, 0 if unknown."""
        params = {"columns": columns, "rows": rows, "width": width, "height": height}
        self._daemon.call(simple_call("session.resize", {"token": self._live_token(), **params}))

    def _talking(
        self, steps: Generator[Step, None, T], patterns: tuple[Any, ...], timeout: float | None
    ) -> T:
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while True:
                step = next(steps)
                if step is not None:
                    self.write(step)
                elif not self._hear(deadline):
                    raise self._talk.expired(patterns, timeout)
        except StopIteration as end:
            return cast("T", end.value)

    def _hear(self, deadline: float | None) -> bool:
        """Waits for some output or the end; returns whether it came in time."""
        try:
            self._talk.feed(self._next(deadline)[1])
        except StopIteration:
            self._talk.end()
        except Timeout as error:
            if error.data.get("phase") != "daemon":
                raise
            return False
        return True
