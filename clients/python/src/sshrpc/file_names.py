"""Functions for the server's files, named as in `os`, `os.path` and `shutil`; for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .file_base import OnFiles
from .file_calls import (
    change_call,
    from_to_call,
    info_call,
    listdir_call,
    path_call,
    read_file_call,
    stat_call,
    statfs_call,
    symlink_call,
    text_of,
    write_file_call,
)

if TYPE_CHECKING:
    from ._aliases import Buffer, RemotePath
    from .file_values import FilesInfo, FileStat, FileSystemStat


class Names(OnFiles):
    """The methods that make one call each."""

    def info(self, *, timeout: float | None = None) -> FilesInfo:
        """How the files are reached: by SFTP, or by a shell where the server has none."""
        return self._call(info_call(self._handle(), timeout))

    def stat(
        self, path: RemotePath, *, follow_symlinks: bool = True, timeout: float | None = None
    ) -> FileStat:
        """Type, size, mode, owners and times, as `os.stat`. A symbolic link is followed."""
        return self._call(stat_call(self._handle(), path, follow_symlinks, timeout))

    def lstat(self, path: RemotePath, *, timeout: float | None = None) -> FileStat:
        """As `stat`, but of a symbolic link itself."""
        return self._call(stat_call(self._handle(), path, False, timeout))

    def exists(self, path: RemotePath, *, timeout: float | None = None) -> bool:
        """Whether the path exists; False for a symbolic link whose target doesn't exist."""
        return self._found(path, timeout) is not None

    def isfile(self, path: RemotePath, *, timeout: float | None = None) -> bool:
        """Whether it is a regular file, or a symbolic link to one."""
        found = self._found(path, timeout)
        return found is not None and found.type == "file"

    def isdir(self, path: RemotePath, *, timeout: float | None = None) -> bool:
        """Whether it is a directory, or a symbolic link to one."""
        found = self._found(path, timeout)
        return found is not None and found.type == "directory"

    def islink(self, path: RemotePath, *, timeout: float | None = None) -> bool:
        """Whether it is a symbolic link."""
        try:
            return self.lstat(path, timeout=timeout).type == "symlink"
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _found(self, path: RemotePath, timeout: float | None) -> FileStat | None:
        try:
            return self.stat(path, timeout=timeout)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def listdir(self, path: RemotePath = ".", *, timeout: float | None = None) -> list[str]:
        """The names in a directory, in the server's order. For large ones use `scandir`."""
        return self._call(listdir_call(self._handle(), path, timeout))

    def mkdir(
        self, path: RemotePath, mode: int | None = None, *, timeout: float | None = None
    ) -> None:
        """Makes a directory.

        Args:
            path: Its path.
            mode: The permission bits, 0 to 0o7777, less the remote umask; by default 0o777.
            timeout: Seconds for the call; None for no limit.

        """
        self._call(change_call(self._handle(), "mkdir", path, timeout, mode=mode))

    def makedirs(
        self,
        path: RemotePath,
        mode: int | None = None,
        exist_ok: bool = False,
        *,
        timeout: float | None = None,
    ) -> None:
        """Makes a directory, and those above it that don't exist.

        Args:
            path: Its path.
            mode: As of `mkdir`.
            exist_ok: Don't raise `FileExistsError` if the directory exists.
            timeout: Seconds for each call to the daemon; None for no limit.

        """
        if not exist_ok:
            parent = text_of(path).rstrip("/").rpartition("/")[0]
            if parent:
                self.makedirs(parent, exist_ok=True, timeout=timeout)
            self.mkdir(path, mode, timeout=timeout)
            return
        options = {"recursive": True, "mode": mode}
        self._call(change_call(self._handle(), "mkdir", path, timeout, **options))

    def remove(self, path: RemotePath, *, timeout: float | None = None) -> None:
        """Removes a file or a symbolic link."""
        self._call(change_call(self._handle(), "unlink", path, timeout))

    unlink = remove

    def rmdir(self, path: RemotePath, *, timeout: float | None = None) -> None:
        """Removes an empty directory."""
        self._call(change_call(self._handle(), "rmdir", path, timeout))

    def rmtree(
        self, path: RemotePath, ignore_missing: bool = False, *, timeout: float | None = None
    ) -> None:
        """Removes a file, or a directory and all that is in it. Links are removed, not followed.

        Args:
            path: Its path; `/`, `.` and `..` are refused.
            ignore_missing: Don't raise an error if there is nothing of that name.
            timeout: Seconds for all of it; None for no limit.

        """
        options = {"recursive": True, "force": ignore_missing}
        self._call(change_call(self._handle(), "rm", path, timeout, **options))

    def rename(self, src: RemotePath, dst: RemotePath, *, timeout: float | None = None) -> None:
        """Renames a file or a directory; `FileExistsError` if the new name is taken.

        Unlike `os.rename` on POSIX it never replaces anything; `replace` does.
        """
        handle = self._handle()
        self._call(from_to_call(handle, "rename", src, dst, timeout, overwrite=False))

    def replace(self, src: RemotePath, dst: RemotePath, *, timeout: float | None = None) -> None:
        """Renames a file or a directory. What has the new name already is replaced."""
        self._call(from_to_call(self._handle(), "rename", src, dst, timeout))

    def copyfile(self, src: RemotePath, dst: RemotePath, *, timeout: float | None = None) -> None:
        """Copies a file on the server itself. A file that has the new name is replaced."""
        self._call(from_to_call(self._handle(), "copyFile", src, dst, timeout))

    def link(self, src: RemotePath, dst: RemotePath, *, timeout: float | None = None) -> None:
        """Makes a hard link: `dst` becomes another name of the file `src`."""
        self._call(from_to_call(self._handle(), "link", src, dst, timeout))

    def symlink(self, src: RemotePath, dst: RemotePath, *, timeout: float | None = None) -> None:
        """Makes `dst` a symbolic link that leads to `src`, which need not exist."""
        self._call(symlink_call(self._handle(), src, dst, timeout))

    def readlink(self, path: RemotePath, *, timeout: float | None = None) -> str:
        """The target of a symbolic link, as it stands in the link."""
        return self._call(path_call(self._handle(), "readlink", path, timeout))

    def realpath(self, path: RemotePath, *, timeout: float | None = None) -> str:
        """The absolute path without symbolic links; `~` at its beginning is the account's home."""
        return self._call(path_call(self._handle(), "realpath", path, timeout))

    def chmod(
        self,
        path: RemotePath,
        mode: int,
        *,
        follow_symlinks: bool = True,
        timeout: float | None = None,
    ) -> None:
        """Sets a file's permission bits, 0 to 0o7777."""
        options = {"mode": mode, "followLinks": follow_symlinks}
        self._call(change_call(self._handle(), "chmod", path, timeout, **options))

    def chown(
        self,
        path: RemotePath,
        uid: int,
        gid: int,
        *,
        follow_symlinks: bool = True,
        timeout: float | None = None,
    ) -> None:
        """Sets a file's owner and group, by their numbers."""
        options = {"uid": uid, "gid": gid, "followLinks": follow_symlinks}
        self._call(change_call(self._handle(), "chown", path, timeout, **options))

    def utime(
        self,
        path: RemotePath,
        times: tuple[float, float] | None = None,
        *,
        follow_symlinks: bool = True,
        timeout: float | None = None,
    ) -> None:
        """Sets the times of the last access and change, in seconds since 1970; now by default."""
        import time

        atime, mtime = times if times is not None else (time.time(),) * 2
        options = {"atime": atime, "mtime": mtime, "followLinks": follow_symlinks}
        self._call(change_call(self._handle(), "utimes", path, timeout, **options))

    def truncate(self, path: RemotePath, length: int, *, timeout: float | None = None) -> None:
        """Sets a file's size in bytes. A file that grows is filled with zeros."""
        self._call(change_call(self._handle(), "truncate", path, timeout, size=length))

    def statvfs(self, path: RemotePath = ".", *, timeout: float | None = None) -> FileSystemStat:
        """The size of the file system that a path is on, and how much of it is free."""
        return self._call(statfs_call(self._handle(), path, timeout))

    def read_bytes(
        self,
        path: RemotePath,
        offset: int = 0,
        length: int | None = None,
        *,
        timeout: float | None = None,
    ) -> bytes:
        """Reads a file, or a part of it. More than 268435456 bytes raise `OutputTooLarge`."""
        return self._call(read_file_call(self._handle(), path, offset, length, timeout))

    def read_text(
        self,
        path: RemotePath,
        encoding: str = "utf-8",
        errors: str = "strict",
        *,
        timeout: float | None = None,
    ) -> str:
        """Reads a file as text; each newline, of whatever kind, becomes a line feed."""
        text = self.read_bytes(path, timeout=timeout).decode(encoding, errors)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def write_bytes(
        self,
        path: RemotePath,
        data: Buffer,
        *,
        mode: int | None = None,
        append: bool = False,
        exclusive: bool = False,
        timeout: float | None = None,
    ) -> int:
        """Writes bytes to a file. One that exists is replaced when all is written; else it stays.

        Args:
            path: Its path.
            data: At most 256 MiB; `upload` and `put` take any size.
            mode: The permission bits of a new file, 0 to 0o7777, less the remote umask.
            append: Append the bytes to a file that exists.
            exclusive: Raise `FileExistsError` if the file exists.
            timeout: Seconds for the call; None for no limit.

        Returns:
            How many bytes were written.

        """
        flag = "a" if append else "wx" if exclusive else "w"
        call = write_file_call(self._handle(), path, data, flag, None, mode, timeout)
        return self._call(call)

    def write_text(
        self,
        path: RemotePath,
        data: str,
        encoding: str = "utf-8",
        errors: str = "strict",
        *,
        mode: int | None = None,
        timeout: float | None = None,
    ) -> int:
        """As `write_bytes`, of text, newlines unchanged; returns the number of characters."""
        self.write_bytes(path, data.encode(encoding, errors), mode=mode, timeout=timeout)
        return len(data)
