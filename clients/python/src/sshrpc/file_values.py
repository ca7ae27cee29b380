"""What the calls on a server's files give back."""

from __future__ import annotations

import stat

from ._typing import TYPE_CHECKING
from ._values import Value
from .frames import NO_BYTES, bytes_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: The type's bits of `st_mode`, by the wire's word for it.
_TYPES = {
    "file": stat.S_IFREG,
    "directory": stat.S_IFDIR,
    "symlink": stat.S_IFLNK,
    "fifo": stat.S_IFIFO,
    "socket": stat.S_IFSOCK,
    "block": stat.S_IFBLK,
    "character": stat.S_IFCHR,
}


class FileStat(Value):
    """A file's attributes, as of `os.stat`; those that the server doesn't tell are None.

    Attributes:
        type: `"file"`, `"directory"`, `"symlink"`, `"fifo"`, `"socket"`, `"block"`, `"character"`,
            `"unknown"`.
        st_mode: The type and the permission bits, for `stat.S_ISDIR` and its like.
        st_size: In bytes.
        st_uid: The user's number.
        st_gid: The group's number.
        st_atime: The time of the last access, in seconds since 1970.
        st_mtime: The time of the last change, in seconds since 1970.
        owner: The user's name.
        group: The group's name.

    """

    __slots__ = (
        "group",
        "owner",
        "st_atime",
        "st_gid",
        "st_mode",
        "st_mtime",
        "st_size",
        "st_uid",
        "type",
    )
    __match_args__ = (
        "type",
        "st_mode",
        "st_size",
        "st_uid",
        "st_gid",
        "st_atime",
        "st_mtime",
        "owner",
        "group",
    )

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.type: str = found["type"]
        self.st_mode: int = _TYPES.get(self.type, 0) | (found["mode"] or 0)
        self.st_size: int | None = found["size"]
        self.st_uid: int | None = found["uid"]
        self.st_gid: int | None = found["gid"]
        self.st_atime: float | None = found["atime"]
        self.st_mtime: float | None = found["mtime"]
        self.owner: str | None = found.get("owner")
        self.group: str | None = found.get("group")


class FileSystemStat(Value):
    """The size of a file system, and what is free of it, as of `os.statvfs`.

    Attributes:
        f_frsize: The size of a block, in bytes.
        f_blocks: The number of blocks.
        f_bfree: The number of free blocks.
        f_bavail: The number of free blocks that ordinary users may take.
        f_files: The number of inodes; 0 if there is no fixed number.
        f_ffree: The number of free inodes.

    """

    __slots__ = __match_args__ = (
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
    )

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.f_frsize: int = found["blockSize"]
        self.f_blocks: int = found["blocks"]
        self.f_bfree: int = found["free"]
        self.f_bavail: int = found["available"]
        self.f_files: int = found["files"]
        self.f_ffree: int = found["freeFiles"]


class FilesInfo(Value):
    """How a server's files are reached.

    Attributes:
        via: `"sftp"`, or `"shell"` where the server has no SFTP.
        extensions: What its SFTP has beyond the draft, by name.
        home: The folder from which relative paths count; None where it isn't known.

    """

    __slots__ = __match_args__ = ("via", "extensions", "home")

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.via: str = found["via"]
        self.extensions: tuple[str, ...] = tuple(found["extensions"])
        self.home: str | None = None if found["home"] is None else name_of(found, "home")


class Transferred(Value):
    """What a `get` or a `put` did.

    Attributes:
        files: How many files were transferred.
        directories: How many directories were made.
        symlinks: How many symbolic links were made.
        bytes: The bytes of the files that were transferred.
        skipped: How many files and links existed already or were excluded, or were no file,
            directory or link.

    """

    __slots__ = __match_args__ = ("files", "directories", "symlinks", "bytes", "skipped")

    def __init__(self, result: Mapping[str, Any]) -> None:
        self.files: int = result["files"]
        self.directories: int = result["directories"]
        self.symlinks: int = result["symlinks"]
        self.bytes: int = result["bytes"]
        self.skipped: int = result["skipped"]


class TransferProgress(Value):
    """How far a `get` or a `put` is.

    Attributes:
        bytes: Bytes transferred so far.
        total: Bytes of the files found so far that are to be transferred.
        files: How many files are done.
        total_files: How many files to be transferred have been found so far.

    """

    __slots__ = __match_args__ = ("bytes", "total", "files", "total_files")

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.bytes: int = value.get("bytes", 0)
        self.total: int = value.get("total", 0)
        self.files: int = value.get("files", 0)
        self.total_files: int = value.get("totalFiles", 0)


def name_of(found: Mapping[str, Any], field: str) -> str:
    """A name or path in a result; surrogates stand for bytes that aren't UTF-8 (`os.fsdecode`)."""
    value: str = found[field]
    if found.get("encoding") == "base64":
        return bytes_of(value, "base64", NO_BYTES).decode("utf-8", "surrogateescape")
    return value


def joined(folder: str, name: str) -> str:
    """A path of a folder's entry."""
    return (
        name if folder == "" else f"{folder}{name}" if folder.endswith("/") else f"{folder}/{name}"
    )
