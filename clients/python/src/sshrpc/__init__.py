"""SSH sessions without an SSH library: exec and SCP through the sshrpc daemon.

    import sshrpc

    with sshrpc.connect("example.org", username="alice", password="…") as session:
        print(session.run("uname -a", text=True, check=True).stdout)

`sshrpc.connect` is for threads, `sshrpc.aio.connect` the same for asyncio. Times are in seconds,
sizes in bytes. Every failure of a call is an `SSHError`. An argument of a wrong type or value,
which can't be sent, is a TypeError, ValueError or LookupError.
"""

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import aio
    from ._aliases import (
        Address,
        Answer,
        Chunk,
        OnOutput,
        Progress,
        RemotePath,
        RemoteText,
        TreeOptions,
        TreeProgress,
    )
    from ._contract import (
        Algorithms,
        ConnectOptions,
    )
    from .daemon import (
        Daemon,
    )
    from .errors import (
        AuthenticationFailed,
        Cancelled,
        ChannelOpenFailed,
        ChannelRequestDenied,
        CommandNotFound,
        ConnectFailed,
        ConnectionLost,
        DaemonError,
        ForwardRefused,
        HandshakeFailed,
        HostKeyRejected,
        InputTooFast,
        InternalError,
        InvalidParams,
        InvalidRequest,
        LocalFileError,
        MethodNotFound,
        NotSupported,
        NotUtf8,
        OutputTooLarge,
        ParseError,
        RemoteFileError,
        SSHError,
        ScpProtocolError,
        ScpRemoteError,
        SessionClosed,
        SessionNotFound,
        SudoFailed,
        Timeout,
        TransferIncomplete,
    )
    from .file_values import (
        FilesInfo,
        FileStat,
        FileSystemStat,
        Transferred,
        TransferProgress,
    )
    from .filesystem import (
        FileSystem,
    )
    from .forwarding import (
        Forward,
    )
    from .opening import (
        connect,
    )
    from .prompts import (
        OfferedHostKey,
        Prompt,
        PromptLine,
    )
    from .remote_socket import (
        RemoteSocket,
    )
    from .results import (
        CommandFailed,
        HostCertificate,
        HostKey,
        OutputNotText,
        Result,
    )
    from .server_path import (
        ServerPath,
    )
    from .session import (
        Session,
    )
    from .shell import (
        Shell,
    )
    from .ssh_tunnel import (
        SSHTunnelForwarder,
    )
    from .stream import (
        Stream,
    )
    from .talk import (
        END,
        Found,
        ShellEnded,
    )

__version__ = "0.1.0"

__all__ = [
    "END",
    "Address",
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
    "FileStat",
    "FileSystem",
    "FileSystemStat",
    "FilesInfo",
    "Forward",
    "ForwardRefused",
    "Found",
    "HandshakeFailed",
    "HostCertificate",
    "HostKey",
    "HostKeyRejected",
    "InputTooFast",
    "InternalError",
    "InvalidParams",
    "InvalidRequest",
    "LocalFileError",
    "MethodNotFound",
    "NotSupported",
    "NotUtf8",
    "OfferedHostKey",
    "OnOutput",
    "OutputNotText",
    "OutputTooLarge",
    "ParseError",
    "Progress",
    "Prompt",
    "PromptLine",
    "RemoteFileError",
    "RemotePath",
    "RemoteSocket",
    "RemoteText",
    "Result",
    "SSHError",
    "SSHTunnelForwarder",
    "ScpProtocolError",
    "ScpRemoteError",
    "ServerPath",
    "Session",
    "SessionClosed",
    "SessionNotFound",
    "Shell",
    "ShellEnded",
    "Stream",
    "SudoFailed",
    "Timeout",
    "TransferIncomplete",
    "TransferProgress",
    "Transferred",
    "TreeOptions",
    "TreeProgress",
    "aio",
    "connect",
]

#: The module of each name. It is loaded when a program first uses the name: a script that runs one
#: command shouldn't wait until asyncio is loaded.
_HOMES = {
    "Address": "_aliases",
    "Answer": "_aliases",
    "Chunk": "_aliases",
    "OnOutput": "_aliases",
    "Progress": "_aliases",
    "RemotePath": "_aliases",
    "RemoteText": "_aliases",
    "TreeOptions": "_aliases",
    "TreeProgress": "_aliases",
    "Algorithms": "_contract",
    "ConnectOptions": "_contract",
    "Daemon": "daemon",
    "AuthenticationFailed": "errors",
    "Cancelled": "errors",
    "ChannelOpenFailed": "errors",
    "ChannelRequestDenied": "errors",
    "CommandNotFound": "errors",
    "ConnectFailed": "errors",
    "ConnectionLost": "errors",
    "DaemonError": "errors",
    "ForwardRefused": "errors",
    "HandshakeFailed": "errors",
    "HostKeyRejected": "errors",
    "InputTooFast": "errors",
    "InternalError": "errors",
    "InvalidParams": "errors",
    "InvalidRequest": "errors",
    "LocalFileError": "errors",
    "MethodNotFound": "errors",
    "NotSupported": "errors",
    "NotUtf8": "errors",
    "OutputTooLarge": "errors",
    "ParseError": "errors",
    "RemoteFileError": "errors",
    "SSHError": "errors",
    "ScpProtocolError": "errors",
    "ScpRemoteError": "errors",
    "SessionClosed": "errors",
    "SessionNotFound": "errors",
    "SudoFailed": "errors",
    "Timeout": "errors",
    "TransferIncomplete": "errors",
    "FilesInfo": "file_values",
    "FileStat": "file_values",
    "FileSystemStat": "file_values",
    "Transferred": "file_values",
    "TransferProgress": "file_values",
    "FileSystem": "filesystem",
    "Forward": "forwarding",
    "OfferedHostKey": "prompts",
    "Prompt": "prompts",
    "PromptLine": "prompts",
    "RemoteSocket": "remote_socket",
    "CommandFailed": "results",
    "HostCertificate": "results",
    "HostKey": "results",
    "OutputNotText": "results",
    "Result": "results",
    "ServerPath": "server_path",
    "Session": "session",
    "connect": "opening",
    "Shell": "shell",
    "SSHTunnelForwarder": "ssh_tunnel",
    "Stream": "stream",
    "END": "talk",
    "Found": "talk",
    "ShellEnded": "talk",
}


def __getattr__(name: str) -> object:
    if name != "aio" and name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = __import__(f"{__name__}.{_HOMES.get(name, name)}", fromlist=("__name__",))
    value: object = home if name == "aio" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
