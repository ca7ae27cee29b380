"""Commands on a session's server."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, cast, overload
from .errors import SSHError
from .programs import (
    DEFAULT_WINDOW,
    Collected,
    Ending,
    ExecOptions,
    result_of,
    run_call,
    stream_call,
)
from .text import TextMode
from .streaming import Streaming

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from ._aliases import Buffer, OnOutput, RemoteText, StreamName
    from ._contract import SessionExecParamsPty
    from .results import Result
    from .stream import Stream


class Commands(Streaming):
    """The methods of a session that run commands."""

    # Generated from src/protocol by npm run generate: overloads of run. Do not edit.

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        idle_timeout: float | None = ...,
        input: Buffer | None = ...,
        env: Mapping[str, str] | None = ...,
        env_mode: Literal["send", "export"] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        sudo: bool | str = ...,
        sudo_password: str | None = ...,
        forward_agent: bool = ...,
        check: bool = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        on_output: OnOutput[bytes] | None = ...,
        text: Literal[False] = ...,
        encoding: None = ...,
        errors: None = ...,
    ) -> Result[bytes]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        idle_timeout: float | None = ...,
        input: str | None = ...,
        env: Mapping[str, str] | None = ...,
        env_mode: Literal["send", "export"] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        sudo: bool | str = ...,
        sudo_password: str | None = ...,
        forward_agent: bool = ...,
        check: bool = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        on_output: OnOutput[str] | None = ...,
        text: Literal[True],
        encoding: str | None = ...,
        errors: str | None = ...,
    ) -> Result[str]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        idle_timeout: float | None = ...,
        input: str | None = ...,
        env: Mapping[str, str] | None = ...,
        env_mode: Literal["send", "export"] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        sudo: bool | str = ...,
        sudo_password: str | None = ...,
        forward_agent: bool = ...,
        check: bool = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        on_output: OnOutput[str] | None = ...,
        text: bool = ...,
        encoding: str,
        errors: str | None = ...,
    ) -> Result[str]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        idle_timeout: float | None = ...,
        input: str | None = ...,
        env: Mapping[str, str] | None = ...,
        env_mode: Literal["send", "export"] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        sudo: bool | str = ...,
        sudo_password: str | None = ...,
        forward_agent: bool = ...,
        check: bool = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        on_output: OnOutput[str] | None = ...,
        text: bool = ...,
        encoding: str | None = ...,
        errors: str,
    ) -> Result[str]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        idle_timeout: float | None = ...,
        input: str | Buffer | None = ...,
        env: Mapping[str, str] | None = ...,
        env_mode: Literal["send", "export"] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        sudo: bool | str = ...,
        sudo_password: str | None = ...,
        forward_agent: bool = ...,
        check: bool = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        on_output: OnOutput[Any] | None = ...,
        text: bool,
        encoding: str | None = ...,
        errors: str | None = ...,
    ) -> Result[Any]: ...

    @overload
    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = ...,
        idle_timeout: float | None = ...,
        input: str | Buffer | None = ...,
        env: Mapping[str, str] | None = ...,
        env_mode: Literal["send", "export"] | None = ...,
        pty: bool | SessionExecParamsPty = ...,
        sudo: bool | str = ...,
        sudo_password: str | None = ...,
        forward_agent: bool = ...,
        check: bool = ...,
        merge_stderr: bool = ...,
        max_output: int | None = ...,
        on_output: OnOutput[Any] | None = ...,
        text: bool = ...,
        encoding: str | None,
        errors: str | None = ...,
    ) -> Result[Any]: ...

    # End of the generated part.

    def run(
        self,
        command: RemoteText,
        *,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        check: bool = False,
        input: str | Buffer | None = None,
        env: Mapping[str, str] | None = None,
        env_mode: Literal["send", "export"] | None = None,
        pty: bool | SessionExecParamsPty = False,
        sudo: bool | str = False,
        sudo_password: str | None = None,
        forward_agent: bool = False,
        merge_stderr: bool = False,
        max_output: int | None = None,
        on_output: OnOutput[Any] | None = None,
        text: bool = False,
        encoding: str | None = None,
        errors: str | None = None,
    ) -> Result[Any]:
        r"""Runs a command and waits for its end (`session.exec`, RFC 4254 §6.5).

        Interrupted, as by Ctrl-C, it cancels the command on the remote side too.

        Args:
            command: Passed to the account's shell by the server. Bytes go as they are, str as
                UTF-8, where `os.fsdecode` has put surrogates as the bytes that they stand for.
            timeout: Seconds for all of it, waiting for a channel included. When they have passed,
                the command is sent TERM, then KILL. Without it there is no limit.
            idle_timeout: Seconds, above zero, without output after which it is given up likewise.
            check: Raise `CommandFailed` where the exit code isn't 0.
            input: What the command reads; its input ends behind it.
            env: Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its
                AcceptEnv lists.
            env_mode: `"send"`, where a variable that the server refuses is an error, the default; or
                `"export"`, which has the command line set them, whatever the server takes.
            pty: True, or `{"term": …, "columns": …, "rows": …}`, for a pseudo-terminal (RFC 4254
                §6.2), on which stdout and stderr are one. Defaults: `"xterm"`, 80 columns, 24 rows;
                of both at least 1.
            sudo: True runs the command by sudo(8) as root, a name as that user, with sh for its
                shell. Of `env`, what goes by `"export"` arrives for sure.
            sudo_password: What sudo is given where it asks, in no command line and in no output.
                Without it a sudo that asks is `SudoFailed`: nobody else is asked.
            forward_agent: Lends the server the agent of the login while the command runs, as `ssh
                -A` does: whoever is root there can log in by its keys meanwhile.
            merge_stderr: Both streams in `stdout`, in the order in which they came.
            max_output: The most bytes of output to hold; 268435456 by default, and at most.
            on_output: Called, in this thread, with `"stdout"` or `"stderr"` and each
                piece of output as it comes; the result has it all the same. A command that writes
                faster waits. What it raises comes through, and the command is cancelled; so it is
                where a piece isn't text.
            text: `stdout` and `stderr`, and `input`, are str; newlines become `"\\n"`, all as in
                `subprocess`. The encoding is UTF-8, whatever the locale.
            encoding: Text in this encoding.
            errors: How text that isn't valid is taken, as of `bytes.decode`.

        Raises:
            CommandFailed: with `check`.
            Timeout: `stdout` and `stderr` hold what had arrived.
            OutputTooLarge: likewise.
            ConnectionLost: likewise.
            SessionClosed: the session was lost before.
            ChannelOpenFailed: RFC 4254 §5.1.
            ChannelRequestDenied: the server refuses the command, a variable of `env`, the `pty`, or
                the agent.
            SudoFailed: sudo didn't run it; its `reason` says why.
            OutputNotText: the output isn't text in this encoding; a UnicodeDecodeError, too.
            LookupError: there is no such encoding; nothing was sent.
            DaemonError: the daemon has ended.

        """
        mode = TextMode(text, encoding, errors)
        options = ExecOptions(
            timeout,
            idle_timeout,
            env,
            env_mode,
            cast("Any", pty),
            mode.encode(input),
            sudo=sudo,
            sudo_password=sudo_password,
            forward_agent=forward_agent,
        )
        if on_output is None:
            return self.daemon.call(
                run_call(self._open(), command, options, mode, check, merge_stderr, max_output)
            )
        collected = Collected(merge_stderr, max_output)
        call = stream_call(self._open(), command, options, False, DEFAULT_WINDOW)
        from .stream import Stream

        with Stream[bytes](self, call, DEFAULT_WINDOW, TextMode()) as stream:
            ending = _tell(stream, on_output, mode, collected)
        return result_of(
            command, ending, collected.of("stdout"), collected.of("stderr"), mode, check
        )


def _tell(
    stream: Stream[bytes], on_output: OnOutput[Any], mode: TextMode, collected: Collected
) -> Ending:
    """Has the output told of, and collected."""
    pieces = mode.decoder()

    def tell(name: StreamName, piece: Any) -> None:
        if piece:
            on_output(name, piece)

    try:
        for name, chunk in stream:
            collected.take(name, chunk)
            tell(name, pieces.take(name, chunk))
        for name, rest in pieces.end():
            tell(name, rest)
    except SSHError as error:
        collected.give_to(error)
        raise
    return Ending(stream.exit_code, stream.signal)
