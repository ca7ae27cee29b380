import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import type { ErrorKind } from "../../../src/protocol/errors.ts";
import { errors } from "../../../src/protocol/errors.ts";
import { RpcError } from "../../fixtures/daemon.ts";
import type { Daemon, Json } from "../../fixtures/daemon.ts";

/** Where a session is to lead, and as whom. */
export interface Target {
  host: string;
  port: number;
  username: string;
  password: string;
}

export function loginParams({ host, port, username, password }: Target) {
  return { host, port, username, password };
}

/** Logs in with the target's password: the session's handle. */
export async function login(daemon: Daemon, target: Target): Promise<number> {
  return (await daemon.request("ssh.new", loginParams(target))).session;
}

/** The error that a request is answered with. */
export async function failureOf(request: Promise<Json>): Promise<RpcError> {
  const outcome: unknown = await request.catch((error: unknown) => error);
  assert.ok(outcome instanceof RpcError, `no error reply: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** Checks an error's kind, its code and those fields of its data that `data` names. */
export function assertFailure(error: RpcError, kind: ErrorKind, data: object = {}): void {
  const expected = { code: errors[kind].code, kind, ...data };
  const fields = Object.keys(expected).map((key) => [
    key,
    key === "code" ? error.code : error.data?.[key],
  ]);
  assert.deepEqual(Object.fromEntries(fields), expected, error.message);
}

/** The error of a request that must fail, checked as {@link assertFailure} does. */
export async function rejects(
  request: Promise<Json>,
  kind: ErrorKind,
  data: object = {},
): Promise<RpcError> {
  const error = await failureOf(request);
  assertFailure(error, kind, data);
  return error;
}

/** What daemon.status says of a session; undefined where it doesn't list it. */
export async function statusOf(daemon: Daemon, session: number): Promise<Json> {
  const { sessions } = await daemon.request("daemon.status");
  return sessions.find((each: Json) => each.session === session);
}

/** How many sockets a process has open. Requires "proc". */
export function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith("socket:");
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}
