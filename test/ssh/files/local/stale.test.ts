import assert from "node:assert/strict";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeStale } from "../../../../src/ssh/files/local/stale.ts";
import { LocalSink } from "../../../../src/ssh/files/local/sink.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { until } from "../../../fixtures/until.ts";

describe("temporary files that nobody finished", () => {
  const scope = useScope();
  const made = (folder: string, name: string, ageDays: number): string => {
    const path = join(folder, name);
    writeFileSync(path, "");
    const time = new Date(Date.now() - ageDays * 86_400_000);
    utimesSync(path, time, time);
    return name;
  };

  it("are removed once they are old; nothing else is", async () => {
    const folder = scope.tempDir();
    const kept = [
      made(folder, ".new.0123456789ab.sshrpc", 0.5),
      made(folder, ".other.0123456789ab", 9),
      made(folder, "mine.sshrpc", 9),
    ];
    made(folder, ".old.0123456789ab.sshrpc", 2);
    await removeStale(folder);
    assert.deepEqual(readdirSync(folder).toSorted(), kept.toSorted());
  });

  it("are removed by the next receive into their folder, whose own has such a name", async () => {
    const folder = scope.tempDir();
    made(folder, ".old.0123456789ab.sshrpc", 2);
    const sink = await LocalSink.open(join(folder, "dest"), 0o022);
    const names = () => readdirSync(folder);
    await until(() => names().length === 1, "the old one is gone");
    assert.match(names()[0] ?? "", /^\.dest\.[0-9a-f]{12}\.sshrpc$/);
    await sink.abandon();
    assert.deepEqual(names(), []);
  });
});
