import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../fixtures/project.ts";

interface Entry {
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

describe("package-lock.json", () => {
  const text = readFileSync(join(projectRoot, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };

  // npm leaves out what a registry doesn't have for other platforms, and npm ci then refuses.
  it("holds what every package asks for, for all platforms", () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).filter(
        (name) =>
          packages[`${path}/node_modules/${name}`] === undefined &&
          packages[`node_modules/${name}`] === undefined,
      ),
    );
    assert.deepEqual(missing, []);
  });

  it("names no registry", () => {
    const resolved = Object.values(packages).filter((entry) => entry.resolved !== undefined);
    assert.deepEqual(resolved, []);
  });
});
