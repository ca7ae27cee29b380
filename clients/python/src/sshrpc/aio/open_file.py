"""Files of a server that stay open, for asyncio."""

from __future__ import annotations

import codecs
import io

from .._typing import TYPE_CHECKING, Generic, T, Text, cast
from ..file_calls import (
    PIECE,
    file_call,
    file_read_call,
    file_stat_call,
    file_write_call,
)
from ..params import snapshot

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from .._aliases import Buffer, RemotePath
    from ..calls import Call
    from ..file_values import FileStat
    from .opened import Opened

__all__ = ["File"]


class File(Generic[Text]):
    """An open file of the server's, of bytes or text: buffered, seekable, iterable by lines.

    It has the methods of Python's file objects, which must be awaited. Only one task at a time may
    use it.

    Attributes:
        name: Its path as it was given.
        mode: As of `open`.
        closed: Whether it is closed.

    """

    def __init__(
        self,
        session: Opened,
        file: int,
        path: RemotePath,
        mode: str,
        buffer_size: int,
        text: tuple[str, str] | None,
        timeout: float | None,
    ) -> None:
        self.name = path
        self.mode = mode
        self.closed = False
        self._session = session
        self._file = file
        self._size = buffer_size
        self._text = text
        self._timeout = timeout
        self._position = 0
        #: Bytes read ahead of the position, or bytes that are still to be written; never both.
        self._ahead = bytearray()
        self._behind = bytearray()

    async def read(self, size: int | None = -1) -> Text:
        """Reads `size` bytes or characters, fewer only at the end; by default all that is left."""
        await self._flush_to_read()
        if size is None or size < 0:
            pieces = [bytes(self._ahead)]
            self._ahead.clear()
            while len(pieces) == 1 or pieces[-1]:
                pieces.append(await self._fetch(PIECE))
            return self._told(b"".join(pieces))
        if self._text is not None:
            return cast("Text", await self._read_characters(size))
        while len(self._ahead) < size:
            data = await self._fetch(max(self._size, size - len(self._ahead)))
            if not data:
                break
            self._ahead += data
        return self._told(self._take(size))

    async def readline(self) -> Text:
        """Reads the next line with its newline, a line feed; nothing at the file's end."""
        await self._flush_to_read()
        seen = 0
        while (end := self._ahead.find(b"\n", seen) + 1) == 0:
            seen = len(self._ahead)
            data = await self._fetch(self._size)
            if not data:
                end = seen
                break
            self._ahead += data
        return self._told(self._take(end))

    async def readlines(self) -> list[Text]:
        """Reads all lines that are left."""
        return [line async for line in self]

    def __aiter__(self) -> File[Text]:
        return self

    async def __anext__(self) -> Text:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    async def write(self, data: Text | Buffer) -> int:
        """Writes data. A part may stay in the buffer until `flush` or `close`.

        Returns:
            The number of bytes or characters in the data.

        """
        self._require()
        if not self.writable():
            raise io.UnsupportedOperation(f"write: the mode is {self.mode!r}")
        if isinstance(data, str) != (self._text is not None):
            raise TypeError(f"a file of mode {self.mode!r} takes no {type(data).__name__}")
        self._position -= len(self._ahead)
        self._ahead.clear()
        given: Any = data
        view = snapshot(given.encode(*self._encoding) if isinstance(data, str) else given)
        self._behind += view
        if len(self._behind) >= self._size:
            await self.flush()
        return len(data) if isinstance(data, str) else view.nbytes

    async def flush(self) -> None:
        """Sends what is in the buffer."""
        self._require()
        while self._behind:
            piece = bytes(self._behind[:PIECE])
            call = file_write_call(self._file, self._position, piece, self.name, self._timeout)
            count = await self._call(call)
            self._position += count
            del self._behind[:count]

    async def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to an offset in bytes from the beginning, from the current position, or the end."""
        await self._flush_to_seek()
        if whence not in (io.SEEK_SET, io.SEEK_CUR, io.SEEK_END):
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        start = 0 if whence == io.SEEK_SET else self._position
        if whence == io.SEEK_END:
            size = (await self.stat()).st_size
            if size is None:
                raise io.UnsupportedOperation("the server doesn't tell the file's size")
            start = size
        if start + offset < 0:
            raise ValueError(f"negative seek position {start + offset}")
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """The offset of the byte that is read or written next."""
        self._require()
        return self._position - len(self._ahead) + len(self._behind)

    async def truncate(self, size: int | None = None) -> int:
        """Sets the file's size in bytes; by default to the current position."""
        await self._flush_to_seek()
        size = self._position if size is None else size
        await self._call(file_call(self._file, "truncate", self.name, self._timeout, size=size))
        return size

    async def stat(self) -> FileStat:
        """What `stat` of `session.files` gives, of the open file."""
        self._require()
        return await self._call(file_stat_call(self._file, self.name, self._timeout))

    async def sync(self) -> None:
        """Has the server write the file to its disk, as `os.fsync`."""
        await self.flush()
        await self._call(file_call(self._file, "sync", self.name, self._timeout))

    def readable(self) -> bool:
        """As of any file object."""
        return "r" in self.mode or "+" in self.mode

    def writable(self) -> bool:
        """As of any file object."""
        return "r" not in self.mode or "+" in self.mode

    def seekable(self) -> bool:
        """As of any file object."""
        return True

    async def close(self) -> None:
        """Closes the file. Some servers report only now that something couldn't be written."""
        if self.closed:
            return
        try:
            if self._behind:
                await self.flush()
        except BaseException:
            self._let_go()
            raise
        self.closed = True
        if not self._session._is_open:  # pyright: ignore[reportPrivateUsage]
            return  # The session has ended, and the file with it.
        if self.writable():
            await self._session.daemon.call(
                file_call(self._file, "close", self.name, self._timeout)
            )
        else:
            self._session.daemon.notify("file.close", {"file": self._file})

    async def __aenter__(self) -> File[Text]:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def _let_go(self) -> None:
        self.closed = True
        self._session.daemon.notify("file.close", {"file": self._file})

    async def _read_characters(self, size: int) -> object:
        decoder = codecs.getincrementaldecoder(self._encoding[0])(self._encoding[1])
        text = ""
        while len(text) < size:
            if not self._ahead:
                self._ahead += await self._fetch(self._size)
            if not self._ahead:
                return text + decoder.decode(b"", final=True)
            # A character has at most 4 bytes: so no more characters are decoded than were asked
            # for.
            text += decoder.decode(self._take(max(1, (size - len(text)) // 4)))
        return text

    @property
    def _encoding(self) -> tuple[str, str]:
        return self._text or ("utf-8", "strict")

    def _told(self, data: bytes) -> Text:
        return cast("Text", data if self._text is None else data.decode(*self._text))

    def _take(self, size: int) -> bytes:
        data = bytes(self._ahead[:size])
        del self._ahead[:size]
        return data

    async def _fetch(self, size: int) -> bytes:
        size = min(size, PIECE)
        call = file_read_call(self._file, self._position, size, self.name, self._timeout)
        data = await self._call(call)
        self._position += len(data)
        return data

    async def _flush_to_read(self) -> None:
        self._require()
        if not self.readable():
            raise io.UnsupportedOperation(f"read: the mode is {self.mode!r}")
        await self.flush()

    async def _flush_to_seek(self) -> None:
        await self.flush()
        self._position -= len(self._ahead)
        self._ahead.clear()

    def _require(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")

    async def _call(self, call: Call[T]) -> T:
        self._session._open()  # pyright: ignore[reportPrivateUsage]
        return await self._session.daemon.call(call)

    def __repr__(self) -> str:
        state = " (closed)" if self.closed else ""
        return f"<sshrpc.aio.File {self.name!r} {self.mode!r}{state}>"
