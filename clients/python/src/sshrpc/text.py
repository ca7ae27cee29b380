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
    """How bytes become str, as in `subprocess`; nothing does where neither is given.

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
        # Now, and not when the command has been carried out; of an empty str nothing is looked up.
        " ".encode(self._encoding)
        codecs.lookup_error(self._errors)

    def decode(self, data: bytes) -> Any:
        """What came, as it is wanted."""
        if not self.on:
            return data
        text = data.decode(self._encoding, self._errors)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def encode(self, data: str | Buffer | None) -> memoryview | None:
        """What is to be sent, of who says with `text=` what it is.

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
        """What is to be sent: bytes as they are, and text in the encoding that it comes in, too.

        Raises:
            TypeError: it is neither.

        """
        if isinstance(data, str):
            return data.encode(self._encoding, self._errors)
        return bytes_or_text(data, what)

    def decoder(self) -> Pieces:
        """For output that comes in pieces, which end anywhere."""
        return Pieces(self._encoding, self._errors) if self.on else Pieces(None, "")


class Pieces:
    """A command's output as it is wanted, piece by piece: a character that is cut waits."""

    def __init__(self, encoding: str | None, errors: str) -> None:
        self._decoders: dict[StreamName, Any] = {}
        if encoding is not None:
            self._decoders["stdout"] = _decoder(encoding, errors)
            self._decoders["stderr"] = _decoder(encoding, errors)

    def take(self, name: StreamName, data: bytes) -> Any:
        """What this piece, and what waited, make; it may be nothing.

        Raises:
            UnicodeDecodeError: it isn't text in this encoding.

        """
        return self._decoders[name].decode(data) if self._decoders else data

    def end(self) -> Iterator[tuple[StreamName, Any]]:
        """What waited in vain.

        Raises:
            UnicodeDecodeError: a character has no end.

        """
        for name, decoder in self._decoders.items():
            text = decoder.decode(b"", final=True)
            if text:
                yield name, text


def _decoder(encoding: str, errors: str) -> io.IncrementalNewlineDecoder:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    return io.IncrementalNewlineDecoder(decoder, translate=True)


class Lines:
    """Cuts output into lines, at a cost that is linear in it however it comes."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._waiting: dict[StreamName, list[Any]] = {}
        self._sizes: dict[StreamName, int] = {}

    def take(self, name: StreamName, chunk: Any) -> Iterator[tuple[StreamName, Any]]:
        """The lines that this piece ends, with their newline; and one that has grown too long."""
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
        """The last lines, which have no newline."""
        for name in list(self._waiting):
            yield name, self._join(name, self._waiting[name][0][:0])

    def _join(self, name: StreamName, last: Any) -> Any:
        self._sizes.pop(name, None)
        return last[:0].join([*self._waiting.pop(name, []), last])
