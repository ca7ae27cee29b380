"""Files of a server as Python's file objects, for threads."""

from __future__ import annotations

import io

from ._typing import TYPE_CHECKING, T, cast, overload
from .file_calls import (
    BUFFER_SIZE,
    PIECE,
    file_call,
    file_read_call,
    file_stat_call,
    file_write_call,
    flags_of,
    open_call,
)
from .file_names import Names
from .read_ahead import ReadAhead

if TYPE_CHECKING:
    from typing import IO, Any, BinaryIO, Literal, TextIO

    from ._aliases import RemotePath
    from .calls import Call
    from .file_values import FileStat
    from .opened import Opened

    TextMode = Literal["r", "w", "x", "a", "r+", "w+", "x+", "a+", "rt", "wt", "xt", "at"]
    BinaryMode = Literal[
        "rb", "wb", "xb", "ab", "rb+", "r+b", "wb+", "w+b", "xb+", "x+b", "ab+", "a+b"
    ]

__all__ = ["RawFile"]


class RawFile(io.RawIOBase):
    """An open file of the server's without a buffer, as `io.FileIO`: each read or write is a call.

    Attributes:
        name: Its path as it was given.
        mode: As of `io.FileIO`.

    """

    def __init__(
        self, session: Opened, file: int, path: RemotePath, flags: str, timeout: float | None
    ) -> None:
        self.name = path
        self.mode = flags + "b"
        self._session = session
        self._file = file
        self._reads = "r" in flags or "+" in flags
        self._writes = flags != "r"
        self._timeout = timeout
        self._position = 0
        #: Only for files that aren't written to: what was read ahead could be overwritten
        #: meanwhile.
        self._ahead = None if self._writes else ReadAhead(session.daemon, self._read_call)

    def readable(self) -> bool:
        """As of any file object."""
        return self._reads

    def writable(self) -> bool:
        """As of any file object."""
        return self._writes

    def seekable(self) -> bool:
        """As of any file object."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Reads into a buffer; returns how many bytes, 0 at the file's end."""
        self._require(self._reads, "read")
        view = memoryview(buffer).cast("B")
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Reads everything up to the file's end."""
        self._require(self._reads, "read")
        pieces: list[bytes] = []
        while not pieces or len(pieces[-1]) == PIECE:
            pieces.append(self._read(PIECE))
        return b"".join(pieces)

    def _read(self, size: int) -> bytes:
        size = min(size, PIECE)
        if self._ahead and size > 0:
            self._check()
            data = self._ahead.read(self._position, size)
        else:
            data = self._call(self._read_call(self._position, size))
        self._position += len(data)
        return data

    def _read_call(self, offset: int, size: int) -> Call[bytes]:
        return file_read_call(self._file, offset, size, self.name, self._timeout)

    def write(self, data: Any, /) -> int:
        """Writes at most 4 MiB of the data; returns how many bytes."""
        self._require(self._writes, "write")
        view = memoryview(data).cast("B")[:PIECE]
        call = file_write_call(self._file, self._position, view, self.name, self._timeout)
        count = self._call(call)
        self._position += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves to an offset from the beginning, from the current position, or from the end."""
        self._require(True, "seek")
        if whence not in (io.SEEK_SET, io.SEEK_CUR, io.SEEK_END):
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        start = 0 if whence == io.SEEK_SET else self._position
        if whence == io.SEEK_END:
            start = self._size()
        if start + offset < 0:
            raise ValueError(f"negative seek position {start + offset}")
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """The current position, at which the next byte is read or written."""
        self._require(True, "tell")
        return self._position

    def truncate(self, size: int | None = None, /) -> int:
        """Sets the file's size in bytes; by default to the current position."""
        self._require(self._writes, "truncate")
        size = self._position if size is None else size
        self._call(file_call(self._file, "truncate", self.name, self._timeout, size=size))
        return size

    def stat(self) -> FileStat:
        """What `FileSystem.stat` gives, of the open file."""
        self._require(True, "stat")
        return self._call(file_stat_call(self._file, self.name, self._timeout))

    def sync(self) -> None:
        """Has the server write the file to its disk, as `os.fsync`; `flush` the buffer before."""
        self._require(True, "sync")
        self._call(file_call(self._file, "sync", self.name, self._timeout))

    def close(self) -> None:
        """Closes the file. Some servers report only now that something couldn't be written."""
        if self.closed:
            return
        super().close()
        daemon = self._session.daemon
        if not self._session._is_open:  # pyright: ignore[reportPrivateUsage]
            return  # The session has ended, and the file with it.
        if self._ahead:
            self._ahead.drop()
        if self._writes and not daemon.is_own_thread():
            daemon.call(file_call(self._file, "close", self.name, self._timeout))
        else:
            daemon.notify("file.close", {"file": self._file})

    def _size(self) -> int:
        size = self.stat().st_size
        if size is None:
            raise io.UnsupportedOperation("the server doesn't tell the file's size")
        return size

    def _require(self, allowed: bool, what: str) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")
        if not allowed:
            raise io.UnsupportedOperation(f"{what}: the mode is {self.mode!r}")

    def _call(self, call: Call[T]) -> T:
        self._check()
        return self._session.daemon.call(call)

    def _check(self) -> None:
        self._session._open()  # pyright: ignore[reportPrivateUsage]
        if self._session.daemon.is_own_thread():
            # Closed by the garbage collector in the daemon's own thread, which can't wait for
            # itself.
            raise RuntimeError(f"{self.name!r} was left open, and what was written to it is lost")

    def __repr__(self) -> str:
        state = " (closed)" if self.closed else ""
        return f"<sshrpc.RawFile {self.name!r} {self.mode!r}{state}>"


