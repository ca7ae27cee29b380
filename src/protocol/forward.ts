import * as z from "zod/mini";
import { method } from "./method.ts";
import { described, localPath, objectParam, remoteName, session, timeout } from "./schema.ts";

export const forward = () =>
  described(
    z.int().check(z.positive()),
    "The handle that the forward was given: a positive integer, never reused.",
  );

const port = (least: number, description: string) =>
  described(z.int().check(z.minimum(least), z.maximum(65_535)), description);

/** Where to listen; left out, it is `{}`. @param path the schema of a Unix socket's path on that side */
const bind = (path: () => z.ZodMiniType<string>, description: string) =>
  described(
    z.prefault(
      z.union([
        objectParam(
          z.strictObject({
            host: z._default(
              remoteName(
                "The address to listen at, by default one that only that machine can connect to.",
              ),
              "127.0.0.1",
            ),
            port: described(
              z._default(z.int().check(z.minimum(0), z.maximum(65_535)), 0),
              "The port, 0 to 65535; 0 is any that is free.",
            ),
          }),
        ),
        z.strictObject({ path: path() }),
      ]),
      {},
    ),
    description,
  );

const to = (path: () => z.ZodMiniType<string>, description: string) =>
  described(
    z.union([
      z.strictObject({
        host: z._default(remoteName("The host, by name or address."), "127.0.0.1"),
        port: port(1, "The port, 1 to 65535."),
      }),
      z.strictObject({ path: path() }),
    ]),
    description,
  );

const localSocket = () =>
  described(
    localPath(),
    "A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end.",
  );
const remoteSocket = () => remoteName("A Unix socket on the server.");

const result = () =>
  z.union([
    z.strictObject({
      forward: forward(),
      host: described(z.string(), "Where it listens."),
      port: described(z.int(), "The port that it listens at."),
    }),
    z.strictObject({ forward: forward(), path: described(z.string(), "Where it listens.") }),
  ]);

const errors = [
  "SessionNotFound",
  "SessionClosed",
  "ConnectionLost",
  "ForwardRefused",
  "Timeout",
] as const;

export const local = method({
  summary: "Listens on the daemon's machine, and has the server connect (ssh -L).",
  description:
    "Each connection that comes is joined to one that the server makes (RFC 4254 §7.2). A slow end slows the other one, and nothing else. One that the server can't make is told by `forward/failed`, and reset. The forward ends with its session, by `forward.close`, or by itself, which `forward/closed` tells.",
  positional: ["session", "bind", "to"],
  objects: ["bind", "to"],
  params: () =>
    z.strictObject({
      session: session(),
      bind: bind(localSocket, "Where to listen."),
      to: to(remoteSocket, "Where the server is to connect to, as it sees it."),
      timeout: z.optional(timeout()),
    }),
  result,
  errors,
});

export const remote = method({
  summary: "Has the server listen, and connects from the daemon's machine (ssh -R).",
  description:
    "By tcpip-forward (RFC 4254 §7.1) or streamlocal-forward@openssh.com. Which addresses the server listens at is its own decision: OpenSSH's `GatewayPorts` and `PermitListen`. All else as `forward.local`.",
  positional: ["session", "bind", "to"],
  objects: ["bind", "to"],
  params: () =>
    z.strictObject({
      session: session(),
      bind: bind(remoteSocket, "Where the server is to listen."),
      to: to(localPath, "Where to connect to from the daemon's machine."),
      timeout: z.optional(timeout()),
    }),
  result,
  errors,
});

export const dynamic = method({
  summary: "Listens for SOCKS 4, 4a and 5, and has the server connect where each asks (ssh -D).",
  description:
    "CONNECT without authentication (RFC 1928); names are resolved by the server. All else as `forward.local`.",
  positional: ["session", "bind"],
  objects: ["bind"],
  params: () =>
    z.strictObject({
      session: session(),
      bind: bind(localSocket, "Where to listen."),
      timeout: z.optional(timeout()),
    }),
  result,
  errors,
});

export const close = method({
  summary: "Has a forward listen no longer.",
  description: "Closing one that has ended is no error.",
  positional: ["forward"],
  params: () =>
    z.strictObject({
      forward: forward(),
      abort: described(
        z._default(z.boolean(), false),
        "Resets its connections, too; else they run to their end.",
      ),
      timeout: z.optional(timeout()),
    }),
  result: () => z.literal(true),
  errors: ["Timeout"],
});
