"""Files of a session's server, for asyncio."""

from __future__ import annotations

from .._typing import TYPE_CHECKING
from .file_opening import Opening
from .file_transfers import Transfers
from .listing import Listing

if TYPE_CHECKING:
    from .server_path import ServerPath

__all__ = ["FileSystem"]


class FileSystem(Opening, Transfers, Listing):
    """The server's files, from `Session.files`, with the names of `os`, `os.path` and `shutil`.

    They go by SFTP, and by the account's shell where the server has none; what that can't do raises
    `NotSupported`. Paths are taken literally; relative ones count from the account's home. They are
    bytes, pathlib's, or str, where `os.fsdecode` has put surrogates as the bytes that they are.

    What the server says of a file is a `RemoteFileError`, which is a `FileNotFoundError`,
    `PermissionError`, `FileExistsError` and the like, with `errno` and `filename`. Each method
    takes `timeout=`, in seconds, after which it raises `Timeout`; what all of a session may raise
    (see `run`) these do, too.
    """

    def path(self, *segments: str) -> ServerPath:
        """A path like pathlib's, whose methods are of the server's files."""
        from .server_path import ServerPath

        return ServerPath(self, *segments)
