import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import { FlightProxy } from "../fixtures/flight-proxy.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { login } from "./support/calls.ts";
import { Files } from "./support/files.ts";

/** A pause of a busy machine counts as a flight too: the fewest of so many attempts count. */
const attempts = 3;

describe("round trips of many files", function () {
  this.timeout(120_000);
  const scope = useScope();

  before(function () {
    requires(this, "sshd");
  });

  async function start() {
    const { host, port, ...server } = scope.add(await startSshd());
    const proxy = scope.add(await FlightProxy.start({ target: { host, port } }));
    const daemon = scope.add(startDaemon());
    const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    const files = new Files(daemon, session);
    await files.call("stat", { path: "/" });
    /** Checks that `work` takes no more than so many. */
    const atMost = async (most: number, work: () => Promise<unknown>) => {
      const counts: number[] = [];
      while (counts.length < attempts && !(Math.min(...counts) <= most)) {
        const before = proxy.flights;
        await work();
        counts.push(proxy.flights - before);
      }
      assert.ok(Math.min(...counts) <= most, `${counts.join(", ")} instead of ${most}`);
    };
    return { files, folder: scope.tempDir(), atMost };
  }

  function makeFiles(folder: string, count: number): string {
    mkdirSync(folder, { recursive: true });
    for (let n = 0; n < count; n++) writeFileSync(join(folder, `file-${n}`), Buffer.alloc(1000, n));
    return folder;
  }

  for (const way of ["get", "put"] as const) {
    it(`${way} of 1,000 small files: at most 30`, async () => {
      const { files, folder, atMost } = await start();
      const source = makeFiles(join(folder, "from"), 1000);
      const dest = join(folder, "to");
      await atMost(30, async () => {
        rmSync(dest, { recursive: true, force: true });
        await files.call(way, { source, dest, recursive: true });
      });
    });
  }

  it("an unchanged tree of 500 folders: at most 15", async () => {
    const { files, folder, atMost } = await start();
    const [source, dest] = [join(folder, "from"), join(folder, "to")];
    for (let n = 0; n < 500; n++) makeFiles(join(source, `folder-${n}`), 4);
    cpSync(source, dest, { recursive: true, preserveTimestamps: true });
    await atMost(15, async () => {
      const params = { source, dest, recursive: true, overwrite: "changed" };
      assert.equal((await files.call("put", params)).skipped, 2000);
    });
  });

  it("a directory of 20,000 entries: at most 30", async () => {
    const { files, folder, atMost } = await start();
    const path = makeFiles(join(folder, "many"), 20_000);
    await atMost(30, () => files.call("readdir", { path }));
  });
});
