import xterm from "@xterm/headless";
import type { Daemon, Json } from "../../fixtures/daemon.ts";
import { until } from "../../fixtures/until.ts";

/** Seconds; of a machine that has much else to do, too. */
const patience = 20;

/** What a person has before him: a terminal emulator, on it the login shell of a session. */
export class Terminal {
  /** The reply to session.shell. */
  readonly ended: Promise<Json>;
  readonly #daemon: Daemon;
  readonly #token: string;
  readonly #emulator: xterm.Terminal;
  #taken = 0;

  private constructor(daemon: Daemon, session: number, token: string, size: Size) {
    const { columns, rows } = size;
    this.#daemon = daemon;
    this.#token = token;
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    // What a terminal answers to those who ask what it is, and where its cursor stands.
    this.#emulator.onData((data) => void this.type(data).catch(() => {}));
    const pty = { term: "xterm", columns, rows };
    this.ended = daemon.request("session.shell", { session, token, pty });
    this.ended.catch(() => {});
  }

  /** Opens a shell that waits for a command behind the prompt `ready>`. */
  static async open(
    daemon: Daemon,
    session: number,
    token: string,
    size: Size = { columns: 80, rows: 24 },
  ): Promise<Terminal> {
    const terminal = new Terminal(daemon, session, token, size);
    // The prompt is made of two parts, so that what is typed isn't taken for it.
    await terminal.type("export LC_ALL=C.UTF-8; PS1='rea''dy> '\r");
    await terminal.ready();
    return terminal;
  }

  async type(keys: string): Promise<void> {
    await this.#daemon.request("session.write", { token: this.#token, data: keys });
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#emulator.resize(columns, rows);
    await this.#daemon.request("session.resize", { token: this.#token, columns, rows });
  }

  /** The rows that are seen, without the blanks at their ends. */
  async screen(): Promise<string[]> {
    const { messages } = this.#daemon;
    for (; this.#taken < messages.length; this.#taken++) {
      const { method, params } = messages[this.#taken] as Json;
      if (method !== "session/output" || params.token !== this.#token) continue;
      this.#emulator.write(Buffer.from(params.data, params.encoding));
    }
    await new Promise<void>((resolve) => this.#emulator.write("", resolve));
    const { active } = this.#emulator.buffer;
    return Array.from({ length: this.#emulator.rows }, (_, row) => {
      return (
        active
          .getLine(active.baseY + row)
          ?.translateToString(true)
          .trimEnd() ?? ""
      );
    });
  }

  /** Waits until the screen is as it should be. */
  async shows(wanted: RegExp | ((rows: string[]) => boolean)): Promise<void> {
    const is = wanted instanceof RegExp ? (rows: string[]) => wanted.test(rows.join("\n")) : wanted;
    let rows: string[] = [];
    const seen = async () => is((rows = await this.screen()));
    await until(seen, String(wanted), patience).catch((error: unknown) => {
      throw new Error(`the screen is\n${rows.join("\n")}`, { cause: error });
    });
  }

  /** Waits until the shell waits for a command: its prompt is the last of the screen. */
  ready(): Promise<void> {
    return this.shows(/ready>\n*$/);
  }
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
