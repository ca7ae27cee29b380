import assert from "node:assert/strict";
import { Failure } from "../../../../src/protocol/errors.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { SessionChannel } from "../../../../src/ssh/connection/channels/channel.ts";
import { Recent } from "../../../../src/ssh/flow/recent.ts";
import { RoundTrip } from "../../../../src/ssh/flow/round-trip.ts";
import { Channels } from "../../../../src/ssh/connection/channels/channels.ts";
import type { FaultConnection } from "../../../fixtures/fault-connection.ts";
import { startFaultServer } from "../../../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../../../fixtures/fault-server.ts";
import { packetsPerTurn } from "../../../../src/ssh/flow/turns.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { connectRaw } from "../../../fixtures/ssh-connection.ts";
import { until } from "../../../fixtures/until.ts";
import { byte, uint32 } from "../../../fixtures/wire.ts";

const SSH_MSG_CHANNEL_OPEN_CONFIRMATION = 91;
const SSH_MSG_CHANNEL_CLOSE = 97;

const full = { reason: 2, description: "open failed" };
const prohibited = { reason: 1, description: "one at a time" };

const isFailure =
  (kind: string, data: object = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof Failure);
    assert.equal(error.kind, kind);
    for (const [key, value] of Object.entries(data)) assert.equal(error.data[key], value, key);
    return true;
  };

