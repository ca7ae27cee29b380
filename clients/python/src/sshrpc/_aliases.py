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

#: A command: the remote side takes it as bytes (RFC 4254 §6.5).
RemoteText = Union[str, bytes]

#: A path on the remote side, which is bytes there, too; or one of pathlib's.
RemotePath = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

#: Called during a transfer with the bytes transferred so far, and their total. For asyncio it may
#: be a coroutine function.
Progress = Callable[[int, int], object]

#: Called during a `get` or `put` of `session.files`. For asyncio it may be a coroutine function.
TreeProgress = Callable[["TransferProgress"], object]


class TreeOptions(TypedDict, total=False):
    """The options of `get` and `put` of `session.files`."""

    #: Copy directories with all that is in them. Without it, a directory is an error.
    recursive: bool
    #: Give the copies the times and the permission bits of the source.
    preserve: bool
    #: What to do with a file that exists: `"always"`, the default, replaces it; `"changed"`
    #: replaces it if its size or its time differs, and gives the copy the source's times; `"never"`
    #: leaves it.
    overwrite: Literal["always", "changed", "never"]
    #: Remove from the copy's directories what isn't in the source's, but nothing that is excluded.
    delete: bool
    #: One or several globs of what to leave out; `**` is any number of directories. A glob without
    #: `/` matches a name at any depth; one with `/` at its end matches directories only.
    exclude: Union[str, Iterable[str]]
    #: What to do with symbolic links in a tree: `"copy"`, the default, `"follow"` or `"skip"`.
    symlinks: Literal["copy", "follow", "skip"]
    #: Go on with the part of a file that an earlier attempt left, if its content is the same.
    resume: bool
    #: Change nothing; the result tells what would have been done.
    dry_run: bool
    #: Seconds for the whole transfer; by default no limit.
    timeout: float
    #: Seconds, above zero, without a byte after which the transfer is given up; 30 by default.
    idle_timeout: float


#: What `expect` waits for: a text, a compiled pattern, or `END`, the end of the output.
Pattern = Union[str, "re.Pattern[str]", "_End"]

#: Where a tunnel begins or ends: a port on 127.0.0.1; a host and a port; or a Unix socket's path.
Address = Union[int, tuple[str, int], str]

#: The name of a stream of a command's output.
StreamName = Literal["stdout", "stderr"]

#: A piece of a streamed command's output: the stream's name, and the bytes.
Chunk = tuple[StreamName, bytes]

#: Called with a command's output as it comes: the stream's name, and bytes, or str where text is
#: wanted. For asyncio it may be a coroutine function.
OnOutput = Callable[[StreamName, _Text], object]

#: What a prompt's callback returns: an answer for each of its `lines` (a single one may be a string
#: alone), True or False for a host key, None to refuse.
Answer = Union[None, bool, str, Sequence[str]]

#: Why sudo didn't run a program; see `SudoFailed`.
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
