import { join } from "node:path";
import { execa } from "execa";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";
import { programPath, requires } from "../fixtures/requirements.ts";

describe("bench: the Go client's program", () => {
  // The others are checked as they run; this one is compiled when the bench does.
  it("keeps up with the client", async function () {
    requires(this, "go");
    // Go's own library may have to be compiled first.
    this.timeout(300_000);
    const env = { GOTOOLCHAIN: "local", GOFLAGS: "", GOPROXY: "off", GOWORK: "off" };
    await execa(programPath("go"), ["vet", "./..."], {
      cwd: join(projectRoot, "bench/clients/go"),
      env,
    });
  });
});
