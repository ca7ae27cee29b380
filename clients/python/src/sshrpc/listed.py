"""What a directory's listing says of an entry."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .file_values import FileStat, joined, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Listed:
    """An entry, as far as nothing has to be asked."""

    def __init__(self, folder: str, found: Mapping[str, Any]) -> None:
        self.name = name_of(found, "name")
        self.path = joined(folder, self.name)
        self._itself = FileStat(found)
        self._target: FileStat | None = None

    def is_symlink(self) -> bool:
        """Whether it is a symbolic link."""
        return self._itself.type == "symlink"

    def _known(self, follow_symlinks: bool) -> FileStat | None:
        """What it is, unless that has to be asked."""
        if not follow_symlinks or self._itself.type not in ("symlink", "unknown"):
            return self._itself
        return self._target

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"
