"""What a login may ask, and the answers; loaded when one asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._aliases import Answer

__all__ = ["OfferedHostKey", "Prompt", "PromptLine"]


@dataclass(frozen=True)
class OfferedHostKey:
    """A host key of which the callback decides whether it is to be trusted.

    Attributes:
        type: The key's type, as `"ssh-ed25519"`.
        fingerprint: As OpenSSH prints it: `"SHA256:…"`.
        reason: `"unknown"`, or `"changed"`: another key is known, and this may be an attack.
        expected: The fingerprints that are known for the host.

    """

    type: str
    fingerprint: str
    reason: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class PromptLine:
    """A line to ask for; `echo` says whether the answer may be shown while it is typed."""

    text: str
    echo: bool


@dataclass(frozen=True)
class Prompt:
    """A question that a login raises (RFC 4252, RFC 4256): `client/prompt` of the protocol.

    `name`, `instruction` and the lines may be the server's words: remove control characters before
    showing them on a terminal.

    Attributes:
        kind: `"password"`, `"keyboard-interactive"`, `"passphrase"` or `"host-key"`.
        host: The server's name or address.
        port: The server's port.
        username: The account of the login.
        lines: What to ask for, in order; empty for a host key.
        name: A title from the server, often empty.
        instruction: A text from the server to show above the lines, often empty.
        path: For a passphrase: the key's file, or `"privateKey"` for `private_key=`.
        host_key: The key to decide about, for the kind `"host-key"`.

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


def prompt_of(params: Mapping[str, Any]) -> Prompt:
    """The prompt of a `client/prompt`."""
    key = params.get("hostKey")
    offered = None
    if key is not None:
        expected = tuple(each["fingerprint"] for each in key.get("expected") or ())
        offered = OfferedHostKey(key["type"], key["fingerprint"], key["reason"], expected)
    return Prompt(
        kind=params["kind"],
        host=params["host"],
        port=params["port"],
        username=params["username"],
        lines=tuple(PromptLine(each["prompt"], each["echo"]) for each in params["prompts"]),
        name=params.get("name") or "",
        instruction=params.get("instruction") or "",
        path=params.get("path"),
        host_key=offered,
    )


def answer_of(prompt: Prompt, answer: Answer) -> Any:
    """The result of a `client/prompt`.

    Raises:
        TypeError: the callback returned what is no answer to this prompt.

    """
    if answer is None:
        return None
    if prompt.host_key is not None:
        if not isinstance(answer, bool):
            raise TypeError("on_prompt must return True, False or None for a host key")
        return {"accept": answer}
    if isinstance(answer, bool):
        raise TypeError(f"on_prompt must return text for a prompt of kind {prompt.kind!r}")
    answers = [answer] if isinstance(answer, str) else list(answer)
    if len(answers) != len(prompt.lines):
        raise TypeError(f"on_prompt gave {len(answers)} answers to {len(prompt.lines)} lines")
    return {"answers": answers}
