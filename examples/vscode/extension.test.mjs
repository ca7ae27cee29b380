import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire, Module } from "node:module";
import { connect as connectTo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inflateRawSync } from "node:zlib";
import { standIn } from "./stand-in.mjs";

const here = import.meta.dirname;
const root = join(here, "../..");
const fixture = process.env.SSHRPC_TEST_SSHD ?? join(root, "dist/test/fixtures/serve-sshd.js");

describe("the VS Code extension", function () {
  this.timeout(60_000);
  const scratch = mkdtempSync(join(tmpdir(), "sshrpc-vscode-"));
  const kept = { HOME: process.env.HOME, SSH_AUTH_SOCK: process.env.SSH_AUTH_SOCK };
  const load = Module._load;
  const folder = join(scratch, "extension");
  const subscriptions = [];
  let server;
  let address;
  let remote;
  let vscode;
  let extension;
  let files;
  const tell = (event) => events.emit(event);
  const events = {
    waiting: new Set(),
    emit: (event) => events.waiting.forEach((each) => each(event)),
  };

  before(async function () {
    process.env.HOME = join(scratch, "home");
    mkdirSync(join(scratch, "home/.ssh"), { recursive: true });
    delete process.env.SSH_AUTH_SOCK;
    server = spawn(process.execPath, [fixture], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface({ input: server.stdout })) {
      address = JSON.parse(line);
      break;
    }
    if (address.skip) this.skip();
    remote = join(address.home, "vscode");
    mkdirSync(remote);
    chmodSync(remote, 0o777);
    execFileSync(process.execPath, [join(here, "pack.mjs"), join(scratch, "it.vsix")]);
    unzip(readFileSync(join(scratch, "it.vsix")), scratch);
    vscode = standIn();
    Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
    extension = createRequire(join(folder, "x.js"))("./extension.js");
    extension.activate({ subscriptions });
    files = vscode.providers.get("sshrpc");
    files.onDidChangeFile((changes) => changes.forEach(tell));
  });

  after(async () => {
    Module._load = load;
    await extension?.deactivate();
    for (const each of subscriptions) each.dispose();
    server.stdin.end();
    if (server.exitCode === null) await once(server, "exit");
    Object.assign(process.env, kept);
    if (kept.SSH_AUTH_SOCK === undefined) delete process.env.SSH_AUTH_SOCK;
    rmSync(scratch, { recursive: true });
  });

  const host = () => `${address.username}@${address.host}:${address.port}`;
  const uri = (path) => vscode.Uri.from({ scheme: "sshrpc", authority: host(), path });
  const at = (name) => uri(`${remote}/${name}`);
  const change = (type, path) =>
    new Promise((resolve) => {
      events.waiting.add(function seen(event) {
        if (event.type !== vscode.FileChangeType[type] || event.uri.path !== path) return;
        events.waiting.delete(seen);
        resolve();
      });
    });

  it("fits the published types of VS Code's API", () => {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", here], { stdio: "inherit" });
  });

  it("is a package that other programs can read", () => {
    const script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip())";
    const args = ["-c", script, join(scratch, "it.vsix")];
    assert.equal(execFileSync("python3", args, { encoding: "utf8" }), "None\n");
    const manifest = readFileSync(join(scratch, "extension.vsixmanifest"), "utf8");
    assert.match(manifest, /Id="sshrpc" Version="0\.1\.0"/);
    const { main, contributes } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.ok(existsSync(join(folder, main)));
    const names = contributes.commands.map(({ command }) => command);
    assert.deepEqual(new Set(names), new Set(vscode.registered.keys()));
  });

  it("asks no more than once where a login fails, until it is told to", async () => {
    vscode.inputs = [undefined];
    vscode.choice = "Trust It";
    await assert.rejects(files.stat(at(".")), { code: "Unavailable" });
    const { length } = vscode.asked;
    await assert.rejects(files.stat(at(".")), { code: "Unavailable" });
    assert.equal(vscode.asked.length, length);
    assert.match(vscode.warnings[0], /not known yet.*SHA256/);
    assert.match(vscode.errors[0], /^SSH: /);
  });

  it("runs a command, and asks for what it needs", async () => {
    vscode.inputs = [host(), "echo hello; echo oh >&2; exit 3", address.password];
    await vscode.run("run");
    assert.match(vscode.output, /^(hello\noh|oh\nhello)\n\[3\]\n$/);
    assert.match(vscode.asked.at(-1), /assword/);
  });

  it("cancels it", async () => {
    vscode.output = "";
    vscode.inputs = [host(), "echo begun; exec sleep 60"];
    const running = vscode.run("run");
    while (!vscode.output.includes("begun")) await new Promise((resolve) => setImmediate(resolve));
    vscode.cancel();
    await running;
    assert.equal(vscode.output, "begun\n[cancelled]\n");
  });

  it("opens a folder", async () => {
    vscode.inputs = [host(), "vscode"];
    await vscode.run("openFolder");
    const [command, opened] = vscode.executed.at(-1);
    assert.equal(command, "vscode.openFolder");
    assert.equal(opened.authority, host());
    assert.match(opened.path, /\/vscode$/);
  });

  it("reads, writes, renames and deletes files", async () => {
    const text = Buffer.from("grün\n\0");
    const both = { create: true, overwrite: true };
    await files.writeFile(at("a"), text, { create: true, overwrite: false });
    assert.deepEqual(Buffer.from(await files.readFile(at("a"))), text);
    const { type, size, mtime } = await files.stat(at("a"));
    assert.deepEqual([type, size], [vscode.FileType.File, text.length]);
    assert.ok(Math.abs(mtime - Date.now()) < 3_600_000);
    await files.createDirectory(at("d"));
    await files.rename(at("a"), at("d/b"), { overwrite: false });
    await files.writeFile(at("d/b"), Buffer.from("new"), both);
    symlinkSync("d", join(remote, "link"));
    symlinkSync("nowhere", join(remote, "broken"));
    const { Directory, SymbolicLink, Unknown } = vscode.FileType;
    assert.deepEqual((await files.readDirectory(uri(remote))).toSorted(), [
      ["broken", Unknown | SymbolicLink],
      ["d", Directory],
      ["link", Directory | SymbolicLink],
    ]);
    assert.equal((await files.stat(at("broken"))).type, Unknown | SymbolicLink);
    assert.equal(readFileSync(join(remote, "d/b"), "utf8"), "new");
    await files.delete(at("link"), { recursive: true });
    await files.delete(at("d"), { recursive: true });
    await assert.rejects(files.stat(at("d")), { code: "FileNotFound" });
  });

  it("says what is wrong as VS Code wants to be told it", async () => {
    await files.createDirectory(at("e"));
    await files.writeFile(at("e/f"), Buffer.from("f"), { create: true, overwrite: true });
    const fails = (code, promise) => assert.rejects(promise, { code });
    await fails("FileNotFound", files.readFile(at("absent")));
    await fails("FileNotFound", files.writeFile(at("absent"), Buffer.of(), { overwrite: true }));
    await fails("FileExists", files.writeFile(at("e/f"), Buffer.of(), { create: true }));
    await fails("FileExists", files.createDirectory(at("e")));
    await fails("FileExists", files.delete(at("e"), { recursive: false }));
    await files.writeFile(at("g"), Buffer.of(), { create: true });
    await fails("FileExists", files.rename(at("g"), at("e/f"), { overwrite: false }));
    await fails("FileIsADirectory", files.readFile(at("e")));
    await fails("FileNotADirectory", files.readDirectory(at("g")));
    writeFileSync(join(remote, "secret"), "", { mode: 0o600 });
    if (process.getuid() === 0) await fails("NoPermissions", files.readFile(at("secret")));
    assert.equal(readFileSync(join(remote, "e/f"), "utf8"), "f");
  });

  it("finds what changes on the server, below a watched folder too", async () => {
    const watch = files.watch(uri(remote), { recursive: true, excludes: [] });
    await files.readDirectory(uri(remote));
    await files.readDirectory(at("e"));
    const created = change("Created", `${remote}/e/new`);
    writeFileSync(join(remote, "e/new"), "");
    await created;
    const changed = change("Changed", `${remote}/e/f`);
    utimesSync(join(remote, "e/f"), 1e9, 1e9);
    await changed;
    const deleted = change("Deleted", `${remote}/e/new`);
    rmSync(join(remote, "e/new"));
    await deleted;
    watch.dispose();
    const file = files.watch(at("e/f"), { recursive: false, excludes: [] });
    const again = change("Changed", `${remote}/e/f`);
    // It doesn't say when it has first looked.
    let size = 1;
    const timer = setInterval(() => writeFileSync(join(remote, "e/f"), "x".repeat(++size)), 50);
    await again;
    clearInterval(timer);
    file.dispose();
  });

  it("copies folders, with progress", async () => {
    vscode.dialog = [vscode.Uri.file(scratch)];
    await vscode.run("download", at("e"));
    assert.match(readFileSync(join(scratch, "e/f"), "utf8"), /^x+$/);
    assert.ok(vscode.progress.length > 0);
    vscode.dialog = [vscode.Uri.file(join(scratch, "e"))];
    await files.createDirectory(at("up"));
    await vscode.run("upload", at("up"));
    assert.match(readFileSync(join(remote, "up/e/f"), "utf8"), /^x+$/);
  });

  it("is a terminal", async () => {
    vscode.inputs = [host()];
    await vscode.run("terminal");
    const { pty } = vscode.terminals.at(-1);
    let shown = "";
    const ended = new Promise((resolve) => pty.onDidClose(resolve));
    const shows = (text) =>
      new Promise((resolve) => {
        pty.onDidWrite(() => shown.includes(text) && resolve());
      });
    pty.onDidWrite((text) => (shown += text));
    const first = shows("size 31 101");
    pty.open({ columns: 101, rows: 31 });
    pty.handleInput("echo size $(stty size)\r");
    await first;
    const second = shows("size 20 60");
    pty.setDimensions({ columns: 60, rows: 20 });
    pty.handleInput("echo size $(stty size)\r");
    await second;
    pty.handleInput("exit 5\r");
    assert.equal(await ended, 5);
  });

  it("ends the shell with the terminal", async () => {
    vscode.inputs = [host()];
    await vscode.run("terminal");
    const { pty } = vscode.terminals.at(-1);
    const started = new Promise((resolve) => pty.onDidWrite(resolve));
    pty.open(undefined);
    await started;
    const { shell } = pty;
    pty.close();
    if (!shell.closed) await once(shell, "close").catch(() => {});
  });

  it("forwards ports, and stops", async () => {
    vscode.inputs = [host(), String(address.port)];
    vscode.choice = "Open in Browser";
    await vscode.run("forwardPort");
    assert.deepEqual(vscode.errors.slice(1), []);
    const [, port] = /127\.0\.0\.1:(\d+) →/.exec(vscode.informations.at(-1));
    const socket = connectTo(Number(port), "127.0.0.1");
    const [banner] = await once(socket, "data");
    assert.match(banner.toString(), /^SSH-2\.0/);
    socket.destroy();
    assert.match(vscode.opened[0], /^http:\/\/127\.0\.0\.1:/);
    await vscode.run("stopForward");
    const refused = connectTo(Number(port), "127.0.0.1");
    const [error] = await once(refused, "error");
    assert.equal(error.code, "ECONNREFUSED");
  });

  it("connects again where the connection was lost", async () => {
    vscode.choice = undefined;
    const before = vscode.warnings.length;
    server.stdin.write('{"do":"kill"}\n');
    while (vscode.warnings.length === before)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(vscode.warnings.at(-1), /was lost/);
  });

  it("shows errors", async () => {
    const { length } = vscode.errors;
    vscode.inputs = ["a b:c:d"];
    await vscode.run("run");
    assert.match(vscode.errors[length], /user@host:port/);
  });
});

/** Reads a zip by its directory. */
function unzip(data, target) {
  const end = data.lastIndexOf("PK\x05\x06");
  let at = data.readUInt32LE(end + 16);
  for (let left = data.readUInt16LE(end + 10); left > 0; left--) {
    const packed = data.readUInt32LE(at + 20);
    const length = data.readUInt16LE(at + 28);
    const offset = data.readUInt32LE(at + 42);
    const path = join(target, data.toString("utf8", at + 46, at + 46 + length));
    const begin = offset + 30 + length;
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, inflateRawSync(data.subarray(begin, begin + packed)));
    at += 46 + length;
  }
}
