import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";

interface Import {
  readonly from: string;
  readonly to: string;
}

describe("Folders", () => {
  it("of the daemon import each other in no circle", () => {
    assert.deepEqual(circles(typescript("src")), []);
  });

  it("of the clients import each other in no circle", () => {
    assert.deepEqual(circles(typescript("clients/js")), []);
    assert.deepEqual(circles(python("clients/python/src")), []);
    assert.deepEqual(circles([...lua("clients/lua"), ...lua("clients/neovim/lua")]), []);
  });

  it("in a circle would be found, inside a room and between rooms", () => {
    const inside = [
      { from: "a/one.ts", to: "a/b/two.ts" },
      { from: "a/b/two.ts", to: "a/three.ts" },
      { from: "a/b/two.ts", to: "c/four.ts" },
    ];
    assert.deepEqual(circles(inside), ["a/b/two.ts → a/three.ts", "a/one.ts → a/b/two.ts"]);
    const between = [
      { from: "a/b/one.ts", to: "c/two.ts" },
      { from: "c/d/three.ts", to: "a/four.ts" },
    ];
    assert.deepEqual(circles(between), ["a/b/one.ts → c/two.ts", "c/d/three.ts → a/four.ts"]);
  });
});

/**
 * One import for each step of a circle: between folders, and between the folders of one folder, each
 * with all that is in it.
 */
function circles(imports: readonly Import[]): string[] {
  const levels = [imports.map((each) => ({ ...each, a: dirname(each.from), b: dirname(each.to) }))];
  const parents = new Set<string>();
  for (const { from, to } of imports) {
    for (const file of [from, to]) {
      for (let at = dirname(file); at !== "."; at = dirname(at)) parents.add(dirname(at));
    }
  }
  for (const parent of parents) {
    const child = (file: string): string | undefined => {
      const inside = parent === "." ? file : relative(parent, file);
      return inside.startsWith("..") || !inside.includes("/") ? undefined : inside.split("/")[0];
    };
    levels.push(
      imports.flatMap((each) => {
        const [a, b] = [child(each.from), child(each.to)];
        return a === undefined || b === undefined ? [] : [{ ...each, a, b }];
      }),
    );
  }
  const found = levels.flatMap((level) => {
    const between = level.filter(({ a, b }) => a !== b);
    const reaches = (start: string, goal: string): boolean => {
      const seen = new Set([start]);
      for (const at of seen) {
        for (const { a, b } of between) if (a === at) seen.add(b);
      }
      return seen.has(goal);
    };
    const closing = between.filter(({ a, b }) => reaches(b, a));
    const pairs = new Map(closing.map(({ a, b, from, to }) => [`${a} → ${b}`, `${from} → ${to}`]));
    return [...pairs.values()].toSorted();
  });
  return [...new Set(found)];
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

function isThere(path: string): boolean {
  return existsSync(join(projectRoot, path));
}

function matches(file: string, pattern: RegExp): RegExpMatchArray[] {
  return [...readFileSync(join(projectRoot, file), "utf8").matchAll(pattern)];
}

function typescript(folder: string): Import[] {
  return filesOf(folder, ".ts").flatMap((from) =>
    matches(from, /\b(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g).map(([, path = ""]) => ({
      from,
      to: normalize(join(dirname(from), path)),
    })),
  );
}

/** But for what a package shows of its modules in its `__init__.py`. */
function python(folder: string): Import[] {
  return filesOf(folder, ".py")
    .filter((from) => !from.endsWith("__init__.py"))
    .flatMap((from) =>
      matches(from, /^\s*from (\.+)([\w.]*) import (\w*)/gm).map(
        ([, dots = "", module = "", name = ""]) => {
          const base = join(dirname(from), "../".repeat(dots.length - 1));
          return { from, to: join(base, (module || name).replaceAll(".", "/")) };
        },
      ),
    );
}

function lua(folder: string): Import[] {
  return filesOf(folder, ".lua").flatMap((from) =>
    matches(from, /^[^-\n]*\brequire\s*\(?\s*["']([\w.]+)/gm)
      .map(([, module = ""]) => join(folder, module.replaceAll(".", "/")))
      .map((path) => [`${path}.lua`, join(path, "init.lua")].find(isThere) ?? path)
      // One of several, which is chosen as it runs, has the name of their folder so far.
      .filter((to) => to.endsWith("/") || to.endsWith(".lua"))
      .map((to) => ({ from, to: to.replace(/\/$/, "/…") })),
  );
}
