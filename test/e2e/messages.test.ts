import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json, RpcError } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
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
    strict = await open(daemon, await start(["DisableForwarding yes", "MaxSessions 0"]));
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
    const to = { port: 1 };
    for (const [bind, setting] of [
      [{}, /, or not allowed \(AllowTcpForwarding and PermitListen of its sshd_config\)$/],
      [{ path: "socket" }, /, or not allowed \(AllowStreamLocalForwarding of its sshd_config\)$/],
    ] as const) {
      const listen = { session: strict.handle, bind, to };
      await says(daemon.request("forward.remote", listen), "ForwardRefused", setting);
    }
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

  it("an scp that breaks its protocol, or isn't there", async () => {
    const plays: Record<string, (channel: FaultChannel) => Promise<void>> = {
      async bad(channel) {
        await channel.write("C0644 abc x\n");
        channel.end(0);
      },
      async short(channel) {
        await channel.write("C0644 300 x\nabc");
        channel.end(1);
      },
      async missing(channel) {
        await channel.writeError("sh: scp: not found\n");
        channel.end(127);
      },
    };
    const run = (channel: FaultChannel) =>
      plays[channel.command.split(" ").at(-1) ?? ""]?.(channel);
    const faulty = await open(daemon, suite.add(await startFaultServer({ run })));
    const broken = "^the remote scp broke its protocol: ";
    const bad = new RegExp(`${broken}malformed file header: "C0644 abc x"`);
    const short = new RegExp(`${broken}it ended during the data \\(status 1\\)$`);
    await says(faulty.recv("bad"), "ScpProtocolError", bad);
    await says(faulty.recv("short"), "ScpProtocolError", short);
    const missing = /scp: not found; there is no scp .*: fs\.get and fs\.put do without one$/;
    await says(faulty.recv("missing"), "ScpProtocolError", missing);
  });

  it("a server that has no files, no commands, no terminal", async () => {
    const poor = await startFaultServer({ exec: () => "refuse", pty: "refuse" });
    const bare = await open(daemon, suite.add(poor));
    const stat = daemon.request("fs.stat", { session: bare.handle, path: "x" });
    await says(stat, "NotSupported", /neither SFTP nor a POSIX shell, .*: session\.exec and/);
    await says(
      bare.exec("true"),
      "ChannelRequestDenied",
      /run a command \(.* by session\.shell\)$/,
    );
    const onPty = bare.exec("true", { pty: {} });
    await says(onPty, "ChannelRequestDenied", /pseudo-terminal \(PermitTTY .*; most programs need/);
  });

  it("a tree of which some is not transferred", async () => {
    await session.exec("mkdir tree && touch tree/a tree/b tree/c");
    const dest = suite.tempDir();
    for (const name of ["a", "b"]) mkdirSync(join(dest, name, "in the way"), { recursive: true });
    const params = { session: session.handle, source: "tree", dest, recursive: true };
    const text =
      /^not transferred: \S+\/[ab]: .*, and 1 more, each .* in `failures`; all others were$/;
    await says(daemon.request("fs.get", params), "TransferIncomplete", text);
  });

  it("more input than is held", async () => {
    const token = 77;
    const other = await open(daemon, suite.add(await startSshd()));
    const sleeping = other.exec("sleep 600", { token, openStdin: true });
    sleeping.catch(() => {});
    const data = "x".repeat(1024 * 1024);
    const writes = Array.from({ length: 24 }, () =>
      daemon.request("session.write", { token, data }),
    );
    for (const write of writes) write.catch(() => {});
    const text = /^more than 16777216 bytes of input wait .*: wait for the replies to your writes$/;
    await says(Promise.all(writes), "InputTooFast", text);
    await other.free();
    await assert.rejects(sleeping);
  });

  it("a Unix socket where there is no folder, and a time that nobody would write", async () => {
    const bind = { path: join(suite.tempDir(), "none", "socket") };
    const forward = { session: session.handle, bind, to: { host: "127.0.0.1", port: 1 } };
    await says(daemon.request("forward.local", forward), "ForwardRefused", /no such folder$/);
    const late = session.exec("sleep 600", { timeout: 0.1 + 0.2 });
    await says(late, "Timeout", /^timed out after 0\.3 s, /);
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
