import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import type { Requirement } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startBusybox, startRouter } from "../fixtures/busybox.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { startProftpd } from "../fixtures/proftpd.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { startAsyncssh, startGoSftp, startParamiko } from "../fixtures/sftp-servers.ts";
import type { FileServer } from "../fixtures/sftp-servers.ts";
import { fails } from "./support/fails.ts";
import { login } from "./support/calls.ts";
import { Files } from "./support/files.ts";

/** What some servers can't, which their users live with. */
type Lack =
  | "extensions"
  | "fsync"
  | "hardlink"
  | "lsetstat"
  | "statvfs"
  | "realpath of links"
  // ProFTPD's makes an absolute path of what a link says.
  | "readlink as it is"
  | "access times"
  // paramiko's own helper empties a file that is to be cut.
  | "truncate"
  | "set-user-ID"
  | "names that are no UTF-8";

interface Way {
  title: string;
  via: "sftp" | "shell";
  needs: Requirement[];
  start: () => Promise<FileServer>;
  lacks?: Lack[];
}

/** The ways to a server's files, held against each other: what one answers, all do. */
const ways: Way[] = [
  { title: "by OpenSSH's SFTP", via: "sftp", needs: ["sshd"], start: () => startSshd() },
  {
    title: "by asyncssh's SFTP",
    via: "sftp",
    needs: ["asyncssh"],
    start: startAsyncssh,
    lacks: ["lsetstat"],
  },
  {
    title: "by paramiko's SFTP",
    via: "sftp",
    needs: ["paramiko"],
    start: startParamiko,
    lacks: [
      "extensions",
      "fsync",
      "hardlink",
      "lsetstat",
      "statvfs",
      "realpath of links",
      "truncate",
      "names that are no UTF-8",
    ],
  },
  {
    title: "by Go's SFTP",
    via: "sftp",
    needs: ["sshd", "go-sftp"],
    start: startGoSftp,
    lacks: ["fsync", "lsetstat", "realpath of links", "access times", "set-user-ID"],
  },
  {
    title: "by ProFTPD's SFTP",
    via: "sftp",
    needs: ["proftpd"],
    start: startProftpd,
    lacks: ["lsetstat", "readlink as it is"],
  },
  {
    title: "by OpenSSH's SFTP behind Dropbear",
    via: "sftp",
    needs: ["dropbear"],
    start: () => startDropbear(),
  },
  {
    title: "by a shell",
    via: "shell",
    needs: ["sshd"],
    start: () => startSshd({ config: ["Subsystem sftp /nowhere/sftp-server"] }),
    lacks: ["extensions"],
  },
  {
    title: "by busybox",
    via: "shell",
    needs: ["sshd", "busybox"],
    start: startBusybox,
    lacks: ["extensions"],
  },
  {
    title: "by busybox behind Dropbear",
    via: "shell",
    needs: ["dropbear", "busybox"],
    start: startRouter,
    lacks: ["extensions"],
  },
];

