"""Files of a session's server."""

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

        It comes under another name and is renamed when it is whole: a transfer that fails leaves
        the file that was there.

        Args:
            remote: Its path, taken literally: no glob, no `~`. Bytes or str, as the command of
                `run`, or a path as of pathlib.
            local: Where it goes on this machine, counted from our working directory.
            timeout: Seconds for all of it.
            idle_timeout: Seconds, above zero, without a byte after which it is given up; 30 by
                default.
            progress: Called, in this thread, with the bytes received and their total, ten times a
                second at most. If it raises, the transfer is cancelled.

        Returns:
            The file's size in bytes.

        Raises:
            ScpRemoteError: what the remote scp reports; where it says so, a `FileNotFoundError`,
                `PermissionError`, `IsADirectoryError` and the like, with `errno` and `filename`.
            ScpProtocolError: the remote side broke the protocol, or ended early.
            LocalFileError: the local file can't be written; by its reason as ScpRemoteError is.
            Timeout: either one.

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
            local: A regular file of this machine, counted from our working directory.
            remote: Its path there, as of `get`, with the file's name: where it is a folder, the
                file is written inside it under the folder's own name (`/tmp` gives `/tmp/tmp`).
            mode: The permission bits of a new file, 0 to 0o777, less the remote umask; by default
                the local file's own.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            ScpRemoteError: what the remote scp reports, as of `get`.
            ScpProtocolError: the remote side broke the protocol, or ended early.
            LocalFileError: the local file can't be read; by its reason as ScpRemoteError is.
            Timeout: either one.

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
            max_bytes: The largest file to take; 268435456 by default, and at most.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            OutputTooLarge: it is larger than `max_bytes`.
            ScpRemoteError: as of `get`.
            ScpProtocolError: as of `get`.
            Timeout: either one.

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
            data: Up to the daemon's `maxMessageBytes`, 256 MiB; `put` sends files of any size.
            mode: The permission bits of a new file, 0 to 0o777, less the remote umask; 0o644 by
                default.
            timeout: As of `get`.
            idle_timeout: As of `get`.
            progress: As of `get`.

        Raises:
            InvalidParams: that is too much for one message.
            ScpRemoteError: as of `put`.
            ScpProtocolError: as of `put`.
            Timeout: either one.

        """
        handle = self._open()
        from .transfers import write_bytes_call

        call = write_bytes_call(handle, remote, data, mode, timeout, idle_timeout, progress)
        self.daemon.call(call)
