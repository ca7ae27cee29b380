// Generated from src/protocol by npm run generate. Do not edit.

import { SshError } from "./ssh-error.ts";

/** The bytes are no JSON, or the frame's header is malformed. */
export class ParseError extends SshError {
  override get kind(): "ParseError" {
    return "ParseError";
  }
}

/**
 * The JSON is no JSON-RPC 2.0 request, it came too late, or a shared daemon has no room for its
 * client.
 */
export class InvalidRequest extends SshError {
  override get kind(): "InvalidRequest" {
    return "InvalidRequest";
  }
}

/** There is no such method. */
export class MethodNotFound extends SshError {
  override get kind(): "MethodNotFound" {
    return "MethodNotFound";
  }
}

/**
 * A param is missing, unknown or ill-typed.
 *
 * `data` may hold:
 * - `path`: the param, as in `env.PATH`
 * - `reason`: what is wrong with it
 */
export class InvalidParams extends SshError {
  override get kind(): "InvalidParams" {
    return "InvalidParams";
  }
}

/** A fault of the daemon itself; please report it. */
export class InternalError extends SshError {
  override get kind(): "InternalError" {
    return "InternalError";
  }
}

/**
 * The client cancelled the request. Output that had arrived comes as on Timeout.
 *
 * `data` may hold:
 * - `phase`: where it stopped
 * - `termination`: exec: as on Timeout
 */
export class Cancelled extends SshError {
  override get kind(): "Cancelled" {
    return "Cancelled";
  }
}

/** No session has this handle; it was freed, or never was. */
export class SessionNotFound extends SshError {
  override get kind(): "SessionNotFound" {
    return "SessionNotFound";
  }
}

/** The session was disconnected, or its connection was lost earlier. */
export class SessionClosed extends SshError {
  override get kind(): "SessionClosed" {
    return "SessionClosed";
  }
}

/** No command runs under this token: it has ended, its input was closed, or it never was. */
export class CommandNotFound extends SshError {
  override get kind(): "CommandNotFound" {
    return "CommandNotFound";
  }
}

/**
 * No connection to the host.
 *
 * `data` may hold:
 * - `errno`: the system's name of the error, as `ECONNREFUSED` or `ENOTFOUND`; `EMFILE` for one
 * session more than the client may have
 * - `reason`: with `via`: the jump host's refusal of the channel, the code of RFC 4254 §5.1
 * - `description`: and its text, as `Connection refused`
 * - `stderr`: with `proxyCommand`: the end of what it wrote to stderr, control characters removed
 */
export class ConnectFailed extends SshError {
  override get kind(): "ConnectFailed" {
    return "ConnectFailed";
  }
}

/**
 * What answered speaks no SSH, or no algorithm that we accept (RFC 4253 §4.2, §7.1).
 *
 * `data` may hold:
 * - `stage`: `banner` (before the identification string) or `kex`
 * - `algorithm`: where no algorithm is in common: of which kind, as a name in `algorithms`
 * - `offer`: and what the server offers of it
 * - `errno`: the system's name of the error, where the connection broke
 * - `disconnectReason`: where the server has sent SSH_MSG_DISCONNECT: its reason (RFC 4253 §11.1)
 * - `disconnectDescription`: and its text
 * - `stderr`: with `proxyCommand`: as on ConnectFailed
 */
export class HandshakeFailed extends SshError {
  override get kind(): "HandshakeFailed" {
    return "HandshakeFailed";
  }
}

/**
 * The server's host key is not trusted.
 *
 * `data` may hold:
 * - `reason`: `changed`, `unknown` (with `strict`; with `ask` where the client didn't accept it or
 * can't be asked), `notPinned`, `revoked`, `certAuthority` (known_hosts wants a certificate, and
 * the server has none that is good) or `unreadable` (known_hosts could not be read)
 * - `keyType`: of the offered key
 * - `fingerprint`: of the offered key, as OpenSSH prints it: `SHA256:…`
 * - `expected`: the entries of known_hosts that decide: fingerprint, key type, file and line of
 * each
 * - `errno`: where it was unreadable: the system's name of the error
 */
export class HostKeyRejected extends SshError {
  override get kind(): "HostKeyRejected" {
    return "HostKeyRejected";
  }
}

/**
 * The server refused every authentication that could be tried (RFC 4252).
 *
 * `data` may hold:
 * - `methods`: the methods that the server still offers
 * - `tried`: the methods that were tried, in order
 * - `skipped`: why keys were left out: `[{ path, reason }]`; `path` is a file, `privateKey` for the
 * param, or `agent`
 */
export class AuthenticationFailed extends SshError {
  override get kind(): "AuthenticationFailed" {
    return "AuthenticationFailed";
  }
}

/**
 * The connection ended during the call. Output that had arrived comes as on Timeout.
 *
 * `data` may hold:
 * - `errno`: the system's name of the error, if there was one
 * - `disconnectReason`: the server's SSH_MSG_DISCONNECT code (RFC 4253 §11.1), if it sent one
 * - `disconnectDescription`: and its text, control characters removed
 * - `stderr`: over a proxy command: as on ConnectFailed
 */
export class ConnectionLost extends SshError {
  override get kind(): "ConnectionLost" {
    return "ConnectionLost";
  }
}

/**
 * The server refused a channel (RFC 4254 §5.1).
 *
 * `data` may hold:
 * - `reason`: the RFC's code
 * - `description`: the server's text, control characters removed
 */
