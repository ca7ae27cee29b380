"""Directories of a server, for threads."""

from __future__ import annotations

from collections import deque

from ._typing import TYPE_CHECKING
from .closing import Closing
from .events import deadline_of, next_event
from .file_calls import ENTRIES_AHEAD, entries_of, scandir_call, text_of
from .file_names import Names
from .file_values import joined
from .listed import Listed
from .programs import Credit
from .rpc import Notice, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Callable

    from ._aliases import RemotePath
    from .file_values import FileStat

__all__ = ["DirEntry", "Entries"]


class DirEntry(Listed):
    """An entry of a directory, as `os.DirEntry`. Its type and so on came together with its name.

    Attributes:
        name: Its name.
        path: The directory's path, as it was given, joined with the name.

    """

    def __init__(self, files: Listing, folder: str, found: Mapping[str, Any]) -> None:
        super().__init__(folder, found)
        self._files = files

    def stat(self, *, follow_symlinks: bool = True) -> FileStat:
        """Its type, size and so on. The server is asked only for the target of a symbolic link."""
        known = self._known(follow_symlinks)
        if known is None:
            known = self._target = self._files.stat(self.path)
        return known

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a directory, or a symbolic link to one."""
        return self._type(follow_symlinks) == "directory"

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a regular file, or a symbolic link to one."""
        return self._type(follow_symlinks) == "file"

    def _type(self, follow_symlinks: bool) -> str | None:
        try:
            return self.stat(follow_symlinks=follow_symlinks).type
        except FileNotFoundError:
            return None


class Entries(Closing):
    """A directory's entries as they come, from `scandir`: an iterator, and a context manager.

    The daemon sends at most some thousand entries ahead. It must be closed, or iterated to its end.
    """

    def __init__(self, files: Listing, path: RemotePath, timeout: float | None) -> None:
        self._files = files
        self._folder = text_of(path)
        self._daemon = files._session.daemon  # pyright: ignore[reportPrivateUsage]
        self._call = scandir_call(files._handle(), path, timeout)  # pyright: ignore[reportPrivateUsage]
        self._waiting: deque[dict[str, Any]] = deque()
        self._credit = Credit(ENTRIES_AHEAD)
        self._deadline = deadline_of(self._call)
        self._token, self._events = self._daemon.start(self._call)
        self._is_closed = False

    def __iter__(self) -> Iterator[DirEntry]:
        return self

    def __next__(self) -> DirEntry:
        while not self._waiting and not self._is_closed:
            event = next_event(self._events, self._deadline)
            if isinstance(event, Notice):
                self._waiting.extend(entries_of(event))
            elif isinstance(event, Reply):
                self._is_closed = True
                self._call.finish(event)
        if not self._waiting:
            raise StopIteration
        granted = self._credit.take(1)
        if granted > 0 and not self._is_closed:
            params = {"token": self._token, "bytes": granted}
            self._daemon.notify("session.windowAdjust", params)
        return DirEntry(self._files, self._folder, self._waiting.popleft())

    def close(self) -> None:
        """Ends the iteration: no more entries are asked for."""
        self._waiting.clear()
        if not self._is_closed:
            self._is_closed = True
            self._daemon.cancel(self._token)

    def __del__(self) -> None:
        if hasattr(self, "_is_closed"):
            self.close()


class Listing(Names):
    """The methods that list."""

    def scandir(self, path: RemotePath = ".", *, timeout: float | None = None) -> Entries:
        """Iterates over a directory's entries, of any number, as they come; like `os.scandir`."""
        return Entries(self, path, timeout)

    def walk(
        self,
        top: RemotePath,
        topdown: bool = True,
        onerror: Callable[[OSError], object] | None = None,
        followlinks: bool = False,
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        """Walks a tree: path, names of directories and other names of each directory, as `os.walk`.

        Args:
            top: The directory at which to begin.
            topdown: Give a directory before those in it, whose list you may change; else after
                them.
            onerror: Called with the error of a directory that can't be read, which is then left
                out.
            followlinks: Follow symbolic links to directories.

        """
        folder = text_of(top)
        folders: list[str] = []
        others: list[str] = []
        links: set[str] = set()
        try:
            with self.scandir(top) as entries:
                for entry in entries:
                    (folders if entry.is_dir() else others).append(entry.name)
                    if entry.is_symlink():
                        links.add(entry.name)
        except OSError as error:
            if onerror is not None:
                onerror(error)
            return
        if topdown:
            yield folder, folders, others
        for name in folders:
            if followlinks or name not in links:
                yield from self.walk(joined(folder, name), topdown, onerror, followlinks)
        if not topdown:
            yield folder, folders, others
