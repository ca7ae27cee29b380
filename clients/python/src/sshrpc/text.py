"""How bytes become str, and output lines."""

from __future__ import annotations

import codecs
import io

from ._typing import TYPE_CHECKING
from .params import bytes_or_text, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ._aliases import Buffer, StreamName


class TextMode:
    """How output becomes str, as in `subprocess`; without any of the arguments it stays bytes.

    Raises:
        LookupError: there is no such encoding, or no such way to handle errors.

    """

    def __init__(
        self, text: bool = False, encoding: str | None = None, errors: str | None = None
    ) -> None:
        #: Whether str is wanted.
        self.on = bool(text or encoding or errors)
        self._encoding = encoding or "utf-8"
        self._errors = errors or "strict"
        # To find out about an unknown encoding before the command runs. An empty str wouldn't do:
        # then nothing is looked up.
        " ".encode(self._encoding)
        codecs.lookup_error(self._errors)

    def decode(self, data: bytes) -> Any:
        """Output as str, or as bytes if no text is wanted."""
        if not self.on:
            return data
        text = data.decode(self._encoding, self._errors)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def encode(self, data: str | Buffer | None) -> memoryview | None:
        """The bytes of input, which must be str with `text=`, and bytes without.

        Raises:
            TypeError: bytes for text, or text for bytes.

        """
        if data is None:
            return None
        if isinstance(data, str):
            if not self.on:
                raise TypeError("input is str: give bytes, or text=True")
            return memoryview(data.encode(self._encoding, self._errors))
        if self.on:
            raise TypeError("input is bytes: give str where text is asked for")
        return snapshot(data, "input")

    def encode_either(self, data: str | Buffer, what: str) -> Buffer:
        """The bytes of input, which may be bytes or str; str is encoded as the output is decoded.

        Raises:
            TypeError: it is neither.

        """
        if isinstance(data, str):
            return data.encode(self._encoding, self._errors)
        return bytes_or_text(data, what)

    def decoder(self) -> Pieces:
        """A decoder for output in pieces, which may end within a character."""
        return Pieces(self._encoding, self._errors) if self.on else Pieces(None, "")


class Pieces:
    """Decodes output in pieces; the beginning of a character is kept until the rest comes."""

    def __init__(self, encoding: str | None, errors: str) -> None:
        self._decoders: dict[StreamName, Any] = {}
        if encoding is not None:
            self._decoders["stdout"] = _decoder(encoding, errors)
            self._decoders["stderr"] = _decoder(encoding, errors)

    def take(self, name: StreamName, data: bytes) -> Any:
        """Decodes a piece, together with what was kept before; the result may be empty.

        Raises:
            UnicodeDecodeError: it isn't text in this encoding.

        """
        return self._decoders[name].decode(data) if self._decoders else data

    def end(self) -> Iterator[tuple[StreamName, Any]]:
        """At the end of the output: what was kept of each stream.

        Raises:
            UnicodeDecodeError: the last character isn't complete.

        """
        for name, decoder in self._decoders.items():
            text = decoder.decode(b"", final=True)
            if text:
                yield name, text


def _decoder(encoding: str, errors: str) -> io.IncrementalNewlineDecoder:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    return io.IncrementalNewlineDecoder(decoder, translate=True)


class Lines:
    """Cuts output into lines. The cost is linear in its length, in whatever pieces it comes."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._waiting: dict[StreamName, list[Any]] = {}
        self._sizes: dict[StreamName, int] = {}

    def take(self, name: StreamName, chunk: Any) -> Iterator[tuple[StreamName, Any]]:
        """The lines that end with this piece, with their newlines; or a line that gets too long."""
        newline: Any = "\n" if isinstance(chunk, str) else b"\n"
        *whole, rest = chunk.split(newline)
        for line in whole:
            yield name, self._join(name, line + newline)
        if rest:
            self._waiting.setdefault(name, []).append(rest)
            self._sizes[name] = self._sizes.get(name, 0) + len(rest)
            if self._sizes[name] >= self._longest:
                yield name, self._join(name, rest[:0])

    def end(self) -> Iterator[tuple[StreamName, Any]]:
        """The last line of each stream, if it has no newline."""
        for name in list(self._waiting):
            yield name, self._join(name, self._waiting[name][0][:0])

    def _join(self, name: StreamName, last: Any) -> Any:
        self._sizes.pop(name, None)
        return last[:0].join([*self._waiting.pop(name, []), last])
