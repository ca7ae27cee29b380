const escape = "\u001B";
const bell = "\u0007";

/** What terminals obey and people don't see (ECMA-48 and xterm). */
const invisible = new RegExp(
  [
    String.raw`${escape}\[[0-?]*[ -/]*[@-~]`,
    String.raw`${escape}\][^${bell}${escape}]*(?:${bell}|${escape}\\)`,
    String.raw`${escape}[PX^_][^${escape}]*${escape}\\`,
    String.raw`${escape}[ -/]*[0-Z\\^-~]`,
    String.raw`[\0${bell}]`,
  ].join("|"),
  "g",
);

/** A line in which a device waits at the end of a page, as devices write it. */
const pager =
  /^\s*(?:[-<([]+ ?\(?more\b[^\n]{0,80}[-> )\]]|press any key[^\n]{0,40}|lines \d+-\d+[^\n]*)$/i;

/** How a pager's line is removed: gone over backwards, or from its beginning, with blanks. */
const erasure = new RegExp(
  String.raw`^(?:[\b\r]+ *[\b\r]+(?!\n)|${escape}\[\d?K|\r(?![\r\n])|[\b]+)+`,
);

/** What a person sees of it, nearly, in lines that end with "\n". */
export function visible(shown: string): string {
  return shown
    .replaceAll(invisible, "")
    .replaceAll(/\r+\n/g, "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r") + 1))
    .join("\n")
    .replaceAll(/[\b]+ *[\b]*/g, "");
}

/** What a person sees behind the last line's end. */
export function lastLine(shown: string): string {
  return visible(shown.slice(shown.lastIndexOf("\n") + 1));
}

/** Whether a device waits at the end of a page. */
export function isAtPager(shown: string): boolean {
  return pager.test(lastLine(shown));
}

/** The last line where the one before is the same, else undefined. */
export function repeatedLine(shown: string): string | undefined {
  const [last, before] = visible(shown).split("\n").toReversed();
  return last && last === before ? last : undefined;
}

/** Matches a device's prompt, also in another mode or folder, in its last line. */
export function promptLike(line: string): RegExp {
  const name = /^[[<(*]*([^\s:~(#>$%\])]+)[^\n]*[#>$%\]] ?$/.exec(line)?.[1];
  return name === undefined
    ? new RegExp(`^${literally(line)}$`)
    : new RegExp(
        `^[[<(*]*${literally(name)}${/\w$/.test(name) ? "(?![\\w-])" : ""}[^\\n]*[#>$%\\]] ?$`,
      );
}

/** Matches what is a line's very end. */
export function endingWith(prompt: string | RegExp): RegExp {
  return typeof prompt === "string"
    ? new RegExp(`${literally(prompt)}$`)
    : new RegExp(`(?:${prompt.source})$`, prompt.flags.replaceAll(/[gmy]/g, ""));
}

/** A command's output of its pages: without its echo, the pagers' lines, the prompt, the last newline. */
export function outputOf(pages: readonly string[], typed: string): string {
  let text = "";
  for (const [index, page] of pages.entries()) {
    const rest = index === 0 ? withoutEcho(page, typed) : withoutErasure(page);
    text += visible(rest.slice(0, rest.lastIndexOf("\n") + 1));
  }
  return text.replace(/\n$/, "");
}

/** A terminal's width may have left blanks and returns in what was typed. */
function withoutEcho(page: string, typed: string): string {
  const end = page.indexOf("\n") + 1;
  const echo = page.slice(0, end).replaceAll(invisible, "");
  return squeezed(echo) === squeezed(typed) ? page.slice(end) : page;
}

function withoutErasure(page: string): string {
  const rest = page.replace(erasure, "");
  // Where the pager's line stays, it is ended.
  return rest === page ? page.replace(/^\r*\n/, "") : rest;
}

function squeezed(text: string): string {
  return text.replaceAll(/[\s\b]/g, "");
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
