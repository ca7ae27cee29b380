import assert from "node:assert/strict";
import { RpcError } from "../../fixtures/daemon.ts";
import type { Json } from "../../fixtures/daemon.ts";

// Not from src: a code that changes there by mistake is to be noticed here.
const codes = {
  InvalidParams: -32602,
  Cancelled: -32800,
  SessionNotFound: 1001,
  SessionClosed: 1002,
  CommandNotFound: 1003,
  ConnectFailed: 2001,
  HandshakeFailed: 2002,
  HostKeyRejected: 2003,
  AuthenticationFailed: 2004,
  ConnectionLost: 2005,
  ChannelOpenFailed: 3001,
  ChannelRequestDenied: 3002,
  ScpRemoteError: 4001,
  ScpProtocolError: 4002,
  LocalFileError: 4003,
  RemoteFileError: 4004,
  TransferIncomplete: 4005,
  ForwardRefused: 3003,
  InputTooFast: 5004,
  NotSupported: 4006,
  Timeout: 5001,
  OutputTooLarge: 5002,
  NotUtf8: 5003,
} as const;

/**
 * Asserts that a request is answered with an error of this kind and its code.
 *
 * @param fields what the error's data must hold; a regular expression is matched, `undefined` says
 *   that there must be no such field
 */
export async function fails(
  request: Promise<Json>,
  kind: keyof typeof codes,
  fields: Record<string, unknown> = {},
): Promise<RpcError> {
  const error = await request.then(
    (result) => assert.fail(`no ${kind} but a result: ${JSON.stringify(result)?.slice(0, 500)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RpcError)) throw error;
  const { code, message, data } = error;
  const context = `${message} ${JSON.stringify(data)?.slice(0, 2000)}`;
  assert.equal(data?.kind, kind, context);
  assert.equal(code, codes[kind], context);
  for (const [name, expected] of Object.entries(fields)) {
    if (expected instanceof RegExp) assert.match(String(data[name]), expected, context);
    else assert.deepEqual(data[name], expected, `${name}: ${context}`);
  }
  return error;
}

/** The same for params that the daemon itself refuses; nothing has been asked of a server then. */
export function refusesParam(request: Promise<Json>, path: string): Promise<RpcError> {
  return fails(request, "InvalidParams", { path });
}
