"""SSH sessions without an SSH library: exec and SCP through the sshrpc daemon.

    import sshrpc

    with sshrpc.connect("example.org", username="alice", password="…") as session:
        print(session.run("uname -a", text=True, check=True).stdout)

`sshrpc.connect` is for threads, `sshrpc.aio.connect` the same for asyncio. Times are in seconds,
sizes in bytes. Every failure of a call is an `SSHError`; an argument that no call can be made of, a
TypeError, ValueError or LookupError.
"""

from . import aio
from ._contract import Algorithms, ConnectOptions
from .daemon import Daemon
from .errors import (
    AuthenticationFailed,
    Cancelled,
    ChannelOpenFailed,
    ChannelRequestDenied,
    CommandFailed,
    CommandNotFound,
    ConnectFailed,
    ConnectionLost,
    DaemonError,
    HandshakeFailed,
    HostKeyRejected,
    InputTooFast,
    InternalError,
    InvalidParams,
    InvalidRequest,
    LocalFileError,
    MethodNotFound,
    NotUtf8,
    OutputNotText,
    OutputTooLarge,
    ParseError,
    ScpProtocolError,
    ScpRemoteError,
    SessionClosed,
    SessionNotFound,
    SSHError,
    Timeout,
)
from .results import (
    Answer,
    Chunk,
    HostKey,
    OfferedHostKey,
    Progress,
    Prompt,
    PromptLine,
    RemoteText,
    Result,
)
from .session import Session, Stream, connect

__version__ = "0.1.0"

__all__ = [
    "Algorithms",
    "Answer",
    "AuthenticationFailed",
    "Cancelled",
    "ChannelOpenFailed",
    "ChannelRequestDenied",
    "Chunk",
    "CommandFailed",
    "CommandNotFound",
    "ConnectFailed",
    "ConnectOptions",
    "ConnectionLost",
    "Daemon",
    "DaemonError",
    "HandshakeFailed",
    "HostKey",
    "HostKeyRejected",
    "InputTooFast",
    "InternalError",
    "InvalidParams",
    "InvalidRequest",
    "LocalFileError",
    "MethodNotFound",
    "NotUtf8",
    "OfferedHostKey",
    "OutputNotText",
    "OutputTooLarge",
    "ParseError",
    "Progress",
    "Prompt",
    "PromptLine",
    "RemoteText",
    "Result",
    "SSHError",
    "ScpProtocolError",
    "ScpRemoteError",
    "Session",
    "SessionClosed",
    "SessionNotFound",
    "Stream",
    "Timeout",
    "aio",
    "connect",
]
