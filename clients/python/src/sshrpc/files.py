"""Copies single files by SCP."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .opened import Opened

if TYPE_CHECKING:
    from ._aliases import Buffer, Progress, RemotePath, StrPath


class Files(Opened):
    """The methods of a session that move files."""

    def get(
        self,
        remote: RemotePath,
        local: StrPath,
        *,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Receives a file by SCP into a local one (`session.scpRecv`).

        The file is received under another name, and renamed when it is complete: if the transfer
        fails, an old file stays as it was.

        Args:
            remote: The path on the server, taken literally: no glob, no `~`. Bytes or str, as the
                command of `run`, or a path of pathlib's.
            local: The path on this machine, relative to this process's working directory.
            timeout: Seconds for the whole transfer; None for no limit.
            idle_timeout: Seconds, above zero, without a byte after which it is given up; 30 by
                default.
            progress: Called, in this thread, with the bytes received and their total, ten times a
                second at most. If it raises, the transfer is cancelled.

        Returns:
            The file's size in bytes.

        Raises:
            ScpRemoteError: the remote scp reports an error. By its reason it is a
                `FileNotFoundError`, `PermissionError`, `IsADirectoryError` or the like, too, with
                `errno` and `filename`.
            ScpProtocolError: the remote side broke the protocol, or ended early.
            LocalFileError: the local file can't be written; of such a class, too.
            Timeout: `timeout` or `idle_timeout` has passed.

        """
        from .transfers import get_call

        call = get_call(self._open(), remote, local, timeout, idle_timeout, progress)
        return self.daemon.call(call)

    def put(
        self,
        local: StrPath,
        remote: RemotePath,
        *,
        mode: int | None = None,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Sends a local file by SCP (`session.scpSendfile`).

        Args:
            local: A regular file on this machine, relative to this process's working directory.
            remote: The path on the server, as of `get`, with the file's name. If it is a folder,
                the file is written into it, under the folder's name (`/tmp` makes `/tmp/tmp`).
            mode: The permission bits of a new file, 0 to 0o777, less the remote umask; by default
                the local file's own.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            ScpRemoteError: the remote scp reports an error, as of `get`.
            ScpProtocolError: the remote side broke the protocol, or ended early.
            LocalFileError: the local file can't be read; as of `get`.
            Timeout: `timeout` or `idle_timeout` has passed.

        """
        from .transfers import put_call

        call = put_call(self._open(), local, remote, mode, timeout, idle_timeout, progress)
        self.daemon.call(call)

    def read_bytes(
        self,
        remote: RemotePath,
        *,
        max_bytes: int | None = None,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> bytes:
        """Receives a file by SCP into memory (`session.scpRecv`).

        Args:
            remote: As of `get`.
            max_bytes: The size of the largest file to accept, 0 to 268435456, which is the default.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            OutputTooLarge: it is larger than `max_bytes`.
            ScpRemoteError: as of `get`.
            ScpProtocolError: as of `get`.
            Timeout: `timeout` or `idle_timeout` has passed.

        """
        handle = self._open()
        from .transfers import read_bytes_call

        call = read_bytes_call(handle, remote, timeout, idle_timeout, max_bytes, progress)
        return self.daemon.call(call)

    def write_bytes(
        self,
        remote: RemotePath,
        data: Buffer,
        *,
        mode: int | None = None,
        timeout: float | None = None,
        idle_timeout: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Writes bytes to a remote file by SCP (`session.scpSend`).

        Args:
            remote: As of `put`.
            data: Almost 256 MiB (the daemon's `maxMessageBytes`) at most; `put` sends any size.
            mode: The permission bits of a new file, 0 to 0o777, less the remote umask; 0o644 by
                default.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            InvalidParams: the data is too long for one message.
            ScpRemoteError: as of `put`.
            ScpProtocolError: as of `put`.
            Timeout: `timeout` or `idle_timeout` has passed.

        """
        handle = self._open()
        from .transfers import write_bytes_call

        call = write_bytes_call(handle, remote, data, mode, timeout, idle_timeout, progress)
        self.daemon.call(call)
