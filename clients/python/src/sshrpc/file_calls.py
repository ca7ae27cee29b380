"""Calls on a server's files. No I/O: threads and asyncio have them in common."""

from __future__ import annotations

import os

from ._tables import ERROR_CODES
from ._typing import TYPE_CHECKING, cast
from .calls import Call, patience_for
from .errors import make_error
from .file_values import (
    FilesInfo,
    FileStat,
    FileSystemStat,
    TransferProgress,
    Transferred,
    name_of,
)
from .frames import Payload, bytes_of
from .params import local_path, remote_path, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from ._aliases import Buffer, RemotePath, StrPath, TreeProgress
    from ._typing import T
    from .errors import SSHError
    from .rpc import Notice, Reply

#: Bytes that one `file.read` or `file.write` carries, at most.
PIECE = 4 * 1024 * 1024

#: Bytes of one that is sent ahead, and how many of them are under way at once.
STREAM_PIECE = 1024 * 1024
AHEAD = 6

#: Bytes that a file object reads or collects at once: a round trip is what costs.
BUFFER_SIZE = 256 * 1024

#: Entries of a directory that may come ahead of what has been taken.
ENTRIES_AHEAD = 10_000

#: What `fs.open` calls Python's modes.
_FLAGS = {"x": "wx", "x+": "wx+"}


def _nothing(_result: Any) -> None:
    return None


def _make(
    method: str,
    params: dict[str, Any],
    read: Callable[[Any], T],
    timeout: float | None,
    filename: Any,
    payload: Payload | None = None,
) -> Call[T]:
    given = {name: value for name, value in params.items() if value is not None}
    if timeout is not None:
        given["timeout"] = timeout
    patience = patience_for(timeout)

    def read_reply(reply: Reply) -> T:
        return read(reply.result)

    return Call(method, given, read_reply, payload, patience, filename=filename)


def on_path(
    session: int,
    method: str,
    path: RemotePath,
    read: Callable[[Any], T],
    timeout: float | None,
    **options: Any,
) -> Call[T]:
    """`fs.METHOD` of one path."""
    params: dict[str, Any] = {"session": session, **remote_path("path", path), **options}
    return _make(f"fs.{method}", params, read, timeout, path)


def change_call(
    session: int, method: str, path: RemotePath, timeout: float | None, **options: Any
) -> Call[None]:
    """One that says no more than that it is done."""
    return on_path(session, method, path, _nothing, timeout, **options)


def from_to_call(
    session: int,
    method: str,
    source: RemotePath,
    dest: RemotePath,
    timeout: float | None,
    **options: Any,
) -> Call[None]:
    """`fs.rename`, `fs.copyFile`, `fs.link`."""
    places = {**remote_path("from", source), **remote_path("to", dest)}
    params: dict[str, Any] = {"session": session, **places, **options}
    return _make(f"fs.{method}", params, _nothing, timeout, source)


def info_call(session: int, timeout: float | None) -> Call[FilesInfo]:
    """`fs.info`."""
    return _make("fs.info", {"session": session}, FilesInfo, timeout, None)


def stat_call(
    session: int, path: RemotePath, follow: bool, timeout: float | None
) -> Call[FileStat]:
    """`fs.stat`, `fs.lstat`."""
    return on_path(session, "stat" if follow else "lstat", path, FileStat, timeout)


def statfs_call(session: int, path: RemotePath, timeout: float | None) -> Call[FileSystemStat]:
    """`fs.statfs`."""
    return on_path(session, "statfs", path, FileSystemStat, timeout)


def path_call(session: int, method: str, path: RemotePath, timeout: float | None) -> Call[str]:
    """`fs.readlink`, `fs.realpath`."""
    return on_path(session, method, path, lambda result: name_of(result, "path"), timeout)


def symlink_call(
    session: int, target: RemotePath, path: RemotePath, timeout: float | None
) -> Call[None]:
    """`fs.symlink`."""
    return change_call(session, "symlink", path, timeout, **remote_path("target", target))


def listdir_call(session: int, path: RemotePath, timeout: float | None) -> Call[list[str]]:
    """`fs.readdir`, for the names alone."""

    def read(result: Any) -> list[str]:
        return [name_of(entry, "name") for entry in result["entries"]]

    return on_path(session, "readdir", path, read, timeout)


def scandir_call(session: int, path: RemotePath, timeout: float | None) -> Call[None]:
    """`fs.readdir`, streamed."""
    call = change_call(session, "readdir", path, timeout, stream=True, window=ENTRIES_AHEAD)
    call.has_token = True
    return call


def entries_of(notice: Notice) -> list[dict[str, Any]]:
    """The entries that a `fs/entries` brings."""
    return cast("list[dict[str, Any]]", notice.params["entries"])


def read_file_call(
    session: int, path: RemotePath, offset: int, length: int | None, timeout: float | None
) -> Call[bytes]:
    """`fs.readFile`."""
    call = cast(
        "Call[bytes]", change_call(session, "readFile", path, timeout, offset=offset, length=length)
    )
    call.read = _read_data
    return call


