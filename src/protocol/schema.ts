import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import { RemoteBytes } from "./bytes.ts";
import { limits } from "./limits.ts";
import { logLevels } from "./log-levels.ts";

z.config(z.locales.en());

/** Names a schema's meaning; it becomes the description in OpenRPC, the reference and the clients. */
export function described<T extends z.ZodMiniType>(schema: T, description: string): T {
  return schema.check(z.describe(description));
}

/** Lua has one kind of table: an empty one is encoded as `[]`, whatever it was meant for. */
export function emptyAsObject(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? {} : value;
}

/** An object within params; `[]` is taken for an empty one. The published schema is the object's. */
export function objectParam<T extends z.ZodMiniType>(schema: T) {
  return z.pipe(z.transform(emptyAsObject), schema);
}

/** A list within params; a single text is taken for a list of one. The published schema is the list's. */
export function listParam<T extends z.ZodMiniType>(schema: T) {
  return z.pipe(
    z.transform((value: unknown) => (typeof value === "string" ? [value] : value)),
    schema,
  );
}

export const session = () =>
  described(
    z.int().check(z.positive()),
    "The handle that `ssh.new` gave: a positive integer, never reused.",
  );

export const token = () =>
  described(
    z.union([z.string().check(z.minLength(1)), z.int()], "must be a string or an integer"),
    "The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.",
  );

export const workDoneToken = () =>
  described(
    z.union([z.string(), z.int()], "must be a string or an integer"),
    "The client's name for the transfer: asks for `$/progress` notifications that bear it.",
  );

export const timeout = () =>
  described(
    z.number(),
    "Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.",
  );

export const idleTimeout = () =>
  described(
    z.number().check(z.positive()),
    "Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.",
  );

/**
 * The longest text for the remote side, in bytes. It goes in one packet, and on one of more than
 * 256 KiB OpenSSH ends the connection, with all else that runs on it.
 */
const maxRemoteText = 250_000;

const wellFormed = z.refine<string>((text) => text.isWellFormed(), "must be well-formed Unicode");
const withoutNul = z.refine<string>((text) => !text.includes("\0"), "must not contain NUL");
export const atMost = (bytes: number) =>
  z.refine<string>((text) => Buffer.byteLength(text) <= bytes, `must be at most ${bytes} bytes`);

/** What goes to the remote side as a C string, where a NUL would silently end it. */
const cString = () => z.string().check(withoutNul, wellFormed, atMost(maxRemoteText));

/** Text for the remote side. */
export const remoteText = (description: string) => described(cString(), description);

/** As {@link remoteText}, but not empty. */
export const remoteName = (description: string) =>
  described(cString().check(z.minLength(1)), description);

export const localPath = () =>
  described(
    z.string().check(z.minLength(1), withoutNul, wellFormed),
    "A path on the daemon's machine; a relative one counts from the daemon's working directory.",
  );

export const logLevel = () => z.enum(logLevels);

/** How bytes stand in a message: see docs/protocol/values.md. */
export const encoding = () => z.enum(["utf8", "base64", "binary"]);

export const outputEncoding = () =>
  described(
    z.enum(["utf8", "base64"]),
    'Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.',
  );

export const inputEncoding = () =>
  described(
    encoding(),
    'How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.',
  );

/** A value's place in the binary part of its frame: offset and length in bytes. */
const place = () => z.array(z.int().check(z.minimum(0))).check(z.length(2));

/** Bytes in a param: a string, or their place in the binary part; `encoding` stands beside it. */
export function inputBytes(description: string) {
  const reason = "must be a string, or [offset, length] within the frame's binary part";
  return described(z.union([z.string(), place()], reason), description);
}

export const mode = () => z.int().check(z.minimum(0), z.maximum(0o777));

export const maxOutput = () =>
  described(
    z.int().check(z.minimum(0), z.maximum(limits.maxOutput)),
    `The most bytes of output to hold (none is held with \`stream\`), both streams together, from 0 to ${limits.maxOutput}. Default: ${limits.maxOutput}.`,
  );

/** The form that {@link bytes} have on the wire. */
export const bytesOnWire = () => z.union([z.string(), place()]);

/**
 * Remote bytes in a result: a string in JSON, or their place in the binary part; the encoding stands
 * in the field beside it.
 */
export const bytes = z.custom<RemoteBytes>((value) => value instanceof RemoteBytes);
