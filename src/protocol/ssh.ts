import * as z from "zod/mini";
import { algorithms } from "./algorithms.ts";
import { maxKeyBytes } from "./limits.ts";
import { method } from "./method.ts";
import {
  atMost,
  described,
  listParam,
  localPath,
  objectParam,
  remoteName,
  remoteText,
  token,
} from "./schema.ts";

/** A path of the daemon's machine as ssh_config(5) has it. */
const homePath = () =>
  described(
    localPath(),
    "A path on the daemon's machine; `~/` in front is the home of the daemon's user.",
  );

/** Characters: getnameinfo(3)'s NI_MAXHOST, less the NUL. An alias may be longer than DNS has names. */
const maxHost = 1024;

/** Seconds: a day. setTimeout takes at most 25 days. */
const maxKeepaliveInterval = 86_400;

/** Seconds: a day. After that a new login is no burden. */
const maxPersist = 86_400;

/** The fields that tell of a login, in ssh.new's result and in notifications. */
export const loggedIn = () =>
  z.strictObject({
    session: described(z.int(), "The handle for the `session.*` methods: 1, 2, 3 …"),
    host: described(
      z.string(),
      "The server's name or address: with `config` the HostName that this says, else `host`.",
    ),
    port: described(z.int(), "Its port."),
    username: described(z.string(), "Whom it is logged in as."),
    serverIdent: described(
      z.string(),
      "The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`.",
    ),
    hostKey: z.strictObject({
      type: described(z.string(), "As `ssh-ed25519`."),
      fingerprint: described(z.string(), "As OpenSSH prints it: `SHA256:…`."),
      status: described(
        z.enum(["known", "recorded", "unrecorded", "pinned", "accepted", "unchecked"]),
        "Known before; recorded in known_hosts now; new, and not recorded (`reason` says why, if it was to be); one of `hostKeyFingerprints`; changed, and accepted by the client for this session; or not checked, with the policy `off`.",
      ),
      certificate: z.optional(
        described(
          z.strictObject({
            keyId: described(z.string(), "The authority's name for it."),
            serial: described(z.string(), "Its number, in decimal: it has 64 bits."),
            principals: described(z.array(z.string()), "The hosts that it is for."),
            validAfter: described(z.int(), "Seconds since 1970; 0 for always."),
            validBefore: z.optional(described(z.int(), "Seconds since 1970; left out: for ever.")),
            ca: described(z.string(), "The authority's fingerprint: `SHA256:…`."),
          }),
          "The certificate that vouches for the key, where known_hosts (`@cert-authority`) or `hostKeyFingerprints` names its authority and not the key.",
        ),
      ),
      reason: z.optional(
        described(z.string(), "Why it could not be recorded: the file, and the system's words."),
      ),
    }),
    authMethod: described(
      z.string(),
      "The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a row, all of them, as `publickey,password`.",
    ),
    kex: described(
      z.string(),
      "The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`.",
    ),
    cipher: described(
      z.string(),
      "The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same unless its two lists differ.",
    ),
    mac: described(
      z.string(),
      "The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself.",
    ),
    postQuantum: described(z.boolean(), "Whether the key exchange is safe from quantum computers."),
    warnings: z.optional(
      described(z.array(z.string()), "What `warnWeakCrypto` has found, if anything."),
    ),
    ignored: z.optional(
      described(
        z.array(z.string()),
        "With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent yes`; of a jump host with its name in front: `gate: forwardagent yes`. Settings that are OpenSSH's defaults are left out.",
      ),
    ),
  });

