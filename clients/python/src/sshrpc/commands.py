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
            timeout: Seconds for the whole call, including the wait for a channel; None for no
                limit. When they have passed, the command is sent TERM, and later KILL.
            idle_timeout: Seconds, above zero, without output after which it is ended in the same
                way; None for no limit.
            check: Raise `CommandFailed` if the exit code isn't 0.
            input: All of the command's input; by default it has none.
            env: Environment variables (RFC 4254 §6.4). Servers accept few of them; OpenSSH those in
                its AcceptEnv.
            env_mode: `"send"`, the default: a variable that the server refuses is an error. Or
                `"export"`: the variables are set in the command line, which works with any server.
            pty: True, or `{"term": …, "columns": …, "rows": …}`, for a pseudo-terminal (RFC 4254
                §6.2); stdout and stderr are one stream then. Defaults: `"xterm"`, 80 columns, 24
                rows; columns and rows are at least 1.
            sudo: True runs the command as root by sudo(8), a name as that user; its shell is sh.
                sudo may remove variables of `env`, unless `env_mode` is `"export"`.
            sudo_password: The answer if sudo asks for a password; it is in no command line and in
                no output. Without it a sudo that asks raises `SudoFailed`.
            forward_agent: Lends the server the agent of the login while the command runs, as `ssh
                -A` does. Whoever is root there can log in elsewhere with its keys meanwhile.
            merge_stderr: Give both streams in `stdout`, in the order in which they came.
            max_output: The most bytes of output, 0 to 268435456, which is the default.
            on_output: Called, in this thread, with `"stdout"` or `"stderr"` and each
                piece of output as it comes; the result has the output, too. A command that writes
                faster has to wait. If the callback raises, or a piece isn't text, the command is
                cancelled, and the error is raised.
            text: `stdout`, `stderr` and `input` are str, and newlines become `"\\n"`, as in
                `subprocess`. The encoding is UTF-8, whatever the locale.
            encoding: Text in this encoding; implies `text`.
            errors: How to treat invalid text, as of `bytes.decode`; implies `text`.

        Raises:
            CommandFailed: with `check`, the exit code isn't 0.
            Timeout: a limit has passed; its `stdout` and `stderr` have what had arrived.
            OutputTooLarge: there is more output than `max_output`; likewise.
            ConnectionLost: the connection ended meanwhile; likewise.
            SessionClosed: the session was lost before.
            ChannelOpenFailed: the server refuses a channel (RFC 4254 §5.1).
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
    """Gives the output to the callback, and collects it for the result."""
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
