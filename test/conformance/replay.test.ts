import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Framing } from "../fixtures/framing.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { Client, framed } from "./client.ts";
import { filledIn, mismatch } from "./transcript.ts";
import type { Step, Transcript, Values } from "./transcript.ts";

const folder = join(projectRoot, "test/conformance");
const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({
    name,
    transcript: JSON.parse(readFileSync(join(folder, name), "utf8")) as Transcript,
  }));

describe("conformance", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let server: SshServer;

  async function serverValues(context: Mocha.Context): Promise<Values> {
    requires(context, "sshd", "scp");
    server ??= suite.add(await startSshd({ unprivileged: true }));
    const { host, port, username, password } = server;
    return { host, port, username, password };
  }

  for (const { name, transcript } of transcripts) {
    for (const framing of transcript.framings) {
      it(`${name}, ${framing}: ${transcript.description}`, async function () {
        const values = transcript.server === true ? await serverValues(this) : {};
        const client = scope.add(new Client(framing));
        for (const [index, step] of transcript.steps.entries()) {
          const fault = await play(step, client, framing, values);
          assert.equal(fault, undefined, `step ${index + 1}, ${JSON.stringify(step)}: ${fault}`);
        }
        client.endInput();
        const last = transcript.steps.at(-1);
        const code = last && "expectExit" in last ? last.expectExit : 0;
        assert.deepEqual([await client.rest(), await client.exit()], ["", code]);
      });
    }
  }
});

/** @returns what is wrong with what came, if anything */
async function play(
  step: Step,
  client: Client,
  framing: Framing,
  values: Values,
): Promise<string | undefined> {
  if ("send" in step) {
    const messages = [filledIn(step.send, values)].flat();
    client.send(framed(messages, framing, bytesOf(step.binary)));
  } else if ("sendText" in step) {
    const length = Buffer.byteLength(step.sendText);
    const isLine = framing === "lines";
    const text = isLine
      ? `${step.sendText}\n`
      : `Content-Length: ${length}\r\n\r\n${step.sendText}`;
    client.send(Buffer.from(text));
  } else if ("sendBytes" in step) {
    client.send(Buffer.from(step.sendBytes, "latin1"));
  } else if ("expect" in step) {
    const { message, binary } = await client.frame();
    const fault = mismatch(step.expect, message, values);
    return fault ?? mismatch(step.binary, binary?.toString("latin1"), values, "the binary part");
  } else if ("expectAnyOrder" in step) {
    return inAnyOrder(step.expectAnyOrder, client, values);
  } else if ("expectBytes" in step) {
    const received = await client.bytes(step.expectBytes.length);
    return mismatch(step.expectBytes, received.toString("latin1"), values, "the bytes");
  } else if ("endInput" in step) {
    client.endInput();
  } else {
    return mismatch(step.expectExit, await client.exit(), values, "the exit code");
  }
  return undefined;
}

async function inAnyOrder(
  expected: readonly object[],
  client: Client,
  values: Values,
): Promise<string | undefined> {
  const left = [...expected];
  while (left.length > 0) {
    const { message } = await client.frame();
    const index = left.findIndex((each) => mismatch(each, message, values) === undefined);
    if (index === -1) return `${JSON.stringify(message)} is none of those expected`;
    left.splice(index, 1);
  }
  return undefined;
}

function bytesOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "latin1");
}
