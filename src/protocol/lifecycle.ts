import * as z from "zod/mini";
import { method } from "./method.ts";
import { described, logLevel, objectParam } from "./schema.ts";

export const initialize = method({
  summary: "Says who is there and what they can do. Optional: every method works without it.",
  description:
    "At most once, as in LSP. Params of a language client that mean nothing here are ignored.",
  positional: ["processId"],
  params: () =>
    z.looseObject({
      processId: z.optional(
        described(
          z.nullable(z.int().check(z.positive())),
          "The pid of the process whose end ends the daemon too.",
        ),
      ),
      environment: z.optional(
        described(
          objectParam(
            z.strictObject({
              cwd: described(
                z.string().check(z.regex(/^\//, "must be an absolute path")),
                "Its working directory: what relative paths count from.",
              ),
              umask: described(
                z.int().check(z.minimum(0), z.maximum(0o777)),
                "What the mode of a new file lacks.",
              ),
              variables: described(
                objectParam(z.record(z.string(), z.string())),
                "Its environment variables: `HOME`, `SSH_AUTH_SOCK`, those that a configuration names, and what a proxy command gets.",
              ),
            }),
          ),
          "Where the client runs, for one that connects to a shared daemon's socket itself. Default: where the daemon does, or what `--attach` has told.",
        ),
      ),
      capabilities: z.optional(
        described(
          objectParam(
            z.looseObject({
              prompt: z.optional(
                described(
                  z.boolean(),
                  "The client answers `client/prompt`: see Questions to the client.",
                ),
              ),
              binaryFrames: z.optional(
                described(z.boolean(), "The client takes binary frames, and may send them."),
              ),
              logMessage: z.optional(
                described(
                  logLevel(),
                  "The client wants `window/logMessage` of this level and those more urgent.",
                ),
              ),
            }),
          ),
          "What the client can do beyond the least.",
        ),
      ),
    }),
  result: () =>
    z.strictObject({
      serverInfo: z.strictObject({ name: z.string(), version: z.string() }),
      protocolVersion: described(z.int(), "Counts up when the contract changes incompatibly."),
      capabilities: z.strictObject({
        methods: described(z.array(z.string()), "Every request that this daemon answers."),
        encodings: described(z.array(z.string()), "How bytes can be carried."),
        binaryFrames: described(
          z.boolean(),
          "Whether binary frames are granted, in both directions: where the client asked for them, in Content-Length framing.",
        ),
        notifications: described(z.array(z.string()), "Every notification that this daemon sends."),
      }),
      limits: described(z.record(z.string(), z.int()), "The bounds of Limits, in bytes."),
    }),
  errors: [],
});

export const shutdown = method({
  summary: "Frees every session. Afterwards only `exit` is taken.",
  positional: [],
  params: () => z.strictObject({}),
  result: () => z.null(),
  errors: [],
});

const address = () =>
  z.union([
    z.strictObject({ host: z.string(), port: z.int() }),
    z.strictObject({ path: z.string() }),
  ]);

const pool = () =>
  z.strictObject({
    most: described(z.int(), "How much there is beyond the reserves."),
    taken: described(z.int(), "How much of that is taken."),
    reserve: described(z.int(), "What each client may have beside it, whatever the others have."),
  });

export const status = method({
  summary: "What the daemon holds at the moment for this client, or for all.",
  positional: [],
  params: () =>
    z.strictObject({
      all: described(z._default(z.boolean(), false), "What it holds for every client."),
    }),
  result: () =>
    z.strictObject({
      pid: z.int(),
      version: z.string(),
      uptime: described(z.number(), "Seconds since the start."),
      memory: z.strictObject({
        rss: described(z.int(), "Resident set, in bytes."),
        heapUsed: described(z.int(), "Of the JavaScript heap, in bytes."),
        external: described(z.int(), "Buffers outside the heap, in bytes."),
      }),
      clients: z.optional(
        described(
          z.array(
            z.strictObject({
              client: described(z.int(), "Counts up from 1."),
              process: z.optional(
                described(
                  z.int(),
                  "Its pid: what it said as `processId`, else that of the program which `--attach` serves.",
                ),
              ),
              age: described(z.number(), "Seconds since it came."),
              places: z.optional(described(z.int(), "How many it has of the places in `limits`.")),
              output: z.optional(
                described(z.int(), "Bytes of its output that are in the daemon's memory."),
              ),
            }),
          ),
          "With `all`.",
        ),
      ),
      limits: z.optional(
        described(
          z.strictObject({
            clients: described(z.int(), "Clients at the same time."),
            places: described(pool(), "For sessions, forwards and their connections: one each."),
            output: described(pool(), "Bytes of output in memory until they are written."),
          }),
          "Of a shared daemon, with `all`: its bounds for all clients together (see Limits).",
        ),
      ),
      sessions: z.array(
        z.strictObject({
          client: z.optional(described(z.int(), "With `all`: whose it is.")),
          session: z.int(),
          state: described(
            z.enum(["open", "lost", "closed"]),
            "Lost: it is being connected to again.",
          ),
          host: z.string(),
          port: z.int(),
          username: z.string(),
          serverIdent: z.string(),
          age: described(z.number(), "Seconds since the connection's login."),
          channels: described(z.int(), "Channels in use at the moment."),
          ahead: described(z.int(), "Channels opened ahead of need, which wait for a call."),
          queued: described(z.int(), "Calls that wait for a channel."),
          execs: described(z.int(), "Commands started so far."),
          transfers: described(z.int(), "SCP transfers started so far."),
          bytesReceived: described(
            z.int(),
            "From the server, as encrypted; of the whole connection where it is shared.",
          ),
          bytesSent: described(z.int(), "To the server, likewise."),
          via: z.optional(
            described(z.int(), "The session that it runs over, where that has a handle."),
          ),
          connection: z.optional(
            described(z.int(), "The one of `connections` that it uses, where it may be shared."),
          ),
        }),
      ),
      connections: described(
        z.array(
          z.strictObject({
            connection: described(z.int(), "Counts up from 1."),
            host: z.string(),
            port: z.int(),
            username: z.string(),
            serverIdent: z.string(),
            age: described(z.number(), "Seconds since the login."),
            sessions: described(z.int(), "How many use it at the moment, whoever's they are."),
            idle: z.optional(described(z.number(), "Seconds since the last of them ended.")),
            endsIn: z.optional(described(z.number(), "Seconds until it ends, unless it is used.")),
            bytesReceived: described(z.int(), "From the server, as encrypted."),
            bytesSent: described(z.int(), "To the server, as encrypted."),
          }),
        ),
        "Connections that may be shared (`persist`), and that this client has used; with `all` every one.",
      ),
      forwards: z.array(
        z.strictObject({
          client: z.optional(described(z.int(), "With `all`: whose it is.")),
          forward: z.int(),
          session: z.optional(z.int()),
          kind: z.enum(["local", "remote", "dynamic"]),
          bind: address(),
          to: z.optional(address()),
          connections: described(z.int(), "Open at the moment."),
          total: described(z.int(), "Connections so far."),
          failed: described(z.int(), "Those of them that could not be made."),
          bytesReceived: described(z.int(), "From where it listens."),
          bytesSent: described(z.int(), "To there."),
        }),
      ),
      connecting: described(
        z.array(
          z.strictObject({
            host: z.string(),
            port: z.int(),
            active: described(z.int(), "Logins on their way."),
            queued: described(z.int(), "Logins that wait for their turn."),
          }),
        ),
        "The servers that are being connected to; one that is reached in two ways is listed twice.",
      ),
    }),
  errors: [],
});

export const discover = method({
  summary: "The contract as an OpenRPC document.",
  positional: [],
  params: () => z.strictObject({}),
  result: () => z.looseObject({ openrpc: z.string() }),
  errors: [],
});