for (const { title, via, needs, start, lacks = [] } of ways) {
  describe(`files, ${title}`, () => {
    const suite = useScope("suite");
    const scope = useScope();
    let daemon: Daemon;
    let files: Files;
    let home: string;
    let folder: string;

    before(async function () {
      requires(this, ...needs);
      const server = suite.add(await start());
      daemon = suite.add(startDaemon());
      home = server.home;
      files = new Files(daemon, await login(daemon, server));
    });
    beforeEach(() => {
      folder = scope.tempDir();
    });
    const can = (what: Lack) => !lacks.includes(what);
    const at = (name: string) => join(folder, name);
    const put = (name: string, content = "abc") => {
      writeFileSync(at(name), content);
      return at(name);
    };
    const remote = (code: string, path: string) => ({ code, path });

    it("info", async () => {
      const info = await files.call("info");
      assert.equal(info.via, via);
      assert.equal(info.home, home);
      assert.equal(info.extensions.includes("posix-rename@openssh.com"), can("extensions"));
    });

    it("stat and lstat", async () => {
      put("f", "12345");
      chmodSync(at("f"), 0o4750);
      utimesSync(at("f"), 1000, 2000);
      symlinkSync("f", at("l"));
      mkdirSync(at("d"));
      const found = await files.call("stat", { path: at("l") });
      const { uid, gid } = statSync(at("f"));
      assert.deepEqual(
        { ...found, owner: undefined, group: undefined },
        {
          type: "file",
          size: 5,
          mode: 0o4750,
          uid,
          gid,
          atime: can("access times") ? 1000 : found.atime,
          mtime: 2000,
          owner: undefined,
          group: undefined,
        },
      );
      assert.equal((await files.call("lstat", { path: at("l") })).type, "symlink");
      assert.equal((await files.call("stat", { path: at("d") })).type, "directory");
      assert.equal((await files.call("stat", { path: "/dev/null" })).type, "character");
      const error = await fails(files.call("stat", { path: at("no") }), "RemoteFileError", {
        ...remote("ENOENT", at("no")),
        status: via === "sftp" ? 2 : undefined,
      });
      assert.equal(error.message, `${at("no")}: No such file or directory`);
    });

    it("readdir", async () => {
      put("a");
      mkdirSync(at("b"));
      symlinkSync("nowhere", at("c"));
      const odd = Buffer.from(can("names that are no UTF-8") ? "\xff\n'\"$`\\" : "odd", "latin1");
      const shown = isUtf8(odd) ? odd.toString() : odd.toString("base64");
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), odd]), "");
      const { entries } = await files.call("readdir", { path: folder });
      const byName = new Map<string, Json>(entries.map((each: Json) => [each.name, each]));
      assert.deepEqual([...byName.keys()].toSorted(), ["a", "b", "c", shown].toSorted());
      assert.equal(byName.get(shown).encoding, isUtf8(odd) ? undefined : "base64");
      assert.equal(byName.get("a").size, 3);
      assert.equal(byName.get("a").encoding, undefined);
      assert.deepEqual(
        ["a", "b", "c"].map((name) => byName.get(name).type),
        ["file", "directory", "symlink"],
      );
      await fails(
        files.call("readdir", { path: at("a") }),
        "RemoteFileError",
        remote("ENOTDIR", at("a")),
      );
      await fails(
        files.call("readdir", { path: at("x") }),
        "RemoteFileError",
        remote("ENOENT", at("x")),
      );
    });

    it("streams a large directory by credit", async () => {
      for (let n = 0; n < 1000; n++) writeFileSync(at(`f${n}`), "");
      const call = files.call("readdir", { path: folder, stream: true, token: "t", window: 100 });
      const got = () =>
        daemon.messages
          .filter(({ method, params }) => method === "fs/entries" && params.token === "t")
          .flatMap(({ params }) => params.entries);
      await daemon.waitFor(() => got().length === 100);
      await daemon.request("session.windowAdjust", { token: "t", bytes: 5000 });
      assert.deepEqual(await call, { count: 1000 });
      assert.equal(new Set(got().map(({ name }: Json) => name)).size, 1000);
    });

    it("a listing that is cancelled stops", async () => {
      for (let n = 0; n < 300; n++) writeFileSync(at(`f${n}`), "");
      const params = { session: files.session, path: folder, stream: true, token: "c", window: 10 };
      await daemon.send({ id: 9000, method: "fs.readdir", params });
      await daemon.waitFor(({ params: each }) => each?.token === "c");
      await daemon.notify("$/cancelRequest", { id: 9000 });
      await fails(daemon.reply(9000), "Cancelled");
      assert.equal((await files.call("stat", { path: folder })).type, "directory");
    });

    it("readFile", async () => {
      put("f", "0123456789");
      const read = (params: object) => files.call("readFile", { path: at("f"), ...params });
      assert.deepEqual(await read({}), { data: "0123456789", encoding: "utf8", bytes: 10 });
      assert.deepEqual(await read({ offset: 7, length: 2 }), {
        data: "78",
        encoding: "utf8",
        bytes: 2,
      });
      assert.deepEqual(await read({ offset: 20 }), { data: "", encoding: "utf8", bytes: 0 });
      assert.deepEqual(await read({ length: 0 }), { data: "", encoding: "utf8", bytes: 0 });
      assert.equal((await read({ encoding: "base64" })).data, "MDEyMzQ1Njc4OQ==");
      await fails(read({ maxOutput: 9 }), "OutputTooLarge", { maxOutput: 9 });
      writeFileSync(at("f"), Buffer.from([0xff]));
      await fails(read({ encoding: "utf8" }), "NotUtf8", { data: "/w==" });
      await fails(
        files.call("readFile", { path: folder }),
        "RemoteFileError",
        remote("EISDIR", folder),
      );
      await fails(
        files.call("readFile", { path: at("x") }),
        "RemoteFileError",
        remote("ENOENT", at("x")),
      );
      assert.match((await files.call("readFile", { path: "/proc/version" })).data, /Linux/);
    });

    it("readFile and writeFile of megabytes", async () => {
      const content = Buffer.alloc(5_000_001, "0123456789abcdefghijklmnopqrstuvwxyzABC");
      const data = content.toString("base64");
      const path = at("big");
      const written = await files.call("writeFile", { path, data, encoding: "base64" });
      assert.deepEqual(written, { bytes: content.length });
      assert.ok(readFileSync(path).equals(content));
      assert.ok((await files.read(path)) === content.toString("latin1"));
    });

    it("writeFile replaces as a whole, and keeps permissions", async () => {
      const path = put("f", "old");
      chmodSync(path, 0o640);
      linkSync(path, at("hard"));
      assert.deepEqual(await files.call("writeFile", { path, data: "new" }), { bytes: 3 });
      assert.equal(readFileSync(path, "utf8"), "new");
      assert.equal(readFileSync(at("hard"), "utf8"), "old");
      assert.equal(statSync(path).mode & 0o7777, 0o640);
      symlinkSync("f", at("link"));
      await files.call("writeFile", { path: at("link"), data: "by link" });
      assert.equal(readFileSync(path, "utf8"), "by link");
      assert.equal(readlinkSync(at("link")), "f");
      symlinkSync("later", at("dangling"));
      await files.call("writeFile", { path: at("dangling"), data: "x", mode: 0o600 });
      assert.equal(statSync(at("later")).mode & 0o777, 0o600);
      await files.call("writeFile", { path: "/dev/null", data: "x" });
      await fails(
        files.call("writeFile", { path: folder, data: "x" }),
        "RemoteFileError",
        remote("EISDIR", folder),
      );
      const lost = at("no/file");
      await fails(
        files.call("writeFile", { path: lost, data: "x" }),
        "RemoteFileError",
        remote("ENOENT", lost),
      );
      assert.deepEqual(readdirSync(folder).toSorted(), ["dangling", "f", "hard", "later", "link"]);
    });

    it("writeFile by its flags", async () => {
      const path = at("f");
      const write = (data: string, options: object) =>
        files.call("writeFile", { path, data, ...options });
      await fails(write("x", { flag: "r+" }), "RemoteFileError", remote("ENOENT", path));
      await write("abc", { flag: "wx" });
      await fails(write("x", { flag: "wx" }), "RemoteFileError", remote("EEXIST", path));
      await write("def", { flag: "a" });
      await write("X", { flag: "r+", offset: 1 });
      assert.equal(readFileSync(path, "utf8"), "aXcdef");
    });

    it("mkdir, rmdir, unlink", async () => {
      const path = at("a/b/c");
      const call = files.call.bind(files);
      await fails(call("mkdir", { path }), "RemoteFileError", remote("ENOENT", path));
      assert.equal(await call("mkdir", { path, recursive: true, mode: 0o700 }), true);
      assert.equal(statSync(path).mode & 0o777, 0o700);
      assert.equal(await call("mkdir", { path, recursive: true }), true);
      await fails(call("mkdir", { path }), "RemoteFileError", remote("EEXIST", path));
      const file = put("file");
      await fails(
        call("mkdir", { path: file, recursive: true }),
        "RemoteFileError",
        remote("EEXIST", file),
      );
      await fails(call("mkdir", { path: join(file, "x"), recursive: true }), "RemoteFileError");
      await fails(
        call("rmdir", { path: at("a") }),
        "RemoteFileError",
        remote("ENOTEMPTY", at("a")),
      );
      await fails(call("rmdir", { path: file }), "RemoteFileError", remote("ENOTDIR", file));
      await fails(call("rmdir", { path: at("x") }), "RemoteFileError", remote("ENOENT", at("x")));
      assert.equal(await call("rmdir", { path }), true);
      await fails(call("unlink", { path: at("a") }), "RemoteFileError", remote("EISDIR", at("a")));
      assert.equal(await call("unlink", { path: file }), true);
      await fails(call("unlink", { path: file }), "RemoteFileError", remote("ENOENT", file));
    });

    it("rm", async () => {
      mkdirSync(at("tree/a/b"), { recursive: true });
      put("tree/a/f");
      put("outside");
      symlinkSync("../../outside", at("tree/a/l"));
      symlinkSync(folder, at("tree/up"));
      const path = at("tree");
      const isFolder = remote("EISDIR", path);
      const refused = await fails(files.call("rm", { path }), "RemoteFileError", isFolder);
      assert.match(refused.message, /: Is a directory, and recursive is false$/);
      assert.equal(await files.call("rm", { path, recursive: true }), true);
      assert.deepEqual(readdirSync(folder), ["outside"]);
      await fails(files.call("rm", { path }), "RemoteFileError", remote("ENOENT", path));
      assert.equal(await files.call("rm", { path, force: true }), true);
      mkdirSync(at("kept"));
      put("kept/precious");
      symlinkSync("kept", at("link"));
      assert.equal(await files.call("rm", { path: at("link"), recursive: true }), true);
      assert.deepEqual(readdirSync(folder).toSorted(), ["kept", "outside"]);
      assert.deepEqual(readdirSync(at("kept")), ["precious"]);
      assert.equal(await files.call("rm", { path: at("outside") }), true);
      for (const guarded of ["/", ".", "..", "a/..", "//"]) {
        const call = files.call("rm", { path: guarded, recursive: true });
        const { message } = await fails(call, "RemoteFileError", { code: "EINVAL" });
        assert.match(message, /: \/, \. and \.\. are never removed$/);
      }
    });

    it("rename, copyFile, link", async () => {
      const [from, to] = [put("from", "1"), put("to", "2")];
      const call = files.call.bind(files);
      await fails(
        call("rename", { from, to, overwrite: false }),
        "RemoteFileError",
        remote("EEXIST", to),
      );
      assert.equal(await call("rename", { from, to }), true);
      assert.equal(readFileSync(to, "utf8"), "1");
      await fails(call("rename", { from, to }), "RemoteFileError", remote("ENOENT", from));
      await fails(
        call("rename", { from: to, to: at("x/y") }),
        "RemoteFileError",
        remote("ENOENT", at("x/y")),
      );
      mkdirSync(at("d"));
      await fails(
        call("rename", { from: to, to: at("d") }),
        "RemoteFileError",
        remote("EISDIR", at("d")),
      );
      chmodSync(to, 0o750);
      assert.equal(await call("copyFile", { from: to, to: from }), true);
      assert.equal(readFileSync(from, "utf8"), "1");
      assert.equal(statSync(from).mode & 0o777, 0o750);
      await fails(
        call("copyFile", { from: at("x"), to: from }),
        "RemoteFileError",
        remote("ENOENT", at("x")),
      );
      await fails(
        call("copyFile", { from: at("d"), to: from }),
        "RemoteFileError",
        remote("EISDIR", at("d")),
      );
      const linked = call("link", { from: to, to: at("hard") });
      if (!can("hardlink")) return void (await fails(linked, "NotSupported"));
      assert.equal(await linked, true);
      assert.equal(statSync(to).nlink, 2);
      await fails(
        call("link", { from: to, to: at("hard") }),
        "RemoteFileError",
        remote("EEXIST", at("hard")),
      );
      assert.equal(
        await call("rename", { from: at("hard"), to: at("free"), overwrite: false }),
        true,
      );
    });

    it("symlink, readlink, realpath", async () => {
      const file = put("f");
      const call = files.call.bind(files);
      assert.equal(await call("symlink", { target: "f", path: at("l") }), true);
      assert.equal(readlinkSync(at("l")), "f");
      const target = can("readlink as it is") ? "f" : at("f");
      assert.deepEqual(await call("readlink", { path: at("l") }), { path: target });
      await fails(
        call("symlink", { target: "f", path: at("l") }),
        "RemoteFileError",
        remote("EEXIST", at("l")),
      );
      await fails(call("readlink", { path: file }), "RemoteFileError", remote("EINVAL", file));
      if (can("realpath of links")) {
        assert.deepEqual(await call("realpath", { path: at("./l") }), { path: file });
      }
      assert.deepEqual(await call("realpath", { path: "~" }), { path: home });
      assert.deepEqual(await call("realpath", { path: "~/x" }), { path: join(home, "x") });
      assert.deepEqual(await call("realpath", { path: "." }), { path: home });
    });

    it("chmod, chown, utimes, truncate", async () => {
      const path = put("f", "12345");
      symlinkSync("f", at("l"));
      const call = files.call.bind(files);
      const mode = can("set-user-ID") ? 0o4711 : 0o711;
      assert.equal(await call("chmod", { path: at("l"), mode }), true);
      assert.equal(statSync(path).mode & 0o7777, mode);
      assert.equal(await call("utimes", { path, atime: 5, mtime: 6.7 }), true);
      assert.deepEqual([statSync(path).atimeMs, statSync(path).mtimeMs], [5000, 6000]);
      const ofLink = call("utimes", { path: at("l"), atime: 7, mtime: 8, followLinks: false });
      if (can("lsetstat")) {
        await ofLink;
        assert.deepEqual([lstatSync(at("l")).mtimeMs, statSync(path).mtimeMs], [8000, 6000]);
      } else await fails(ofLink, "NotSupported");
      // Linux has no modes of links themselves.
      const modeOfLink = call("chmod", { path: at("l"), mode: 0o600, followLinks: false });
      await fails(modeOfLink, "NotSupported");
      assert.equal(statSync(path).mode & 0o7777, mode);
      const { uid, gid } = statSync(path);
      assert.equal(await call("chown", { path, uid, gid }), true);
      assert.equal(await call("truncate", { path, size: 2 }), true);
      if (can("truncate")) assert.equal(readFileSync(path, "utf8"), "12");
      for (const [method, params] of [
        ["chmod", { mode: 0 }],
        ["chown", { uid, gid }],
        ["utimes", { atime: 0, mtime: 0 }],
        ["truncate", { size: 0 }],
      ] as const) {
        if (method === "truncate" && !can("truncate")) continue;
        const missing = at("x");
        await fails(
          call(method, { path: missing, ...params }),
          "RemoteFileError",
          remote("ENOENT", missing),
        );
      }
    });

    it("statfs", async () => {
      const asked = files.call("statfs", { path: folder });
      if (!can("statvfs")) return void (await fails(asked, "NotSupported"));
      const found = await asked;
      assert.ok(found.blockSize > 0 && found.blocks >= found.free && found.free >= found.available);
    });

    it("open files", async () => {
      const path = at("f");
      const call = files.call.bind(files);
      await fails(call("open", { path }), "RemoteFileError", remote("ENOENT", path));
      const { file } = await call("open", { path, flags: "wx+", mode: 0o600 });
      assert.deepEqual(await files.file("write", file, { offset: 3, data: "def" }), { bytes: 3 });
      await files.file("write", file, { offset: 0, data: "abc" });
      assert.deepEqual(await files.file("read", file, { offset: 2, length: 3 }), {
        data: "cde",
        encoding: "utf8",
        bytes: 3,
      });
      assert.equal((await files.file("read", file, { offset: 6, length: 9 })).bytes, 0);
      assert.equal((await files.file("stat", file)).size, 6);
      assert.equal(await files.file("truncate", file, { size: 1 }), true);
      if (can("fsync")) assert.equal(await files.file("sync", file), true);
      else await fails(files.file("sync", file), "NotSupported");
      assert.equal(await files.file("close", file), true);
      if (!can("truncate")) writeFileSync(path, "a");
      assert.equal(readFileSync(path, "utf8"), "a");
      assert.equal(statSync(path).mode & 0o777, 0o600);
      await fails(files.file("read", file, { offset: 0, length: 1 }), "RemoteFileError", {
        code: "EBADF",
      });
      await fails(call("open", { path, flags: "wx" }), "RemoteFileError", remote("EEXIST", path));
      const { file: appended } = await call("open", { path, flags: "a" });
      await files.file("write", appended, { offset: 0, data: "z" });
      await files.file("close", appended);
      assert.equal(readFileSync(path, "utf8"), "az");
      await fails(
        call("open", { path: folder, flags: "w" }),
        "RemoteFileError",
        remote("EISDIR", folder),
      );
    });

    it("names of any bytes", async () => {
      if (!can("names that are no UTF-8")) return;
      const bytes = Array.from({ length: 255 }, (_, n) => n + 1).filter((byte) => byte !== 0x2f);
      const name = Buffer.from(bytes);
      const path = Buffer.concat([Buffer.from(`${folder}/`), name]).toString("base64");
      const pathEncoding = "base64";
      await files.call("writeFile", { path, pathEncoding, data: "x" });
      assert.deepEqual(await files.names(folder), [name.toString("base64")]);
      assert.equal((await files.call("readFile", { path, pathEncoding })).data, "x");
      await files.call("rm", { path, pathEncoding });
      assert.deepEqual(readdirSync(folder), []);
      await fails(files.call("stat", { path: "a\0b" }), "InvalidParams", { path: "path" });
      await fails(files.call("stat", { path: "" }), "InvalidParams", { path: "path" });
      assert.equal(existsSync(folder), true);
    });
  });
}
