import { forChild } from "../support/client-environment.ts";
import { Failure } from "../../protocol/errors.ts";
import { printable, printableLines } from "../../codecs/text/printable.ts";
import type { Account } from "../login/prompts/prompter.ts";
import { within } from "../support/within.ts";
import { endWithDaemon } from "./proxy-processes.ts";
import { expandTokens, refuseShellSyntax } from "../config/tokens.ts";
import { PairTransport } from "../flow/transport.ts";
import type { Transport } from "../flow/transport.ts";

/** Of what a command writes to stderr, the last bytes are kept: there it says why it gave up. */
const maxStderr = 4096;

/** Milliseconds between TERM and KILL. */
const killGrace = 1000;

/** Milliseconds to wait for its exit, and for the end of its stderr. */
const lastWords = 250;

/** Characters of the end of its stderr in a message. */
const lastWordsShown = 300;

/** Kinds of failure that the command's stderr may explain. */
const ofTheWay = new Set<string>(["HandshakeFailed", "ConnectionLost", "Timeout"]);

/** The connection that a command makes, between its stdin and its stdout. */
export interface ProxyCommand {
  /** Destroying it ends the command. */
  readonly transport: Transport;
  /** What the command wrote to stderr. */
  told(): { stderr: string };
  /** Adds it to a failure; to be called when the transport is destroyed. */
  explain(failure: Failure): Promise<Failure>;
}

/**
 * Runs ssh_config(5)'s ProxyCommand in a shell, as ssh does.
 *
 * @param command with the tokens `%h`, `%n`, `%p`, `%r` and `%%`
 * @param alias what `%n` stands for: the host as it was named before any configuration
 * @throws {Failure} InvalidParams for other tokens, and for names that a shell would not take as such
 */
export async function startProxyCommand(
  command: string,
  { host, port, username }: Account,
  alias: string = host,
): Promise<ProxyCommand> {
  for (const name of [host, alias]) refuseShellSyntax(name, "host");
  refuseShellSyntax(username, "username");
  const tokens = { h: host, n: alias, p: String(port), r: username };
  const expanded = expandTokens(command, tokens, "proxyCommand");
  // Loaded here, as most daemons never need it.
  const { execa } = await import("execa");
  const child = execa("/bin/sh", ["-c", `exec ${expanded}`], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    encoding: "buffer",
    buffer: false,
    reject: false,
    forceKillAfterDelay: killGrace,
    ...forChild(),
  });
  endWithDaemon(child);
  let stderr: Buffer = Buffer.alloc(0);
  child.stderr.on("error", () => {});
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-maxStderr);
  });
  // Whether it ended by itself: that shows here first. Its exit status comes later, and may then be that
  // of a signal of ours.
  let hungUp = false;
  const hangsUp = () => {
    hungUp ||= !transport.destroyed;
  };
  child.stdout.once("end", hangsUp);
  child.stdin.once("error", hangsUp);
  const transport = new PairTransport({
    source: child.stdout,
    sink: child.stdin,
    // Its stderr tells why the connection is lost.
    ended: () => within(lastWords, child),
    close: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      if (!hungUp) child.kill("SIGTERM");
      else void within(lastWords, child).then((ended) => ended || child.kill("SIGTERM"));
    },
  });
  const told = () => ({ stderr: printableLines(stderr.toString("utf8")) });
  return {
    transport,
    told,
    async explain(failure) {
      if (!ofTheWay.has(failure.kind)) return failure;
      await within(lastWords, child);
      const words = printable(told().stderr, maxStderr);
      const said = words === "" ? "" : `; the proxy command said: ${words.slice(-lastWordsShown)}`;
      if (!hungUp || failure.data["stage"] !== "banner") {
        const { kind, message, data } = failure;
        return new Failure(kind, message + said, { ...data, ...told() }, { cause: failure });
      }
      const status = child.exitCode ?? child.signalCode ?? "its output closed";
      const message = `the proxy command ended (${status}) before a server answered${said}`;
      return new Failure("ConnectFailed", message, told());
    },
  };
}
