import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startDaemon } from "../fixtures/daemon.ts";
import { pseudoRandomBytes } from "../fixtures/files.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { loginParams } from "./support/calls.ts";

const mebibyte = 1024 * 1024;
const withoutBinding = pathToFileURL(join(projectRoot, "dist/test/fixtures/without-binding.js"));

const { bindingAvailable } = createRequire(import.meta.url)("ssh2/lib/protocol/crypto.js") as {
  bindingAvailable: boolean;
};
// No failure under CI=true either: no package brings it, and everything works without it.
if (!bindingAvailable) console.log("skipped: ssh2's native binding (needs a compiler at install)");

/** Where ssh2's native binding is missing it encrypts with Node's crypto: other code for each cipher. */
for (const binding of bindingAvailable ? [true, false] : [false]) {
  describe(`e2e: ciphers ${binding ? "with" : "without"} ssh2's native binding`, () => {
    const scope = useScope();
    before(function () {
      requires(this, "sshd", "proc");
    });

    /** Whose side asks for new keys, after each MiB in either direction, in mid-transfer. */
    type Side = "the server" | "the daemon";

    async function start(cipher: string, side: Side) {
      const limit = "RekeyLimit 1M";
      const sshd = scope.add(
        await startSshd({
          unprivileged: true,
          config: [
            `Ciphers ${cipher}`,
            "LogLevel DEBUG1",
            ...(side === "the server" ? [limit] : []),
          ],
        }),
      );
      const env = binding ? {} : { NODE_OPTIONS: `--import=${withoutBinding.href}` };
      const daemon = scope.add(startDaemon({ env }));
      const config = join(scope.tempDir(), "config");
      writeFileSync(config, side === "the daemon" ? `${limit}\n` : "");
      const { session } = await daemon.request("ssh.new", { ...loginParams(sshd), config });
      const maps = readFileSync(`/proc/${daemon.pid}/maps`, "utf8");
      assert.equal(maps.includes("sshcrypto.node"), binding);
      return { sshd, daemon, session };
    }

    for (const cipher of [
      "aes128-gcm@openssh.com",
      "chacha20-poly1305@openssh.com",
      "aes256-ctr",
    ]) {
      for (const side of ["the server", "the daemon"] as const) {
        it(`${cipher}: commands and files come whole through the new keys of ${side}`, async () => {
          const { sshd, daemon, session } = await start(cipher, side);
          const folder = scope.tempDir();
          const bytes = pseudoRandomBytes(8 * mebibyte);
          const [source, dest, remote] = [
            join(folder, "source"),
            join(folder, "dest"),
            join(sshd.home, "remote"),
          ];
          writeFileSync(source, bytes);

          await daemon.request("session.scpSendfile", { session, source, dest: remote });
          assert.ok(readFileSync(remote).equals(bytes), "sent");
          await daemon.request("session.scpRecv", { session, source: remote, dest });
          assert.ok(readFileSync(dest).equals(bytes), "received");
          const stdin = bytes.toString("base64");
          const exec = { session, command: "sha256sum", stdin, stdinEncoding: "base64" };
          const { output } = await daemon.request("session.exec", exec);
          assert.equal(output, `${createHash("sha256").update(bytes).digest("hex")}  -\n`);
          const cat = { session, command: "cat remote", encoding: "base64" };
          assert.ok((await daemon.request("session.exec", cat)).output === stdin, "output");

          const exchanges = sshd.log().match(/SSH2_MSG_NEWKEYS received/g) ?? [];
          assert.ok(exchanges.length > 8, `${exchanges.length} key exchanges`);
        });
      }
    }
  });
}
