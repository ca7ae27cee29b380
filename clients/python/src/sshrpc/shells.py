"""A session's shells and subsystems, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, cast
from .opened import Opened
from .params import snapshot
from .programs import DEFAULT_WINDOW, ExecOptions, program_call
from .text import TextMode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from ._aliases import Buffer
    from ._contract import SessionExecParamsPty
    from .shell import Shell
    from .stream import Stream


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
        from .shell import Shell

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
        from .stream import Stream

        mode = TextMode()
        data = None if input is None else snapshot(mode.encode_either(input, "input"))
        options = ExecOptions(
            timeout, idle_timeout, env, None, False, data, forward_agent=forward_agent
        )
        call = program_call(self._open(), name, options, stdin, window)
        return Stream(self, call, window, mode)
