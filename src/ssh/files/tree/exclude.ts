import { isUtf8 } from "node:buffer";

/** Whether a name is left out. @param path below the source */
export type Excludes = (path: Buffer, isDirectory: boolean) => boolean;

/**
 * Globs as in gitignore(5) and rsync(1): `*` and `?` stand for anything but `/`, `**` for anything,
 * `[…]` for a set. One without `/` (other than at its end) is of a name at any depth, others are of
 * a path below the source. With `/` at its end it is of directories only.
 */
export function excludes(globs: readonly string[]): Excludes {
  const rules = globs.map(rule);
  return (path, isDirectory) => {
    if (rules.length === 0) return false;
    const text = path.toString(isUtf8(path) ? "utf8" : "latin1");
    const name = text.slice(text.lastIndexOf("/") + 1);
    return rules.some(
      ({ pattern, whole, folders }) =>
        (isDirectory || !folders) && pattern.test(whole ? text : name),
    );
  };
}

function rule(glob: string) {
  const folders = glob.endsWith("/");
  const body = folders ? glob.slice(0, -1) : glob;
  const whole = body.includes("/");
  const pattern = new RegExp(`^${expression(body.replace(/^\//, ""))}$`, "su");
  return { pattern, whole, folders };
}

function expression(glob: string): string {
  const tokens = glob.match(/\*\*\/|\*+|\?|\[!?\]?[^\]]*\]|\\.|[^]/gu) ?? [];
  return tokens.map(token).join("");
}

function token(text: string): string {
  if (text === "**/") return "(?:.*/)?";
  if (text.startsWith("**")) return ".*";
  if (text === "*") return "[^/]*";
  if (text === "?") return "[^/]";
  if (text.length > 2 && text.startsWith("[")) {
    const negated = text[1] === "!";
    const set = text.slice(negated ? 2 : 1, -1).replaceAll(/[\\\]^[&]/g, String.raw`\$&`);
    return `${negated ? "[^/" : "["}${set}]`;
  }
  return literal(text.length === 2 && text.startsWith("\\") ? text.slice(1) : text);
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
