import * as z from "zod/mini";
import { errors } from "./errors.ts";
import type { ErrorKind } from "./errors.ts";
import type { Method } from "./method.ts";
import { methods } from "./methods.ts";
import { clientMethods } from "./prompt.ts";
import { clientNotifications, notifications } from "./notifications.ts";
import type { Notification } from "./notifications.ts";
import { bytes, bytesOnWire } from "./schema.ts";
import { errorDataSchema } from "./error-data.ts";
import { titled } from "./titles.ts";

/** A JSON Schema, as far as ours go. */
export interface JsonSchema {
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

export interface ContentDescriptor {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

export interface OpenRpcMethod {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly paramStructure: "either" | "by-name";
  /** The first so many params may be given by position; the others by name only. */
  readonly "x-positional": number;
  readonly params: readonly ContentDescriptor[];
  readonly result: ContentDescriptor;
  readonly errors: readonly { code: number; message: string; data: unknown }[];
}

/** OpenRPC has no notifications; a name that begins with x- is an extension. */
export interface OpenRpcNotification {
  readonly name: string;
  /** Who sends it. */
  readonly from: "daemon" | "client";
  readonly summary: string;
  readonly description?: string;
  readonly params: JsonSchema;
}

export interface OpenRpcDocument {
  readonly openrpc: string;
  readonly info: { title: string; version: string; description: string; license: { name: string } };
  readonly methods: readonly OpenRpcMethod[];
  readonly "x-notifications": readonly OpenRpcNotification[];
  readonly "x-client-methods": readonly OpenRpcClientMethod[];
  /** Every error by its kind, which a method's `errors` name in `data`. */
  readonly "x-errors": Readonly<Record<string, OpenRpcError>>;
}

export interface OpenRpcError {
  readonly code: number;
  readonly summary: string;
  readonly data: JsonSchema;
}

/** A request that the daemon sends and the client answers. */
export interface OpenRpcClientMethod {
  readonly name: string;
  readonly summary: string;
  readonly params: JsonSchema;
  readonly result: JsonSchema;
}

/** Errors that every request may be answered with. */
const everywhere: readonly ErrorKind[] = [
  "InvalidRequest",
  "InvalidParams",
  "InternalError",
  "Cancelled",
];

/**
 * The contract as an OpenRPC document (spec.open-rpc.org 1.3.2), the result of `rpc.discover`.
 *
 * @param version of the package
 */
export function openRpcDocument(version: string): OpenRpcDocument {
  return {
    openrpc: "1.3.2",
    info: {
      title: "sshrpc",
      version,
      description:
        "SSH sessions over JSON-RPC 2.0. PROTOCOL.md says what a schema can't, docs/protocol/openrpc.md what the extensions (x-…) are.",
      license: { name: "MIT" },
    },
    methods: Object.entries<Method>(methods).map(([name, method]) => describe(name, method)),
    "x-notifications": [
      ...describeNotifications("daemon", notifications),
      ...describeNotifications("client", clientNotifications),
    ],
    "x-client-methods": Object.entries(clientMethods).map(([name, method]) => ({
      name,
      summary: method.summary,
      params: titled(jsonSchema(method.params(), "output"), [name, "params"]),
      result: titled(jsonSchema(method.result(), "input"), [name, "result"]),
    })),
    "x-errors": Object.fromEntries(
      (Object.keys(errors) as ErrorKind[]).map((kind) => {
        const { code, summary } = errors[kind];
        const data = titled(errorDataSchema(kind), [kind, "data"]);
        return [kind, { code, summary, data }];
      }),
    ),
  };
}

function describeNotifications(
  from: "daemon" | "client",
  table: Record<string, Notification>,
): OpenRpcNotification[] {
  return Object.entries(table).map(([name, { summary, description, params }]) => {
    const schema = jsonSchema(params(), from === "daemon" ? "output" : "input");
    return {
      name,
      from,
      summary,
      ...(description !== undefined && { description }),
      // Some notifications have the same name in both directions.
      params: titled(schema, [name, from === "daemon" ? "params" : "fromClient"]),
    };
  });
}

function describe(name: string, method: Method): OpenRpcMethod {
  const params = jsonSchema(method.params(), "input");
  const properties = params["properties"] as Record<string, JsonSchema>;
  const required = (params["required"] ?? []) as string[];
  const options = Object.keys(properties).filter((param) => !method.positional.includes(param));
  return {
    name,
    summary: method.summary,
    ...(method.description !== undefined && { description: method.description }),
    paramStructure: method.positional.length > 0 ? "either" : "by-name",
    "x-positional": method.positional.length,
    // First those that may be given by position, in that order, then the others.
    params: [...method.positional, ...options].map((param) => {
      const { description, ...schema } = properties[param] as JsonSchema;
      return {
        name: param,
        ...(description !== undefined && { description }),
        required: required.includes(param),
        schema: titled(schema, [name, "params", param]),
      };
    }),
    result: {
      name: "result",
      schema: titled(jsonSchema(method.result(), "output"), [name, "result"]),
    },
    errors: [...method.errors, ...everywhere].map((kind) => ({
      code: errors[kind].code,
      message: errors[kind].summary,
      data: { kind },
    })),
  };
}

function jsonSchema(schema: z.ZodMiniType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    target: "draft-07",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema: json }) {
      if (zodSchema === (bytes as z.core.$ZodType)) {
        Object.assign(json, jsonSchema(bytesOnWire(), io));
      }
    },
  });
  return rest;
}
