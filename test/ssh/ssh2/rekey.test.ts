import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { exchangeOver, mostBytes, rekeyInTime } from "../../../src/ssh/ssh2/rekey.ts";
import { until } from "../../fixtures/until.ts";

const gibibyte = 2 ** 30;

describe("new keys", () => {
  it("come at OpenSSH's limits, or sooner where that is configured", () => {
    assert.equal(mostBytes("aes128-gcm@openssh.com", 0), 64 * gibibyte);
    assert.equal(mostBytes("aes256-ctr", 0), 64 * gibibyte);
    assert.equal(mostBytes("chacha20-poly1305@openssh.com", 0), gibibyte);
    assert.equal(mostBytes("3des-cbc", 0), gibibyte);
    assert.equal(mostBytes("aes256-ctr", 1000), 1000);
    assert.equal(mostBytes("3des-cbc", 2 * gibibyte), gibibyte);
  });

  function start(limit: { bytes: number; seconds: number }) {
    let rekeyed = 0;
    const negotiated = { cs: { cipher: "aes128-ctr" }, sc: { cipher: "3des-cbc" } };
    const protocol = {
      _kexinit: undefined as unknown,
      _kex: { negotiated },
      rekey() {
        rekeyed++;
        protocol._kexinit = "sent";
      },
    };
    const client = Object.assign(new EventEmitter(), { _protocol: protocol });
    const transport = Object.assign(new EventEmitter(), {
      bytesRead: 0,
      bytesWritten: 0,
      destroyed: false,
    });
    rekeyInTime(client as never, transport as never, limit);
    return {
      client: client as never,
      transport: transport as never,
      count: () => rekeyed,
      transfer: (read: number, written: number) => {
        transport.bytesRead += read;
        transport.bytesWritten += written;
        transport.emit("data");
      },
      done: () => {
        protocol._kexinit = undefined;
        client.emit("handshake");
      },
    };
  }

  it("count each direction for itself, from the last ones on", () => {
    const { transfer, done, count } = start({ bytes: 1000, seconds: 0 });
    transfer(999, 999);
    assert.equal(count(), 0);
    transfer(1, 0);
    assert.equal(count(), 1);
    transfer(5000, 5000);
    assert.equal(count(), 1, "they are under way");
    done();
    transfer(999, 999);
    assert.equal(count(), 1);
    transfer(0, 1);
    assert.equal(count(), 2);
  });

  it("come when the time is up", async () => {
    const { count } = start({ bytes: 0, seconds: 0.02 });
    await until(() => count() === 1, "the time is up");
  });

  it("hold up what is written meanwhile", async () => {
    const { client, transport, transfer, done } = start({ bytes: 1, seconds: 0 });
    assert.equal(exchangeOver(client, transport), undefined);
    transfer(1, 0);
    let over = false;
    void exchangeOver(client, transport)?.then(() => (over = true));
    await nextTurn();
    assert.equal(over, false);
    done();
    await nextTurn();
    assert.equal(over, true);
  });
});
