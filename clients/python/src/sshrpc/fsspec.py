# pyright: basic, reportMissingImports=false
"""Files over SSH for fsspec: `fsspec.open("sshrpc://alice@example.org/home/alice/x.csv")`.

    pip install sshrpc[fsspec]

pandas, Dask, Zarr and whatever else opens files by fsspec reads and writes `sshrpc://` URLs then.
Host keys are checked as by `sshrpc.connect`, whose options `storage_options` takes.
"""

from __future__ import annotations

import datetime
import os
import weakref
from contextlib import suppress
from typing import Any

from fsspec import AbstractFileSystem
from fsspec.callbacks import DEFAULT_CALLBACK
from fsspec.utils import infer_storage_options

from .errors import SSHError
from .file_calls import temporary_name
from .file_values import FileStat, TransferProgress
from .opening import connect

__all__ = ["SSHFileSystem"]


class SSHFileSystem(AbstractFileSystem):  # type: ignore[misc]
    """A server's files for fsspec. Paths of URLs are absolute.

    Args:
        host: As of `sshrpc.connect`.
        port: Likewise.
        username: Likewise; a URL's user.
        password: Likewise.
        auto_mkdir: Make the directories that a file that is written lies in.
        options: What else `connect` takes, as `identity_files=` and `config=`, and what
            all of fsspec's file systems take.

    """

    protocol = "sshrpc"
    root_marker = "/"

    def __init__(
        self,
        host: str,
        port: int = 22,
        username: str | None = None,
        password: str | None = None,
        *,
        auto_mkdir: bool = False,
        **options: Any,
    ) -> None:
        if self._cached:
            return
        ours = (
            "use_listings_cache",
            "listings_expiry_time",
            "max_paths",
            "skip_instance_cache",
            "asynchronous",
            "loop",
        )
        super().__init__(**{name: options.pop(name) for name in ours if name in options})
        self.auto_mkdir = auto_mkdir
        self.session = connect(host, int(port), username, password, **options)
        self._files = self.session.files
        # fsspec keeps its file systems up to the interpreter's end.
        self._closing = weakref.finalize(self, self.session.close)

    def close(self) -> None:
        """Closes the session."""
        self._closing()

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            return [cls._strip_protocol(each) for each in path]
        text = os.fspath(path)
        if text.startswith(f"{cls.protocol}://"):
            text = "/" + text[len(cls.protocol) + 3 :].partition("/")[2]
        return text.rstrip("/") or cls.root_marker

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, Any]:
        found = infer_storage_options(path)
        return {
            name: found[name]
            for name in ("host", "port", "username", "password")
            if found.get(name)
        }

    def info(self, path: Any, **_: Any) -> dict[str, Any]:
        """What a file is."""
        name = self._strip_protocol(path)
        found = self._files.lstat(name)
        is_link = found.type == "symlink"
        if is_link:
            with suppress(FileNotFoundError):
                found = self._files.stat(name)
        return _info(name, found, is_link)

    def ls(self, path: Any, detail: bool = True, **_: Any) -> list[Any]:
        """What is in a directory; a file is its own list."""
        name = self._strip_protocol(path)
        try:
            with self._files.scandir(name) as entries:
                found = [self._entry(each) for each in entries]
        except NotADirectoryError:
            found = [self.info(name)]
        except OSError:
            # Not each server says why.
            info = self.info(name)
            if info["type"] == "directory":
                raise
            found = [info]
        return found if detail else sorted(each["name"] for each in found)

    def _entry(self, entry: Any) -> dict[str, Any]:
        found = entry.stat(follow_symlinks=False)
        if entry.is_symlink():
            with suppress(FileNotFoundError):
                found = entry.stat()
        return _info(entry.path, found, entry.is_symlink())

    def modified(self, path: Any) -> datetime.datetime:
        """When it was changed last."""
        found: datetime.datetime = self.info(path)["mtime"]
        return found

    def mkdir(self, path: Any, create_parents: bool = True, **_: Any) -> None:
        """Makes a directory."""
        name = self._strip_protocol(path)
        if create_parents:
            self._files.makedirs(name)
        else:
            self._files.mkdir(name)

    def makedirs(self, path: Any, exist_ok: bool = False) -> None:
        """Makes a directory and those that it lies in."""
        self._files.makedirs(self._strip_protocol(path), exist_ok=exist_ok)

    def rmdir(self, path: Any) -> None:
        """Removes an empty directory."""
        self._files.rmdir(self._strip_protocol(path))

    def rm_file(self, path: Any) -> None:
        """Removes a file."""
        self._files.remove(self._strip_protocol(path))

    def rm(self, path: Any, recursive: bool = False, maxdepth: int | None = None) -> None:
        """Removes files, with `recursive` directories and what is in them."""
        paths = [path] if isinstance(path, str) else list(path)
        if recursive and maxdepth is None and not any(map(_has_magic, paths)):
            for each in paths:
                self._files.rmtree(self._strip_protocol(each))
            return
        for each in reversed(self.expand_path(path, recursive=recursive, maxdepth=maxdepth)):
            if self.isdir(each):
                self._files.rmdir(each)
            else:
                self._files.remove(each)

    def cp_file(self, path1: Any, path2: Any, **_: Any) -> None:
        """Copies a file on the server's side."""
        source, dest = self._strip_protocol(path1), self._strip_protocol(path2)
        if self.isdir(source):
            self._files.makedirs(dest, exist_ok=True)
        else:
            self._make_room(dest)
            self._files.copyfile(source, dest)

    def mv(self, path1: Any, path2: Any, **options: Any) -> None:
        """Renames a file or a directory. What has the new name already is replaced."""
        if isinstance(path1, str) and not _has_magic(path1) and not self.isdir(path2):
            self._files.replace(self._strip_protocol(path1), self._strip_protocol(path2))
        else:
            super().mv(path1, path2, **options)

    def get_file(
        self,
        rpath: Any,
        lpath: Any,
        callback: Any = DEFAULT_CALLBACK,
        outfile: Any = None,
        **_: Any,
    ) -> None:
        """Receives a file."""
        name = self._strip_protocol(rpath)
        if outfile is not None or hasattr(lpath, "write"):
            self._files.download(name, lpath if outfile is None else outfile)
        elif self.isdir(name):
            os.makedirs(lpath, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(os.path.abspath(lpath)), exist_ok=True)
            self._files.get(name, lpath, progress=_told(callback))

    def put_file(
        self,
        lpath: Any,
        rpath: Any,
        callback: Any = DEFAULT_CALLBACK,
        mode: str = "overwrite",
        **_: Any,
    ) -> None:
        """Sends a file."""
        name = self._strip_protocol(rpath)
        if os.path.isdir(lpath):
            self._files.makedirs(name, exist_ok=True)
            return
        if mode == "create" and self._files.exists(name):
            raise FileExistsError(name)
        self._files.makedirs(self._parent(name), exist_ok=True)
        self._files.put(lpath, name, progress=_told(callback))

    def cat_file(
        self, path: Any, start: int | None = None, end: int | None = None, **_: Any
    ) -> bytes:
        """A file's bytes, or a range of them."""
        name = self._strip_protocol(path)
        if (start or 0) < 0 or (end or 0) < 0:
            size = self.info(name)["size"]
            start = start if start is None or start >= 0 else max(0, size + start)
            end = end if end is None or end >= 0 else max(0, size + end)
        length = None if end is None else max(0, end - (start or 0))
        return self._files.read_bytes(name, start or 0, length)

    def pipe_file(self, path: Any, value: Any, mode: str = "overwrite", **_: Any) -> None:
        """Writes bytes to the file, which is replaced when all is written."""
        name = self._strip_protocol(path)
        self._make_room(name)
        self._files.write_bytes(name, value, exclusive=mode == "create")

    def touch(self, path: Any, truncate: bool = True, **_: Any) -> None:
        """Makes an empty file, or with `truncate=False` gives one the time of now."""
        name = self._strip_protocol(path)
        if not truncate and self._files.exists(name):
            self._files.utime(name)
        else:
            self.pipe_file(name, b"")

    def _open(
        self,
        path: Any,
        mode: str = "rb",
        block_size: Any = None,
        autocommit: bool = True,
        cache_options: Any = None,
        **_: Any,
    ) -> Any:
        size = block_size if isinstance(block_size, int) else -1
        if mode != "rb":
            self._make_room(path)
        if autocommit or mode == "rb":
            return self._files.open(path, mode, size)
        beside = temporary_name(path)
        file: Any = self._files.open(beside, mode, size)

        def commit() -> None:
            self._files.replace(beside, path)

        def discard() -> None:
            with suppress(SSHError):
                self._files.remove(beside)

        file.commit, file.discard = commit, discard
        return file

    def _make_room(self, path: str) -> None:
        if self.auto_mkdir:
            self._files.makedirs(self._parent(path), exist_ok=True)


def _info(name: str, found: FileStat, is_link: bool) -> dict[str, Any]:
    kind = found.type if found.type in ("file", "directory") else "other"
    when = datetime.timezone.utc
    return {
        "name": name,
        "size": found.st_size,
        "type": kind,
        "mode": found.st_mode,
        "uid": found.st_uid,
        "gid": found.st_gid,
        "mtime": datetime.datetime.fromtimestamp(found.st_mtime or 0, tz=when),
        "islink": is_link,
    }


def _told(callback: Any) -> Any:
    """Progress for one of fsspec's callbacks; None for the one that does nothing."""
    if callback is DEFAULT_CALLBACK:
        return None

    def tell(progress: TransferProgress) -> None:
        callback.set_size(progress.total)
        callback.absolute_update(progress.bytes)

    return tell


def _has_magic(path: str) -> bool:
    return any(character in path for character in "*?[")