export class ChannelOpenFailed extends SshError {
  override get kind(): "ChannelOpenFailed" {
    return "ChannelOpenFailed";
  }
}

/**
 * The server refused a request on the channel (RFC 4254 §6).
 *
 * `data` may hold:
 * - `request`: `exec`, `shell`, `subsystem`, `pty-req`, `env` or `auth-agent-req@openssh.com`
 */
export class ChannelRequestDenied extends SshError {
  override get kind(): "ChannelRequestDenied" {
    return "ChannelRequestDenied";
  }
}

/**
 * No listening there: the server refuses it (RFC 4254 §7.1, streamlocal-forward@openssh.com), or
 * the address is in use.
 *
 * `data` may hold:
 * - `errno`: on the daemon's machine: the system's name of the error, as `EADDRINUSE`; `EMFILE` for
 * one more than the client may have
 */
export class ForwardRefused extends SshError {
  override get kind(): "ForwardRefused" {
    return "ForwardRefused";
  }
}

/**
 * sudo didn't run the program; the message has its words.
 *
 * `data` may hold:
 * - `reason`: `wrongPassword`, `passwordNeeded` (none was given, by `sudoPassword` or by the
 * client), `noTerminal` (it wants one: `pty`), `notAllowed` (by sudoers), `unknownUser`, `notFound`
 * (there is no sudo) or `other`
 * - `stderr`: what it said, control characters removed
 * - `exitCode`: its exit status, if sent
 */
export class SudoFailed extends SshError {
  override get kind(): "SudoFailed" {
    return "SudoFailed";
  }
}

/**
 * The remote scp reported an error; the message is its text.
 *
 * `data` may hold:
 * - `code`: what its words say, as `ENOENT`, `EACCES`, `EISDIR` or `ENOSPC`, where they do
 * - `remoteMessage`: its text, control characters removed
 * - `exitCode`: its exit status, if sent
 */
export class ScpRemoteError extends SshError {
  override get kind(): "ScpRemoteError" {
    return "ScpRemoteError";
  }
}

/**
 * The remote side broke the SCP protocol, or ended before its final status.
 *
 * `data` may hold:
 * - `stdout`: the beginning of the text that it sent in place of the protocol
 * - `stderr`: what it wrote to stderr, shortened
 * - `exitCode`: the remote scp's exit status, if sent
 */
export class ScpProtocolError extends SshError {
  override get kind(): "ScpProtocolError" {
    return "ScpProtocolError";
  }
}

/**
 * A file of the daemon's machine could not be read or written.
 *
 * `data` may hold:
 * - `code`: as `ENOENT` or `ENOSPC`
 * - `errno`: the same, but `EINVAL` for whatever is no regular file
 * - `path`: the file
 */
export class LocalFileError extends SshError {
  override get kind(): "LocalFileError" {
    return "LocalFileError";
  }
}

/**
 * The server could not do it to the file; the message has its text.
 *
 * `data` may hold:
 * - `code`: as `ENOENT`, `EACCES` or `EEXIST`; `UNKNOWN` where the server doesn't say, `EPROTO`
 * where it broke the protocol
 * - `status`: SFTP's own number; none over a shell
 * - `path`: the remote file; bytes that are no UTF-8 as U+FFFD
 * - `remoteMessage`: the server's text, control characters removed
 */
export class RemoteFileError extends SshError {
  override get kind(): "RemoteFileError" {
    return "RemoteFileError";
  }
}

/**
 * Some files were not transferred, all others were. The fields of the result are in the error.
 *
 * `data` may hold:
 * - `failures`: `[{ path, kind, message }]`: the file by its path below the source, and the error
 * that it met; at most 1000
 * - `failed`: how many failed
 */
export class TransferIncomplete extends SshError {
  override get kind(): "TransferIncomplete" {
    return "TransferIncomplete";
  }
}

/** The server has no means to do it; the message says what it lacks. */
export class NotSupported extends SshError {
  override get kind(): "NotSupported" {
    return "NotSupported";
  }
}

/**
 * The call's deadline passed, or a transfer was idle for too long.
 *
 * `data` may hold:
 * - `phase`: where it passed: see Phases
 * - `seconds`: the time-out that passed
 * - `output, encoding`: what had arrived, in the fields that the result would have had
 * - `stderr`: `ssh.new` with `proxyCommand`: as on ConnectFailed
 * - `termination`: exec: what was done to the remote command: `{ signals, ended, exitCode,
 * exitSignal }`
 */
export class Timeout extends SshError {
  override get kind(): "Timeout" {
    return "Timeout";
  }
}

/**
 * More input waits for the command than is held; wait for the replies to your writes.
 *
 * `data` may hold:
 * - `maxPendingInput`: the bound, in bytes
 */
export class InputTooFast extends SshError {
  override get kind(): "InputTooFast" {
    return "InputTooFast";
  }
}

/**
 * `encoding` is `utf8` and the bytes are not. The call was carried out; its result is in the error,
 * as base64.
 */
export class NotUtf8 extends SshError {
  override get kind(): "NotUtf8" {
    return "NotUtf8";
  }
}

/**
 * More output, or a larger file, than `maxOutput`. What fits of a command's output is in the error,
 * as on Timeout.
 *
 * `data` may hold:
 * - `maxOutput`: the limit that was passed
 * - `termination`: exec: as on Timeout
 */
export class OutputTooLarge extends SshError {
  override get kind(): "OutputTooLarge" {
    return "OutputTooLarge";
  }
}
