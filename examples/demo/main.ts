/** `npm run demo [-- user@host]`: the daemon's main job, with all that goes over the wire. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { startDaemon } from "../../test/fixtures/daemon.ts";
import { RpcError } from "../../test/fixtures/daemon.ts";
import { tempDir } from "../../test/fixtures/temp.ts";
import { bold, dim, green, red } from "./colors.ts";
import { Conversation } from "./conversation.ts";
import { localTarget, remoteTarget } from "./target.ts";

const fileSize = 32 * 1024 * 1024;

const destination = process.argv[2];
const target = destination === undefined ? await localTarget() : await remoteTarget(destination);
// One's own known_hosts for one's own host, none of it for a server that lives for seconds.
const daemon = startDaemon(destination === undefined ? {} : { env: { HOME: homedir() } });
const scratch = tempDir("demo");
const talk = new Conversation(daemon);

try {
  console.log(`${bold("server")}  ${target.what}`);
  console.log(`${bold("daemon")}  sshrpc --stdio, pid ${daemon.pid}`);
  console.log(dim("→ what a client writes to its stdin, ← what it answers on stdout"));

  talk.say("Who is there? (optional, as everything but the session is)");
  await talk.ask("initialize", { processId: process.pid });

  talk.say("A session: connects, checks the host key, logs in");
  const { host, port, username, password, folder } = target;
  const opened = await talk.ask("ssh.new", { host, port, username, password });
  if (opened instanceof RpcError) throw opened;
  const { session } = opened;

  talk.say("Commands: output, exit code, signal; a failure is a result");
  await talk.ask("session.exec", { session, command: "uname -a" });
  const command = "echo to stdout; echo to stderr >&2; exit 3";
  await talk.ask("session.exec", { session, command, streams: "separate" });
  await talk.ask("session.exec", { session, command: "kill -TERM $$" });
  await talk.ask("session.exec", { session, command: "tr a-z A-Z", stdin: "through stdin\n" });

  talk.say("Bytes that are no text come as base64, nothing is replaced");
  await talk.ask("session.exec", { session, command: "printf '\\377\\000\\376'" });

  talk.say("A deadline: the command is signalled, what it had said is kept");
  await talk.ask("session.exec", {
    session,
    command: "echo so far so good; exec sleep 60",
    timeout: 0.5,
  });

  talk.say("Twenty commands side by side on the one connection");
  const commands = Array.from({ length: 20 }, (_, i) => `echo ${i}`);
  const begin = performance.now();
  const replies = await Promise.all(
    commands.map((each) => daemon.request("session.exec", { session, command: each })),
  );
  const outputs = replies.map(({ output }) => output.trim()).join(" ");
  console.log(`${green("←")} ${outputs} ${dim(`${(performance.now() - begin).toFixed(1)} ms`)}`);

  talk.say("Files by SCP: a small one through memory, a large one by path, there and back");
  const note = `${folder}/sshrpc-demo-note`;
  await talk.ask("session.scpSend", { session, data: "hello\n", dest: note });
  await talk.ask("session.scpRecv", { session, source: note });
  const source = join(scratch.path, "large");
  const copy = join(scratch.path, "large.copy");
  const remote = `${folder}/sshrpc-demo-large`;
  const data = randomBytes(fileSize);
  writeFileSync(source, data);
  for (const [method, params] of [
    ["session.scpSendfile", { session, source, dest: remote }],
    ["session.scpRecv", { session, source: remote, dest: copy }],
  ] as const) {
    const moved = await talk.transfer(method, params, fileSize);
    if (moved instanceof RpcError) throw moved;
  }
  const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const same = sum(data) === sum(readFileSync(copy));
  console.log(same ? green(`  the copy is the same, sha256 ${sum(data)}…`) : red("  THEY DIFFER"));
  if (!same) process.exitCode = 1;
  await daemon.request("session.exec", { session, command: `rm -f ${note} ${remote}` });

  talk.say("What goes wrong says what, and whether the remote side may have acted");
  await talk.ask("session.scpRecv", { session, source: "/no/such/file" });
  await talk.ask("session.exec", { session, comand: "a slip of the pen" });

  talk.say("The end");
  await talk.ask("daemon.status");
  await talk.ask("session.disconnect", { session, reason: 11, description: "the demo is over" });
  await talk.ask("session.free", { session });
  await talk.ask("shutdown");
} catch (error) {
  console.log(red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
} finally {
  await daemon.close();
  await scratch[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
}
