"""Paths of a server, for asyncio."""

from __future__ import annotations

from pathlib import PurePosixPath

from .._typing import TYPE_CHECKING
from ..pure_path import PureServerPath

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from .._aliases import Buffer
    from ..file_values import FileStat
    from ..pure_path import Segment
    from .file_opening import OpeningFile
    from .filesystem import FileSystem

__all__ = ["ServerPath"]


class ServerPath(PureServerPath):
    """A path of the server, like pathlib's: `session.files.path("/etc") / "hosts"`."""

    _files: FileSystem

    def open(self, mode: str = "r", *args: Any, **options: Any) -> OpeningFile[Any]:
        """As `open` of `session.files`."""
        return self._files.open(self, mode, *args, **options)

    async def stat(self, *, follow_symlinks: bool = True) -> FileStat:
        """Its type, size, mode, owners and times."""
        return await self._files.stat(self, follow_symlinks=follow_symlinks)

    async def lstat(self) -> FileStat:
        """As `stat`, but of a symbolic link itself."""
        return await self._files.lstat(self)

    async def exists(self) -> bool:
        """Whether it exists; False for a symbolic link whose target doesn't exist."""
        return await self._files.exists(self)

    async def is_file(self) -> bool:
        """Whether it is a regular file, or a symbolic link to one."""
        return await self._files.isfile(self)

    async def is_dir(self) -> bool:
        """Whether it is a directory, or a symbolic link to one."""
        return await self._files.isdir(self)

    async def is_symlink(self) -> bool:
        """Whether it is a symbolic link."""
        return await self._files.islink(self)

    async def iterdir(self) -> AsyncIterator[ServerPath]:
        """The paths of what is in the directory."""
        async with self._files.scandir(self) as entries:
            async for entry in entries:
                yield self / entry.name

    async def glob(self, pattern: str) -> AsyncIterator[ServerPath]:
        """The paths below it that match a glob; `**` is any number of directories."""
        async for found in globbed(self._files, str(self._pure), pattern):
            yield self._with(PurePosixPath(found))

    async def mkdir(
        self, mode: int | None = None, parents: bool = False, exist_ok: bool = False
    ) -> None:
        """Makes the directory."""
        if parents:
            await self._files.makedirs(self, mode, exist_ok)
            return
        try:
            await self._files.mkdir(self, mode)
        except FileExistsError:
            if not exist_ok or not await self.is_dir():
                raise

    async def rmdir(self) -> None:
        """Removes the empty directory."""
        await self._files.rmdir(self)

    async def unlink(self, missing_ok: bool = False) -> None:
        """Removes the file or the symbolic link."""
        try:
            await self._files.unlink(self)
        except FileNotFoundError:
            if not missing_ok:
                raise

    async def rename(self, target: Segment) -> ServerPath:
        """Renames it; `FileExistsError` if the new name is taken. Returns the new path."""
        await self._files.rename(self, target)
        return self._with(PurePosixPath(target))

    async def replace(self, target: Segment) -> ServerPath:
        """Renames it, and replaces what has the new name. Returns the new path."""
        await self._files.replace(self, target)
        return self._with(PurePosixPath(target))

    async def symlink_to(self, target: Segment) -> None:
        """Makes it a symbolic link to the target."""
        await self._files.symlink(target, self)

    async def hardlink_to(self, target: Segment) -> None:
        """Makes it a hard link, another name of the target."""
        await self._files.link(target, self)

    async def readlink(self) -> ServerPath:
        """The target of the symbolic link, as it stands in the link."""
        return self._with(PurePosixPath(await self._files.readlink(self)))

    async def resolve(self) -> ServerPath:
        """The absolute path without symbolic links."""
        return self._with(PurePosixPath(await self._files.realpath(self)))

    async def chmod(self, mode: int, *, follow_symlinks: bool = True) -> None:
        """Sets its permission bits."""
        await self._files.chmod(self, mode, follow_symlinks=follow_symlinks)

    async def touch(self, exist_ok: bool = True) -> None:
        """Makes an empty file, or sets the times of one that exists to now."""
        try:
            await self._files.write_bytes(self, b"", exclusive=True)
        except FileExistsError:
            if not exist_ok:
                raise
            await self._files.utime(self)

    async def read_bytes(self) -> bytes:
        """Reads the file's bytes."""
        return await self._files.read_bytes(self)

    async def read_text(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Reads the file's text."""
        return await self._files.read_text(self, encoding, errors)

    async def write_bytes(self, data: Buffer) -> int:
        """Writes bytes to the file, which is replaced when all is written."""
        return await self._files.write_bytes(self, data)

    async def write_text(self, data: str, encoding: str = "utf-8", errors: str = "strict") -> int:
        """Writes text to the file, which is replaced when all is written."""
        return await self._files.write_text(self, data, encoding, errors)


async def globbed(files: FileSystem, folder: str, pattern: str) -> AsyncIterator[str]:
    """The paths below a directory that match, each once. `**` doesn't follow symbolic links."""
    from ..globs import matcher

    matches, depth = matcher(pattern)
    base = "" if folder == "." else folder.rstrip("/") + "/"
    async for found, folders, others in files.walk(folder):
        below = "" if found == folder else found[len(base or "./") :] + "/"
        for name in sorted(folders + others):
            if matches(below + name):
                yield base + below + name
        if depth is not None and below.count("/") + 1 >= depth:
            folders.clear()
