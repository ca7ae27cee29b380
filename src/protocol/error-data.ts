import { errors } from "./errors.ts";
import type { ErrorKind } from "./errors.ts";
import type { JsonSchema } from "./openrpc.ts";

const text = { type: "string" } as const;
const integer = { type: "integer" } as const;
const texts = { type: "array", items: text } as const;

function object(properties: Record<string, JsonSchema>): JsonSchema {
  const required = Object.keys(properties);
  return { type: "object", properties, required, additionalProperties: false };
}

/** What is known of how a program ended, with the same fields as in a result. */
const termination: JsonSchema = {
  type: "object",
  properties: {
    signals: texts,
    ended: { type: "boolean" },
    exitCode: { type: ["integer", "null"] },
    exitSignal: { type: ["string", "null"] },
  },
  required: ["signals", "ended"],
  additionalProperties: false,
};

/** Bytes, as a result carries them. */
const bytes: JsonSchema = { anyOf: [text, { type: "array", items: integer }] };

/** What the fields of errors' data are, by their names. */
const fields: Readonly<Record<string, JsonSchema>> = {
  algorithm: text,
  code: text,
  description: text,
  disconnectDescription: text,
  disconnectReason: integer,
  encoding: { enum: ["utf8", "base64", "binary"] },
  errno: text,
  exitCode: { type: ["integer", "null"] },
  expected: {
    type: "array",
    items: object({ fingerprint: text, keyType: text, file: text, line: integer }),
  },
  failed: integer,
  failures: { type: "array", items: object({ path: text, kind: text, message: text }) },
  fingerprint: text,
  keyType: text,
  maxOutput: integer,
  maxPendingInput: integer,
  methods: texts,
  offer: texts,
  output: bytes,
  path: text,
  phase: {
    enum: [
      "connect",
      "banner",
      "handshake",
      "authenticate",
      "queue",
      "open",
      "run",
      "drain",
      "transfer",
    ],
  },
  reason: text,
  remoteMessage: text,
  request: text,
  seconds: { type: "number" },
  skipped: { type: "array", items: object({ path: text, reason: text }) },
  stage: { enum: ["banner", "kex"] },
  status: integer,
  // Bytes for a program, text for a proxy command.
  stderr: bytes,
  stdout: text,
  termination,
  tried: texts,
};

/** Fields with another schema in errors of some kinds. */
const exceptions: { readonly [K in ErrorKind]?: Readonly<Record<string, JsonSchema>> } = {
  ChannelOpenFailed: { reason: integer },
  ConnectFailed: { reason: integer, stderr: text },
  HandshakeFailed: { stderr: text },
  HostKeyRejected: {
    reason: {
      enum: ["changed", "unknown", "notPinned", "revoked", "certAuthority", "unreadable"],
    },
  },
  ScpProtocolError: { stderr: text },
};

/**
 * The schema of an error's `data`. Other fields may stand beside: those that the method's result
 * would have had.
 */
export function errorDataSchema(kind: ErrorKind): JsonSchema {
  const { data = {} } = errors[kind] as { data?: Readonly<Record<string, string>> };
  const described = Object.entries(data).flatMap(([names, description]) =>
    names.split(", ").map((name) => {
      const schema = exceptions[kind]?.[name] ?? fields[name];
      if (schema === undefined) throw new Error(`${kind} has a field of no type: ${name}`);
      return [name, { description, ...schema }] as const;
    }),
  );
  return {
    type: "object",
    properties: {
      kind: { const: kind },
      dispatched: {
        description:
          'Whether the remote side may have acted: `"no"` (a retry is safe), `"yes"`, or `"maybe"`.',
        enum: ["no", "maybe", "yes"],
      },
      ...Object.fromEntries(described),
    },
    required: ["kind", "dispatched"],
    additionalProperties: true,
  };
}
