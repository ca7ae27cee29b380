import { openSync, writeSync } from "node:fs";
import { inspect } from "node:util";
import { logLevels } from "../protocol/log-levels.ts";
import type { LogLevel } from "../protocol/log-levels.ts";

/** Takes what a line says, without the line's form; must neither throw nor wait. */
export type Listener = (level: LogLevel, text: string) => void;

/** Takes whole lines; must neither throw nor wait. */
export type Sink = (line: string) => void;

/** The longest text of a line, in characters; what servers say may be of any length. */
const maxTextLength = 8192;

/** Bytes that may wait to be written to stderr. If nobody reads it, further lines are dropped. */
const maxUnwrittenBytes = 1024 * 1024;

/**
 * The daemon's log: a line each with time, level and text. What is logged must hold no params and
 * no payload: they may be secret.
 */
export class Log {
  readonly #sink: Sink;
  readonly #level: LogLevel;
  readonly #prefix: string;
  #listener: Listener = () => {};
  #listenerLevel = -1;

  /**
   * @param level the least urgent one that is still logged
   * @param prefix what every line's text begins with
   */
  constructor(sink: Sink, level: LogLevel, prefix = "") {
    this.#sink = sink;
    this.#level = level;
    this.#prefix = prefix;
  }

  /** A log for one client of several: its lines begin with `client`, and its listeners get only those. */
  of(client: string): Log {
    return new Log(this.#sink, this.#level, `${client}: `);
  }

  /** Also gives `listener` the lines of this level and of more urgent ones. */
  listen(level: LogLevel, listener: Listener): void {
    this.#listenerLevel = logLevels.indexOf(level);
    this.#listener = listener;
  }

  /** @param cause an error, logged with its stack */
  error(text: string, cause?: unknown): void {
    if (cause === undefined) return this.#write("error", text);
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
    this.#write("error", `${text}: ${detail}`);
  }

  warn(text: string): void {
    this.#write("warn", text);
  }

  info(text: string): void {
    this.#write("info", text);
  }

  debug(text: string): void {
    this.#write("debug", text);
  }

  /** Whether anybody gets lines of this level; if not, their text need not be made. */
  isWanted(level: LogLevel): boolean {
    return (
      logLevels.indexOf(level) <= Math.max(logLevels.indexOf(this.#level), this.#listenerLevel)
    );
  }

  #write(level: LogLevel, text: string): void {
    if (!this.isWanted(level)) return;
    const urgency = logLevels.indexOf(level);
    const shown = escaped(text.slice(0, maxTextLength));
    if (urgency <= logLevels.indexOf(this.#level)) {
      this.#sink(`${new Date().toISOString()} ${level} ${this.#prefix}${shown}\n`);
    }
    if (urgency <= this.#listenerLevel) this.#listener(level, shown);
  }
}

/** Shows what would start a new line, move the cursor or change the direction of text. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\\]/gu, (char) => {
    if (char === "\\") return "\\\\";
    if (char === "\n") return "\\n";
    return `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
  });
}

/** Logs to stderr; while it can't be written to, lines are dropped. */
export function stderrSink(): Sink {
  // Opened with the first line: that takes a while, and mostly there is none.
  let stream: NodeJS.WriteStream | undefined;
  return (line) => {
    stream ??= process.stderr.on("error", () => {});
    if (stream.writableLength < maxUnwrittenBytes) stream.write(line);
  };
}

/**
 * Appends to a file, which is made with mode 0600 where there is none.
 *
 * @throws {Error} of the system where it can't be opened
 */
export function fileSink(path: string): Sink {
  const file = openSync(path, "a", 0o600);
  return (line) => {
    try {
      writeSync(file, line);
    } catch {
      // If the disk is full, the line is lost; sessions go on.
    }
  };
}
