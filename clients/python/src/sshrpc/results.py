"""The results of calls, and the errors that contain a result."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, Generic, Text
from ._values import Value
from .errors import SSHError

if TYPE_CHECKING:
    from typing import Any

    from ._aliases import RemoteText
    from ._contract import SshNewResultHostKey

__all__ = ["CommandFailed", "HostCertificate", "HostKey", "OutputNotText", "Result"]

#: Characters of a failed command's error output that the exception's text quotes at most.
_QUOTED = 300


class Result(Value, Generic[Text]):
    """How a command ended, and its output; like `subprocess.CompletedProcess`.

    Attributes:
        command: The command, as it was given.
        exit_code: The exit status; 128 + the signal's number if a signal ended the command; None if
            the server sent neither (RFC 4254 §6.10).
        signal: The name of the signal that ended it, without `SIG`, as `"TERM"`; or None.
        stdout: What it wrote: bytes, or str if text was asked for.
        stderr: What it wrote to its error output; empty with `merge_stderr`.

    """

    __slots__ = ("command", "exit_code", "signal", "stderr", "stdout")
    __match_args__ = ("command", "exit_code", "signal", "stdout", "stderr")

    def __init__(
        self,
        command: RemoteText,
        exit_code: int | None,
        signal: str | None,
        stdout: Text,
        stderr: Text,
    ) -> None:
        self.command = command
        self.exit_code = exit_code
        self.signal = signal
        self.stdout: Text = stdout
        self.stderr: Text = stderr

    def check(self) -> None:
        """Raises `CommandFailed` unless the exit code is 0."""
        if self.exit_code != 0:
            raise CommandFailed(self)


class HostCertificate(Value):
    """What an authority says of a host's key (OpenSSH's PROTOCOL.certkeys).

    Attributes:
        key_id: The name that the authority has given it.
        serial: Its number.
        principals: The hosts that it is for.
        valid_after: Seconds since 1970; 0 if it has no beginning.
        valid_before: Seconds since 1970; None if it has no end.
        ca: The fingerprint of the authority's key: `"SHA256:…"`.

    """

    __slots__ = ("ca", "key_id", "principals", "serial", "valid_after", "valid_before")
    __match_args__ = ("key_id", "serial", "principals", "valid_after", "valid_before", "ca")

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        key_id: str,
        serial: int,
        principals: tuple[str, ...],
        valid_after: int,
        valid_before: int | None,
        ca: str,
    ) -> None:
        self.key_id = key_id
        self.serial = serial
        self.principals = principals
        self.valid_after = valid_after
        self.valid_before = valid_before
        self.ca = ca


class HostKey(Value):
    """The key by which the server has identified itself.

    Attributes:
        type: The key's type, as `"ssh-ed25519"`.
        fingerprint: As OpenSSH prints it: `"SHA256:…"`.
        status: `"known"` before; `"recorded"` in known_hosts now; PROTOCOL.md (`ssh.new`) lists
            more.
        certificate: The certificate that vouches for the key, if known_hosts or
            `host_key_fingerprints=` names its authority instead of the key; else None.
        reason: Why the key couldn't be recorded; else None.

    """

    __slots__ = ("certificate", "fingerprint", "reason", "status", "type")
    __match_args__ = ("type", "fingerprint", "status", "certificate", "reason")

    def __init__(
        self,
        type: str,  # noqa: A002
        fingerprint: str,
        status: str,
        certificate: HostCertificate | None = None,
        reason: str | None = None,
    ) -> None:
        self.type = type
        self.fingerprint = fingerprint
        self.status = status
        self.certificate = certificate
        self.reason = reason


def host_key(shown: SshNewResultHostKey) -> HostKey:
    """The host key in the result of `ssh.new`."""
    said = shown.get("certificate")
    certificate = said and HostCertificate(
        said["keyId"],
        int(said["serial"]),
        tuple(said["principals"]),
        said["validAfter"],
        said.get("validBefore"),
        said["ca"],
    )
    return HostKey(shown["type"], shown["fingerprint"], shown["status"], certificate, shown.get("reason"))


class CommandFailed(SSHError):
    """A command of `run(check=True)` ended with another exit code than 0, or by a signal.

    Attributes:
        result: What `run` would have returned without `check`.
        command: The command.
        exit_code: Its exit code; None if the server sent none.
        signal: The signal that ended it, without `SIG`, or None.
        stdout: Its output, of the type that `run` was asked for.
        stderr: Its error output, likewise. The exception's text quotes the last line of it.

    """

    def __init__(self, result: Result[Any]) -> None:
        how = f"exit code {result.exit_code}"
        if result.signal is not None:
            how = f"signal {result.signal}"
        elif result.exit_code is None:
            how = "no exit code"
        message = f"{result.command!r} ended with {how}"
        words = _last_words(result.stderr)
        super().__init__(f"{message}: {words}" if words else message, data={"dispatched": "yes"})
        self.result = result
        self.command = result.command
        self.exit_code = result.exit_code
        self.signal = result.signal
        self.stdout: Any = result.stdout
        self.stderr: Any = result.stderr


def _last_words(output: str | bytes) -> str:
    """The last line, without control characters."""
    end = output[-4 * _QUOTED :]
    text = end if isinstance(end, str) else end.decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = "".join(char if char.isprintable() else " " for char in (lines or [""])[-1])
    return line if len(line) <= _QUOTED else f"…{line[-_QUOTED:]}"


class OutputNotText(SSHError, UnicodeDecodeError):
    """The output of `run` isn't text in the encoding asked for; the command was carried out.

    Attributes:
        result: All that `run` would have returned, with `stdout` and `stderr` as bytes.

    """

    def __init__(self, result: Result[bytes], error: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, *error.args)
        self.message = f"the output of {result.command!r} isn't text: {error}"
        self.kind = type(self).__name__
        self.code = None
        self.data = {"dispatched": "yes"}
        self.result = result
        self.stdout = result.stdout
        self.stderr = result.stderr

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.result, UnicodeDecodeError(*self.args)))
