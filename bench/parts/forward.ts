import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { freePort } from "../../test/fixtures/free-port.ts";
import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { LineProcess } from "../line-process.ts";
import { ours } from "../measure.ts";
import type { Peer, Work } from "../peers.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

/** MB through a connection. */
const bulk = 256;
const connections = 1000;
const atOnce = 10;
const pings = 1000;
/** Seconds for a peer. */
const patience = 20;

const piece = Buffer.alloc(256 * 1024, "x");

/** A peer that listens, and where. */
interface Listening extends AsyncDisposable {
  readonly port: number;
}

export const forward: Part = {
  name: "forward",
  summary: "connections through a forward: bytes, how many a second, round trips",
  async run(bench) {
    const script = fileURLToPath(new URL("../forward-target.js", import.meta.url));
    await using target = new LineProcess({ command: process.execPath, args: [script] });
    const to = Number(await target.read());
    const local = listen(bench, (port) => ["local", port, to]);
    const socks = listen(bench, (port) => ["dynamic", port]);
    const title = "a local forward";
    for (const [id, what, measure] of [
      ["down", "from the server", down],
      ["up", "to the server", up],
    ] as const) {
      await record(bench, {
        id: `forward.${id}.rate`,
        title: `${title}, ${bulk} MB ${what}`,
        unit: "MB/s",
        better: "higher",
        work: "forward",
        prepare: local,
        measure: async ({ port }) => bulk / (await seconds(() => measure(port))),
      });
    }
    const rate = async (port: number, begin: (socket: Socket) => Promise<void>) => {
      const all = Array.from({ length: atOnce }, async () => {
        for (let n = 0; n < connections / atOnce; n++) await visit(port, begin);
      });
      return connections / (await seconds(() => Promise.all(all)));
    };
    const counted = { unit: "/s", better: "higher" } as const;
    await record(bench, {
      ...counted,
      id: "forward.connections.rate",
      title: `${title}, connections`,
      work: "forward",
      prepare: local,
      measure: ({ port }) => rate(port, async () => {}),
    });
    await record(bench, {
      ...counted,
      id: "forward.socks.rate",
      title: "a SOCKS proxy, connections",
      work: "socks",
      prepare: socks,
      measure: ({ port }) => rate(port, (socket) => ask(socket, to)),
    });
    await record(bench, {
      id: "forward.round-trip",
      title: `${title}, round trip of a byte`,
      unit: "ms",
      better: "lower",
      work: "forward",
      prepare: local,
      measure: ({ port }) => roundTrip(port),
    });
  },
};

interface Measuring {
  id: string;
  title: string;
  unit: string;
  better: "higher" | "lower";
  work: Work;
  prepare: (peer: Peer) => Promise<Listening>;
  measure: (listening: Listening) => Promise<number>;
}

async function record(
  bench: Bench,
  { work, prepare, measure, ...described }: Measuring,
): Promise<void> {
  const samples = await takeTurns(bench, {
    players: whoDo(bench, work),
    patience,
    prepare,
    // What runs first is slower, for programs that are compiled as they run.
    wearIn: measure,
    measure,
  });
  bench.record({ ...described, subject: ours, samples });
}

function listen({ lab }: Bench, words: (port: number) => (string | number)[]) {
  return async (peer: Peer): Promise<Listening> => {
    const port = await freePort();
    const contestant = await Contestant.start(peer, lab, lab.direct, async (each) => {
      await each.time("open");
      await each.time(...words(port));
    });
    return { port, [Symbol.asyncDispose]: () => contestant[Symbol.asyncDispose]() };
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}

async function down(port: number): Promise<void> {
  const socket = await open(port);
  socket.resume().end(`d${String(bulk).padStart(8, "0")}`);
  await once(socket, "close");
  if (socket.bytesRead !== bulk * 1e6) throw new Error(`${socket.bytesRead} bytes came`);
}

async function up(port: number): Promise<void> {
  const socket = await open(port);
  socket.resume().write("u");
  for (let left = bulk * 1e6; left > 0; left -= piece.length) {
    if (!socket.write(piece.subarray(0, Math.min(left, piece.length)))) await once(socket, "drain");
  }
  socket.end();
  await once(socket, "close");
  if (socket.bytesRead !== 1) throw new Error("not all was taken");
}

/** One byte there and back. */
async function visit(port: number, begin: (socket: Socket) => Promise<void>): Promise<void> {
  const socket = await open(port);
  await begin(socket);
  socket.write("e");
  await once(socket, "data");
  socket.resume().end();
  await once(socket, "close");
}

/** SOCKS 5, by address. */
async function ask(socket: Socket, to: number): Promise<void> {
  socket.write(Buffer.from([5, 1, 0]));
  await once(socket, "data");
  socket.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, to >> 8, to & 255]));
  await once(socket, "data");
}

/** In milliseconds, the median. */
async function roundTrip(port: number): Promise<number> {
  const socket = await open(port);
  const times: number[] = [];
  for (let n = 0; n < pings; n++) {
    const begin = performance.now();
    socket.write("e");
    await once(socket, "data");
    times.push(performance.now() - begin);
  }
  socket.destroy();
  return median(times);
}
