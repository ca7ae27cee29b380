#!/usr/bin/env node
/**
 * A login shell on a server, at this terminal, as `ssh` has it: `node shell.mjs [user@]host[:port]`.
 *
 * The user's ssh_config says what the name doesn't. Where stdin is no terminal the shell has none
 * either, and reads commands from there up to its end. The exit status is the shell's, 255 where there
 * was none.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { connect, SshError } from "sshrpc";

const { stdin, stdout, stderr, env, argv } = process;

/** A line that is typed; where it is secret nobody sees it. */
async function readLine(text, isSecret) {
  const lines = createInterface({ input: stdin, terminal: false });
  if (isSecret) execFileSync("stty", ["-echo"], { stdio: ["inherit", "ignore", "ignore"] });
  try {
    stdout.write(text);
    const [line] = await Promise.race([once(lines, "line"), once(lines, "close")]);
    return line;
  } finally {
    if (isSecret) execFileSync("stty", ["echo"], { stdio: ["inherit", "ignore", "ignore"] });
    if (isSecret) stdout.write("\n");
    lines.close();
  }
}

/** Answers what the login asks. */
async function onPrompt({ kind, host, prompts, hostKey }) {
  if (!stdin.isTTY) return null;
  if (kind === "host-key") {
    const { reason, type, fingerprint } = hostKey;
    stdout.write(`The host key of ${host} is ${reason}: ${type} ${fingerprint}\n`);
    return (await readLine("Trust it (yes/no)? ", false)) === "yes";
  }
  const answers = [];
  for (const { prompt, echo } of prompts) {
    answers.push((await readLine(prompt.replaceAll(/\p{Cc}/gu, ""), !echo)) ?? "");
  }
  return answers;
}

async function talk(target) {
  const [, username, host, port] = /^(?:(.*)@)?(\[.*\]|[^:]*)(?::(\d+))?$/.exec(target) ?? [];
  const address = { username, host: host?.replaceAll(/[[\]]/g, ""), port: port && Number(port) };
  const session = await connect({ ...address, config: true, onPrompt });
  const size = () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  const pty = stdin.isTTY ? { term: env.TERM ?? "xterm", ...size() } : false;
  const shell = session.shell({ pty });
  if (stdin.isTTY) stdin.setRawMode(true);
  stdout.on("resize", () => void shell.resize(size()).catch(() => {}));
  try {
    stdin.pipe(shell);
    shell.stderr.pipe(stderr);
    shell.pipe(stdout, { end: false });
    await once(shell, "end");
    return (await shell.wait()).exitCode ?? 255;
  } finally {
    if (stdin.isTTY) stdin.setRawMode(false);
    await session.close();
  }
}

if (argv.length !== 3) {
  stderr.write("usage: node shell.mjs [user@]host[:port]\n");
  process.exit(2);
}
try {
  process.exit(await talk(argv[2]));
} catch (error) {
  if (!(error instanceof SshError)) throw error;
  stderr.write(`${error.message}\n`);
  process.exit(255);
}
