"use strict";

/**
 * The sshrpc daemon over vscode-jsonrpc: what an extension needs of it, without VS Code's API, so that
 * it runs in plain Node too:
 *
 *   node daemon.js alice@example.org uptime
 */
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const rpc = require("vscode-jsonrpc/node");

/** Bytes of output that may be on their way. */
const outputWindow = 1024 * 1024;

/** A running daemon. It ends with `dispose`, and with this process in any case. */
class Daemon {
  /**
   * @param {object} [options]
   * @param {string} [options.program] the script; default: $SSHRPC_DAEMON, else the installed package's
   * @param {(prompt: object, token: rpc.CancellationToken) => Promise<object | null>} [options.onPrompt]
   *   answers `client/prompt`; without it the daemon never asks
   * @param {(text: string) => void} [options.onLog] takes the daemon's log
   * @param {NodeJS.ProcessEnv} [options.env] default: this process's
   */
  constructor({ program = findProgram(), onPrompt, onLog = () => {}, env = process.env } = {}) {
    // VS Code's own executable is node where this variable says so; elsewhere it changes nothing.
    this.process = spawn(process.execPath, [program, "--stdio"], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...env, ELECTRON_RUN_AS_NODE: "1" },
    });
    this.process.stderr.setEncoding("utf8").on("data", onLog);
    // A daemon that has ended is told by `ended`, not by EPIPE.
    this.process.stdin.on("error", () => {});
    this.connection = rpc.createMessageConnection(
      new rpc.StreamMessageReader(this.process.stdout),
      new rpc.StreamMessageWriter(this.process.stdin),
    );
    this.connection.onError(() => {});
    this.commands = new Map();
    this.lastToken = 0;
    this.connection.onNotification("session/output", (params) => this.#output(params));
    if (onPrompt) this.connection.onRequest("client/prompt", onPrompt);
    /** Resolves, when the process has ended, to how. */
    this.ended = new Promise((resolve) => {
      this.process.once("error", (error) => resolve(error.message));
      this.process.once("close", (code, signal) => resolve(`ended (${signal ?? code})`));
    });
    this.connection.listen();
    this.ready = this.#send("initialize", {
      processId: process.pid,
      capabilities: { prompt: onPrompt !== undefined },
    });
    // Each request fails with it; here it only must not be an unhandled one.
    this.ready.catch(() => {});
  }

  /**
   * Calls a method of PROTOCOL.md.
   *
   * @param {string} method
   * @param {object} params
   * @param {rpc.CancellationToken} [token] cancels it; VS Code's own tokens fit
   * @returns {Promise<any>} the result; rejects with a ResponseError, whose `data.kind` says what
   *   happened, or an Error where the daemon has ended
   */
  async request(method, params, token) {
    await this.ready;
    return this.#send(method, params, token);
  }

  /**
   * Runs a command, and hands its output on as it comes.
   *
   * @param {number} session
   * @param {string} command
   * @param {(text: string, stream: "stdout" | "stderr") => void} onOutput
   * @param {rpc.CancellationToken} [token]
   * @returns {Promise<{ exitCode: number | null, exitSignal: string | null }>}
   */
  async run(session, command, onOutput, token) {
    const name = `run-${++this.lastToken}`;
    // A piece of bytes may end inside a character, where the output isn't UTF-8 as a whole.
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    let used = 0;
    this.commands.set(name, ({ stream, data, encoding }) => {
      const bytes = Buffer.from(data, encoding);
      onOutput(decoders[stream].decode(bytes, { stream: true }), stream);
      // What has been handed on may come again: this is the flow control.
      used += bytes.length;
      if (used < outputWindow / 2) return;
      const grant = { token: name, bytes: used };
      used = 0;
      void this.connection.sendNotification("session.windowAdjust", grant).catch(() => {});
    });
    try {
      const params = { session, command, stream: true, token: name, window: outputWindow };
      return await this.request("session.exec", params, token);
    } finally {
      this.commands.delete(name);
    }
  }

  /** Ends the daemon and its sessions; resolves when the process is gone. */
  async dispose() {
    this.connection.end();
    this.process.stdin.end();
    const late = setTimeout(() => this.process.kill("SIGKILL"), 5000);
    await this.ended;
    clearTimeout(late);
    this.connection.dispose();
  }

  /** vscode-jsonrpc leaves a request pending for ever when the other side ends. */
  async #send(method, params, token = rpc.CancellationToken.None) {
    const ended = this.ended.then((how) => {
      throw new Error(`sshrpc: the daemon ${how}`);
    });
    ended.catch(() => {});
    try {
      return await Promise.race([this.connection.sendRequest(method, params, token), ended]);
    } catch (error) {
      // It may have noticed the end before us, and can say less of it.
      const unwritten = error.code === rpc.ErrorCodes.MessageWriteError;
      if (error instanceof rpc.ConnectionError || (unwritten && !this.process.stdin.writable))
        await ended;
      throw error;
    }
  }

  #output(params) {
    this.commands.get(params.token)?.(params);
  }
}

function findProgram() {
  if (process.env.SSHRPC_DAEMON) return process.env.SSHRPC_DAEMON;
  // In the repository, the package is two folders up.
  const places = [join(__dirname, "node_modules/sshrpc"), join(__dirname, "../..")];
  const program = places
    .map((each) => join(each, "bin/sshrpc.js"))
    .find((each) => existsSync(each));
  if (program === undefined) throw new Error("sshrpc is not installed");
  return program;
}

/**
 * Reads user@host:port; only the host must be there.
 *
 * @param {string} text
 */
function parseAddress(text) {
  const [, username = process.env.USER ?? "root", bracketed, plain, port = "22"] =
    /^(?:(.+)@)?(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new Error(`${text} is no address`);
  return { host, port: Number(port), username };
}

async function main([address, ...words]) {
  if (address === undefined || words.length === 0)
    throw new Error("usage: daemon.js ADDRESS COMMAND");
  const daemon = new Daemon({ onLog: (text) => process.stderr.write(text) });
  try {
    const password = process.env.PASSWORD;
    const login = { ...parseAddress(address), ...(password && { password }) };
    const { session } = await daemon.request("ssh.new", login);
    const print = (text, stream) => process[stream].write(text);
    const { exitCode } = await daemon.run(session, words.join(" "), print);
    process.exitCode = exitCode ?? 255;
  } finally {
    await daemon.dispose();
  }
}

module.exports = { Daemon, parseAddress };

if (require.main === module) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 255;
  });
}
