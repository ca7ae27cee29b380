"""Starts commands whose output is read as it comes."""

from __future__ import annotations

from .._typing import TYPE_CHECKING, cast, overload
from ..params import snapshot
from ..programs import DEFAULT_WINDOW, ExecOptions, stream_call
from ..text import TextMode
from .opened import Opened
from .stream import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from .._aliases import Buffer, RemoteText
    from .._contract import SessionExecParamsPty


class Streaming(Opened):
    """The method of a session that starts a command and doesn't wait for it."""

    # Generated from src/protocol by npm run generate: overloads of stream. Do not edit.

    @overload
    def stream(
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
        stdin: bool = ...,
        window: int = ...,
        text: Literal[False] = ...,
        encoding: None = ...,
        errors: None = ...,
    ) -> Stream[bytes]: ...

    @overload
    def stream(
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
        stdin: bool = ...,
        window: int = ...,
        text: Literal[True],
        encoding: str | None = ...,
        errors: str | None = ...,
    ) -> Stream[str]: ...

    @overload
    def stream(
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
        stdin: bool = ...,
        window: int = ...,
        text: bool = ...,
        encoding: str,
        errors: str | None = ...,
    ) -> Stream[str]: ...

    @overload
    def stream(
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
        stdin: bool = ...,
        window: int = ...,
        text: bool = ...,
        encoding: str | None = ...,
        errors: str,
    ) -> Stream[str]: ...

    @overload
    def stream(
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
        stdin: bool = ...,
        window: int = ...,
        text: bool,
        encoding: str | None = ...,
        errors: str | None = ...,
    ) -> Stream[Any]: ...

    @overload
    def stream(
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
        stdin: bool = ...,
        window: int = ...,
        text: bool = ...,
        encoding: str | None,
        errors: str | None = ...,
    ) -> Stream[Any]: ...

    # End of the generated part.

    def stream(
        self,
        command: RemoteText,
        *,
        stdin: bool = False,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        input: str | Buffer | None = None,
        env: Mapping[str, str] | None = None,
        env_mode: Literal["send", "export"] | None = None,
        pty: bool | SessionExecParamsPty = False,
        sudo: bool | str = False,
        sudo_password: str | None = None,
        forward_agent: bool = False,
        window: int = DEFAULT_WINDOW,
        text: bool = False,
        encoding: str | None = None,
        errors: str | None = None,
    ) -> Stream[Any]:
        """Starts a command whose output is read as it comes, and whose input may stay open.

        Args:
            command: As of `run`.
            stdin: Leave the command's input open, for the stream's `write`.
            timeout: Seconds for the whole command; None for no limit.
            idle_timeout: As of `run`.
            input: What the command reads first: bytes, or str, which goes as UTF-8 or in
                `encoding`. It is copied at once.
            env: As of `run`.
            env_mode: As of `run`.
            pty: As of `run`.
            sudo: As of `run`.
            sudo_password: As of `run`.
            forward_agent: As of `run`.
            window: Bytes of output that may come ahead of what has been read (RFC 4254 §5.2), at
                least 1; 1048576 by default. A line of `lines` that is longer comes in pieces.
            text: The output is str, as of `run`.
            encoding: As of `run`.
            errors: As of `run`.

        Raises:
            InvalidParams: the window is less than 1.
            LookupError: there is no such encoding.
            DaemonError: the daemon has ended. Other errors are raised by the methods that wait.

        """
        mode = TextMode(text, encoding, errors)
        data = None if input is None else snapshot(mode.encode_either(input, "input"))
        options = ExecOptions(
            timeout,
            idle_timeout,
            env,
            env_mode,
            cast("Any", pty),
            data,
            sudo=sudo,
            sudo_password=sudo_password,
            forward_agent=forward_agent,
        )
        return Stream(
            self, stream_call(self._open(), command, options, stdin, window), window, mode
        )
