# Generated from src/protocol by npm run generate. Do not edit.
"""The contract's names and numbers."""

from __future__ import annotations

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Dict, Final, FrozenSet

#: The options of `ssh.new` with their names on the wire.
CONNECT_OPTIONS: Final[Dict[str, str]] = {
    "private_key": "privateKey",
    "passphrase": "passphrase",
    "identity_files": "identityFiles",
    "certificate_files": "certificateFiles",
    "agent": "agent",
    "identities_only": "identitiesOnly",
    "host_key_policy": "hostKeyPolicy",
    "host_key_fingerprints": "hostKeyFingerprints",
    "known_hosts": "knownHosts",
    "algorithms": "algorithms",
    "warn_weak_crypto": "warnWeakCrypto",
    "keepalive_interval": "keepaliveInterval",
    "keepalive_count_max": "keepaliveCountMax",
    "max_channels": "maxChannels",
    "proxy_command": "proxyCommand",
    "socket_path": "socketPath",
    "reconnect": "reconnect",
    "config": "config",
    "persist": "persist",
    "timeout": "timeout",
    "idle_timeout": "idleTimeout",
}

#: The lists of its `algorithms` with their names on the wire.
ALGORITHMS: Final[Dict[str, str]] = {
    "kex": "kex",
    "host_key": "hostKey",
    "cipher": "cipher",
    "mac": "mac",
    "compression": "compression",
    "public_key": "publicKey",
}

#: Those options that are paths on the daemon's machine, or hold some, by their names on the wire.
LOCAL_PATHS: Final[FrozenSet[str]] = frozenset(["identityFiles", "certificateFiles", "agent", "knownHosts", "socketPath", "config"])

#: Those that are lists.
LISTS: Final[FrozenSet[str]] = frozenset(["identityFiles", "certificateFiles", "hostKeyFingerprints", "knownHosts"])

#: The code of each kind of error.
ERROR_CODES: Final[Dict[str, int]] = {
    "ParseError": -32700,
    "InvalidRequest": -32600,
    "MethodNotFound": -32601,
    "InvalidParams": -32602,
    "InternalError": -32603,
    "Cancelled": -32800,
    "SessionNotFound": 1001,
    "SessionClosed": 1002,
    "CommandNotFound": 1003,
    "ConnectFailed": 2001,
    "HandshakeFailed": 2002,
    "HostKeyRejected": 2003,
    "AuthenticationFailed": 2004,
    "ConnectionLost": 2005,
    "ChannelOpenFailed": 3001,
    "ChannelRequestDenied": 3002,
    "ForwardRefused": 3003,
    "SudoFailed": 3004,
    "ScpRemoteError": 4001,
    "ScpProtocolError": 4002,
    "LocalFileError": 4003,
    "RemoteFileError": 4004,
    "TransferIncomplete": 4005,
    "NotSupported": 4006,
    "Timeout": 5001,
    "InputTooFast": 5004,
    "NotUtf8": 5003,
    "OutputTooLarge": 5002,
}
