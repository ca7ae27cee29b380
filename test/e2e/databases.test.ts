import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Message } from "../fixtures/daemon.ts";
import { startPostgres, startRedis } from "../fixtures/databases.ts";
import type { Database } from "../fixtures/databases.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { login } from "./support/calls.ts";

/** What a server of a database says on a connection that is the client's over the wire. */
interface Conversation {
  /** Sends, and waits until all that has come so far, as latin1, holds the answer. */
  readonly ask: (bytes: Buffer, isAnswered: (text: string) => boolean) => Promise<string>;
  /** Ends our direction: the call's reply. */
  readonly end: () => Promise<{ bytesReceived: number; bytesSent: number }>;
}

describe("e2e: databases through session.connect, by their own wire", function () {
  this.timeout(60_000);
  const scope = useScope("suite");
  let daemon: Daemon;
  let session: number;

  before(async function () {
    requires(this, "sshd");
    const server = scope.add(await startSshd({ unprivileged: true }));
    daemon = scope.add(startDaemon());
    session = await login(daemon, server);
  });

  function converse(token: string, to: object): Conversation {
    const encoding = "base64";
    const ended = daemon.request("session.connect", { session, token, encoding, ...to });
    // Whoever waits for an answer is told that it can't come.
    const failed = new Promise<never>((_, reject) => ended.catch(reject));
    failed.catch(() => {});
    const isOurs = ({ method, params }: Message) =>
      method === "session/output" && params.token === token;
    let text = "";
    return {
      async ask(bytes, isAnswered) {
        const data = bytes.toString(encoding);
        await daemon.request("session.write", { token, data, encoding });
        const whole = () => {
          const pieces = daemon.messages.filter(isOurs).map(({ params }) => params.data as string);
          const joined = Buffer.concat(pieces.map((each) => Buffer.from(each, encoding)));
          text = joined.toString("latin1");
          return isAnswered(text);
        };
        await Promise.race([daemon.waitFor(whole), failed]);
        return text;
      },
      async end() {
        await daemon.request("session.closeStdin", { token });
        return ended;
      },
    };
  }

  /** By port and by Unix socket. */
  const ways = [
    ["port", ({ port }: Database) => ({ host: "127.0.0.1", port })],
    ["Unix socket", ({ socket }: Database) => ({ socketPath: socket })],
  ] as const;

  describe("Redis", () => {
    let redis: Database;

    before(async function () {
      requires(this, "redis");
      redis = scope.add(await startRedis());
    });

    for (const [way, where] of ways) {
      it(`by ${way}`, async () => {
        const { ask, end } = converse(`redis by ${way}`, where(redis));
        const set = "+OK\r\n";
        await ask(Buffer.from("SET greeting hello\r\n"), (text) => text === set);
        const get = Buffer.from("*2\r\n$3\r\nGET\r\n$8\r\ngreeting\r\n");
        await ask(get, (text) => text === `${set}$5\r\nhello\r\n`);
        assert.deepEqual(await end(), { bytesReceived: 16, bytesSent: 47 });
      });
    }
  });

  describe("PostgreSQL", () => {
    let postgres: Database;

    before(async function () {
      requires(this, "postgres");
      postgres = scope.add(await startPostgres());
    });

    for (const [way, where] of ways) {
      it(`by ${way}`, async () => {
        const { ask, end } = converse(`postgres by ${way}`, where(postgres));
        const authenticated = "R\0\0\0\x08\0\0\0\0";
        const idle = "Z\0\0\0\x05I";
        await ask(startupMessage("postgres"), (text) => {
          return text.startsWith(authenticated) && text.endsWith(idle);
        });
        // DataRow, of one column.
        const row = "D\0\0\0\x13\0\x01\0\0\0\x09greetings";
        await ask(message("Q", "SELECT 'gr' || 'eetings'"), (text) => text.includes(row));
        const many = message("Q", "SELECT repeat('y', 300000)");
        const selected = `C\0\0\0\x0dSELECT 1\0${idle}`;
        const came = await ask(many, (text) => text.endsWith(`yyy${selected}`));
        assert.ok(came.includes("y".repeat(300_000)));
        // An error leaves the connection as it was.
        const undefinedColumn = "C42703\0";
        await ask(message("Q", "SELECT nothing"), (text) => {
          return text.includes(undefinedColumn) && text.endsWith(idle);
        });
        const all = await ask(message("Q", "SELECT 'still'"), (text) => text.includes("still"));
        assert.ok(all.startsWith(came));
        // Terminate: the server ends the connection.
        await ask(Buffer.from([0x58, 0, 0, 0, 4]), () => true);
        assert.ok((await end()).bytesReceived > 300_000);
      });
    }
  });
});

/** PostgreSQL's frontend/backend protocol, 3.0: StartupMessage. */
function startupMessage(user: string): Buffer {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0\0`, "latin1");
  return Buffer.concat([size(body), body]);
}

/** A message with a string. */
function message(type: string, text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  return Buffer.concat([Buffer.from(type), size(body), body]);
}

/** The length of a message, which counts itself. */
function size(body: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(body.length + 4);
  return bytes;
}
