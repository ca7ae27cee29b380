import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FrameDecoder } from "../../clients/js/rpc/frame-decoder.ts";
import type { Frame } from "../../clients/js/rpc/frame-decoder.ts";
import { header } from "../../clients/js/rpc/frame.ts";
import { filledIn, mismatch } from "../conformance/transcript.ts";
import type { Step, Transcript, Values } from "../conformance/transcript.ts";
import { track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { Scope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { daemonPath } from "./lab.ts";

const folder = join(projectRoot, "test/conformance");

/** The transcripts, through this client's codec. */
describe("JavaScript client: conformance", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let server: SshServer | undefined;

  for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
    const transcript = JSON.parse(readFileSync(join(folder, name), "utf8")) as Transcript;
    // This client knows no lines.
    if (!transcript.framings.includes("content-length")) continue;
    it(`${name}: ${transcript.description}`, async function () {
      const values: Values = {};
      if (transcript.server === true) {
        requires(this, "sshd", "scp");
        server ??= suite.add(await startSshd({ unprivileged: true }));
        const { host, port, username, password } = server;
        Object.assign(values, { host, port, username, password });
      }
      const conversation = new Conversation(scope);
      for (const [index, step] of transcript.steps.entries()) {
        const fault = await conversation.play(step, values);
        assert.equal(fault, undefined, `step ${index + 1}, ${JSON.stringify(step)}: ${fault}`);
      }
      const last = transcript.steps.at(-1);
      await conversation.end(last && "expectExit" in last ? last.expectExit : 0);
    });
  }
});

class Conversation {
  readonly #process;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #decoder = new FrameDecoder();
  readonly #exit: Promise<unknown[]>;
  readonly #frames: Frame[] = [];

  constructor(scope: Scope) {
    const env: NodeJS.ProcessEnv = { ...process.env, HOME: scope.tempDir() };
    delete env["SSH_AUTH_SOCK"];
    this.#process = track(
      spawn(process.execPath, [daemonPath, "--stdio"], { stdio: ["pipe", "pipe", "ignore"], env }),
    );
    scope.defer(() => this.#process.kill("SIGKILL"));
    this.#process.stdin.on("error", () => {});
    this.#chunks = this.#process.stdout[Symbol.asyncIterator]();
    this.#exit = once(this.#process, "exit");
  }

  async play(step: Step, values: Values): Promise<string | undefined> {
    if ("send" in step) {
      const binary = step.binary === undefined ? undefined : Buffer.from(step.binary, "latin1");
      for (const message of [filledIn(step.send, values)].flat()) {
        const text = JSON.stringify(message);
        this.#process.stdin.write(header(Buffer.byteLength(text), binary) + text);
        if (binary) this.#process.stdin.write(binary);
      }
    } else if ("sendText" in step) {
      this.#process.stdin.write(header(Buffer.byteLength(step.sendText)) + step.sendText);
    } else if ("sendBytes" in step) {
      this.#process.stdin.write(Buffer.from(step.sendBytes, "latin1"));
    } else if ("expect" in step) {
      const { message, binary } = await this.#next();
      const fault = mismatch(step.expect, message, values);
      return fault ?? mismatch(step.binary ?? "", binary.toString("latin1"), values);
    } else if ("expectAnyOrder" in step) {
      const left = [...step.expectAnyOrder];
      while (left.length > 0) {
        const { message } = await this.#next();
        const index = left.findIndex((each) => mismatch(each, message, values) === undefined);
        if (index === -1) return `${JSON.stringify(message)} is none of those expected`;
        left.splice(index, 1);
      }
    } else if ("expectBytes" in step) {
      const expected = [...new FrameDecoder().push(Buffer.from(step.expectBytes, "latin1"))];
      for (const each of expected) assert.deepEqual(await this.#next(), each);
    } else if ("endInput" in step) {
      this.#process.stdin.end();
    }
    return undefined;
  }

  /** Nothing more comes, and it exits. */
  async end(code: number): Promise<void> {
    this.#process.stdin.end();
    while (await this.#read());
    assert.deepEqual(this.#frames, []);
    assert.ok(this.#decoder.isBetweenMessages);
    assert.deepEqual(await this.#exit, [code, null]);
  }

  async #next(): Promise<Frame> {
    while (this.#frames.length === 0) {
      if (!(await this.#read())) throw new Error("the daemon ended its output");
    }
    return this.#frames.shift() as Frame;
  }

  async #read(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done !== true) this.#frames.push(...this.#decoder.push(value));
    return done !== true;
  }
}
