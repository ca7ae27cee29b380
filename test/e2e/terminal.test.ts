import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { login, rejects } from "./support/calls.ts";
import { Terminal } from "./support/terminal.ts";

const mebibyte = 1024 * 1024;

describe("e2e: programs on a terminal", function () {
  this.timeout(120_000);
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
      let proxy: TcpProxy;
      let session: number;
      let token: string;
      let folder: string;

      before(async function () {
        requires(this, name, "vi", "less", "top", "ssh", "proc");
        server = scope.add(await servers[name]());
        proxy = scope.add(await TcpProxy.start({ target: server }));
        daemon = scope.add(startDaemon());
        folder = scope.tempDir();
        // For whoever the server runs as.
        chmodSync(folder, 0o777);
      });
      // A session each: a shell that a failed test leaves behind is in nobody's way.
      beforeEach(async () => {
        token = `terminal-${++tokens}`;
        const { host, port } = proxy;
        session = await login(daemon, { ...server, host, port });
      });
      afterEach(async () => void (await daemon.request("session.free", { session })));

      const open = (...size: [number, number] | []) =>
        size.length === 0
          ? Terminal.open(daemon, session, token)
          : Terminal.open(daemon, session, token, { columns: size[0], rows: size[1] });

      it("vi edits a file, and draws anew for another size", async () => {
        const shell = await open();
        const file = join(folder, "edited");
        await shell.type(`vi -c 'set showmode' ${file}\r`);
        await shell.shows((rows) => rows.filter((row) => row === "~").length === 22);
        await shell.type("i");
        await shell.shows(/INSERT/);
        await shell.type("Grüße, 東京\r");
        await shell.type("second");
        await shell.shows(/^Grüße, 東京\nsecond\n/);
        await shell.type("\u001b");
        await shell.shows((rows) => !rows.join().includes("INSERT"));
        await shell.resize(60, 34);
        await shell.shows((rows) => rows.filter((row) => row === "~").length === 31);
        await shell.resize(60, 12);
        await shell.shows(
          (rows) => rows[0] === "Grüße, 東京" && rows.filter((row) => row === "~").length === 9,
        );
        await shell.type(":wq\r");
        await shell.ready();
        await shell.type(`clear; od -An -tx1 ${file}\r`);
        await shell.shows(/^ 47 72 c3 bc c3 9f 65 2c 20 e6 9d b1 e4 ba ac 0a\n 73 65 63/m);
        await shell.type("exit 3\r");
        assert.equal((await shell.ended).exitCode, 3);
      });

      it("less pages, searches, takes another size, and ends", async () => {
        const shell = await open();
        await shell.type("seq 1 1000 | less\r");
        await shell.shows(/^1\n[^]*\n23\n:$/);
        await shell.type(" ");
        await shell.shows(/^24\n[^]*\n46\n:$/);
        await shell.resize(80, 30);
        await shell.shows(/^24\n[^]*\n52\n:$/);
        await shell.type("/777\r");
        await shell.shows(/^777\n[^]*\n805\n:$/);
        await shell.type("q");
        await shell.ready();
        // Ctrl-D at a prompt.
        await shell.type("\u0004");
        assert.equal((await shell.ended).exitCode, 0);
      });

      it("top fills a window that has grown, and Ctrl-C ends it", async () => {
        const processes = (rows: string[]) =>
          rows.filter((row) => /^ *\d+ \S+ +\S+ +\S+ /.test(row)).length;
        const shell = await open(80, 8);
        await shell.type("top -d 600\r");
        await shell.shows((rows) => /PID +USER/.test(rows[6] ?? "") && processes(rows) === 1);
        await shell.resize(100, 24);
        await shell.shows((rows) => /PID +USER/.test(rows[6] ?? "") && processes(rows) > 1);
        await shell.type("\u0003");
        await shell.ready();
        await shell.type("exit\r");
        await shell.ended;
      });

      it("a question for a password is seen, and not what is answered", async () => {
        const shell = await open();
        const file = join(folder, "key");
        await shell.type(`clear; ssh-keygen -q -t ed25519 -f ${file}\r`);
        await shell.shows(/^Enter passphrase[^\n]*:$/m);
        await shell.type("secret\r");
        await shell.shows(/^Enter same passphrase again:$/m);
        await shell.type("secret\r");
        await shell.ready();
        assert.ok(!(await shell.screen()).join("\n").includes("secret"));
        await shell.type(`clear; ssh-keygen -y -P secret -f ${file}\r`);
        await shell.shows(/^ssh-ed25519 \S+/m);
        await shell.type("exit\r");
        await shell.ended;
      });

      it("Ctrl-C ends a program, Ctrl-Z stops one, Ctrl-D is its input's end", async () => {
        const shell = await open();
        await shell.type("sed -u s/^/got:/\r");
        await shell.type("one\r");
        await shell.shows(/^got:one$/m);
        await shell.type("\u0003");
        await shell.ready();
        await shell.type("sed -u s/^/got:/\r");
        await shell.type("two\r");
        await shell.shows(/^got:two$/m);
        await shell.type("\u001a");
        await shell.shows(/Stopped/);
        await shell.ready();
        await shell.type("fg\r");
        await shell.type("three\r");
        await shell.shows(/^got:three$/m);
        await shell.type("\u0004");
        await shell.ready();
        await shell.type("exit\r");
        await shell.ended;
      });

      const outputs = () =>
        daemon.messages
          .filter(({ method, params }) => method === "session/output" && params.token === token)
          .map(({ params }) => Buffer.from(params.data, params.encoding));

      it("takes and gives every byte of 8 bits that is no control character", async () => {
        const modes = { ECHO: 0, OPOST: 0, ICANON: 1 };
        const ended = daemon.request("session.shell", { session, token, pty: { modes } });
        await daemon.request("session.write", {
          token,
          data: "stty iutf8 2>&-; IFS= read -r bytes; printf '<%s>' \"$bytes\"; exit\n",
        });
        const bytes = Buffer.from(Array.from({ length: 128 }, (_, index) => 128 + index));
        const line = Buffer.concat([bytes, Buffer.from("\n")]);
        const data = line.toString("base64");
        await daemon.request("session.write", { token, data, encoding: "base64" });
        await ended;
        const came = Buffer.concat(outputs());
        const expected = Buffer.concat([Buffer.from("<"), bytes, Buffer.from(">")]);
        assert.ok(came.includes(expected), came.toString("latin1"));
      });

      describe("a burst of 50 MB", () => {
        const size = 50_000_000;
        const pty = { modes: { OPOST: 0, ECHO: 0 } };
        const script = `yes 0123456789abcde | head -c ${size}; exit\n`;
        const start = async (window: number) => {
          const before = proxy.bytes.down;
          const params = { session, token, window, pty };
          await daemon.send({ id: token, method: "session.shell", params });
          const write = { token, data: script };
          await daemon.send({ id: `${token}-script`, method: "session.write", params: write });
          return { down: () => proxy.bytes.down - before };
        };
        const came = () => outputs().reduce((sum, { length }) => sum + length, 0);

        it("waits for a client that grants no more, and nothing else does", async () => {
          const { down } = await start(mebibyte);
          await until(() => came() === mebibyte, "what was granted has come");
          await proxy.quiet();
          assert.ok(down() < 5e6, `${down()} bytes`);
          await daemon.notify("$/cancelRequest", { id: token });
          const { data } = await rejects(daemon.reply(token), "Cancelled");
          assert.equal(data.stdoutBytes, mebibyte);
          assert.equal(came(), mebibyte);
        });

        it("waits in little memory for one that stops reading", async () => {
          const before = daemon.rss().current;
          daemon.pause();
          const { down } = await start(2 * size);
          await until(() => down() > 100_000, "output comes");
          await proxy.quiet();
          assert.ok(down() < 20e6, `${down()} bytes`);
          assert.ok(daemon.rss().peak - before < 60e6, `${daemon.rss().peak - before} bytes more`);
          daemon.resume();
          const { stdoutBytes, exitCode } = await daemon.reply(token);
          assert.equal(exitCode, 0);
          assert.ok(stdoutBytes >= size);
        });
      });
    });
  }
});
