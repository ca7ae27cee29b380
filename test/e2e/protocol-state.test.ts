import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { FaultConnection } from "../fixtures/fault-connection.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer, FaultServerOptions } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import {
  exchangeKeys,
  nextSequenceNumber,
  sendDuringExchange,
  seePayloads,
  useNewKeysAtOnce,
} from "../fixtures/ssh2-internals.ts";
import { boolean, byte, string, uint32 } from "../fixtures/wire.ts";
import { failureOf, login, loginParams, rejects } from "./support/calls.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

const SSH_MSG_IGNORE = 2;
const SSH_MSG_UNIMPLEMENTED = 3;
const SSH_MSG_USERAUTH_REQUEST = 50;
const SSH_MSG_USERAUTH_SUCCESS = 52;
const SSH_MSG_USERAUTH_BANNER = 53;
const SSH_MSG_GLOBAL_REQUEST = 80;
const SSH_MSG_REQUEST_FAILURE = 82;

const keepalive = [
  byte(SSH_MSG_GLOBAL_REQUEST),
  string("keepalive@openssh.com"),
  boolean(true),
] as const;

describe("e2e: what a server may send when", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  const serve = async (options: FaultServerOptions = {}): Promise<FaultServer> =>
    scope.add(await startFaultServer(options));
  const connect = (server: FaultServer, options: object = {}): Promise<Json> =>
    daemon.request("ssh.new", { ...loginParams(server), ...options });
  const exec = (session: number): Promise<Json> =>
    daemon.request("session.exec", { session, command: "x" });

  /** A server that says `words` when a login's first request comes. */
  const sayAtLogin = (say: (connection: FaultConnection) => void): FaultServerOptions => {
    let connection: FaultConnection;
    return {
      onConnection: (each) => {
        connection = each;
      },
      authenticate: () => say(connection),
    };
  };

  describe("before the login", () => {
    const early: Record<string, Buffer[]> = {
      "a global request": [...keepalive],
      "a channel's opening": [byte(90), string("session"), uint32(0), uint32(1000), uint32(1000)],
      "a channel's confirmation": [byte(91), uint32(0), uint32(0), uint32(1000), uint32(1000)],
      "a channel's data": [byte(94), uint32(0), string("data")],
      "a message that isn't assigned": [byte(127)],
    };
    for (const [what, payload] of Object.entries(early)) {
      it(`not ${what}`, async () => {
        const server = await serve(sayAtLogin((connection) => connection.send(...payload)));
        const { message } = await failureOf(connect(server));
        assert.match(message, /a message of the connection protocol \(\d+\) before the login/);
        const { records } = await server.connection(0);
        const goodbye = records.find(({ type }) => type === "disconnect");
        assert.equal(goodbye?.type === "disconnect" && goodbye.reason, 2);
        await watched.checkBystander();
      });
    }

    it("not a success that nothing was asked for", async () => {
      const server = await serve(
        sayAtLogin((connection) => {
          // In one piece, before the client can ask for more.
          connection.socket.cork();
          connection.send(byte(51), string("hostbased"), boolean(false));
          connection.send(byte(SSH_MSG_USERAUTH_SUCCESS));
          connection.socket.uncork();
        }),
      );
      const { message } = await failureOf(connect(server));
      assert.match(message, /a login's success without a request/);
      await watched.noSocketsLeft();
    });

    for (const count of [101, 33_554_432]) {
      it(`not ${count} questions at once`, async () => {
        const prompts = Array.from({ length: Math.min(count, 1000) }, () => [
          string("?"),
          boolean(false),
        ]).flat();
        const head = [byte(60), string("name"), string("instruction"), string("")];
        let connection: FaultConnection;
        const server = await serve({
          onConnection: (each) => {
            connection = each;
          },
          authenticate(request) {
            if (request.method !== "keyboard-interactive") request.reject(["keyboard-interactive"]);
            else connection.send(...head, uint32(count), ...prompts);
          },
        });
        const { message } = await failureOf(connect(server));
        assert.match(message, new RegExp(`${count} questions at once`));
        await watched.checkBystander();
      });
    }
  });

  describe("while the host key is asked about", () => {
    it("nothing is handled, nor answered, until it is accepted", async () => {
      const asking = scope.add(startDaemon());
      let accept: (answer: Json) => void = () => {};
      asking.onRequest = () => new Promise((resolve) => (accept = resolve));
      await asking.request("initialize", { capabilities: { prompt: true } });
      const sent: string[] = [];
      const server = await serve({
        onConnection: (connection) =>
          useNewKeysAtOnce(connection.client, () => {
            connection.send(byte(SSH_MSG_IGNORE), string("a word"));
            connection.send(byte(192));
            sent.push("behind NEWKEYS");
            seePayloads(connection.client, (payload) => sent.push(String(payload[0])));
          }),
      });
      const loggedIn = asking.request("ssh.new", { ...loginParams(server), hostKeyPolicy: "ask" });
      await asking.waitFor(({ method }) => method === "client/prompt");
      assert.deepEqual(sent, ["behind NEWKEYS"]);
      accept({ accept: true });
      const { session } = await loggedIn;
      assert.equal((await asking.request("session.exec", { session, command: "x" })).exitCode, 0);
      assert.ok(sent.includes(String(SSH_MSG_UNIMPLEMENTED)), sent.join());
    });
  });

  describe("in a strict key exchange", () => {
    const strays: Record<string, Buffer[]> = {
      "an empty packet": [],
      "a word that means nothing": [byte(SSH_MSG_IGNORE), string("x")],
    };
    for (const [what, payload] of Object.entries(strays)) {
      it(`not ${what}`, async () => {
        const server = await serve({
          onConnection: (connection) => connection.send(...payload),
        });
        await rejects(connect(server), "HandshakeFailed", { stage: "kex" });
        await watched.checkBystander();
      });
    }

    it("but later ones may have words between", async () => {
      const server = await serve({
        async run(channel) {
          const { client } = channel.connection;
          exchangeKeys(client);
          sendDuringExchange(client, Buffer.concat([byte(SSH_MSG_IGNORE), string("x")]));
          await channel.write("by new keys");
          channel.end();
        },
      });
      const session = await login(daemon, server);
      assert.equal((await exec(session)).output, "by new keys");
    });
  });

  describe("after the login", () => {
    it("not an empty packet", async () => {
      const server = await serve({ run: ({ connection }) => connection.send() });
      const { message } = await rejects(exec(await login(daemon, server)), "ConnectionLost");
      assert.match(message, /an empty packet/);
      await watched.checkBystander();
    });

    const unknown: Record<string, Buffer[]> = {
      "a message that isn't assigned": [byte(192), string("?")],
      "what only clients send": [byte(SSH_MSG_USERAUTH_REQUEST), string("root")],
      "one of the login": [byte(SSH_MSG_USERAUTH_BANNER), string("hello"), string("")],
      "one of a key exchange": [byte(31), string("key")],
    };
    for (const [what, payload] of Object.entries(unknown)) {
      it(`${what} is answered as unimplemented`, async () => {
        const answers: Buffer[] = [];
        let number = -1;
        const server = await serve({
          run(channel) {
            const { connection } = channel;
            seePayloads(connection.client, (each) => {
              answers.push(Buffer.from(each));
              if (each[0] === SSH_MSG_REQUEST_FAILURE) channel.end();
            });
            number = nextSequenceNumber(connection.client);
            connection.send(...payload);
            connection.send(...keepalive);
          },
        });
        const session = await login(daemon, server);
        assert.equal((await exec(session)).exitCode, 0);
        const unimplemented = answers.filter((each) => each[0] === SSH_MSG_UNIMPLEMENTED);
        assert.deepEqual(unimplemented, [Buffer.concat([byte(3), uint32(number)])]);
      });
    }
  });

  it("what inflates beyond all measure ends its session only", async () => {
    const server = await serve({
      algorithms: { compress: ["zlib@openssh.com"] },
      run: ({ connection }) =>
        connection.send(byte(SSH_MSG_IGNORE), string(Buffer.alloc(8 * 1024 * 1024))),
    });
    const algorithms = { compression: ["zlib@openssh.com"] };
    const { session } = await connect(server, { algorithms });
    await rejects(exec(session), "ConnectionLost");
    await watched.checkBystander();
  });
});
