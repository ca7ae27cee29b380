import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json, Message } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { failureOf, login } from "./support/calls.ts";

describe("a shell on a terminal", () => {
  const scope = useScope("suite");
  let tokens = 0;

  const servers: Record<"sshd" | "dropbear", () => Promise<SshServer>> = {
    sshd: () => startSshd({ unprivileged: true }),
    dropbear: () => startDropbear(),
  };
  for (const name of ["sshd", "dropbear"] as const) {
    describe(`of ${name}`, () => {
      let daemon: Daemon;
      let server: SshServer;
      let session: number;

      before(async function () {
        requires(this, name);
        server = scope.add(await servers[name]());
        daemon = scope.add(startDaemon());
        session = await login(daemon, server);
      });

      const output = (token: string) =>
        daemon.messages
          .filter(({ method, params }) => method === "session/output" && params.token === token)
          .map(({ params: { data, encoding } }) => Buffer.from(data, encoding).toString())
          .join("");
      const shown = (token: string, pattern: RegExp) =>
        daemon.waitFor(({ params }: Message) => {
          return params?.token === token && pattern.test(output(token));
        });
      const type = (token: string, data: string) =>
        daemon.request("session.write", { token, data });
      const shell = (params: object = {}): [string, Promise<Json>] => {
        const token = `shell-${name}-${++tokens}`;
        const ended = daemon.request("session.shell", { session, token, ...params });
        ended.catch(() => {});
        return [token, ended];
      };

      it("runs what is typed, and its end is the reply", async () => {
        const [token, ended] = shell();
        await type(token, "echo $((6*7))-$TERM; exit 3\n");
        await shown(token, /42-xterm/);
        const { exitCode, exitSignal, stdoutBytes } = await ended;
        assert.deepEqual([exitCode, exitSignal], [3, null]);
        assert.equal(stdoutBytes, Buffer.byteLength(output(token)));
      });

      it("has the size that was asked for, and notices another", async () => {
        const [token, ended] = shell({ pty: { columns: 101, rows: 33, term: "vt100" } });
        await type(token, "stty size; trap 'stty size; exit' WINCH; echo ready$((1+1))\n");
        await shown(token, /33 101[^]*ready2/);
        await daemon.request("session.resize", { token, columns: 77, rows: 11 });
        // A shell runs a trap when what it waits for has ended.
        await type(token, "\n");
        await shown(token, /11 77/);
        await ended;
      });

      it("has the modes that were asked for", async () => {
        const [token, ended] = shell({ pty: { modes: { ECHO: 0, VINTR: 24 } } });
        await type(token, "stty -a; exit\n");
        await ended;
        assert.match(output(token), /[ ;]-echo[ ;\r]/);
        assert.match(output(token), /intr = \^X/);
      });

      it("interrupts by Ctrl-C, ends by Ctrl-D", async () => {
        const [token, ended] = shell();
        // Said by the program itself: before it has the terminal, Ctrl-C would be the shell's.
        await type(token, "sh -c 'trap \"\" TERM; echo go$((1+1)); exec sleep 1000'\n");
        await shown(token, /go2/);
        await type(token, "\u0003");
        await type(token, "echo back$((1+1))\n");
        await shown(token, /back2/);
        await type(token, "\u0004");
        assert.ok((await ended).exitCode !== undefined);
      });

      it("takes none where none is wanted", async () => {
        const token = `plain-${name}`;
        const request = { session, token, pty: false, stream: false, openStdin: false };
        const stdin = "tty; echo out; exit 5\n";
        const result = await daemon.request("session.shell", { ...request, stdin });
        assert.match(result.output, /not a tty\r?\nout\n$/);
        assert.equal(result.exitCode, 5);
      });

      it("needs a token, as its output is streamed", async () => {
        const error = await failureOf(daemon.request("session.shell", { session }));
        assert.equal(error.data.path, "token");
      });

      it("says that the server has no such subsystem", async () => {
        const request = daemon.request("session.subsystem", { session, name: "none-such" });
        const { data } = await failureOf(request);
        assert.deepEqual(
          [data.kind, data.request, data.dispatched],
          ["ChannelRequestDenied", "subsystem", "no"],
        );
      });
    });
  }

  it("gives a subsystem's output: SFTP's version (draft-ietf-secsh-filexfer-02 §4)", async function () {
    requires(this, "sshd");
    const server = scope.add(await startSshd({ unprivileged: true }));
    const daemon = scope.add(startDaemon());
    const session = await login(daemon, server);
    const init = Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]).toString("base64");
    const token = "sftp";
    const ended = daemon.request("session.subsystem", {
      session,
      name: "sftp",
      token,
      stream: true,
      openStdin: true,
    });
    await daemon.request("session.write", { token, data: init, encoding: "base64" });
    // OpenSSH's, which ends without an answer where the end of its input comes with the question.
    const { params } = await daemon.waitFor((message: Message) => message.params?.token === token);
    const bytes = Buffer.from(params.data, params.encoding);
    await daemon.request("session.closeStdin", { token });
    const { exitCode } = await ended;
    assert.equal(bytes.readUInt8(4), 2);
    assert.equal(bytes.readUInt32BE(5), 3);
    assert.equal(exitCode, 0);
  });
});
