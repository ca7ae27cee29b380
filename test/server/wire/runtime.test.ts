import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "mocha";
import { RAL } from "vscode-jsonrpc";
import { installRuntime } from "../../../src/server/wire/runtime.ts";
import { until } from "../../fixtures/until.ts";
import { Client, gate } from "../support.ts";

/** src/server/wire/runtime.ts was read against this release; another one is to be read again. */
const release = "10.0.0";

describe("vscode-jsonrpc's runtime layer", () => {
  const common = dirname(createRequire(import.meta.url).resolve("vscode-jsonrpc"));
  const uses = (file: string): string[] => {
    const source = readFileSync(join(common, `${file}.js`), "utf8");
    return [...source.matchAll(/ral_1\.default\)\(\)\.(\w+\.\w+)/g)].map(
      ([, use]) => use as string,
    );
  };

  it(`is that of ${release}`, () => {
    const manifest = JSON.parse(readFileSync(join(common, "../../package.json"), "utf8"));
    assert.equal(manifest.version, release);
  });

  it("is used for timers and the console only, beneath a reader and a writer of our own", () => {
    const files = ["connection", "cancellation", "events", "semaphore"];
    const used = new Set(files.flatMap(uses));
    const provided = ["console.error", "console.log", "timer.setImmediate", "timer.setTimeout"];
    assert.deepEqual([...used].toSorted(), provided);
  });
});

describe("server: messages that arrived together", () => {
  /** Begins one behind the other, as vscode-jsonrpc does: the next is asked for by the one before. */
  const beginAll = async (count: number, work: (n: number) => unknown): Promise<void> => {
    installRuntime();
    const { timer } = RAL();
    // What began before is of another turn.
    await nextTurn();
    await new Promise<void>((resolve) => {
      const begin = (n: number): void => {
        timer.setImmediate(() => {
          if (n < count) begin(n + 1);
          else resolve();
          work(n);
        });
      };
      begin(1);
    });
  };

  it("begin in one turn, each when the one before has gone as far as it can", async () => {
    const steps: string[] = [];
    await beginAll(3, async (n) => {
      steps.push(`${n} begins`);
      for (let awaits = 0; awaits < 20; awaits++) await Promise.resolve();
      steps.push(`${n} waits`);
      await nextTurn();
      steps.push(`${n} goes on`);
    });
    while (steps.length < 9) await nextTurn();
    const together = ["1 begins", "1 waits", "2 begins", "2 waits", "3 begins", "3 waits"];
    assert.deepEqual(steps, [...together, "1 goes on", "2 goes on", "3 goes on"]);
  });

  it("leave other work its turn where they are many", async () => {
    let turn = 0;
    const count = (): void => {
      turn += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const turns: number[] = [];
    await beginAll(100, () => turns.push(turn));
    clearImmediate(immediate);
    const perTurn = [...new Set(turns)].map((each) => turns.filter((n) => n === each).length);
    assert.equal(turns.length, 100);
    assert.ok(perTurn.length >= 3 && perTurn.length <= 5, perTurn.join(", "));
    assert.ok(Math.max(...perTurn) <= 33, perTurn.join(", "));
  });

  it("don't begin any more where that was taken back", async () => {
    installRuntime();
    let begun = 0;
    RAL()
      .timer.setImmediate(() => (begun += 1))
      .dispose();
    await nextTurn();
    await nextTurn();
    assert.equal(begun, 0);
  });

  it("are answered in one write, where they end in one turn", async () => {
    const { promise, open } = gate();
    let begun = 0;
    const client = new Client({ handlers: { "session.free": () => ((begun += 1), promise) } });
    const chunks: Buffer[] = [];
    client.output.on("data", (chunk: Buffer) => chunks.push(chunk));
    const ids = [1, 2, 3, 4, 5];
    client.send(...ids.map((id) => ({ id, method: "session.free", params: [id] })));
    await until(() => begun === ids.length, "the calls");
    open();
    const replies = await client.received(ids.length);
    assert.deepEqual(
      replies.map(({ id }) => id),
      ids,
    );
    assert.equal(chunks.length, 1);
  });
});
