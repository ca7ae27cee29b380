"""Names for types that several methods take; loaded when a program asks for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Callable, Literal, TypeVar, Union

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

#: A program's path, a command line, or a command as a list.
Command = Union[str, "os.PathLike[str]", Sequence[str]]

if sys.version_info >= (3, 12):
    from collections.abc import Buffer
else:
    Buffer = Union[bytes, bytearray, memoryview]
