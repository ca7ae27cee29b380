"""Files of a session's server, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .file_opening import Opening
from .file_transfers import Transfers
from .listing import Listing

if TYPE_CHECKING:
    from .server_path import ServerPath

__all__ = ["FileSystem"]


class FileSystem(Opening, Transfers, Listing):
    """The server's files, from `Session.files`, with the names of `os`, `os.path` and `shutil`.

    They are reached by SFTP, or by the account's shell if the server has no SFTP; what a shell
    can't do raises `NotSupported`. Paths are taken literally; relative ones count from the
    account's home. They are bytes, str, or paths of pathlib's. In a str, surrogates stand for bytes
    that aren't UTF-8, as with `os.fsdecode`.

    An error of the server's about a file is a `RemoteFileError`. By its reason it is a
    `FileNotFoundError`, `PermissionError`, `FileExistsError` or the like, too, with `errno` and
    `filename`. Each method takes `timeout=`, in seconds, after which it raises `Timeout`; None, the
    default, is no limit. Errors of the connection and the session are raised as by `run`.
    """

    def path(self, *segments: str) -> ServerPath:
        """A path of the server, with methods as those of pathlib's."""
        from .server_path import ServerPath

        return ServerPath(self, *segments)
