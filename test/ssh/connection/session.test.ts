import assert from "node:assert/strict";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { Link } from "../../../src/ssh/connection/link.ts";
import { Session } from "../../../src/ssh/connection/session.ts";
import { startFaultServer } from "../../fixtures/fault-server.ts";
import { useScope } from "../../fixtures/scope.ts";
import { connectRaw } from "../../fixtures/ssh-connection.ts";
import { until } from "../../fixtures/until.ts";
import { byte, uint32 } from "../../fixtures/wire.ts";

const SSH_MSG_CHANNEL_CLOSE = 97;

describe("Session", () => {
  const scope = useScope();

  it("opens another channel where the server closed the call's own while it waited for room", async () => {
    const server = scope.add(await startFaultServer());
    const ours = await connectRaw(scope, server);
    const connection = await server.connection(0);
    const info = {
      host: server.host,
      port: server.port,
      username: server.username,
      hostKey: { type: "ssh-ed25519", fingerprint: "SHA256:", status: "unchecked" as const },
      authMethod: "password",
      route: "",
    };
    const link = new Link(ours.connection, ours.transport, Buffer.alloc(0), info, {
      carrier: undefined,
      maxChannels: undefined,
      rekeyLimit: undefined,
      told: undefined,
    });
    const keepalive = { interval: 0, countMax: 3 };
    const session = new Session(link, { keepalive, agent: undefined });
    scope.defer(() => session.end());

    let make!: () => void;
    let made = false;
    const room = new Promise<void>((resolve) => (make = resolve)).then(() => (made = true));
    let asked = false;
    const call = new Call(new Cancellation());
    const hasRoom = () => {
      asked = true;
      return made ? undefined : room.then(() => {});
    };
    const given = session.openChannel(call, { room: hasRoom });
    const opens = () =>
      connection.records.flatMap((each) => (each.type === "open" ? [each.channel] : []));
    await until(() => asked, "the call has a channel and waits");
    connection.send(byte(SSH_MSG_CHANNEL_CLOSE), uint32(opens()[0] ?? 0));
    await until(() => opens().length > 1, "it asks for another");
    make();
    const channel = await given;
    assert.ok(channel.isOpen);
    await channel.start({ exec: Buffer.from("true") }, call);
    await channel.closed;
    assert.deepEqual(channel.exit, { code: 0 });
  });
});
