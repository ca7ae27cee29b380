"""Copies files and trees from and to the server, for asyncio."""

from __future__ import annotations

from collections import deque
from contextlib import suppress

from .._typing import TYPE_CHECKING
from ..errors import SSHError
from ..file_calls import (
    AHEAD,
    STREAM_PIECE,
    file_call,
    file_read_call,
    file_stat_call,
    file_write_call,
    get_places,
    is_directory,
    open_call,
    put_places,
    temporary_name,
    tree_call,
)
from ..params import bytes_or_text
from .file_base import settled
from .file_names import Names

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Any, Protocol

    from typing_extensions import Unpack

    from .._aliases import Buffer, Progress, RemotePath, StrPath, TreeOptions, TreeProgress
    from ..calls import Call
    from ..file_values import Transferred
    from .events import Events

    class Reader(Protocol):
        """What `upload` reads: any file object of bytes, or one like `asyncio.StreamReader`."""

        def read(self, size: int, /) -> Buffer | Awaitable[Buffer]:
            """Reads some bytes; none at the end."""
            ...

    class Writer(Protocol):
        """What `download` writes to: any file object of bytes."""

        def write(self, data: bytes, /) -> Any:
            """Writes the bytes."""
            ...


class Transfers(Names):
    """The methods that move files."""

    async def get(
        self,
        remote: RemotePath,
        local: StrPath,
        *,
        progress: TreeProgress | None = None,
        **options: Unpack[TreeOptions],
    ) -> Transferred:
        """Receives a file, or with `recursive=True` a tree (`fs.get`).

        Each file is received under another name, and renamed when it is complete.

        Args:
            remote: The path on the server.
            local: The name of the result on this machine, never a folder to put it into; relative
                to this process's working directory.
            progress: Called with a `TransferProgress`, ten times a second at most.
                If it raises, the transfer is cancelled.
            options: As `recursive=`, `preserve=`, `overwrite=`, `resume=`;
                `help(sshrpc.TreeOptions)` lists all.

        Raises:
            TransferIncomplete: some files of a tree failed, all others were transferred; its
                `failures` has the reasons.
            RemoteFileError: the server can't read or write the file, or the top of the tree.
            LocalFileError: this machine can't read or write it.
            Timeout: `timeout=` or `idle_timeout=` has passed.
            TypeError: there is no such option.

        """
        places = get_places(remote, local)
        return await self._call(tree_call(self._handle(), "get", places, remote, progress, options))

    async def put(
        self,
        local: StrPath,
        remote: RemotePath,
        *,
        progress: TreeProgress | None = None,
        **options: Unpack[TreeOptions],
    ) -> Transferred:
        """Sends a file or a tree to the server (`fs.put`); options and errors as of `get`."""
        places = put_places(local, remote)
        return await self._call(tree_call(self._handle(), "put", places, remote, progress, options))

    async def download(
        self,
        remote: RemotePath,
        writer: Writer,
        *,
        timeout: float | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Copies a file from the server into a file object; it reads several pieces ahead.

        Args:
            remote: Its path.
            writer: Its `write` is called with each piece; it may be a coroutine function.
            timeout: Seconds for each piece; None for no limit.
            progress: Called with the bytes read and the file's size.

        Returns:
            How many bytes there were.

        """
        daemon = self._session.daemon
        file = await self._call(open_call(self._handle(), remote, "r", None, timeout))
        running: deque[tuple[int, Call[bytes], Events]] = deque()
        count = asked = 0
        has_ended = False
        try:
            total = 0
            if progress is not None:
                total = (await self._call(file_stat_call(file, remote, timeout))).st_size or 0
            while not has_ended:
                while len(running) < AHEAD:
                    call = file_read_call(file, asked, STREAM_PIECE, remote, timeout)
                    id, events = daemon.begin(call)
                    running.append((id, call, events))
                    asked += STREAM_PIECE
                data = await daemon.finish(*running.popleft())
                has_ended = len(data) < STREAM_PIECE
                count += len(data)
                if data:
                    await settled(writer.write(data))
                if progress is not None:
                    await settled(progress(count, max(count, total)))
        finally:
            for id, _, _ in running:
                daemon.cancel(id)
            daemon.notify("file.close", {"file": file})
        return count

    async def upload(
        self,
        reader: Reader,
        remote: RemotePath,
        *,
        mode: int | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Copies a file object to a file on the server, which is replaced when all has been sent.

        Args:
            reader: Its `read` is called until it gives nothing; it may be a coroutine function.
            remote: Its path. Of a symbolic link, the file that it leads to is replaced, not the
                link.
            mode: The permission bits, 0 to 0o7777; by default those of the file that is replaced,
                else 0o666 less the remote umask.
            timeout: Seconds for each call to the daemon; None for no limit.
            progress: Called with the bytes written so far as both arguments, since the total isn't
                known.

        Returns:
            How many bytes there were.

        """
        place = await self.realpath(remote, timeout=timeout)
        found = await self._found(place, timeout)
        if found is not None and found.type == "directory":
            raise is_directory(remote)
        if found is not None and found.type != "file":
            # A device or a pipe isn't replaced, but written to.
            return await self._write_new(reader, place, "r+", remote, timeout, progress)
        if found is not None and mode is None:
            mode = found.st_mode & 0o7777
        beside = temporary_name(place)
        try:
            count = await self._write_new(reader, beside, "x", remote, timeout, progress)
            if mode is not None:
                await self.chmod(beside, mode, timeout=timeout)
            await self.replace(beside, place, timeout=timeout)
        except BaseException:
            with suppress(SSHError):
                await self.remove(beside, timeout=timeout)
            raise
        return count

    async def _write_new(
        self,
        reader: Reader,
        path: str,
        flags: str,
        remote: RemotePath,
        timeout: float | None,
        progress: Progress | None,
    ) -> int:
        file = await self._call(open_call(self._handle(), path, flags, None, timeout))
        try:
            count = await self._pour(reader, file, remote, timeout, progress)
        except BaseException:
            self._session.daemon.notify("file.close", {"file": file})
            raise
        await self._call(file_call(file, "close", remote, timeout))
        return count

    async def _pour(
        self,
        reader: Reader,
        file: int,
        remote: RemotePath,
        timeout: float | None,
        progress: Progress | None,
    ) -> int:
        daemon = self._session.daemon
        running: deque[tuple[int, Call[int], Events]] = deque()
        count = 0
        try:
            data = await _piece(reader)
            while len(data) > 0:
                call = file_write_call(file, count, data, remote, timeout)
                id, events = daemon.begin(call)
                running.append((id, call, events))
                count += data.nbytes
                while len(running) >= AHEAD:
                    await daemon.finish(*running.popleft())
                if progress is not None:
                    await settled(progress(count, count))
                data = await _piece(reader)
            while running:
                await daemon.finish(*running.popleft())
        except BaseException:
            for id, _, _ in running:
                daemon.cancel(id)
            raise
        return count


async def _piece(reader: Reader) -> memoryview:
    return memoryview(
        bytes_or_text(await settled(reader.read(STREAM_PIECE)), "what the reader gives")
    )
