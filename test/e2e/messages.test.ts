import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json, RpcError } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails } from "./support/fails.ts";
import { address, open } from "./support/session.ts";
import type { Session } from "./support/session.ts";

describe("errors: the message alone says why, and what helps", () => {
  const suite = useScope("suite");
  let daemon: Daemon;
  let session: Session;
  /** One that allows neither forwarding nor sessions. */
  let strict: Session;

  before(async function () {
    requires(this, "sshd");
    daemon = suite.add(startDaemon());
    const start = async (config: string[]): Promise<SshServer> =>
      suite.add(await startSshd({ config }));
    session = await open(daemon, await start([]));
    strict = await open(daemon, await start(["AllowTcpForwarding no", "MaxSessions 0"]));
  });

  const says = async (request: Promise<Json>, kind: Parameters<typeof fails>[1], text: RegExp) =>
    assert.match((await fails(request, kind)).message, text);

  it("more output than is taken", async () => {
    const { handle } = session;
    const print = session.exec("head -c 2000 /dev/zero", { maxOutput: 1000 });
    await says(print, "OutputTooLarge", /larger than 1000 bytes: allow more \(maxOutput\), or/);
    await session.exec("head -c 2000 /dev/zero > zeros");
    const read = { session: handle, path: "zeros", maxOutput: 1000 };
    await says(
      daemon.request("fs.readFile", read),
      "OutputTooLarge",
      /larger than 1000 bytes: read it in parts \(offset, length\), or into a local file \(fs\.get\)/,
    );
    await says(
      session.recv("zeros", { maxOutput: 1000 }),
      "OutputTooLarge",
      /has 2000 bytes, more than the 1000 that are allowed \(maxOutput\)/,
    );
  });

  it("bytes that are no text", async () => {
    const what = session.exec("printf '\\377'", { encoding: "utf8" });
    await says(what, "NotUtf8", /the output is not UTF-8, .*it is in this error's data, in base64/);
  });

  it("a variable that the server doesn't take", async () => {
    const what = session.exec("true", { env: { NOPE: "1" } });
    await says(what, "ChannelRequestDenied", /variable NOPE \(AcceptEnv .* envMode "export"/);
  });

  it("what the server's configuration prohibits", async () => {
    await says(strict.exec("true"), "ChannelOpenFailed", /open failed \(MaxSessions/);
    const params = { session: strict.handle, host: "127.0.0.1", port: 1, token: 1 };
    const text = /127\.0\.0\.1 port 1: open failed \(prohibited there: AllowTcpForwarding/;
    await says(daemon.request("session.connect", params), "ConnectFailed", text);
  });

  it("a session that isn't there any more", async () => {
    const other = await open(daemon, suite.add(await startSshd()));
    await other.disconnect();
    await says(other.exec("true"), "SessionClosed", /^the session was disconnected; connect anew$/);
    await other.free();
    await says(other.exec("true"), "SessionNotFound", /: it was freed, or never was$/);
  });

  it("a deadline that passes before anything could begin", async () => {
    const login = daemon.request("ssh.new", { host: "127.0.0.1", username: "x", timeout: 0 });
    const { message } = await fails(login, "Timeout");
    assert.doesNotMatch(message, /0 other logins/);
  });

  it("no more files: what is there goes on, says what helps, and is freed", async function () {
    this.timeout(60_000);
    const node = join(suite.tempDir(), "node");
    const lines = ["#!/bin/sh", "ulimit -n 200", `exec '${process.execPath}' "$@"`];
    writeFileSync(node, lines.map((line) => `${line}\n`).join(""), { mode: 0o700 });
    const poor = suite.add(startDaemon({ node }));
    const server = suite.add(await startFaultServer());
    const handles: number[] = [];
    /** Asks until it is refused. */
    const refusal = async (ask: () => Promise<unknown>): Promise<RpcError> => {
      for (let asked = 0; asked < 1000; asked++) {
        try {
          await ask();
        } catch (error) {
          return error as RpcError;
        }
      }
      throw new Error("never refused");
    };
    const login = async () => {
      const { session: handle } = await poor.request("ssh.new", address(server));
      handles.push(handle);
    };
    await login();
    assert.match((await refusal(login)).message, /Too many open files/);
    // What the login gave back is taken, too.
    const forward = { session: handles[0], bind: {}, to: { host: "127.0.0.1", port: 1 } };
    await refusal(() => poor.request("forward.local", forward));
    const { sessions } = await poor.request("daemon.status", {});
    assert.equal(sessions.length, handles.length);
    await assert.rejects(
      poor.request("fs.stat", { session: handles[0], path: "x" }),
      /too many files and connections open: free sessions .* raise its limit \(ulimit -n\)/,
    );
    for (const handle of handles.splice(0)) await poor.request("session.free", { session: handle });
    await login();
  });
});
