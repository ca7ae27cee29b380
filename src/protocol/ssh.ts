import * as z from "zod/mini";
import { method } from "./method.ts";
import { described } from "./schema.ts";

export const new_ = method({
  summary: "Connects to an SSH server, checks its host key, logs in.",
  description:
    "Host keys are checked against the user's `~/.ssh/known_hosts` as OpenSSH's `accept-new` does: a new host is recorded, a changed key is refused. With a password, `password` is tried and then, where the server offers it, `keyboard-interactive` with the same password; without one, `none` (RFC 4252 §5.2).",
  positional: ["host", "port", "username", "password"],
  params: z.strictObject({
    host: described(
      z.string().check(
        z.minLength(1),
        // A leading dash or white space is nobody's host, and would end in logs and known_hosts.
        z.regex(/^[^\s\0-][^\s\0]*$/, "must be a host name or an IP address"),
      ),
      "A host name, an IPv4 or an IPv6 address (without brackets).",
    ),
    port: described(
      z._default(z.int().check(z.minimum(1), z.maximum(65535)), 22),
      "The TCP port, 1 to 65535.",
    ),
    username: described(z.string().check(z.minLength(1)), "Whom to log in as."),
    password: z.optional(described(z.string(), "For `password` and `keyboard-interactive`.")),
    timeout: z.optional(
      described(
        z.number(),
        "Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less has passed already. Default: 30.",
      ),
    ),
  }),
  result: z.strictObject({
    session: described(z.int(), "The handle for the `session.*` methods: 1, 2, 3 …"),
    serverIdent: described(
      z.string(),
      "The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`.",
    ),
    hostKey: z.strictObject({
      type: described(z.string(), "As `ssh-ed25519`."),
      fingerprint: described(z.string(), "As OpenSSH prints it: `SHA256:…`."),
      status: described(
        z.enum(["known", "recorded", "unrecorded"]),
        "Known before; recorded in known_hosts now; or new, and known_hosts could not be written.",
      ),
    }),
    authMethod: described(z.string(), "The authentication method that succeeded (RFC 4252 §5)."),
  }),
  errors: [
    "ConnectFailed",
    "HandshakeFailed",
    "HostKeyRejected",
    "AuthenticationFailed",
    "ConnectionLost",
    "Timeout",
  ],
});
