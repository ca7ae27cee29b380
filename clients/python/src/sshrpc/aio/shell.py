"""Shells and subsystems, for asyncio."""

from __future__ import annotations

import asyncio

from .._typing import TYPE_CHECKING, T, cast
from ..calls import simple_call
from ..errors import Timeout
from ..params import snapshot
from ..programs import DEFAULT_WINDOW, ExecOptions, program_call
from ..talk import Talk
from ..text import TextMode
from .opened import Opened
from .stream import Stream

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from typing import Any, Literal

    from .._aliases import Buffer, Pattern
    from .._contract import SessionExecParamsPty
    from ..calls import Call
    from ..programs import Ending
    from ..talk import Found, Step

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

    async def expect(self, *patterns: Pattern, timeout: float | None = EXPECT_TIMEOUT) -> Found:
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
        return await self._talking(self._talk.expecting(patterns), patterns, timeout)

    async def read(self, *, timeout: float | None = EXPECT_TIMEOUT) -> str:
        """Reads what is there, or else waits for what comes next; nothing at the end.

        Raises:
            Timeout: nothing came.

        """
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        while not self._talk.unread and not self._talk.has_ended:
            if not await self._hear(deadline):
                raise self._talk.expired(("any output",), timeout)
        return self._talk.take()

    async def command(
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
        return await self._talking(steps, ("the prompt",) if prompt is None else (prompt,), timeout)

    async def resize(self, columns: int, rows: int, width: int = 0, height: int = 0) -> None:
        """Changes the terminal's size: columns and rows of at least 1; pixels, 0 if unknown."""
        params = {"columns": columns, "rows": rows, "width": width, "height": height}
        await self._daemon.call(
            simple_call("session.resize", {"token": self._live_token(), **params})
        )

    async def _talking(
        self, steps: Generator[Step, None, T], patterns: tuple[Any, ...], timeout: float | None
    ) -> T:
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        try:
            while True:
                step = next(steps)
                if step is not None:
                    await self.write(step)
                elif not await self._hear(deadline):
                    raise self._talk.expired(patterns, timeout)
        except StopIteration as end:
            return cast("T", end.value)

    async def _hear(self, deadline: float | None) -> bool:
        """Waits for some output or the end; returns whether it came in time."""
        try:
            left = None if deadline is None else deadline - asyncio.get_running_loop().time()
            self._talk.feed((await asyncio.wait_for(self.__anext__(), left))[1])
        except StopAsyncIteration:
            self._talk.end()
        except asyncio.TimeoutError as error:
            if isinstance(error, Timeout):
                raise
            return False
        return True


class Shells(Opened):
    """The methods of a session that start shells and subsystems."""

    def shell(
        self,
        *,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        env: Mapping[str, str] | None = None,
        env_mode: Literal["send", "export"] | None = None,
        pty: bool | SessionExecParamsPty = True,
        sudo: bool | str = False,
        sudo_password: str | None = None,
        forward_agent: bool = False,
        window: int = DEFAULT_WINDOW,
        encoding: str = "utf-8",
    ) -> Shell:
        """Starts the account's login shell (`session.shell`).

        Args:
            timeout: Seconds after which the shell is ended; None for no limit.
            idle_timeout: Seconds without output after which it is ended; None for no limit.
            env: Environment variables, as of `run`.
            env_mode: As of `run`.
            pty: The terminal, as of `run`; False for none.
            sudo: True starts a login shell of root, a name one of that user, by sudo, as of `run`.
                What is typed before the shell has started is input of the shell, not of sudo.
            sudo_password: As of `run`.
            forward_agent: As of `run`.
            window: As of `stream`.
            encoding: The encoding of what `expect`, `read` and `command` read, and of text that is
                written. Bytes that aren't valid in it are replaced by U+FFFD.

        Raises:
            InvalidParams: the window is less than 1.
            LookupError: there is no such encoding.
            DaemonError: the daemon has ended. Other errors are raised by the methods that wait.

        """
        options = ExecOptions(
            timeout,
            idle_timeout,
            env,
            env_mode,
            cast("Any", pty),
            None,
            sudo=sudo,
            sudo_password=sudo_password,
            forward_agent=forward_agent,
        )
        call = program_call(self._open(), None, options, True, window)
        return Shell(self, call, window, encoding)

    def subsystem(
        self,
        name: str,
        *,
        stdin: bool = True,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        input: str | Buffer | None = None,
        env: Mapping[str, str] | None = None,
        forward_agent: bool = False,
        window: int = DEFAULT_WINDOW,
    ) -> Stream[bytes]:
        """Starts a subsystem of the server, as NETCONF (`session.subsystem`): a stream of bytes.

        Args:
            name: Its name on the server, as `"netconf"`.
            stdin: Leave its input open, for the stream's `write`.
            timeout: As of `stream`.
            idle_timeout: As of `stream`.
            input: As of `stream`.
            env: As of `stream`.
            forward_agent: As of `stream`.
            window: As of `stream`.

        Raises:
            InvalidParams: the window is less than 1.
            DaemonError: the daemon has ended. Other errors are raised by the methods that wait.

        """
        mode = TextMode()
        data = None if input is None else snapshot(mode.encode_either(input, "input"))
        options = ExecOptions(
            timeout, idle_timeout, env, None, False, data, forward_agent=forward_agent
        )
        call = program_call(self._open(), name, options, stdin, window)
        return Stream(self, call, window, mode)
