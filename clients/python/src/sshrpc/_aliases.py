"""Names for types that several methods take; loaded when a program asks for them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Callable, Literal, TypedDict, TypeVar, Union

if TYPE_CHECKING:
    from .file_values import TransferProgress
    from .talk import _End  # pyright: ignore[reportPrivateUsage]

_Text = TypeVar("_Text", str, bytes)

#: A path of this machine.
StrPath = Union[str, "os.PathLike[str]"]

#: What the remote side takes as bytes (RFC 4254 §6.5): a command.
RemoteText = Union[str, bytes]

#: A path of the remote side, likewise, or one of pathlib's.
RemotePath = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

#: Told of a transfer: the bytes that have gone over, and their total. For asyncio it may be a
#: coroutine function.
Progress = Callable[[int, int], object]

#: Told of a `get` or `put` of `session.files`. For asyncio it may be a coroutine function.
TreeProgress = Callable[["TransferProgress"], object]


class TreeOptions(TypedDict, total=False):
    """The options of `get` and `put` of `session.files`."""

    #: Take a directory with what is in it; without, a directory is an error.
    recursive: bool
    #: Give files and directories the times and the permission bits of the source's.
    preserve: bool
    #: What becomes of a file that is there: `"changed"` replaces it where its size or its time
    #: differs, and gives what it transfers the source's times. By default `"always"`.
    overwrite: Literal["always", "changed", "never"]
    #: Remove from the result's directories what the source's haven't, but nothing excluded.
    delete: bool
    #: Globs of what is left out, one or several; `**` is any number of directories. One without
    #: `/` is of a name at any depth, one with `/` at its end of directories only.
    exclude: Union[str, Iterable[str]]
    #: Links within a tree: `"copy"` them, which is the default, `"follow"` or `"skip"` them.
    symlinks: Literal["copy", "follow", "skip"]
    #: Go on with what an earlier attempt left of a file, as far as it is the same.
    resume: bool
    #: Change nothing; the result is what would have been done.
    dry_run: bool
    #: Seconds for all of it.
    timeout: float
    #: Seconds, above zero, without a byte after which it is given up; 30 by default.
    idle_timeout: float


#: What a shell may be expected to write: a text, a compiled pattern, or `END`.
Pattern = Union[str, "re.Pattern[str]", "_End"]

#: Where a tunnel begins or leads to: a port, of 127.0.0.1; a host and a port; or a Unix socket.
Address = Union[int, tuple[str, int], str]

#: Which stream of a command's output.
StreamName = Literal["stdout", "stderr"]

#: A piece of a streamed command's output: of which stream, and the bytes.
Chunk = tuple[StreamName, bytes]

#: Told of a command's output as it comes: of which stream, and bytes, or str where text is asked
#: for. For asyncio it may be a coroutine function.
OnOutput = Callable[[StreamName, _Text], object]

#: What a prompt's callback returns: a line for each of its `lines` (a string alone where there is
#: one), True or False for a host key, None for "I won't say".
Answer = Union[None, bool, str, Sequence[str]]

#: Why sudo didn't run a program: `SudoFailed`.
SudoReason = Literal[
    "wrongPassword",
    "passwordNeeded",
    "noTerminal",
    "notAllowed",
    "unknownUser",
    "notFound",
    "other",
]

#: A program's path, a command line, or a command as a list.
Command = Union[str, "os.PathLike[str]", Sequence[str]]

if sys.version_info >= (3, 12):
    from collections.abc import Buffer
else:
    Buffer = Union[bytes, bytearray, memoryview]
