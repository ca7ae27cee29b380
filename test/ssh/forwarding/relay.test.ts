import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { Duplex } from "node:stream";
import { relay } from "../../../src/ssh/forwarding/relay.ts";
import { useScope } from "../../fixtures/scope.ts";

describe("relay", () => {
  const scope = useScope();

  /** Two ends of a connection; the first is the relay's. */
  async function pair(): Promise<[net.Socket, net.Socket]> {
    const server = net.createServer({ allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const accepted = once(server, "connection");
    const peer = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const [socket] = (await accepted) as [net.Socket];
    server.close();
    scope.defer(() => {
      socket.destroy();
      peer.destroy();
    });
    return [socket, peer];
  }

  /** A tunnel that takes what is written when it is told to, and what it took. */
  function slowTunnel() {
    const taken: Buffer[] = [];
    let isOpen = false;
    let waiting = () => {};
    let hasEnded = false;
    const tunnel = new Duplex({
      read() {},
      write(chunk: Buffer, _, done) {
        const take = () => {
          taken.push(chunk);
          done();
        };
        if (isOpen) take();
        else waiting = take;
      },
      final(done) {
        hasEnded = true;
        done();
      },
    });
    const open = () => {
      isOpen = true;
      waiting();
    };
    return { tunnel, open, came: () => ({ text: Buffer.concat(taken).toString(), hasEnded }) };
  }

  it("loses nothing where one end's sending ends while what it is to get is on its way, then the other's", async () => {
    const [socket, peer] = await pair();
    const { tunnel, open, came } = slowTunnel();
    const relayed = relay(tunnel, socket);
    // As a large chunk, which is held back until the turn's end.
    socket.cork();
    tunnel.push("reply");
    socket.once("end", () => {
      assert.ok(socket.writableLength > 0);
      // As when more comes in the same turn, and then the end.
      socket.uncork();
      assert.equal(socket.writableLength, 0);
      tunnel.push(null);
    });
    peer.resume().end("request");
    await once(socket, "close");
    open();
    await relayed;
    assert.deepEqual(came(), { text: "request", hasEnded: true });
  });
});
