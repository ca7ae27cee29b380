import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { login } from "./support/calls.ts";

/** How often each transfer is broken off, evenly over its answers; `KILL_POINTS=20` does it with 1,000 files. */
const wanted = process.env["KILL_POINTS"];
const points = Number(wanted ?? 3);
const count = wanted === undefined ? 200 : 1000;
const victims = ["server", "daemon", "client"] as const;

describe("a transfer of many files", function () {
  const scope = useScope();

  before(function () {
    requires(this, "sshd");
  });

  for (const way of ["get", "put"] as const) {
    it(`${way}: resuming finishes, whoever was killed at ${points} points of it`, async () => {
      const server = scope.add(await startSshd());
      const folder = scope.tempDir();
      const [source, dest] = [join(folder, "from"), join(folder, "to")];
      const hashes = makeTree(source);
      const params = { source, dest, recursive: true, overwrite: "changed", resume: true };

      /** Begins the transfer; answers of the server stop after so many bytes of the transfer's. */
      const begin = async (stallAfter?: number) => {
        const daemon = scope.add(startDaemon());
        const { host, port } = server;
        const proxy = scope.add(await TcpProxy.start({ target: { host, port } }));
        const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
        const before = proxy.bytes.down;
        if (stallAfter !== undefined) proxy.stallAfter("down", stallAfter);
        const call = daemon.request(`fs.${way}`, { session, ...params });
        const outcome = call.then(
          () => "done",
          () => "failed",
        );
        return { daemon, proxy, outcome, down: () => proxy.bytes.down - before };
      };

      makeOld(dest);
      const whole = await begin();
      assert.equal(await whole.outcome, "done");
      let answers = whole.down();
      await whole.daemon.close();

      for (let point = 0; point < points;) {
        makeOld(dest);
        const stallAfter = Math.floor((answers * (point + 0.5)) / points);
        const broken = await begin(stallAfter);
        const { daemon, proxy, outcome, down } = broken;
        let isOver = false;
        void outcome.finally(() => (isOver = true));
        await until(() => isOver || down() >= stallAfter, "so many answers have come", 60);
        if (down() < stallAfter) {
          // The server's answers came in fewer packets this time: the point is to be earlier.
          assert.equal(await outcome, "done");
          answers = down();
          await daemon.close();
          continue;
        }
        const victim = victims[point % victims.length];
        if (victim === "server") {
          server.kill();
          // What it had answered comes yet, and then the connection's end.
          proxy.resume("down");
        } else if (victim === "daemon") await daemon.kill();
        else daemon.endStdin();
        assert.equal(await outcome, "failed", `the ${victim} was killed`);
        if (victim === "server") await daemon.close();
        else await daemon.exit;
        await until(
          () => server.connections().length + server.commands().length === 0,
          "nothing of the connection is left at the server",
          60,
        );
        assert.deepEqual(brokenOf(dest, hashes), [], `after the ${victim}'s end, point ${point}`);

        const again = await begin();
        assert.equal(await again.outcome, "done");
        await again.daemon.close();
        assert.deepEqual(contentOf(dest), hashes, `after the ${victim}'s end, point ${point}`);
        point += 1;
      }
    }).timeout(60_000 * points);
  }
});

/** Mostly small files, and some of which a part may be there. @returns hashes by name */
function makeTree(folder: string): Map<string, string> {
  mkdirSync(folder);
  for (let n = 0; n < count; n++) {
    const size = n % 50 === 7 ? 600_000 : 1000 + n;
    writeFileSync(join(folder, `file-${n}`), Buffer.alloc(size, `${n} `));
  }
  return contentOf(folder);
}

/** What is to be replaced; every tenth file isn't there yet. */
function makeOld(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (let n = 0; n < count; n++) if (n % 10 > 0) writeFileSync(join(folder, `file-${n}`), "old");
}

const hashOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Hashes by name, of all that is there. */
function contentOf(folder: string): Map<string, string> {
  const names = readdirSync(folder).toSorted();
  return new Map(names.map((name) => [name, hashOf(join(folder, name))]));
}

const oldHash = createHash("sha256").update("old").digest("hex");

/** Names of files that are neither as they were nor as they should be. */
function brokenOf(folder: string, hashes: ReadonlyMap<string, string>): string[] {
  const now = contentOf(folder);
  return [...hashes.keys()].filter((name) => {
    const wasThere = Number(name.slice("file-".length)) % 10 > 0;
    const found = now.get(name);
    return found !== hashes.get(name) && found !== (wasThere ? oldHash : undefined);
  });
}