class Opening(Names):
    """The method that opens files."""

    @overload
    def open(
        self,
        path: RemotePath,
        mode: TextMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        errors: str | None = ...,
        newline: str | None = ...,
        *,
        permissions: int | None = ...,
        timeout: float | None = ...,
    ) -> TextIO: ...

    @overload
    def open(
        self,
        path: RemotePath,
        mode: BinaryMode,
        buffering: int = ...,
        encoding: None = ...,
        errors: None = ...,
        newline: None = ...,
        *,
        permissions: int | None = ...,
        timeout: float | None = ...,
    ) -> BinaryIO: ...

    @overload
    def open(
        self,
        path: RemotePath,
        mode: str,
        buffering: int = ...,
        encoding: str | None = ...,
        errors: str | None = ...,
        newline: str | None = ...,
        *,
        permissions: int | None = ...,
        timeout: float | None = ...,
    ) -> IO[Any]: ...

    def open(
        self,
        path: RemotePath,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        *,
        permissions: int | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Opens a file as Python's `open` does: a real file object, buffered and seekable.

        What is written goes into the file itself, so that others see it while it is incomplete;
        `write_bytes`, `upload` and `put` replace a file when the new one is complete. The file must
        be closed before its session.

        Args:
            path: Its path.
            mode: As of `open`: `"r"`, `"w"`, `"x"` or `"a"`, with `"b"` for bytes, and `"+"` for
                reading and writing.
            buffering: Bytes to read ahead or to collect before writing, 262144 by default; 0, with
                `"b"`, for no buffer.
            encoding: For text; UTF-8 by default, whatever the locale.
            errors: As of `open`.
            newline: As of `open`, but by default newlines are written as they are.
            permissions: The permission bits of a new file, 0 to 0o7777, less the remote umask.
            timeout: Seconds for opening it, and for each read and write; None for no limit.

        Raises:
            ValueError: there is no such mode.

        """
        flags, is_text = flags_of(mode)
        if not is_text and (encoding or errors or newline):
            raise ValueError("binary mode takes no encoding, errors or newline")
        if is_text and buffering == 0:
            raise ValueError("can't have unbuffered text I/O")
        file = self._call(open_call(self._handle(), path, flags, permissions, timeout))
        raw = RawFile(self._session, file, path, flags, timeout)
        try:
            if flags.startswith("a"):
                raw.seek(0, io.SEEK_END)
            if buffering == 0:
                return raw
            stream = _buffered(raw, flags, buffering if buffering > 1 else BUFFER_SIZE)
            if not is_text:
                return stream
            # On a server a newline is a line feed, whatever it is on this machine.
            written = "\n" if newline is None and flags in ("w", "x", "a") else newline
            return io.TextIOWrapper(stream, encoding or "utf-8", errors, written, buffering == 1)
        except BaseException:
            raw.close()
            raise


def _buffered(raw: RawFile, flags: str, size: int) -> Any:
    if "+" in flags:
        return io.BufferedRandom(cast("Any", raw), size)
    return (
        io.BufferedReader(raw, size) if flags == "r" else io.BufferedWriter(cast("Any", raw), size)
    )