def write_file_call(
    session: int,
    path: RemotePath,
    data: Buffer,
    flag: str,
    offset: int | None,
    mode: int | None,
    timeout: float | None,
) -> Call[int]:
    """`fs.writeFile`."""
    options = {"flag": flag, "offset": offset, "mode": mode}
    call = on_path(session, "writeFile", path, _count, timeout, **options)
    call.payload = Payload("data", "encoding", snapshot(data))
    return call


def _read_data(reply: Reply) -> bytes:
    return bytes_of(reply.result["data"], reply.result["encoding"], reply.binary)


def _count(result: Any) -> int:
    return cast("int", result["bytes"])


def open_call(
    session: int, path: RemotePath, flags: str, permissions: int | None, timeout: float | None
) -> Call[int]:
    """`fs.open`."""
    options = {"flags": _FLAGS.get(flags, flags), "mode": permissions}
    return on_path(
        session, "open", path, lambda result: cast("int", result["file"]), timeout, **options
    )


def file_call(
    file: int, method: str, filename: RemotePath, timeout: float | None, **options: Any
) -> Call[None]:
    """`file.METHOD`, where it says no more than that it is done."""
    return _make(f"file.{method}", {"file": file, **options}, _nothing, timeout, filename)


def file_stat_call(file: int, filename: RemotePath, timeout: float | None) -> Call[FileStat]:
    """`file.stat`."""
    return _make("file.stat", {"file": file}, FileStat, timeout, filename)


def file_read_call(
    file: int, offset: int, length: int, filename: RemotePath, timeout: float | None
) -> Call[bytes]:
    """`file.read`, of so many bytes at most, as one call may carry."""
    params = {"file": file, "offset": offset, "length": length}
    call: Call[Any] = _make("file.read", params, _nothing, timeout, filename)
    call.read = _read_data
    return call


def file_write_call(
    file: int, offset: int, data: Buffer, filename: RemotePath, timeout: float | None
) -> Call[int]:
    """`file.write`."""
    payload = Payload("data", "encoding", snapshot(data))
    return _make("file.write", {"file": file, "offset": offset}, _count, timeout, filename, payload)


def flags_of(mode: str) -> tuple[str, bool]:
    """The flags of one of Python's modes, and whether it is of text.

    Raises:
        ValueError: it is none.

    """
    letter = mode.replace("b", "").replace("t", "").replace("+", "")
    is_odd = (
        len(set(mode)) != len(mode) or {"b", "t"} <= set(mode) or not set(mode) <= set("rwxabt+")
    )
    if is_odd or len(letter) != 1:
        raise ValueError(f"invalid mode: {mode!r}")
    flags = letter + "+" * ("+" in mode)
    return flags, "b" not in mode


def tree_call(
    session: int,
    method: str,
    places: Mapping[str, str],
    filename: RemotePath | None,
    progress: TreeProgress | None,
    options: Mapping[str, Any],
) -> Call[Transferred]:
    """`fs.get`, `fs.put`.

    Raises:
        TypeError: there is no such option.

    """
    for name in options:
        if name not in _TREE_OPTIONS:
            raise TypeError(f"{method}() got an unexpected keyword argument {name!r}")
    wire = {_TREE_OPTIONS[name]: value for name, value in options.items() if value is not None}
    timeout = wire.pop("timeout", None)
    if "exclude" in wire:
        wire["exclude"] = (
            [wire["exclude"]] if isinstance(wire["exclude"], str) else list(wire["exclude"])
        )
    call = _make(
        f"fs.{method}", {"session": session, **places, **wire}, Transferred, timeout, filename
    )
    if progress is not None:
        call.progress = progress
        call.read_progress = lambda notice: (TransferProgress(notice.params["value"]),)
    return call


#: The options of both with their names on the wire.
_TREE_OPTIONS = {
    "recursive": "recursive",
    "preserve": "preserve",
    "overwrite": "overwrite",
    "delete": "delete",
    "exclude": "exclude",
    "symlinks": "symlinks",
    "resume": "resume",
    "dry_run": "dryRun",
    "timeout": "timeout",
    "idle_timeout": "idleTimeout",
}


def get_places(source: RemotePath, dest: StrPath) -> dict[str, str]:
    """The params that say from where to where."""
    return {**remote_path("source", source), "dest": local_path(dest)}


def put_places(source: StrPath, dest: RemotePath) -> dict[str, str]:
    """Likewise."""
    return {"source": local_path(source), **remote_path("dest", dest)}


def is_directory(path: RemotePath) -> SSHError:
    """For what would replace a directory by a file."""
    data = {"code": "EISDIR", "path": text_of(path), "dispatched": "no"}
    return make_error(ERROR_CODES["RemoteFileError"], f"{text_of(path)}: is a directory", data)


def text_of(path: RemotePath) -> str:
    """A remote path as str, as `os.fsdecode` has it."""
    given = os.fspath(path) if isinstance(path, os.PathLike) else path
    return given if isinstance(given, str) else bytes(given).decode("utf-8", "surrogateescape")


def temporary_name(path: str) -> str:
    """A new name beside a file, for what isn't whole yet."""
    import secrets

    folder, slash, name = path.rpartition("/")
    short = name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "surrogateescape")
    return f"{folder}{slash}.{short}.{secrets.token_hex(6)}.part"
