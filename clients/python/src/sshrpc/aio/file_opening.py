"""Opening a server's files, for asyncio."""

from __future__ import annotations

import io

from .._typing import TYPE_CHECKING, Generic, Text, overload
from ..file_calls import BUFFER_SIZE, flags_of, open_call
from .file_names import Names
from .open_file import File

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator
    from types import TracebackType
    from typing import Any, Literal

    from .._aliases import RemotePath

    TextMode = Literal["r", "w", "x", "a", "r+", "w+", "x+", "a+", "rt", "wt", "xt", "at"]
    BinaryMode = Literal[
        "rb", "wb", "xb", "ab", "rb+", "r+b", "wb+", "w+b", "xb+", "x+b", "ab+", "a+b"
    ]


class OpeningFile(Generic[Text]):
    """A file that is being opened: to be awaited, or entered by `async with`."""

    def __init__(self, opening: Awaitable[File[Text]]) -> None:
        self._opening: Awaitable[File[Text]] = opening

    def __await__(self) -> Generator[Any, None, File[Text]]:
        return self._opening.__await__()

    async def __aenter__(self) -> File[Text]:
        self._opened: File[Text] = await self._opening
        return self._opened

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._opened.close()


class Opening(Names):
    """The method that opens files."""

    @overload
    def open(
        self,
        path: RemotePath,
        mode: TextMode = ...,
        buffering: int = ...,
        encoding: str | None = ...,
        errors: str | None = ...,
        *,
        permissions: int | None = ...,
        timeout: float | None = ...,
    ) -> OpeningFile[str]: ...

    @overload
    def open(
        self,
        path: RemotePath,
        mode: BinaryMode,
        buffering: int = ...,
        encoding: None = ...,
        errors: None = ...,
        *,
        permissions: int | None = ...,
        timeout: float | None = ...,
    ) -> OpeningFile[bytes]: ...

    @overload
    def open(
        self,
        path: RemotePath,
        mode: str,
        buffering: int = ...,
        encoding: str | None = ...,
        errors: str | None = ...,
        *,
        permissions: int | None = ...,
        timeout: float | None = ...,
    ) -> OpeningFile[Any]: ...

    def open(
        self,
        path: RemotePath,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        *,
        permissions: int | None = None,
        timeout: float | None = None,
    ) -> OpeningFile[Any]:
        """Opens a file: `async with session.files.open("x") as file:`, or to be awaited.

        What is written goes into the file itself, so that others see it while it is incomplete;
        `write_bytes`, `upload` and `put` replace a file when the new one is complete.

        Args:
            path: Its path.
            mode: As of Python's `open`. In text, newlines stay as they are.
            buffering: Bytes to read ahead or to collect before writing, 262144 by default.
            encoding: For text; UTF-8 by default, whatever the locale.
            errors: As of `open`.
            permissions: The permission bits of a new file, 0 to 0o7777, less the remote umask.
            timeout: Seconds for opening it, and for each read and write; None for no limit.

        Raises:
            ValueError: there is no such mode.

        """
        flags, is_text = flags_of(mode)
        if not is_text and (encoding or errors):
            raise ValueError("binary mode takes no encoding or errors")
        text = (encoding or "utf-8", errors or "strict") if is_text else None
        size = buffering if buffering > 1 else BUFFER_SIZE
        return OpeningFile(self._open_file(path, mode, flags, size, text, permissions, timeout))

    async def _open_file(
        self,
        path: RemotePath,
        mode: str,
        flags: str,
        size: int,
        text: tuple[str, str] | None,
        permissions: int | None,
        timeout: float | None,
    ) -> File[Any]:
        file = await self._call(open_call(self._handle(), path, flags, permissions, timeout))
        opened: File[Any] = File(self._session, file, path, mode, size, text, timeout)
        if flags.startswith("a"):
            await opened.seek(0, io.SEEK_END)
        return opened