describe("Channels", () => {
  const scope = useScope();

  interface Setup {
    channels: Channels;
    connection: FaultConnection;
    acquire: (cancellation?: Cancellation) => Promise<SessionChannel>;
    /** A call from beginning to end. */
    run: () => Promise<void>;
    /** How often writing has waited for its next turn. */
    turns: () => number;
    /** All that have opened. */
    made: SessionChannel[];
    /** The connection ends on our side, with nothing before that tells of it. */
    drop: () => void;
    /** How many opens the server has been asked for. */
    asked: () => number;
  }

  async function start(
    open: FaultServerOptions["open"],
    options: { idleTime?: number; patience?: number; most?: number } = {},
    serverOptions: FaultServerOptions = {},
  ): Promise<Setup> {
    const server = scope.add(
      await startFaultServer({ ...(open === undefined ? {} : { open }), ...serverOptions }),
    );
    const ours = await connectRaw(scope, server);
    const connection = await server.connection(0);
    const nothing = () => {};
    let turns = 0;
    const made: SessionChannel[] = [];
    const shared = {
      drained: async () => {},
      nextTurn: async () => void turns++,
      onOverrun: nothing,
      earlyInput: 0,
      longestCommand: Infinity,
      roundTrip: new RoundTrip(),
      asked: new Recent(1000),
      lendsAgent: false,
      waitsForClose: false,
    };
    const unused = () => assert.fail("no tunnel is opened here");
    const session = (channel: ConstructorParameters<typeof SessionChannel>[1]) =>
      made[made.push(new SessionChannel(shared, channel)) - 1] as SessionChannel;
    const channels = new Channels(ours.connection, { session, tunnel: unused }, options);
    const acquire = (cancellation = new Cancellation()) => channels.acquire(new Call(cancellation));
    return {
      channels,
      connection,
      acquire,
      async run() {
        await close(await acquire());
      },
      turns: () => turns,
      made,
      drop() {
        ours.connection.onClose(() => channels.fail(new Failure("ConnectionLost", "lost")));
        ours.transport.destroy();
      },
      asked: () => connection.records.filter(({ type }) => type === "open").length,
    };
  }

  /** Runs a command to its end: ssh2's server, as some others, doesn't answer to a close before one. */
  async function close(channel: SessionChannel): Promise<void> {
    await channel.start({ exec: Buffer.from("true") }, new Call(new Cancellation()));
    await channel.closed;
  }

  /** Runs calls, one after the other, until a channel is open ahead. */
  async function warm({ channels, run }: Setup, count = 1): Promise<void> {
    await run();
    await until(async () => {
      if (channels.ahead === count) return true;
      await Promise.all(Array.from({ length: count }, () => run()));
      return false;
    }, `${count} channels are open ahead`);
  }

  describe("ahead of need", () => {
    it("opens none for calls that come alone or together", async () => {
      const { channels, acquire, asked } = await start(undefined);
      const together = await Promise.all([acquire(), acquire(), acquire()]);
      for (const channel of together) await close(channel);
      assert.equal(asked(), 3);
      assert.equal(channels.ahead, 0);
    });

    it("opens one when a call follows another, and the next as that is taken", async () => {
      const setup = await start(undefined);
      const { channels, acquire, asked } = setup;
      await warm(setup);
      for (let n = 0; n < 3; n++) {
        const earlier = asked();
        const channel = await acquire();
        assert.equal(asked(), earlier, "the call opened none");
        assert.equal(channels.count, 1);
        await until(() => channels.ahead === 1, "the next is open");
        assert.equal(asked(), earlier + 1);
        await close(channel);
      }
    });

    it("opens as many as calls come together, up to eight", async () => {
      const setup = await start(undefined);
      const { channels, acquire, asked } = setup;
      await warm(setup, 4);
      const earlier = asked();
      const four = await Promise.all([acquire(), acquire(), acquire(), acquire()]);
      assert.equal(asked(), earlier);
      for (const channel of four) await close(channel);
      for (let n = 0; n < 3; n++) {
        const many = await Promise.all(Array.from({ length: 20 }, () => acquire()));
        for (const channel of many) await close(channel);
      }
      await until(() => channels.ahead === 8, "eight are open");
    });

    it("has those ahead to spare, and an extra one makes for no more of them", async () => {
      const setup = await start(undefined);
      const { channels, asked } = setup;
      await warm(setup);
      assert.equal(channels.spare, 10);
      const earlier = asked();
      const extra = () => channels.acquire(new Call(new Cancellation()), {}, true);
      const extras = await Promise.all([extra(), extra(), extra(), extra()]);
      await until(() => channels.ahead === 1, "the one that was taken is made up for");
      assert.equal(channels.spare, 6);
      assert.equal(asked(), earlier + 4);
      for (const channel of extras) await close(channel);
    });

    it("gives back what no call has needed for the idle time, and starts anew", async () => {
      const setup = await start(undefined, { idleTime: 0.2 });
      const { channels, connection, run } = setup;
      await warm(setup);
      const before = connection.records.length;
      await until(() => channels.ahead === 0, "it's given back");
      await until(
        () => connection.records.slice(before).some(({ type }) => type === "close"),
        "the server sees it close",
      );
      assert.equal(channels.count, 0);
      await warm(setup);
      await run();
    });

    it("drops one that the server closes; the next call opens its own", async () => {
      const setup = await start(undefined);
      const { channels, connection, acquire, asked } = setup;
      await warm(setup);
      const opens = connection.records.flatMap((each) => (each.type === "open" ? [each] : []));
      connection.send(byte(SSH_MSG_CHANNEL_CLOSE), uint32(opens.at(-1)?.channel ?? 0));
      await until(() => channels.ahead === 0, "it's dropped");
      const earlier = asked();
      const channel = await acquire();
      assert.ok(channel.isOpen);
      assert.ok(asked() > earlier);
      await close(channel);
    });

    it("isn't tried again with a server that refuses it, and no call fails of it", async () => {
      let refused = 0;
      let setup!: Setup;
      let third: Promise<SessionChannel> | undefined;
      setup = await start(() => {
        if (setup.channels.count === 0 || third) return "accept";
        refused += 1;
        // A call that comes while the refusal is on its way.
        third = setup.acquire();
        return prohibited;
      });
      const { channels, acquire, run, asked } = setup;
      await run();
      const second = await acquire();
      await until(() => refused === 1, "the channel ahead is refused");
      await close(second);
      await close(await (third as Promise<SessionChannel>));
      const earlier = asked();
      for (let n = 0; n < 3; n++) await run();
      assert.equal(asked(), earlier + 3);
      assert.equal(channels.ahead, 0);
    });

    for (const most of [1, 2, 3]) {
      it(`keeps within the limit of a server that takes ${most}`, async () => {
        let setup!: Setup;
        let open = 0;
        let refused = 0;
        setup = await start(() => {
          if (open >= most) {
            refused += 1;
            return full;
          }
          open += 1;
          return "accept";
        });
        setup.connection.watch(({ type }) => {
          if (type === "close") open -= 1;
        });
        await warm(setup);
        const calls = Array.from({ length: 30 }, () => setup.run());
        await Promise.all(calls);
        await until(() => setup.channels.ahead > 0, "there is room for one ahead again");
        const earlier = refused;
        for (let n = 0; n < 10; n++) {
          await setup.run();
          await until(() => setup.channels.ahead > 0, "the next is open");
        }
        assert.equal(refused, earlier, "what has been learned is kept to");
      });
    }

    it("ends with the connection", async () => {
      const setup = await start(undefined);
      const { channels, acquire, made } = setup;
      await warm(setup);
      const lost = new Failure("ConnectionLost", "lost");
      channels.fail(lost);
      assert.deepEqual(
        made.map(({ isOpen }) => isOpen),
        made.map(() => false),
      );
      assert.equal(channels.ahead, 0);
      await assert.rejects(acquire(), isFailure("ConnectionLost"));
    });
  });

  it("that open when the connection is lost are nobody's, and lost", async () => {
    const { channels, connection, acquire, made } = await start(() => "silent");
    const opening = acquire();
    opening.catch(() => {});
    const open = await connection.recorded(({ type }) => type === "open");
    assert.ok(open.type === "open");
    channels.fail(new Failure("ConnectionLost", "lost"));
    await assert.rejects(opening, isFailure("ConnectionLost"));
    connection.send(
      byte(SSH_MSG_CHANNEL_OPEN_CONFIRMATION),
      ...[open.channel, 77, 1000, 1000].map((each) => uint32(each)),
    );
    await until(() => made.length > 0, "it opens");
    assert.equal(made[0]?.isOpen, false);
  });

  for (const what of ["exec", "pty"] as const) {
    it(`the server hasn't closed one whose ${what} request the connection's end leaves unanswered`, async () => {
      const setup = await start(undefined, {}, { exec: () => "silent", pty: "silent" });
      const { connection, acquire, drop } = setup;
      const channel = await acquire();
      const call = new Call(new Cancellation());
      const terminal = { term: "xterm", columns: 80, rows: 24, width: 0, height: 0 };
      const asked =
        what === "pty"
          ? channel.pty(terminal, call)
          : channel.start({ exec: Buffer.from("x") }, call);
      asked.catch(() => {});
      await connection.recorded((each) => each.type === "request" && each.request.startsWith(what));
      drop();
      await assert.rejects(asked, isFailure("ConnectionLost"));
    });
  }

  it("write no more packets than a turn has room for, however small they are", async () => {
    const packetSize = 64;
    const { acquire, turns } = await start(undefined, {}, { packetSize, run: () => {} });
    const channel = await acquire();
    await channel.start({ exec: Buffer.from("cat") }, new Call(new Cancellation()));
    const size = 5 * packetsPerTurn * packetSize + 1;
    assert.equal(await channel.write(Buffer.alloc(size)), true);
    assert.equal(turns(), 5);
  });

  describe("in the queue", () => {
    const one = async (): Promise<Setup> => {
      let setup!: Setup;
      let open = 0;
      setup = await start(() => {
        if (open >= 1) return full;
        open += 1;
        return "accept";
      });
      setup.connection.watch(({ type }) => {
        if (type === "close") open -= 1;
      });
      return setup;
    };

    it("calls are served in the order in which they came", async () => {
      const { acquire } = await one();
      const order: number[] = [];
      const calls = Array.from({ length: 10 }, async (_, n) => {
        const channel = await acquire();
        order.push(n);
        await close(channel);
      });
      await Promise.all(calls);
      assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it("a call that is cancelled leaves it, and those behind move up", async () => {
      const { channels, acquire } = await one();
      const first = await acquire();
      const cancellation = new Cancellation();
      const second = acquire(cancellation);
      const third = acquire();
      await until(() => channels.queued === 2, "two wait");
      cancellation.request();
      await assert.rejects(second, isFailure("Cancelled", { phase: "queue" }));
      assert.equal(channels.queued, 1);
      await close(first);
      await close(await third);
    });

    it("a channel whose call is cancelled as it opens is the next call's", async () => {
      const cancellation = new Cancellation();
      let setup!: Setup;
      setup = await start((n) => {
        if (n === 0) cancellation.request();
        return "accept";
      });
      const { channels, acquire, asked } = setup;
      const first = acquire(cancellation);
      const second = acquire();
      await assert.rejects(first, isFailure("Cancelled", { phase: "open" }));
      const channel = await second;
      await until(() => asked() === 2, "both opens have come");
      assert.equal(channels.count, 1);
      await close(channel);
    });

    it("one that nobody needs any more is closed", async () => {
      const cancellation = new Cancellation();
      const { channels, connection, acquire } = await start(() => {
        cancellation.request();
        return "accept";
      });
      await assert.rejects(acquire(cancellation), isFailure("Cancelled", { phase: "open" }));
      await connection.recorded(({ type }) => type === "close");
      assert.equal(channels.count, 0);
      assert.equal(channels.ahead, 0);
    });
  });

  describe("with a server that loses what it is asked", () => {
    const patience = 0.05;

    for (const lost of [0, 1, 2]) {
      it(`an open that isn't answered, number ${lost}, holds up no call for ever`, async () => {
        const setup = await start((n) => (n === lost ? "silent" : "accept"), { patience });
        for (let n = 0; n < 5; n++) await setup.run();
        assert.equal(setup.channels.queued, 0);
      });
    }

    it("an open is tried again and again while a call waits for it", async () => {
      const setup = await start(() => "silent", { patience });
      const cancellation = new Cancellation();
      const acquired = setup.acquire(cancellation);
      await until(() => setup.asked() === 4, "it has been asked four times");
      assert.equal(setup.channels.queued, 0);
      cancellation.request();
      await assert.rejects(acquired, isFailure("Cancelled", { phase: "open" }));
    });

    it("an open that is answered late is as good as any", async () => {
      const { channels, connection, acquire } = await start(
        (n) => (n === 0 ? "silent" : "accept"),
        { patience },
      );
      const channel = await acquire();
      const open = connection.records.find(({ type }) => type === "open");
      assert.ok(open?.type === "open");
      const number = 77;
      const window = [uint32(1000), uint32(1000)];
      const client = uint32(open.channel);
      connection.send(byte(SSH_MSG_CHANNEL_OPEN_CONFIRMATION), client, uint32(number), ...window);
      // Nobody needs it.
      await connection.recorded((each) => each.type === "close" && each.channel === number);
      assert.equal(channels.count, 1);
      await close(channel);
    });

    it("an open that is answered late takes no place when it has closed", async () => {
      const { connection, acquire } = await start((n) => (n === 0 ? "silent" : "accept"), {
        patience,
        most: 2,
      });
      await acquire();
      const open = connection.records.find(({ type }) => type === "open");
      assert.ok(open?.type === "open");
      const client = uint32(open.channel);
      const rest = [uint32(77), uint32(1000), uint32(1000)];
      connection.send(byte(SSH_MSG_CHANNEL_OPEN_CONFIRMATION), client, ...rest);
      await connection.recorded((each) => each.type === "close" && each.channel === 77);
      connection.send(byte(SSH_MSG_CHANNEL_CLOSE), client);
      await close(await acquire());
    });

    it("a close that is answered late gives its place back", async () => {
      const { channels, connection, acquire } = await start(undefined, { patience, most: 1 });
      const channel = await acquire();
      const open = connection.records.find(({ type }) => type === "open");
      assert.ok(open?.type === "open");
      // As some others, ssh2's server doesn't answer to that.
      channel.close();
      const next = acquire();
      await until(() => channels.count === 0, "it isn't waited for any more");
      connection.send(byte(SSH_MSG_CHANNEL_CLOSE), uint32(open.channel));
      await close(await next);
    });

    it("closes that aren't answered hold no places for ever", async () => {
      const { channels, acquire } = await start(undefined, { patience });
      const all = await Promise.all(Array.from({ length: 10 }, () => acquire()));
      // As some others, ssh2's server doesn't answer to that.
      for (const channel of all) channel.close();
      await close(await acquire());
      // The patience with some may end a little later than that with the first.
      await until(() => channels.count === 0, "no place is held");
      const lost = new Failure("ConnectionLost", "lost");
      channels.fail(lost);
      for (const { closed } of all) await assert.rejects(closed, isFailure("ConnectionLost"));
    });
  });
});
