"""What calls give back, and what prompts ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Callable, Generic, Literal, TypeVar, Union

from .errors import CommandFailed

__all__ = [
    "Answer",
    "Chunk",
    "HostKey",
    "OfferedHostKey",
    "Progress",
    "Prompt",
    "PromptLine",
    "RemoteText",
    "Result",
]

_Text = TypeVar("_Text", str, bytes)

#: What the remote side takes as bytes (RFC 4254 §6.5): a command, a path.
RemoteText = Union[str, bytes]

#: Told of a transfer: the bytes that have gone over, and their total. For asyncio it may be a
#: coroutine function.
Progress = Callable[[int, int], object]

#: A piece of a streamed command's output: of which stream, and the bytes.
Chunk = tuple[Literal["stdout", "stderr"], bytes]

#: What a prompt's callback returns: a line for each of its `lines` (a string alone where there is
#: one), True or False for a host key, None for "I won't say".
Answer = Union[None, bool, str, Sequence[str]]


@dataclass(frozen=True)
class Result(Generic[_Text]):
    """How a command ended, in the manner of `subprocess.CompletedProcess`.

    Attributes:
        command: As it was given.
        exit_code: The exit status; 128 + the signal's number where a signal ended the command;
            None where the server sent neither (RFC 4254 §6.10).
        signal: The signal's name without `SIG`, as `"TERM"`, or None.
        stdout: What it wrote; bytes, or str where text was asked for.
        stderr: What it wrote to its error output; empty with `merge_stderr`.

    """

    command: RemoteText
    exit_code: int | None
    signal: str | None
    stdout: _Text = field(repr=False)
    stderr: _Text = field(repr=False)

    def check(self) -> None:
        """Raises `CommandFailed` unless the exit code is 0."""
        if self.exit_code != 0:
            raise CommandFailed(self)


@dataclass(frozen=True)
class HostKey:
    """The key by which the server has shown who it is.

    Attributes:
        type: As `"ssh-ed25519"`.
        fingerprint: As OpenSSH prints it: `"SHA256:…"`.
        status: `"known"`; `"recorded"` in known_hosts now; or what else the contract lists.

    """

    type: str
    fingerprint: str
    status: str


@dataclass(frozen=True)
class OfferedHostKey:
    """A host key that somebody has to decide about.

    Attributes:
        type: As `"ssh-ed25519"`.
        fingerprint: As OpenSSH prints it: `"SHA256:…"`.
        reason: `"unknown"`, or `"changed"`, which an attacker in the middle would look like.
        expected: The fingerprints that are known for the host.

    """

    type: str
    fingerprint: str
    reason: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class PromptLine:
    """A line to ask for; `echo` says whether it may be seen while it is typed."""

    text: str
    echo: bool


@dataclass(frozen=True)
class Prompt:
    """A question that a login raises (RFC 4252, RFC 4256): `client/prompt` of the protocol.

    `name`, `instruction` and the lines may be the server's words: remove control characters before
    showing them on a terminal.

    Attributes:
        kind: `"password"`, `"keyboard-interactive"`, `"passphrase"` or `"host-key"`.
        host: Of the server.
        port: Of the server.
        username: Of the login.
        lines: What to ask for, in order; none for a host key.
        name: A title, from the server.
        instruction: A text to show above, from the server.
        path: Of a passphrase: the key's file, or `"privateKey"` for `private_key=`.
        host_key: The key to decide about.

    """

    kind: str
    host: str
    port: int
    username: str
    lines: tuple[PromptLine, ...] = ()
    name: str = ""
    instruction: str = ""
    path: str | None = None
    host_key: OfferedHostKey | None = None
