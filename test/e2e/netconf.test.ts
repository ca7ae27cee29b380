import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Message } from "../fixtures/daemon.ts";
import { startForeignServer } from "../fixtures/foreign-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { login } from "./support/calls.ts";

const endOfMessage = "]]>]]>";
const hello =
  '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>' +
  "<capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>";
const rpc = (number: number, body: string) => `<rpc message-id="${number}">${body}</rpc>`;

describe("e2e: NETCONF over session.subsystem (RFC 6242), with asyncssh's server", function () {
  this.timeout(60_000);
  const scope = useScope("suite");
  let daemon: Daemon;
  let session: number;

  before(async function () {
    requires(this, "asyncssh", "sshd");
    daemon = scope.add(startDaemon());
    session = await login(daemon, scope.add(await startForeignServer("asyncssh")));
  });

  it("says hello, asks, and closes, message by message", async () => {
    const token = "netconf";
    const output = () =>
      daemon.messages
        .filter(({ method, params }) => method === "session/output" && params.token === token)
        .map(({ params }) => Buffer.from(params.data, params.encoding).toString())
        .join("");
    const messages = async (count: number) => {
      const complete = () => output().split(endOfMessage).slice(0, -1);
      await daemon.waitFor(
        ({ params }: Message) => params?.token === token && complete().length === count,
      );
      return complete().at(-1) ?? "";
    };
    const send = (text: string) =>
      daemon.request("session.write", { token, data: text + endOfMessage });

    const params = { session, name: "netconf", token, stream: true, openStdin: true };
    const ended = daemon.request("session.subsystem", params);
    // Both sides begin, neither waits for the other's.
    await send(hello);
    assert.match(await messages(1), /<session-id>4<\/session-id>/);
    await send(rpc(101, "<get><filter/></get>"));
    assert.equal(await messages(2), '<rpc-reply message-id="101"><data>grün</data></rpc-reply>');
    await send(rpc(102, "<close-session/>"));
    assert.equal(await messages(3), '<rpc-reply message-id="102"><ok/></rpc-reply>');
    const { exitCode, stdoutBytes, stderrBytes } = await ended;
    assert.deepEqual([exitCode, stdoutBytes, stderrBytes], [0, Buffer.byteLength(output()), 0]);
  });

  it("in one call, where all that is said is known before", async () => {
    const stdin = [hello, rpc(1, "<close-session/>"), ""].join(endOfMessage);
    const request = { session, name: "netconf", stdin };
    const { output, exitCode } = await daemon.request("session.subsystem", request);
    const [first, second, rest] = output.split(endOfMessage);
    assert.match(first, /^<\?xml[^]*<hello /);
    assert.equal(second, '<rpc-reply message-id="1"><ok/></rpc-reply>');
    assert.deepEqual([rest, exitCode], ["", 0]);
  });
});
