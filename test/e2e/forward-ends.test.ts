import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { freePort } from "../fixtures/free-port.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshForwards } from "../fixtures/ssh-forwards.ts";
import type { RunningSsh } from "../fixtures/ssh-forwards.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { login } from "./support/calls.ts";

/** The end that does something first, and the other one. */
type Which = "one" | "other";

interface Row {
  readonly title: string;
  /** What they do, each behind what the other one has heard of the step before. */
  readonly steps: readonly (readonly [Which, "ends" | "resets" | "says x"])[];
  /** What each of them has heard when both are closed. */
  readonly heard: Readonly<Record<Which, readonly string[]>>;
}

const rows: readonly Row[] = [
  {
    title: "an end of one direction leaves the other",
    steps: [
      ["one", "ends"],
      ["other", "says x"],
      ["other", "ends"],
    ],
    heard: { one: ["x", "end"], other: ["end"] },
  },
  {
    title: "a reset is an end",
    steps: [
      ["one", "resets"],
      ["other", "ends"],
    ],
    heard: { one: [], other: ["end"] },
  },
  {
    title: "a reset is an end, behind what was said",
    steps: [
      ["one", "says x"],
      ["one", "resets"],
      ["other", "ends"],
    ],
    heard: { one: [], other: ["x", "end"] },
  },
  {
    title: "a reset behind the other one's end is one, too",
    steps: [
      ["one", "ends"],
      ["other", "resets"],
    ],
    heard: { one: ["end"], other: ["end"] },
  },
];

/** An end of a connection. */
class End {
  /** What it was sent, `end`, or the error by which it noticed a reset, in order. */
  readonly heard: string[] = [];
  readonly socket: net.Socket;
  #told = () => {};

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#hear(chunk.toString()));
    socket.on("end", () => this.#hear("end"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => this.#hear(code ?? ""));
  }

  #hear(what: string): void {
    this.heard.push(what);
    this.#told();
  }

  /** Resolves when it has heard so many things. */
  async hears(count: number): Promise<void> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, "close");
  }
}

describe("e2e: how connections through a forward end, with ssh as the judge", function () {
  this.timeout(60_000);
  const scope = useScope("suite");
  let daemon: Daemon;
  let judge: RunningSsh;
  /** Takes what arrives at the far end. */
  let arrived: (socket: net.Socket) => void;
  /** Where each listens that is to be compared. */
  const ports: Record<string, number> = {};

  before(async function () {
    requires(this, "sshd", "ssh");
    const target = net.createServer({ allowHalfOpen: true }, (socket) => arrived(socket));
    target.listen(0, "127.0.0.1");
    await once(target, "listening");
    scope.defer(() => target.close());
    const { port } = target.address() as net.AddressInfo;
    const server = scope.add(await startSshd({ unprivileged: true }));
    const to = { host: "127.0.0.1", port };
    const at = await freePort();
    judge = scope.add(await startSshForwards(server, { local: [to], at: [at], remote: [to] }));
    daemon = scope.add(startDaemon());
    const session = await login(daemon, server);
    const local = await daemon.request("forward.local", { session, bind: {}, to });
    const remote = await daemon.request("forward.remote", { session, bind: {}, to });
    ports["ssh -L"] = at;
    ports["forward.local"] = local.port;
    ports["ssh -R"] = judge.remote[0] as number;
    ports["forward.remote"] = remote.port;
  });

  /** A connection through a forward, once something is through: its near end and its far one. */
  async function connect(port: number): Promise<{ near: End; far: End }> {
    const arrival = new Promise<net.Socket>((resolve) => (arrived = resolve));
    const near = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    scope.defer(() => near.destroy());
    near.write("begin");
    const far = await arrival;
    scope.defer(() => far.destroy());
    for (let left = 5; left > 0;) {
      const [chunk] = (await once(far, "data")) as [Buffer];
      left -= chunk.length;
    }
    return { near: new End(near), far: new End(far) };
  }

  function act(end: End, step: Row["steps"][number][1]): void {
    if (step === "ends") end.socket.end();
    else if (step === "resets") end.socket.resetAndDestroy();
    else end.socket.write("x");
  }

  for (const way of ["ssh -L", "forward.local", "ssh -R", "forward.remote"]) {
    for (const first of ["near", "far"] as const) {
      for (const { title, steps, heard } of rows) {
        it(`${way}, the ${first} end first: ${title}`, async () => {
          const { near, far } = await connect(ports[way] as number);
          const [one, other] = first === "near" ? [near, far] : [far, near];
          const ends = { one, other };
          for (const [which, step] of steps) {
            const listener = ends[which === "one" ? "other" : "one"];
            const count = listener.heard.length + 1;
            act(ends[which], step);
            // One that has reset hears nothing more.
            if (!listener.socket.destroyed) await listener.hears(count);
          }
          await Promise.all([one.closed(), other.closed()]);
          assert.deepEqual({ one: one.heard, other: other.heard }, heard);
        });
      }
    }
  }
});
