"""The output of a shell, and what `expect` and `command` look for in it. No I/O."""

from __future__ import annotations

import codecs
import re

from ._typing import TYPE_CHECKING
from ._values import Value
from .errors import SSHError, Timeout

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any, Union

    from ._aliases import Pattern

    #: A text to type; or None, which asks for more output.
    Step = Union[str, None]

__all__ = ["END", "Found", "ShellEnded"]

#: Escape sequences of a terminal (ECMA-48): colours, titles, modes.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|[ -/]*[0-~])",
    re.DOTALL,
)

#: What devices show at the end of a page.
_PAGING = re.compile(
    r"[\r\n][^\r\n]*(?:-+ ?\(?more\b[^\r\n]*|press any key[^\r\n]*)$", re.IGNORECASE
)

#: What may be a prompt: a last line that ends with a character that prompts end with.
_PROMPT = re.compile(r"(?:^|[\r\n])([^\r\n]*[#>$%\]] ?)$")

#: Characters of the unexpected output that an error message quotes at most.
_QUOTED = 200


class _End:
    def __repr__(self) -> str:
        return "sshrpc.END"


#: A pattern for `expect` that stands for the end of the output.
END = _End()


class ShellEnded(SSHError, EOFError):
    """The shell ended before the expected output came. What it wrote is in `unread`."""


class Found(Value):
    """What `expect` found.

    Attributes:
        index: The index of the pattern that was found, from 0.
        text: What matched; empty for `END`.
        before: The output before the match.
        match: The match object of a compiled pattern, else None.

    """

    __slots__ = __match_args__ = ("index", "text", "before", "match")

    def __init__(self, index: int, text: str, before: str, match: re.Match[str] | None) -> None:
        self.index = index
        self.text = text
        self.before = before
        self.match = match


