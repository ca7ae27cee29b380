import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { Lab, daemonPath } from "./lab.ts";

/** Every line of code in the documents on moving over is run, theirs and ours, and prints the same. */
describe("JavaScript client: documents", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let lab: Lab;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
  });

  for (const peer of ["node-ssh", "ssh2-sftp-client"]) {
    it(`docs/from-${peer}.md`, async () => {
      const text = readFileSync(join(projectRoot, `docs/from-${peer}.md`), "utf8");
      const blocks = [...text.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)];
      const of = (name: string) =>
        blocks.filter((each) => each[1] === name).map((each) => each[2] ?? "");
      assert.ok(of(peer).length > 5);
      assert.equal(of(peer).length, of("sshrpc").length);
      assert.equal(
        of(peer).length * 2,
        text.match(/^```\w/gm)?.length,
        "each block is one of a pair",
      );
      const theirs = await run(of(peer));
      const ours = await run(of("sshrpc"));
      assert.notEqual(theirs, "");
      assert.equal(ours, theirs);
    });
  }

  it("clients/js/README.md, its first program and its errors", async () => {
    const text = readFileSync(join(projectRoot, "clients/js/README.md"), "utf8");
    const [program = "", errors = ""] = [...text.matchAll(/```js\n(.*?)```/gs)].map(
      (each) => each[1] ?? "",
    );
    const lines = "Linux one\nLinux two\nhello\n";
    const address = program.replace("127.0.0.1", "localhost").replace(", port: 2222", "");
    assert.equal(await run([...blocksOf(address, errors)]), `0\n${lines}\n3 `);
  });

  /** The program that connects, the errors' within its session. */
  function* blocksOf(program: string, errors: string): Generator<string> {
    const end = "await session.close();\n";
    yield (
      program.replace(end, "").replace("alice", "username").replace("open-sesame", "******") +
      errors +
      end
    );
  }

  /** Runs blocks as one program, and gives what they print. */
  async function run(blocks: readonly string[]): Promise<string> {
    const folder = scope.tempDir();
    prepare(folder);
    const imports = new Set(blocks.flatMap((block) => block.match(/^import .*\n/gm) ?? []));
    const bodies = blocks.map((block, index) => {
      const body = block.replaceAll(/^import .*\n/gm, "");
      const text = `console.log(${index});\n${body}`;
      // What connects is for all that follow.
      return index === 0 ? text : `{\n${text}}\n`;
    });
    const { host, port, username, password, privateKeyPath } = lab.server;
    const program = [...imports, ...bodies]
      .join("\n")
      .replaceAll("/home/steel/.ssh/id_rsa", privateKeyPath)
      .replaceAll("/home/steel/Lab", `${folder}/Lab`)
      .replaceAll('"localhost"', `"${host}", port: ${port}`)
      .replaceAll("port: 8080", `port: ${port}`)
      .replaceAll(/"(steel|username)"/g, `"${username}"`)
      .replaceAll("******", password)
      .replaceAll("hh_client", `${folder}/hh_client`)
      .replaceAll(/(?<=["' ])\/(var\/www|pathname|local)\b/g, `${folder}/$1`);
    writeFileSync(join(folder, "program.mjs"), program);
    const env = { HOME: join(folder, "home"), SSHRPC_DAEMON: daemonPath };
    const { stdout } = await execa(process.execPath, [join(folder, "program.mjs")], { env });
    // This server, whose accounts are nss_wrapper's, may say every name of a directory twice.
    return stdout.replaceAll(folder, "").replaceAll(/('[^'\n]*'), \1/g, "$1");
  }

  function prepare(folder: string): void {
    // The account on the server is another one.
    chmodSync(folder, 0o777);
    for (const name of ["Lab/localPath/.hidden", "Lab/remotePath", "var/www", "pathname/sub"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    for (const name of ["home", "local/tree/b", "node_modules"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    for (const name of ["Lab/remotePath", "var/www", "pathname"])
      chmodSync(join(folder, name), 0o777);
    writeFileSync(join(folder, "Lab/localPath/fileName"), "file");
    writeFileSync(join(folder, "pathname/file"), "the file");
    utimesSync(join(folder, "pathname/file"), 1e9, 1e9);
    writeFileSync(join(folder, "local/tree/a"), "a");
    writeFileSync(join(folder, "local/tree/b/c"), "c");
    writeFileSync(join(folder, "local/tree/skipped.log"), "");
    const script = '#!/bin/sh\necho "$# $1 $2"\ntest "$2" || echo careful >&2\n';
    writeFileSync(join(folder, "hh_client"), script, { mode: 0o755 });
    for (const name of ["node-ssh", "ssh2-sftp-client"]) {
      symlinkSync(join(projectRoot, "node_modules", name), join(folder, "node_modules", name));
    }
    symlinkSync(projectRoot, join(folder, "node_modules/sshrpc"));
  }
});
