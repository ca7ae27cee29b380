import assert from "node:assert/strict";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { before, describe, it } from "mocha";
import { Lab } from "../../bench/lab.ts";
import { run } from "../../bench/run.ts";
import { isAvailable, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";

describe("bench: lab", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd");
  });

  it("has links that delay, and knows by how much", async () => {
    const lab = scope.add(await Lab.start());
    const [none, late] = await lab.links(0, 60);
    assert.ok(late.roundTripTime >= 0.059, `${late.roundTripTime}`);
    assert.ok(none.roundTripTime < late.roundTripTime);
  });

  it("reaches the server over a link", async () => {
    const lab = scope.add(await Lab.start());
    const [link] = await lab.links(20);
    const socket = connect({ port: link.port, host: lab.server.host });
    // It isn't SSH, so that the server answers by its identification string and the end.
    socket.write("not SSH\r\n");
    assert.match((await buffer(socket)).toString(), /^SSH-2\.0-/);
  });

  it("a part runs from end to end, with the peers that there are", async function () {
    this.timeout(60_000);
    const said: string[] = [];
    const results = await run({
      parts: ["exec-parallel"],
      peers: ["sshrpc", "ssh2"],
      runs: 1,
      wearIn: 50,
      print: (text) => said.push(text),
    });
    assert.deepEqual(results.missing, []);
    const peersOf = Object.fromEntries(
      results.measures.map(({ id, samples }) => [id, Object.keys(samples).toSorted()]),
    );
    assert.deepEqual(peersOf, {
      "parallel.rate": ["ssh2", "sshrpc"],
      ...(isAvailable("proc") && {
        "parallel.cpu.client": ["ssh2", "sshrpc"],
        "parallel.cpu.daemon": ["sshrpc"],
        "parallel.cpu.server": ["ssh2", "sshrpc"],
      }),
    });
    for (const { id, samples } of results.measures) {
      for (const [value] of Object.values(samples)) assert.ok((value ?? 0) > 0, id);
    }
    assert.match(said.join("\n"), /50 at once/);
  });
});