class Talk:
    """The output of a shell that hasn't been given to anyone yet."""

    def __init__(self, encoding: str) -> None:
        #: The output that hasn't been given to anyone.
        self.unread = ""
        #: Whether the output has ended.
        self.has_ended = False
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._prompt: re.Pattern[str] | None = None

    def feed(self, data: bytes) -> None:
        """Takes output."""
        self.unread += self._decoder.decode(data)

    def end(self) -> None:
        """Notes that the output has ended."""
        if not self.has_ended:
            self.has_ended = True
            self.unread += self._decoder.decode(b"", True)

    def take(self) -> str:
        """Gives all the output that there is."""
        text, self.unread = self.unread, ""
        return text

    def find(self, patterns: tuple[Pattern, ...]) -> Found | None:
        """Takes the match that begins first; of several there, that of the first pattern.

        Raises:
            ShellEnded: the output has ended without a match.

        """
        best: tuple[int, int, int, re.Match[str] | None] | None = None
        for index, pattern in enumerate(patterns):
            if isinstance(pattern, _End):
                continue
            if isinstance(pattern, str):
                start, match = self.unread.find(pattern), None
                end = start + len(pattern)
            else:
                match = pattern.search(self.unread)
                start, end = match.span() if match is not None else (-1, -1)
            if start >= 0 and (best is None or start < best[1]):
                best = (index, start, end, match)
        if best is not None:
            index, start, end, match = best
            before, text = self.unread[:start], self.unread[start:end]
            self.unread = self.unread[end:]
            return Found(index, text, before, match)
        if not self.has_ended:
            return None
        for index, pattern in enumerate(patterns):
            if isinstance(pattern, _End):
                return Found(index, "", self.take(), None)
        raise ShellEnded(
            f"the shell ended before {_named(patterns)}{self._quote()}", data={"dispatched": "yes"}
        )

    def expired(self, patterns: tuple[Pattern, ...], seconds: float | None) -> Timeout:
        """The error when nothing has come in time."""
        data = {"phase": "expect", "seconds": seconds, "dispatched": "yes"}
        return Timeout(f"not within {seconds} s: {_named(patterns)}{self._quote()}", data=data)

    def expecting(self, patterns: tuple[Pattern, ...]) -> Generator[Step, None, Found]:
        """The steps of `expect`."""
        while (found := self.find(patterns)) is None:
            yield None
        return found

    def commanding(self, text: str, prompt: Pattern | None) -> Generator[Step, None, str]:
        """The steps of `command`."""
        if prompt is None and self._prompt is None:
            self._prompt = yield from self._learn()
        wanted = self._prompt if prompt is None else prompt
        self.unread = ""
        yield f"{text}\n"
        pages: list[str] = []
        while True:
            seen = _plain(self.unread)
            page = _PAGING.search(seen)
            if page is not None:
                pages.append(seen[: page.start() + 1])
                self.unread = ""
                yield " "
            else:
                body = _cut(seen, wanted, text)
                if body is not None:
                    self.unread = ""
                    return _without_echo("".join(pages) + body, text)
            if self.has_ended:
                raise ShellEnded(
                    f"the shell ended before its prompt came back{self._quote()}",
                    data={"dispatched": "yes"},
                )
            yield None

    def _learn(self) -> Generator[Step, None, re.Pattern[str]]:
        """Finds out the prompt: the last line that is the same after each of two empty lines."""
        line = yield from self._last_line()
        while True:
            self.unread = ""
            yield "\n"
            again = yield from self._last_line()
            if again == line:
                # Only the beginning counts: the rest changes with a device's mode or a shell's
                # folder.
                name = re.split(r"[\s:~(#>$%\]]", line.lstrip("["), maxsplit=1)[0]
                start = re.escape(line[: line.index(name) + len(name)])
                rest = r"[^\r\n]*[#>$%\]]" if name else re.escape(line.rstrip())
                return re.compile(rf"(?:^|(?<=[\r\n])){start}{rest} ?$")
            line = again

    def _last_line(self) -> Generator[Step, None, str]:
        while (found := _PROMPT.search(_plain(self.unread))) is None:
            if self.has_ended:
                raise ShellEnded(
                    f"the shell ended before a prompt came{self._quote()}",
                    data={"dispatched": "yes"},
                )
            yield None
        return found[1]

    def _quote(self) -> str:
        text = self.unread[-_QUOTED:]
        return f"; unread: {text!r}" if text else ""


def _named(patterns: tuple[Pattern, ...]) -> str:
    names = (
        repr(each.pattern) if isinstance(each, re.Pattern) else repr(each) for each in patterns
    )
    return " or ".join(names)


def _plain(text: str) -> str:
    """The output without control sequences, and without what was erased from the screen."""
    text = _ESCAPES.sub("", text).replace("\x00", "").replace("\x07", "")
    while "\b" in text:
        shorter = re.sub(r"[^\x08\r\n]\x08|^\x08|(?<=[\r\n])\x08", "", text)
        if shorter == text:
            break
        text = shorter
    # A pager's line that was overwritten with spaces.
    return re.sub(r"\r +\r", "\r", text)


def _cut(seen: str, prompt: Any, command: str) -> str | None:
    """What stands before a prompt at the very end; None if there is no prompt."""
    if isinstance(prompt, str):
        at = len(seen) - len(prompt) if seen.endswith(prompt) else -1
    else:
        found = prompt.search(seen)
        at = found.start() if found is not None and found.end() == len(seen) else -1
    # Before the echo of the command has ended, it is the old prompt, or a part of the command's
    # text.
    return seen[:at] if at > 0 and "\n" in seen[:at] else None


def _without_echo(text: str, command: str) -> str:
    """The output without the echo of the command, however the terminal has broken its lines."""
    at = 0
    for character in command:
        while at < len(text) and text[at] != character and text[at] in "\r\n ":
            at += 1
        if at == len(text) or text[at] != character:
            at = 0
            break
        at += 1
    text = text[at:].replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "")
    text = text[1:] if at > 0 and text.startswith("\n") else text
    return text[:-1] if text.endswith("\n") else text