export const new_ = method({
  summary: "Connects to an SSH server, checks its host key, logs in.",
  description:
    "What is named in the call is used to log in, and nothing else; where nothing is named, the user's agent and default identity files are, as `ssh` does: see Logging in. The host key is checked as `hostKeyPolicy` says: see Trust.",
  positional: ["host", "port", "username", "password"],
  params: () =>
    z.strictObject({
      host: described(
        z.string().check(
          z.minLength(1),
          z.maxLength(maxHost, `must be at most ${maxHost} characters`),
          // No host's name begins with a dash, or has white space or characters with a meaning in
          // known_hosts (pattern, list, marker, comment), which it would get into, and into logs.
          z.regex(
            /^[^@]*$/,
            "must be a host name or an IP address; a user's name goes into `username`",
          ),
          z.regex(
            /^(?![^:]*:\d*$)/,
            "must be a host name or an IP address; a port goes into `port`",
          ),
          z.regex(
            /^[^\s\0[\]*?,!#@|-][^\s\0[\]*?,]*$/,
            "must be a host name or an IP address, without brackets",
          ),
        ),
        `A host name, an IPv4 or an IPv6 address (without brackets), of up to ${maxHost} characters; with \`config\` an alias, too.`,
      ),
      port: described(
        z.optional(z.int().check(z.minimum(1), z.maximum(65535))),
        "The TCP port, 1 to 65535. Default: 22, or what the configuration says.",
      ),
      username: z.optional(
        remoteName(
          "Whom to log in as. Needed unless `config` is named, which says it then, or whose default is the daemon's user.",
        ),
      ),
      password: z.optional(remoteText("For `password` and `keyboard-interactive`.")),
      privateKey: z.optional(
        described(
          z.string().check(atMost(maxKeyBytes)),
          "A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC 1, PKCS #8) or PuTTY's versions 2 and 3.",
        ),
      ),
      passphrase: z.optional(described(z.string(), "Of private keys that are encrypted.")),
      identityFiles: z.optional(
        described(
          listParam(z.array(homePath())),
          "Paths of private keys, or of public ones whose private half the agent holds; a certificate is found beside its key (`-cert.pub`), unless `certificateFiles` names any. Default: what `config` says; else, where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.",
        ),
      ),
      certificateFiles: z.optional(
        described(
          listParam(z.array(homePath())),
          "Paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried first. Each one's private key is looked for in the agent, among the identity files and in `privateKey`; where the call names none of these, in the agent of SSH_AUTH_SOCK and the default identity files. Default: what `config` says.",
        ),
      ),
      agent: z.optional(
        described(
          z.union([z.boolean(), homePath()], "must be true, false or a path"),
          "The SSH agent: `true` for that of SSH_AUTH_SOCK, the path of its socket, or `false`. Default: what `config` says, else that of SSH_AUTH_SOCK where `identityFiles` is named, or nothing is.",
        ),
      ),
      identitiesOnly: z.optional(
        described(
          z.boolean(),
          "Of the agent's keys only those that are among the identity files. Default: what `config` says, else false.",
        ),
      ),
      hostKeyPolicy: z.optional(
        described(
          z.enum(["strict", "accept-new", "ask", "pin", "off"]),
          'What is done about a host key that known_hosts doesn\'t hold. Default: `"pin"` with `hostKeyFingerprints`, else what `config` says, else `"accept-new"`.',
        ),
      ),
      hostKeyFingerprints: z.optional(
        described(
          listParam(
            z
              .array(
                z
                  .string()
                  .check(z.regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "must be a fingerprint: SHA256:…")),
              )
              .check(z.minLength(1)),
          ),
          "With `pin`: the host keys that are accepted, as OpenSSH prints them: `SHA256:…`.",
        ),
      ),
      knownHosts: z.optional(
        described(
          listParam(z.array(homePath())),
          "The user's known_hosts files; in the first one new hosts are recorded, and in none where there is none or it is `/dev/null`: see Trust. Default: what `config` says, else `~/.ssh/known_hosts` and `~/.ssh/known_hosts2`. The system's are read in any case.",
        ),
      ),
      algorithms: z.optional(
        described(
          objectParam(algorithms),
          "What is offered in the key exchange (RFC 4253 §7.1), and what the user's keys sign with (`publicKey`), best first, each list in place of the default: for servers that have only what is weak. See Algorithms.",
        ),
      ),
      warnWeakCrypto: z.optional(
        described(
          z.boolean(),
          "Has the log, and `warnings` of the result, say where the key exchange isn't post-quantum, as ssh_config(5)'s WarnWeakCrypto. Default: what `config` says (by itself only where it doesn't choose KexAlgorithms, as `ssh`), else false.",
        ),
      ),
      keepaliveInterval: z.optional(
        described(
          z.number().check(z.minimum(0), z.maximum(maxKeepaliveInterval)),
          "Seconds of the server's silence after which it is asked for a sign of life, up to 86400; 0 for never. A server that is gone is found out within `keepaliveInterval` × (`keepaliveCountMax` + 1) seconds. Default: what `config` says, else 15.",
        ),
      ),
      keepaliveCountMax: z.optional(
        described(
          z.int().check(z.minimum(1), z.maximum(1000)),
          "How many such questions in a row may go unanswered, 1 to 1000. Default: what `config` says, else 3.",
        ),
      ),
      maxChannels: z.optional(
        described(
          z.int().check(z.minimum(1), z.maximum(1000)),
          "How many channels for programs and transfers the session has open at a time, 1 to 1000; the others wait. With 1, none is opened ahead of need: for servers that bear no second one. Default: as many as the server takes.",
        ),
      ),
      via: z.optional(
        described(
          z.int().check(z.positive()),
          "The handle of a session to connect through, as `ssh -J` does: its server connects to `host` and `port` (RFC 4254 §7.2). The new session ends with that one.",
        ),
      ),
      proxyCommand: z.optional(
        described(
          remoteText("").check(z.minLength(1)),
          "A command whose stdin and stdout are the connection, as ssh_config(5)'s ProxyCommand: run by `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a `%`. It is ended with the session.",
        ),
      ),
      socketPath: z.optional(
        described(
          homePath(),
          "The path of a Unix socket to connect to instead of `host` and `port`, which remain the server's name in known_hosts; with `via` one of the jump host's, as it is named there.",
        ),
      ),
      reconnect: z.optional(
        described(
          z.boolean(),
          "Has a session whose connection is lost connected to again, under the same handle: see Reconnecting. Default: false.",
        ),
      ),
      config: z.optional(
        described(
          z.union([z.boolean(), homePath()], "must be true, false or a path"),
          "Has the user's configuration (ssh_config(5)) say what the call doesn't: `true` for the files that `ssh` reads, or the path of one to read instead; `false` as if it weren't given. See The user's configuration.",
        ),
      ),
      persist: z.optional(
        described(
          z.number().check(z.minimum(0), z.maximum(maxPersist)),
          "May be given a connection that is there already, where all that bears on trust and login is the same, and leaves it there for so many seconds after its last user, up to 86400, for the next call that says `persist`: see One daemon for many programs. Default: a connection of its own, which ends with it.",
        ),
      ),
      token: z.optional(
        described(
          token(),
          "The client's own name for this login, told with each question about it.",
        ),
      ),
      prompt: z.optional(
        described(
          z.boolean(),
          "False where nobody answers for this login, though the client says in `initialize` that it answers `client/prompt`: as if it didn't. Default: true.",
        ),
      ),
      timeout: z.optional(
        described(
          z.number(),
          "Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less has passed already. Default: the configuration's ConnectTimeout, else 30, and time in which the client is asked isn't counted.",
        ),
      ),
      idleTimeout: z.optional(
        described(
          z.number().check(z.positive()),
          "Seconds without a byte from the server after which the login is given up, whatever `timeout` says; time in which the client is asked, or the login waits for its turn (see The way there), isn't counted. Default: none.",
        ),
      ),
    }),
  result: loggedIn,
  errors: [
    "ConnectFailed",
    "HandshakeFailed",
    "HostKeyRejected",
    "AuthenticationFailed",
    "ConnectionLost",
    "SessionNotFound",
    "SessionClosed",
    "Timeout",
  ],
});
