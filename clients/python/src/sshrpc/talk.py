"""Talking to a shell: what it wrote, and what of it somebody waits for. No I/O."""

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

    #: What is to be typed; None where more output is needed.
    Step = Union[str, None]

__all__ = ["END", "Found", "ShellEnded"]

#: Escape sequences of a terminal (ECMA-48): colours, titles, modes.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|[ -/]*[0-~])",
    re.DOTALL,
)

#: What devices say between two pages.
_PAGING = re.compile(
    r"[\r\n][^\r\n]*(?:-+ ?\(?more\b[^\r\n]*|press any key[^\r\n]*)$", re.IGNORECASE
)

#: What may be a prompt: a last line that ends as they do.
_PROMPT = re.compile(r"(?:^|[\r\n])([^\r\n]*[#>$%\]] ?)$")

#: Characters of what wasn't expected that a message quotes.
_QUOTED = 200


class _End:
    def __repr__(self) -> str:
        return "sshrpc.END"


#: What to `expect` for the end of the output.
END = _End()


class ShellEnded(SSHError, EOFError):
    """The shell has ended before what was expected came; what it wrote is still `unread`."""


class Found(Value):
    """What `expect` found.

    Attributes:
        index: Which of the patterns it was, from 0.
        text: What matched; empty for the end.
        before: What came before it.
        match: The match of a compiled pattern, else None.

    """

    __slots__ = __match_args__ = ("index", "text", "before", "match")

    def __init__(self, index: int, text: str, before: str, match: re.Match[str] | None) -> None:
        self.index = index
        self.text = text
        self.before = before
        self.match = match


class Talk:
    """What a shell wrote and nobody has taken yet."""

    def __init__(self, encoding: str) -> None:
        #: The text that hasn't been taken.
        self.unread = ""
        #: Whether no more comes.
        self.has_ended = False
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._prompt: re.Pattern[str] | None = None

    def feed(self, data: bytes) -> None:
        """Takes output."""
        self.unread += self._decoder.decode(data)

    def end(self) -> None:
        """No more comes."""
        if not self.has_ended:
            self.has_ended = True
            self.unread += self._decoder.decode(b"", True)

    def take(self) -> str:
        """All that there is."""
        text, self.unread = self.unread, ""
        return text

    def find(self, patterns: tuple[Pattern, ...]) -> Found | None:
        """What matches earliest, taken; the first of the patterns where several do.

        Raises:
            ShellEnded: nothing will.

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
        """For what didn't come in time."""
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
        """Finds the prompt out: what comes back for an empty line, twice the same."""
        line = yield from self._last_line()
        while True:
            self.unread = ""
            yield "\n"
            again = yield from self._last_line()
            if again == line:
                # A device's prompt changes with its mode, a shell's with its folder.
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
    """Output without a terminal's doings, and with what was erased gone."""
    text = _ESCAPES.sub("", text).replace("\x00", "").replace("\x07", "")
    while "\b" in text:
        shorter = re.sub(r"[^\x08\r\n]\x08|^\x08|(?<=[\r\n])\x08", "", text)
        if shorter == text:
            break
        text = shorter
    # A page's mark that was overwritten with spaces.
    return re.sub(r"\r +\r", "\r", text)


def _cut(seen: str, prompt: Any, command: str) -> str | None:
    """What stands before a prompt at the very end; None where there is none."""
    if isinstance(prompt, str):
        at = len(seen) - len(prompt) if seen.endswith(prompt) else -1
    else:
        found = prompt.search(seen)
        at = found.start() if found is not None and found.end() == len(seen) else -1
    # Before the command's echo has ended it is the old prompt, or what the command itself says.
    return seen[:at] if at > 0 and "\n" in seen[:at] else None


def _without_echo(text: str, command: str) -> str:
    """The output alone: without the command's echo, however the terminal has broken its lines."""
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
