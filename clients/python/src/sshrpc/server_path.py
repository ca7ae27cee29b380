"""Paths of a server, for threads."""

from __future__ import annotations

from pathlib import PurePosixPath

from ._typing import TYPE_CHECKING
from .pure_path import PureServerPath

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, Any

    from ._aliases import Buffer
    from .file_values import FileStat
    from .filesystem import FileSystem
    from .pure_path import Segment

__all__ = ["ServerPath"]


class ServerPath(PureServerPath):
    """A path of the server, like pathlib's: `session.files.path("/etc") / "hosts"`."""

    _files: FileSystem

    def open(self, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:
        """As `open` of `session.files`."""
        return self._files.open(self, mode, *args, **options)

    def stat(self, *, follow_symlinks: bool = True) -> FileStat:
        """Its type, size, mode, owners and times."""
        return self._files.stat(self, follow_symlinks=follow_symlinks)

    def lstat(self) -> FileStat:
        """As `stat`, but of a symbolic link itself."""
        return self._files.lstat(self)

    def exists(self) -> bool:
        """Whether it exists; False for a symbolic link whose target doesn't exist."""
        return self._files.exists(self)

    def is_file(self) -> bool:
        """Whether it is a regular file, or a symbolic link to one."""
        return self._files.isfile(self)

    def is_dir(self) -> bool:
        """Whether it is a directory, or a symbolic link to one."""
        return self._files.isdir(self)

    def is_symlink(self) -> bool:
        """Whether it is a symbolic link."""
        return self._files.islink(self)

    def iterdir(self) -> Iterator[ServerPath]:
        """The paths of what is in the directory."""
        with self._files.scandir(self) as entries:
            for entry in entries:
                yield self / entry.name

    def glob(self, pattern: str) -> Iterator[ServerPath]:
        """The paths below it that match a glob; `**` is any number of directories."""
        for found in globbed(self._files, str(self._pure), pattern):
            yield self._with(PurePosixPath(found))

    def mkdir(self, mode: int | None = None, parents: bool = False, exist_ok: bool = False) -> None:
        """Makes the directory."""
        if parents:
            self._files.makedirs(self, mode, exist_ok)
            return
        try:
            self._files.mkdir(self, mode)
        except FileExistsError:
            if not exist_ok or not self.is_dir():
                raise

    def rmdir(self) -> None:
        """Removes the empty directory."""
        self._files.rmdir(self)

    def unlink(self, missing_ok: bool = False) -> None:
        """Removes the file or the symbolic link."""
        try:
            self._files.unlink(self)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def rename(self, target: Segment) -> ServerPath:
        """Renames it; `FileExistsError` if the new name is taken. Returns the new path."""
        self._files.rename(self, target)
        return self._with(PurePosixPath(target))

    def replace(self, target: Segment) -> ServerPath:
        """Renames it, and replaces what has the new name. Returns the new path."""
        self._files.replace(self, target)
        return self._with(PurePosixPath(target))

    def symlink_to(self, target: Segment) -> None:
        """Makes it a symbolic link to the target."""
        self._files.symlink(target, self)

    def hardlink_to(self, target: Segment) -> None:
        """Makes it a hard link, another name of the target."""
        self._files.link(target, self)

    def readlink(self) -> ServerPath:
        """The target of the symbolic link, as it stands in the link."""
        return self._with(PurePosixPath(self._files.readlink(self)))

    def resolve(self) -> ServerPath:
        """The absolute path without symbolic links."""
        return self._with(PurePosixPath(self._files.realpath(self)))

    def chmod(self, mode: int, *, follow_symlinks: bool = True) -> None:
        """Sets its permission bits."""
        self._files.chmod(self, mode, follow_symlinks=follow_symlinks)

    def touch(self, exist_ok: bool = True) -> None:
        """Makes an empty file, or sets the times of one that exists to now."""
        try:
            self._files.write_bytes(self, b"", exclusive=True)
        except FileExistsError:
            if not exist_ok:
                raise
            self._files.utime(self)

    def read_bytes(self) -> bytes:
        """Reads the file's bytes."""
        return self._files.read_bytes(self)

    def read_text(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Reads the file's text."""
        return self._files.read_text(self, encoding, errors)

    def write_bytes(self, data: Buffer) -> int:
        """Writes bytes to the file, which is replaced when all is written."""
        return self._files.write_bytes(self, data)

    def write_text(self, data: str, encoding: str = "utf-8", errors: str = "strict") -> int:
        """Writes text to the file, which is replaced when all is written."""
        return self._files.write_text(self, data, encoding, errors)


def globbed(files: FileSystem, folder: str, pattern: str) -> Iterator[str]:
    """The paths below a directory that match, each once. `**` doesn't follow symbolic links."""
    from .globs import matcher

    matches, depth = matcher(pattern)
    base = "" if folder == "." else folder.rstrip("/") + "/"
    for found, folders, others in files.walk(folder):
        below = "" if found == folder else found[len(base or "./") :] + "/"
        for name in sorted(folders + others):
            if matches(below + name):
                yield base + below + name
        if depth is not None and below.count("/") + 1 >= depth:
            folders.clear()
