import assert from "node:assert/strict";
import { once } from "node:events";
import { Redis } from "ioredis";
import pg from "pg";
import type { Session } from "../../clients/js/index.ts";
import { startPostgres, startRedis } from "../fixtures/databases.ts";
import type { Database } from "../fixtures/databases.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { Lab } from "./lab.ts";

const host = "127.0.0.1";

describe("JavaScript client: what takes a net.Socket takes session.connect()", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    const lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
  });

  describe("pg", () => {
    let postgres: Database;

    before(async function () {
      requires(this, "postgres");
      postgres = suite.add(await startPostgres());
    });

    const user = "postgres";

    it("queries, with values, large ones too", async () => {
      const { port } = postgres;
      const client = new pg.Client({ user, stream: () => session.connect({ host, port }) });
      await client.connect();
      const asked = await client.query("SELECT $1::text || '!' AS greeting", ["grüße"]);
      assert.deepEqual(asked.rows, [{ greeting: "grüße!" }]);
      const large = "x".repeat(4_000_000);
      const sent = await client.query("SELECT $1::text AS back", [large]);
      assert.equal(sent.rows[0].back, large);
      await assert.rejects(client.query("SELECT nothing"), { code: "42703" });
      const rows = await client.query("SELECT n FROM generate_series(1, 20000) AS n");
      assert.equal(rows.rows.length, 20_000);
      await client.end();
    });

    it("is told what the server notifies of, by a Unix socket", async () => {
      const stream = () => session.connect({ socketPath: postgres.socket });
      const client = new pg.Client({ user, stream });
      await client.connect();
      const notified = once(client, "notification");
      await client.query("LISTEN news; NOTIFY news, 'hello'");
      const [{ channel, payload }] = await notified;
      assert.deepEqual([channel, payload], ["news", "hello"]);
      await client.end();
    });

    it("has a pool of connections at once", async () => {
      const { port } = postgres;
      const stream = () => session.connect({ host, port });
      const pool = new pg.Pool({ user, stream, max: 5 });
      const all = Array.from({ length: 50 }, (_, n) => pool.query("SELECT $1::int AS n", [n]));
      const numbers = (await Promise.all(all)).map(({ rows }) => rows[0].n as number);
      assert.deepEqual(
        numbers,
        numbers.map((_, n) => n),
      );
      await pool.end();
    });

    it("is told of a port where nobody listens", async () => {
      const client = new pg.Client({ user, stream: () => session.connect({ host, port: 1 }) });
      await assert.rejects(client.connect(), { kind: "ConnectFailed" });
    });
  });

  describe("ioredis", () => {
    let server: Database;

    before(async function () {
      requires(this, "redis");
      server = suite.add(await startRedis());
    });

    /** What ioredis has connect in its place. */
    const connector = () =>
      class {
        firstError?: Error;

        check(): boolean {
          return true;
        }

        connect() {
          return Promise.resolve(session.connect({ host, port: server.port }));
        }

        disconnect(): void {}
      };

    const connect = (): Redis => {
      // Its types ask for a net.Socket in whole.
      const redis = new Redis({ Connector: connector() as never });
      scope.defer(() => redis.disconnect());
      return redis;
    };

    it("sets and gets, in pipelines and of any bytes", async () => {
      const redis = connect();
      assert.equal(await redis.set("greeting", "hello"), "OK");
      assert.equal(await redis.get("greeting"), "hello");
      const bytes = Buffer.alloc(3_000_000, Buffer.from([0, 255, 13, 10]));
      await redis.set("bytes", bytes);
      assert.deepEqual(await redis.getBuffer("bytes"), bytes);
      const pipeline = redis.pipeline();
      for (let n = 0; n < 2000; n++) pipeline.incr("count");
      const answers = await pipeline.exec();
      assert.deepEqual(answers?.at(-1), [null, 2000]);
      await redis.quit();
    });

    it("subscribes", async () => {
      const [subscriber, publisher] = [connect(), connect()];
      const told = once(subscriber, "message");
      await subscriber.subscribe("news");
      await publisher.publish("news", "hello");
      assert.deepEqual(await told, ["news", "hello"]);
    });
  });
});
